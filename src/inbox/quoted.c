#include "inbox/quoted.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/blank.h"
#include "mime/header.h"

/* An announcement is a line, and headers follow it soon. */
enum { LINE_LIMIT = 120, GAP = 8 };

/* Lower case. */
static const char *const announcements[] = {
	"original message",
	"original mail",
	"original e-mail",
	"original text",
	"original header",
	"copy of the message",
	"copy of your message",
	"copy of the mail",
	"copy of the original",
	"copy of the first part",
	"returned message",
	"returned mail",
	"unsent message",
	"undelivered message",
	"bounced e-mail",
	"message header",
	"message text",
	"mail header",
	"header of the",
	"headers of the",
	"rejected message",
	"failed message",
	"start of message",
	"body of message follows",
	"mensaje original",
	"mensagem original",
	"message d'origine",
	"messaggio originale",
	"oorspronkelijk bericht",
	"ursprüngliche nachricht",
	"originalnachricht",
	"orijinal ileti",
	"özgün ileti",
	"原文",
	"元のメール",
	"元のメッセージ",
	"原始邮件",
	"原邮件",
	NULL,
};

/* What only a mail that was on its way begins with. */
static const char *const first_headers[] = {
	"Received:",
	"Return-Path:",
	"DKIM-Signature:",
	"DomainKey-Signature:",
	"Delivered-To:",
	"X-Received:",
	"X-Apparently-To:",
	"X-Originating-IP:",
	"ARC-Seal:",
	NULL,
};

static bool
has_text(struct span line, const char *const *texts)
{
	for (; *texts; texts++)
		if (span_find_text(line, *texts) < line.len)
			return true;
	return false;
}

static bool
is_first_header(struct span line)
{
	for (size_t i = 0; first_headers[i]; i++) {
		size_t n = strlen(first_headers[i]);

		if (line.len >= n &&
			strncasecmp(line.data, first_headers[i], n) == 0)
			return true;
	}
	return false;
}

/* How much stands before its first header, as "> " or blanks. */
static size_t
margin(struct span line)
{
	size_t n = 0;

	while (n < line.len &&
		(blank_in_line(line.data[n]) || line.data[n] == '>' ||
			line.data[n] == '|'))
		n++;
	return n;
}

static bool
is_header(struct span line)
{
	return header_name_length(span_from(line, margin(line))) > 0;
}

/* Is the next line that has anything a header? */
static bool
header_follows(struct span rest)
{
	struct span line;

	while (span_next_line(&rest, &line))
		if (span_trim(line).len)
			return is_header(line);
	return false;
}

/* "--- Below this line is a copy of the message.", "Original message follows."
 */
static bool
announces(struct span line, struct span rest)
{
	static const char *const verbs[] = {"follows", "follow.",
		"follow:", "following.", "following:", "below", "here is",
		"adjunto", NULL};
	char low[LINE_LIMIT];
	struct span s;

	line = span_trim(line);
	if (line.len == 0 || line.len > sizeof low)
		return false;
	for (size_t i = 0; i < line.len; i++)
		low[i] = (char)tolower((unsigned char)line.data[i]);
	s = (struct span){low, line.len};
	if (!has_text(s, announcements))
		return false;
	if (strchr("-=#*_+~", low[0]) && s.len > 1)
		return low[1] == low[0] || low[1] == ' ';
	return has_text(s, verbs) ||
		(low[s.len - 1] == ':' && header_follows(rest));
}

struct span
quoted_find(struct span text)
{
	struct span rest = text, line;
	size_t before = 0;

	while (span_next_line(&rest, &line)) {
		if (is_first_header(line) || (before && announces(line, rest)))
			return span_from(text, before);
		before = text.len - rest.len;
	}
	return SPAN_NONE;
}

struct span
quoted_unwrap(struct arena *arena, struct span quoted)
{
	struct span rest = quoted, line = SPAN_NONE;
	struct str out = STR_INIT;
	size_t left;

	for (int i = 0; i < GAP; i++) {
		struct span before = rest;

		if (!span_next_line(&rest, &line))
			return SPAN_NONE;
		if (!is_header(line) || announces(line, rest))
			continue;
		left = margin(line);
		if (left == 0)
			return before;
		for (rest = before; span_next_line(&rest, &line);) {
			size_t n = margin(line);

			str_add_span(
				&out, span_from(line, n < left ? n : left));
			str_add_char(&out, '\n');
		}
		return arena_take_span(arena, &out);
	}
	return SPAN_NONE;
}
