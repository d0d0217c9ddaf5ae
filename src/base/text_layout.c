/*
 * The part of text.h that lays text out in columns.
 *
 * Everything steps by grapheme clusters: what a reader takes for one character,
 * and what must not be cut apart. A cluster is as wide as its code points
 * together, but never wider than two columns: a family joined from four emoji,
 * a flag of two letters and a thumb with a skin tone all take two.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unigbrk.h>
#include <unilbrk.h>
#include <uniwidth.h>

#include "base/mem.h"
#include "base/text.h"

enum { EMOJI_STYLE = 0xfe0f }; /* variation selector 16 */

static size_t
cluster_width(struct span cluster)
{
	size_t width = 0;

	while (cluster.len) {
		unsigned code;
		size_t n = text_decode(cluster, &code);
		int columns = uc_width(code, "UTF-8");

		if (columns > 0)
			width += (size_t)columns;
		if (code == EMOJI_STYLE)
			width = 2;
		cluster = span_from(cluster, n);
	}
	return width > 2 ? 2 : width;
}

static bool
is_ascii_at(struct span s, size_t i)
{
	return i >= s.len || (unsigned char)s.data[i] < 0x80;
}

static bool
is_flag_letter(struct span s)
{
	unsigned code = 0;

	if (s.len)
		text_decode(s, &code);
	return code >= 0x1f1e6 && code <= 0x1f1ff;
}

/*
 * The bytes of the cluster at the front of `s` (not empty). libunistring looks
 * at two neighbours only: it parts what a joiner joins, and takes a row of
 * flags for one (as of 1.0).
 */
static size_t
cluster_length(struct span s)
{
	static const char joiner[] = "\xe2\x80\x8d"; /* U+200D */
	const uint8_t *start = (const uint8_t *)s.data, *end = start + s.len;
	const uint8_t *at = start;

	if (is_flag_letter(s) && is_flag_letter(span_from(s, 4)))
		return 8;
	do {
		at = u8_grapheme_next(at, end);
	} while (at && at < end && at - start >= 3 &&
		memcmp(at - 3, joiner, 3) == 0);
	return at ? (size_t)(at - start) : s.len;
}

/* Likewise, and its columns. */
static size_t
next_cluster(struct span s, size_t *width)
{
	size_t n;

	if (is_ascii_at(s, 0) && is_ascii_at(s, 1)) {
		*width = s.data[0] >= 0x20 && s.data[0] < 0x7f;
		return 1;
	}
	n = cluster_length(s);
	*width = cluster_width(span_slice(s, 0, n));
	return n;
}

/* How many of the first bytes are printable ASCII, a column each, with another
 * ASCII byte or nothing behind the last (a combining mark might follow). */
static size_t
plain_columns(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] >= 0x20 && s.data[n] < 0x7f)
		n++;
	return n && !is_ascii_at(s, n) ? n - 1 : n;
}

size_t
text_width(struct span s)
{
	size_t width = plain_columns(s);

	s = span_from(s, width);
	while (s.len) {
		size_t columns, n = next_cluster(s, &columns);

		width += columns;
		s = span_from(s, n);
	}
	return width;
}

struct span
text_cut(struct span s, size_t width)
{
	size_t at = plain_columns(s), used;

	if (at > width)
		at = width;
	used = at;
	while (at < s.len) {
		size_t columns, n = next_cluster(span_from(s, at), &columns);

		if (used + columns > width)
			break;
		used += columns;
		at += n;
	}
	return span_slice(s, 0, at);
}

void
text_shorten(struct str *out, struct span s, size_t width)
{
	struct span piece = text_cut(s, width);
	size_t n;

	if (piece.len == s.len) {
		str_add_span(out, s);
		return;
	}
	piece = text_cut(s, width ? width - 1 : 0);
	n = piece.len;
	if (n < s.len && s.data[n] != ' ') { /* back to the end of a word */
		while (n && s.data[n - 1] != ' ')
			n--;
		if (n == 0)
			n = piece.len;
	}
	while (n && strchr(" ,;:", s.data[n - 1]))
		n--;
	str_add_bytes(out, s.data, n);
	if (width)
		str_add(out, "\xe2\x80\xa6");
}

/* ----- wrapping ----- */

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
		n = next_cluster(span_from(line, i), &width);
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
