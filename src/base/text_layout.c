/*
 * The part of text.h that measures text in columns, and cuts it.
 *
 * Everything steps by grapheme clusters: what a reader takes for one character,
 * and what must not be cut apart. A cluster is as wide as its code points
 * together, but never wider than two columns: a family joined from four emoji,
 * a flag of two letters and a thumb with a skin tone all take two.
 */
#include <stdint.h>
#include <string.h>
#include <unigbrk.h>
#include <uniwidth.h>

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

size_t
text_cluster(struct span s, size_t *width)
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
	size_t n = span_printable(s);

	return n && !is_ascii_at(s, n) ? n - 1 : n;
}

size_t
text_width(struct span s)
{
	size_t width = plain_columns(s);

	s = span_from(s, width);
	while (s.len) {
		size_t columns, n = text_cluster(s, &columns);

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
		size_t columns, n = text_cluster(span_from(s, at), &columns);

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
