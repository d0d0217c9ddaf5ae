#include "html/css_text.h"

#include <string.h>

#include "base/blank.h"
#include "base/digit.h"

enum { NESTING = 64, HEX_LONGEST = 6 };

static bool
is_quote(char c)
{
	return c == '"' || c == '\'';
}

static bool
is_line_end(char c)
{
	return c == '\n' || c == '\r' || c == '\f';
}

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '-' || c == '_' ||
		(unsigned char)c >= 0x80;
}

/* ----- pieces ----- */

/* A string ends at its quote, or breaks off before the end of the line. */
static size_t
string_length(struct span s)
{
	size_t at = 1;

	while (at < s.len && s.data[at] != s.data[0]) {
		if (is_line_end(s.data[at]))
			return at;
		at += s.data[at] == '\\' ? 2 : 1;
	}
	return at < s.len ? at + 1 : s.len;
}

static bool
is_whole_string(struct span s)
{
	size_t at = 1;

	while (at < s.len && s.data[at] != s.data[0])
		at += s.data[at] == '\\' ? 2 : 1;
	return at + 1 == s.len;
}

size_t
css_piece(struct span s)
{
	if (span_starts(s, "/*")) {
		size_t end = 2 + span_find_text(span_from(s, 2), "*/") + 2;

		return end < s.len ? end : s.len;
	}
	if (is_quote(s.data[0]))
		return string_length(s);
	return s.data[0] == '\\' && s.len > 1 ? 2 : 1;
}

static char
closer_of(char c)
{
	return c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : '\0';
}

/* The open brackets, by what closes them. */
struct brackets {
	char closers[NESTING];
	size_t depth;
};

/* Nothing that means something is nested deeper than NESTING. */
static bool
brackets_see(struct brackets *b, char c)
{
	if (b->depth && c == b->closers[b->depth - 1]) {
		b->depth--;
	} else if (closer_of(c)) {
		if (b->depth == NESTING)
			return false;
		b->closers[b->depth++] = closer_of(c);
	}
	return true;
}

size_t
css_find(struct span s, const char *stops)
{
	struct brackets open = {.depth = 0};

	for (size_t at = 0; at < s.len; at += css_piece(span_from(s, at))) {
		char c = s.data[at];

		if (open.depth == 0 && c && strchr(stops, c))
			return at;
		if (!brackets_see(&open, c))
			break;
	}
	return s.len;
}

bool
css_is_whole(struct span s)
{
	struct brackets open = {.depth = 0};
	size_t n;

	for (size_t at = 0; at < s.len; at += n) {
		char c = s.data[at];
		size_t before = open.depth;

		n = css_piece(span_from(s, at));
		if ((is_quote(c) && !is_whole_string(span_slice(s, at, n))) ||
			(c == '\\' && n == 1) || !brackets_see(&open, c))
			return false;
		if (c && strchr(")]}", c) && open.depth == before)
			return false;
	}
	return open.depth == 0;
}

/* ----- blanks ----- */

struct span
css_skip_blanks(struct span s)
{
	while (s.len && (blank_in_html(s.data[0]) || span_starts(s, "/*")))
		s = span_from(s, css_piece(s));
	return s;
}

/* Attributes stand in double quotes. */
static void
add_string(struct str *out, struct span s)
{
	struct span inside = span_slice(s, 1, s.len - (s.len > 1 ? 2 : 1));

	if (!is_whole_string(s) || span_find_any(inside, "'\\") < inside.len) {
		str_add_span(out, s);
		return;
	}
	str_add_char(out, '\'');
	str_add_span(out, inside);
	str_add_char(out, '\'');
}

/* A comment is nothing, but it keeps two names apart, and what would begin
 * another one. */
static bool
is_gap(const struct str *out, char next)
{
	char last = out->data[out->len - 1];

	return (is_name_byte(last) && is_name_byte(next)) ||
		(last == '/' && next == '*');
}

void
css_squeeze(struct str *out, struct span s)
{
	size_t start = out->len, n;
	bool blank = false, comment = false, comma = true;

	for (size_t at = 0; at < s.len; at += n) {
		char c = s.data[at];

		n = css_piece(span_from(s, at));
		if (blank_in_html(c)) {
			blank = true;
			continue;
		}
		if (c == '/' && n > 1) {
			comment = true;
			continue;
		}
		if (out->len > start && !comma && c != ',' &&
			(blank || (comment && is_gap(out, c))))
			str_add_char(out, ' ');
		if (is_quote(c))
			add_string(out, span_slice(s, at, n));
		else
			str_add_span(out, span_slice(s, at, n));
		comma = c == ',';
		blank = comment = false;
	}
}

/* ----- names and strings ----- */

void
css_lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text += 'a' - 'A';
}

/* The escape behind a backslash (4.3.7). */
static void
take_escape(struct span *rest, struct str *out)
{
	unsigned code = 0;
	size_t n = 0;

	while (n < rest->len && n < HEX_LONGEST &&
		digit_hex(rest->data[n]) >= 0)
		code = code * 16 + (unsigned)digit_hex(rest->data[n++]);
	if (n) {
		str_add_utf8(out, code ? code : 0xfffd);
		n += n < rest->len && blank_in_html(rest->data[n]);
	} else {
		str_add_span(out, span_slice(*rest, 0, 1));
		n = 1;
	}
	*rest = span_from(*rest, n);
}

static bool
is_escape(struct span s)
{
	return s.len > 1 && s.data[0] == '\\' && !is_line_end(s.data[1]);
}

static bool
starts_name(struct span s)
{
	if (span_starts(s, "--"))
		return true;
	if (span_starts(s, "-"))
		s = span_from(s, 1);
	return is_escape(s) ||
		(s.len && is_name_byte(s.data[0]) && s.data[0] != '-' &&
			(s.data[0] < '0' || s.data[0] > '9'));
}

bool
css_take_name(struct span *rest, struct str *name)
{
	if (!starts_name(*rest))
		return false;
	while (is_escape(*rest) || (rest->len && is_name_byte(rest->data[0]))) {
		bool escape = rest->data[0] == '\\';

		if (!escape)
			str_add_char(name, rest->data[0]);
		*rest = span_from(*rest, 1);
		if (escape)
			take_escape(rest, name);
	}
	return true;
}

bool
css_take_string(struct span *rest, struct str *text)
{
	struct span inside;
	size_t n;

	if (!rest->len || !is_quote(rest->data[0]))
		return false;
	n = css_piece(*rest);
	if (!is_whole_string(span_slice(*rest, 0, n)))
		return false;
	inside = span_slice(*rest, 1, n - 2);
	*rest = span_from(*rest, n);
	while (inside.len) {
		char c = inside.data[0];

		inside = span_from(inside, 1);
		if (c != '\\')
			str_add_char(text, c);
		else if (inside.len && is_line_end(inside.data[0]))
			inside = span_from(inside, 1);
		else
			take_escape(&inside, text);
	}
	return true;
}
