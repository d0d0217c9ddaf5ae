/*
 * The part of text.h that breaks text into lines.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unilbrk.h>

#include "base/mem.h"
#include "base/text.h"

struct wrap {
	struct str *out;
	size_t width, column;
	const char *indent;
	size_t indent_width;
	bool fresh; /* nothing stands on this line but its indent */
};

static void
break_line(struct wrap *w)
{
	while (w->out->len && w->out->data[w->out->len - 1] == ' ')
		str_truncate(w->out, w->out->len - 1);
	str_add_char(w->out, '\n');
	str_add(w->out, w->indent);
	w->column = w->indent_width;
	w->fresh = true;
}

/* A piece that cannot be broken, with the blanks behind it. */
static void
add_piece(struct wrap *w, struct span piece)
{
	struct span word = piece;
	size_t width;

	while (word.len && word.data[word.len - 1] == ' ')
		word.len--;
	width = text_width(word);
	if (w->column + width > w->width && !w->fresh)
		break_line(w);
	if (word.len == 0 && w->fresh)
		return; /* no line begins with blanks */
	str_add_span(w->out, piece);
	w->column += width + (piece.len - word.len);
	w->fresh = w->fresh && word.len == 0;
}

/* "[12]": a reference stays with the words before it. */
static bool
is_reference(struct span s)
{
	size_t n = 1;

	if (s.len < 3 || s.data[0] != '[')
		return false;
	while (n < s.len && s.data[n] >= '0' && s.data[n] <= '9')
		n++;
	return n > 1 && n < s.len && s.data[n] == ']';
}

/* The addresses on the web in a line, one after the other. */
struct urls {
	struct span line;
	size_t start, end; /* of the one at hand */
	size_t sought;	   /* there is no other before */
};

static bool
is_scheme_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/* Letters of any script may stand in an address, but no blank and no Chinese or
 * Japanese punctuation: where no blanks are written, that ends it. */
static size_t
url_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] != ' ') {
		unsigned code;
		size_t more = text_decode(span_from(s, n), &code);

		if ((code >= 0x3000 && code <= 0x303f) ||
			(code >= 0xff00 && code <= 0xff65))
			break;
		n += more;
	}
	return n;
}

/* Does byte `at` stand in one, behind its first? `at` only ever grows. */
static bool
is_in_url(struct urls *u, size_t at)
{
	while (at >= u->end) {
		struct span rest = span_from(u->line, u->end);
		size_t colon = u->end + span_find_text(rest, "://");

		u->start = colon;
		while (colon < u->line.len && u->start > u->end &&
			is_scheme_letter(u->line.data[u->start - 1]))
			u->start--;
		u->end = colon + url_length(span_from(u->line, colon));
	}
	return at > u->start && at < u->end;
}

/*
 * Marks in `breaks` (a byte for each of the line) where a new line may start:
 * behind blanks, and beside a wide character where the rules of UAX 14 allow
 * it, for Chinese and Japanese have no blanks. Elsewhere those rules would cut
 * paths, numbers, hyphenated words, and what stands around a dash. Nothing
 * starts within a cluster, or in an URL.
 */
static void
find_breaks(struct span line, char *breaks)
{
	struct urls urls = {.line = line};
	size_t before = 0, width, n;

	u8_possible_linebreaks(
		(const uint8_t *)line.data, line.len, "UTF-8", breaks);
	for (size_t i = 0; i < line.len; i += n, before = width) {
		n = text_cluster(span_from(line, i), &width);
		if (i && line.data[i - 1] == ' ' && line.data[i] != ' ')
			breaks[i] = !is_reference(span_from(line, i));
		else
			breaks[i] = (before == 2 || width == 2) &&
				breaks[i] == UC_BREAK_POSSIBLE &&
				!is_in_url(&urls, i);
		memset(breaks + i + 1, 0, n - 1);
	}
}

/* Where the first word of ASCII ends, with the blanks and the references that
 * stay with it. */
static size_t
ascii_piece(struct span s)
{
	size_t n = 0;

	do {
		while (n < s.len && s.data[n] != ' ')
			n++;
		while (n < s.len && s.data[n] == ' ')
			n++;
	} while (n < s.len && is_reference(span_from(s, n)));
	return n;
}

static void
wrap_line(struct wrap *w, struct span line)
{
	size_t start = 0, width = text_width(line);
	char *breaks;

	if (width + w->column <= w->width) {
		str_add_span(w->out, line);
		return;
	}
	if (width == line.len) { /* printable ASCII alone */
		while (line.len) {
			size_t n = ascii_piece(line);

			add_piece(w, span_slice(line, 0, n));
			line = span_from(line, n);
		}
		return;
	}
	breaks = mem_new(line.len);
	find_breaks(line, breaks);
	for (size_t i = 1; i <= line.len; i++)
		if (i == line.len || breaks[i]) {
			add_piece(w, span_slice(line, start, i - start));
			start = i;
		}
	free(breaks);
}

/* How far the last line of `out` reaches: what stands there before the text,
 * such as the mark of a list item. */
static size_t
column_of(const struct str *out)
{
	size_t at = out->len;

	while (at && out->data[at - 1] != '\n')
		at--;
	return text_width(span_from(str_span(out), at));
}

void
text_wrap(struct str *out, struct span s, size_t width, const char *indent)
{
	struct wrap w = {.out = out,
		.width = width,
		.column = column_of(out),
		.indent = indent,
		.indent_width = text_width(span_of(indent)),
		.fresh = true};

	for (;;) {
		size_t n = span_find(s, '\n');

		wrap_line(&w, span_slice(s, 0, n));
		if (n == s.len)
			break;
		break_line(&w);
		s = span_from(s, n + 1);
	}
}
