#include "config/edit_lines.h"

#include <string.h>

#include "base/text.h"

/* ----- lines ----- */

/* How long the line break here is: those that libyaml counts. 0: none. */
static size_t
break_length(struct span text, size_t at)
{
	static const char *const breaks[] = {"\r\n", "\n", "\r", "\xc2\x85",
		"\xe2\x80\xa8", "\xe2\x80\xa9", NULL};

	for (size_t i = 0; breaks[i]; i++)
		if (span_starts(span_from(text, at), breaks[i]))
			return strlen(breaks[i]);
	return 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

size_t
lines_next(struct span text, size_t at)
{
	size_t n = 0;

	while (at < text.len && (n = break_length(text, at)) == 0)
		at++;
	return at + n;
}

size_t
lines_offset(struct span text, unsigned line, unsigned column)
{
	size_t at = span_starts(text, "\xef\xbb\xbf") ? 3 : 0;
	unsigned code;

	while (line-- > 1)
		at = lines_next(text, at);
	while (column-- > 1 && at < text.len)
		at += text_decode(span_from(text, at), &code);
	return at;
}

const char *
lines_break(struct span text)
{
	size_t lf = span_find(text, '\n'), cr = span_find(text, '\r');

	if (cr + 1 == lf && lf < text.len)
		return "\r\n";
	return cr < lf ? "\r" : "\n";
}

static size_t
line_start(struct span text, size_t at)
{
	while (at > 0 && !strchr("\r\n", text.data[at - 1]))
		at--;
	return at;
}

/* Where what the line says begins, or its end. */
static size_t
line_text(struct span text, size_t at)
{
	while (at < text.len && is_blank(text.data[at]))
		at++;
	return at;
}

struct span
lines_margin(struct span text, size_t at)
{
	size_t start = line_start(text, at);

	return span_slice(text, start, line_text(text, start) - start);
}

bool
lines_is_blank(struct span text, size_t at)
{
	at = line_text(text, at);
	return at == text.len || break_length(text, at);
}

size_t
lines_document_end(struct span text)
{
	size_t at = 0;

	while (at < text.len && !span_starts(span_from(text, at), "..."))
		at = lines_next(text, at);
	return at;
}

/* ----- blocks ----- */

/* "# - feed: https://example.org/feed.xml" */
static bool
is_disabled_item(struct span comment)
{
	while (span_starts(comment, "#"))
		comment = span_from(comment, 1);
	return span_starts(span_trim(comment), "- ");
}

size_t
lines_content_end(
	struct span text, size_t from, size_t to, size_t column, bool is_inner)
{
	size_t end = from;
	bool open = true; /* nothing has come between */

	for (; from < to; from = lines_next(text, from)) {
		size_t says = line_text(text, from);
		size_t next = lines_next(text, from);
		struct span line = span_slice(text, says, next - says);
		bool comment = span_starts(line, "#");
		bool belongs = says - from > column ||
			(says - from == column &&
				(is_inner || is_disabled_item(line)));

		if (lines_is_blank(text, from) || (comment && !belongs))
			open = false;
		else if (!comment)
			open = true;
		if (open)
			end = next;
	}
	return end;
}

/* ----- brackets ----- */

/* The last octet of the text in quotes that begins here. */
static size_t
quoted_end(struct span text, size_t at)
{
	char quote = text.data[at++];

	for (; at < text.len; at++) {
		bool ends = text.data[at] == quote;
		bool escapes = quote == '"'
			? text.data[at] == '\\'
			: ends && span_starts(span_from(text, at + 1), "'");

		if (ends && !escapes)
			return at;
		at += escapes;
	}
	return at;
}

static void
take(struct brackets *b, size_t from, size_t to)
{
	if (b->is_empty)
		b->first = from;
	b->is_empty = false;
	b->end = to;
}

bool
lines_brackets(struct span text, size_t at, struct brackets *out)
{
	struct brackets b = {.end = at + 1, .is_empty = true};
	size_t depth = 1;

	for (size_t i = at + 1; i < text.len; i++) {
		char c = text.data[i], before = text.data[i - 1];
		size_t from = i;

		if (is_blank(c) || strchr("\r\n", c))
			continue;
		if (c == '#' && strchr(" \t\r\n", before)) {
			i = lines_next(text, i) - 1;
			continue;
		}
		if (strchr("\"'", c) && strchr(" \t\r\n[{,:", before))
			i = quoted_end(text, i);
		depth += strchr("[{", c) != NULL;
		depth -= strchr("]}", c) != NULL;
		if (depth == 0) {
			b.close = i;
			break;
		}
		take(&b, from, i + 1);
	}
	if (depth > 0)
		return false;
	if (b.is_empty)
		b.first = b.close;
	b.has_comma = !b.is_empty && text.data[b.end - 1] == ',';
	b.is_apart = line_start(text, b.close) > at &&
		line_text(text, line_start(text, b.close)) == b.close;
	*out = b;
	return true;
}
