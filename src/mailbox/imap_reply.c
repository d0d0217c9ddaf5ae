#include "mailbox/imap_reply.h"

#include <ctype.h>
#include <string.h>

/* ----- how long ----- */

/* "* 12 FETCH …": in the words of others a "{5}" is only text. */
static bool
may_have_literals(struct span reply)
{
	return reply.len > 2 && isdigit((unsigned char)reply.data[2]);
}

/* The octets that a line ending "{12}" announces. */
static bool
literal_size(struct span line, uint64_t *size)
{
	size_t open = span_find_last(line, '{');
	struct span rest = span_from(line, open + 1);

	return open < line.len && reply_number(&rest, size) &&
		span_equals(rest, "}");
}

size_t
reply_length(struct span bytes, size_t *scanned, size_t most)
{
	for (;;) {
		struct span rest = span_from(bytes, *scanned);
		size_t n = span_find(rest, '\n');
		struct span line = span_slice(rest, 0, n);
		uint64_t size;

		if (n == rest.len)
			return bytes.len > most ? REPLY_ENDLESS : 0;
		if (span_ends(line, "\r"))
			line.len--;
		if (!may_have_literals(bytes) || !literal_size(line, &size))
			return *scanned + n + 1;
		if (size > most || *scanned + n + 1 + size > most)
			return REPLY_ENDLESS;
		if (*scanned + n + 1 + size > bytes.len)
			return 0;
		*scanned += n + 1 + (size_t)size;
	}
}

/* ----- words ----- */

static struct span
skip_blanks(struct span s)
{
	while (s.len && s.data[0] == ' ')
		s = span_from(s, 1);
	return s;
}

bool
reply_word(struct span *rest, const char *word)
{
	struct span s = skip_blanks(*rest);
	size_t n = strlen(word);

	if (s.len < n || strncasecmp(s.data, word, n) != 0 ||
		(s.len > n && !strchr(" \r\n", s.data[n])))
		return false;
	*rest = span_from(s, n);
	return true;
}

bool
reply_number(struct span *rest, uint64_t *number)
{
	struct span s = skip_blanks(*rest);
	size_t n = 0;

	*number = 0;
	for (; n < s.len && isdigit((unsigned char)s.data[n]); n++) {
		if (*number > UINT64_MAX / 20)
			return false;
		*number = *number * 10 + (uint64_t)(s.data[n] - '0');
	}
	if (n)
		*rest = span_from(s, n);
	return n > 0;
}

/* ----- FETCH ----- */

/* A quoted string, without its quotes; escapes stay. */
static struct span
take_quoted(struct span *rest)
{
	struct span s = span_from(*rest, 1);
	size_t n = 0;

	while (n < s.len && s.data[n] != '"')
		n += s.data[n] == '\\' ? 2 : 1;
	*rest = span_from(s, n + 1);
	return span_slice(s, 0, n);
}

/* *rest begins with "{". */
static struct span
take_literal(struct span *rest)
{
	struct span s = span_from(*rest, 1);
	uint64_t size = 0;

	reply_number(&s, &size);
	s = span_from(s, span_find(s, '\n') + 1);
	*rest = span_from(s, (size_t)size);
	return span_slice(s, 0, (size_t)size);
}

/* A flat one, or what stands up to a blank or a bracket. */
static struct span
take_atom(struct span *rest)
{
	size_t n = span_find_any(*rest, " ()\r\n");
	struct span atom = span_slice(*rest, 0, n);

	*rest = span_from(*rest, n ? n : 1);
	return atom;
}

/* In place of a string (RFC 3501, 9: nstring): the mail is gone since. */
static bool
is_nil(struct span rest)
{
	rest = skip_blanks(rest);
	return span_equals_nocase(take_atom(&rest), "NIL");
}

static struct span
take_value(struct span *rest)
{
	size_t depth = 0;
	struct span value;

	*rest = skip_blanks(*rest);
	do {
		char c = rest->len ? rest->data[0] : '\0';

		if (c == '"')
			value = take_quoted(rest);
		else if (c == '{')
			value = take_literal(rest);
		else if (c == '(' || c == ')') {
			depth += c == '(' ? 1 : depth ? (size_t)-1 : 0;
			value = SPAN_NONE;
			*rest = span_from(*rest, 1);
		} else {
			value = take_atom(rest);
		}
	} while (depth && rest->len);
	return value;
}

bool
reply_fetch(struct span rest, struct reply_fetch *out)
{
	uint64_t number;

	*out = (struct reply_fetch){.uid = 0};
	if (!reply_number(&rest, &number) || !reply_word(&rest, "FETCH"))
		return false;
	rest = span_from(rest, span_find(rest, '(') + 1);
	while (rest.len) {
		struct span name, value;
		bool nil;

		rest = skip_blanks(rest);
		if (!rest.len || strchr(")\r\n", rest.data[0]))
			break;
		name = take_atom(&rest);
		nil = is_nil(rest);
		value = take_value(&rest);
		if (span_equals_nocase(name, "UID") &&
			reply_number(&value, &number))
			out->uid = (uint32_t)number;
		else if (span_equals_nocase(span_slice(name, 0, 6), "BODY[]")) {
			out->body = value;
			out->has_body = !nil;
		}
	}
	return true;
}
