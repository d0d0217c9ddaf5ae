#include "mime/mbox.h"

#include <ctype.h>
#include <string.h>

#include "mime/header.h"

enum { NEAR = 2000 };

static bool
is_from_line(struct span line)
{
	return span_starts(line, "From ") &&
		!span_starts(span_trim(span_from(line, 5)), ":");
}

bool
mbox_is(struct span bytes)
{
	struct span line = SPAN_NONE;

	while (span_next_line(&bytes, &line) && span_trim(line).len == 0)
		continue;
	return is_from_line(line);
}

/* ----- where a message begins ----- */

/* A clock ("21:25") and a year: "Mon Aug  2 21:25:01 2004", in any order. */
static bool
has_date(struct span line)
{
	bool clock = false, year = false;
	size_t digits = 0;

	for (size_t i = 0; i <= line.len; i++) {
		char c = i < line.len ? line.data[i] : ' ';

		if (isdigit((unsigned char)c)) {
			digits++;
			continue;
		}
		clock = clock ||
			(digits == 2 && c == ':' && i + 1 < line.len &&
				isdigit((unsigned char)line.data[i + 1]));
		year = year || (digits == 4 && isspace((unsigned char)c));
		digits = 0;
	}
	return clock && year;
}

/* "From -", "From jane@example.org": one word behind it. */
static bool
has_one_word(struct span line)
{
	struct span word = span_trim(span_from(line, 5));

	for (size_t i = 0; i < word.len; i++)
		if (isspace((unsigned char)word.data[i]))
			return false;
	return true;
}

/* `behind` is what follows the line. */
static bool
begins_message(struct span line, struct span behind, bool after_blank)
{
	struct span next = SPAN_NONE;
	bool has_header;

	if (!is_from_line(line))
		return false;
	span_next_line(&behind, &next);
	has_header =
		header_name_length(next) > 0 || span_starts(next, ">From ");
	if (has_date(line))
		return after_blank || has_header;
	return after_blank && has_header && has_one_word(line);
}

/* ----- Content-Length (mboxcl) ----- */

static bool
read_length(struct span line, size_t *length)
{
	static const char name[] = "Content-Length:";
	size_t n = 0;

	if (!span_equals_nocase(
		    span_slice(line, 0, sizeof name - 1), "content-length:"))
		return false;
	line = span_trim(span_from(line, sizeof name - 1));
	if (line.len == 0 || line.len > 12)
		return false;
	for (size_t i = 0; i < line.len; i++) {
		if (!isdigit((unsigned char)line.data[i]))
			return false;
		n = n * 10 + (size_t)(line.data[i] - '0');
	}
	*length = n;
	return true;
}

/* It is true when it leads to the next message or to the end. Every length in
 * the mbox may lead to the same place: not all of a long line is looked at. */
static bool
leads_to_message(struct span behind)
{
	struct span line = SPAN_NONE;
	int blanks = 0;

	behind = span_slice(behind, 0, NEAR);
	while (span_next_line(&behind, &line)) {
		if (line.len)
			return is_from_line(line) &&
				begins_message(line, behind, true);
		if (++blanks > 3)
			return false;
	}
	return true;
}

/* The length of the message at the front, when its header says it truly; else
 * 0. */
static size_t
said_length(struct span message)
{
	struct span rest = message, line;
	size_t length = 0, headers;
	bool said = false;

	while (span_next_line(&rest, &line) && line.len) {
		if (is_from_line(line))
			return 0; /* no blank line: it has no body */
		said = read_length(line, &length) || said;
	}
	headers = message.len - rest.len;
	if (!said || length > rest.len ||
		!leads_to_message(span_from(rest, length)))
		return 0;
	return headers + length;
}

/* ----- quoting ----- */

/* ">From ", ">>From ": how many ">"; 0 when the line is none. */
static size_t
quote_length(struct span line)
{
	size_t n = span_run(line, '>');

	return n && span_starts(span_from(line, n), "From ") ? n : 0;
}

static struct span
unquote(struct arena *arena, struct span message)
{
	struct span rest = message, line;
	struct str out = STR_INIT;
	size_t copied = 0;

	while (span_next_line(&rest, &line)) {
		size_t at = (size_t)(line.data - message.data);

		/* In front of the headers it is the envelope of a mailbox
		 * that this one was made from. */
		if (at == 0 || quote_length(line) == 0)
			continue;
		str_add_span(&out, span_slice(message, copied, at - copied));
		copied = at + 1;
	}
	if (!copied)
		return message;
	str_add_span(&out, span_from(message, copied));
	return arena_take_span(arena, &out);
}

/* ----- messages ----- */

/* The length up to the next "From " line; *bare when the text holds one that
 * begins no message: then nothing in it was quoted. */
static size_t
find_end(struct span message, bool *bare)
{
	struct span rest = message, line;
	bool after_blank = false;

	*bare = false;
	while (span_next_line(&rest, &line)) {
		if (begins_message(line, rest, after_blank))
			return (size_t)(line.data - message.data);
		*bare = *bare || span_starts(line, "From ");
		after_blank = line.len == 0;
	}
	return message.len;
}

/* One line end: the blank line in front of the next "From " is the mbox's. */
static struct span
drop_separator(struct span message)
{
	if (message.len && message.data[message.len - 1] == '\n')
		message.len--;
	if (message.len && message.data[message.len - 1] == '\r')
		message.len--;
	return message;
}

bool
mbox_next(struct arena *arena, struct span *rest, struct span *message)
{
	struct span ahead = *rest, line;
	bool bare = false;
	size_t n;

	while (span_next_line(&ahead, &line) && span_trim(line).len == 0)
		*rest = ahead;
	if (span_trim(*rest).len == 0)
		return false;
	if (is_from_line(line))
		*rest = ahead;
	n = said_length(*rest);
	if (n == 0)
		n = find_end(*rest, &bare);
	else
		find_end(span_slice(*rest, 0, n), &bare);
	*message = span_slice(*rest, 0, n);
	*rest = span_from(*rest, n);
	if (rest->len)
		*message = drop_separator(*message);
	if (!bare)
		*message = unquote(arena, *message);
	return true;
}
