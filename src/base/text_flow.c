#include "base/text_flow.h"

#include <string.h>

#include "base/text.h"

size_t
text_quote_marks(struct span line, size_t *depth)
{
	size_t n = 0;

	for (*depth = 0; n < line.len && line.data[n] == '>'; (*depth)++)
		n += span_starts(span_from(line, n), "> ") ? 2 : 1;
	return n;
}

struct span
text_unguarded(struct span line)
{
	return span_starts(line, " >") ? span_from(line, 1) : line;
}

bool
text_is_signature(struct span line)
{
	return span_equals(line, "-- ");
}

static struct span
last_line(const struct str *out)
{
	struct span s = str_span(out);
	size_t n = span_find_last(s, '\n');

	return n < s.len ? span_from(s, n + 1) : s;
}

/* Nothing but quote marks, if that? */
static bool
is_margin(struct span prefix)
{
	size_t depth;

	return text_quote_marks(prefix, &depth) == prefix.len;
}

static struct span
without_end_blanks(struct span line)
{
	while (line.len && line.data[line.len - 1] == ' ')
		line.len--;
	return line;
}

void
text_guard(struct str *out, struct span s)
{
	if (span_starts(s, ">") && is_margin(last_line(out)))
		str_add_char(out, ' ');
}

/* ----- making ----- */

/* A line of a paragraph as text_wrap() broke it, without its prefix. */
static bool
next_piece(
	struct span *wrapped, size_t *prefix, size_t indent, struct span *piece)
{
	struct span line;

	if (!span_next_line(wrapped, &line))
		return false;
	*piece = span_from(line, *prefix);
	*prefix = indent;
	return true;
}

/* Is `s` the wrapped lines, with blanks in between? */
static bool
breaks_at_blanks(
	struct span s, struct span wrapped, size_t prefix, size_t indent)
{
	struct span piece;

	for (bool first = true; next_piece(&wrapped, &prefix, indent, &piece);
		first = false) {
		if (!first && !span_starts(s, " "))
			return false;
		s = span_from(s, span_run(s, ' ') + piece.len);
	}
	return true;
}

/* A line that would be taken for the separator of a signature stays hard. */
static void
end_piece(struct str *out, struct span piece, bool soft, const char *indent)
{
	str_add(out, soft && !span_equals(piece, "--") ? " \n" : "\n");
	str_add(out, indent);
}

static void
add_pieces(struct str *out, struct span wrapped, size_t prefix, bool soft,
	const char *indent)
{
	size_t under = strlen(indent);
	struct span piece;

	while (next_piece(&wrapped, &prefix, under, &piece)) {
		text_guard(out, piece);
		str_add_span(out, piece);
		if (wrapped.len)
			end_piece(out, piece, soft, indent);
	}
}

static void
flow_line(struct str *out, struct span line, size_t width, const char *indent)
{
	struct str wrapped = STR_INIT;
	size_t prefix = last_line(out).len;
	bool soft;

	str_add_span(&wrapped, last_line(out));
	soft = span_equals(str_span(&wrapped), indent) &&
		is_margin(str_span(&wrapped)) && !span_starts(line, " ");
	text_wrap(&wrapped, line, width, indent);
	soft = soft &&
		breaks_at_blanks(
			line, str_span(&wrapped), prefix, strlen(indent));
	add_pieces(out, str_span(&wrapped), prefix, soft, indent);
	str_clear(&wrapped);
}

void
text_flow(struct str *out, struct span s, size_t width, const char *indent)
{
	for (;;) {
		size_t n = span_find(s, '\n');
		struct span line = span_slice(s, 0, n);

		flow_line(out, without_end_blanks(line), width, indent);
		if (n == s.len)
			break;
		str_truncate(out, without_end_blanks(str_span(out)).len);
		str_add_char(out, '\n');
		str_add(out, indent);
		s = span_from(s, n + 1);
	}
}

/* ----- taking it back ----- */

void
text_harden(struct str *out, struct span text)
{
	struct span line;

	while (span_next_line(&text, &line)) {
		size_t depth, n = text_quote_marks(line, &depth);
		struct span words = text_unguarded(span_from(line, n));

		if (text_is_signature(words)) {
			str_add_span(out, line);
		} else {
			str_add_span(out, span_slice(line, 0, n));
			str_add_span(out, words);
			str_truncate(
				out, without_end_blanks(str_span(out)).len);
		}
		str_add_char(out, '\n');
	}
}
