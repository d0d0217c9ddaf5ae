#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>

#include "base/eight.h"
#include "base/mem.h"

/* ----- decoding ----- */

/* The smallest code point that needs a sequence of this length. */
static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};

size_t
text_decode(struct span s, unsigned *code)
{
	const unsigned char *p = (const unsigned char *)s.data;
	unsigned c = p[0];
	size_t n;

	if (c < 0x80) {
		*code = c;
		return 1;
	}
	n = c < 0xc2 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 1;
	*code = 0xfffd;
	if (n == 1 || n > s.len)
		return 1;
	c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 1;
	*code = c;
	return n;
}

bool
text_is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] >= 0x80)
			return false;
	return true;
}

static uint64_t
not_ascii(uint64_t eight)
{
	return (eight & eight_tops) | eight_equal(eight, '\0');
}

size_t
text_ascii_run(struct span s)
{
	size_t n = eight_run(s, not_ascii);

	while (n < s.len && (signed char)s.data[n] > 0)
		n++;
	return n;
}

bool
text_is_xml(unsigned code)
{
	return code == '\t' || code == '\n' || code == '\r' ||
		(code >= 0x20 && code < 0xd800) ||
		(code > 0xdfff && code < 0xfffe) ||
		(code > 0xffff && code <= 0x10ffff);
}

bool
text_is_utf8(struct span s)
{
	for (s = span_from(s, text_ascii_run(s)); s.len;
		s = span_from(s, text_ascii_run(s))) {
		unsigned code;
		size_t n = text_decode(s, &code);

		/* A U+FFFD that was written takes three bytes. */
		if (n == 1 && code == 0xfffd)
			return false;
		s = span_from(s, n);
	}
	return true;
}

void
text_repair(struct str *out, struct span s)
{
	str_reserve(out, s.len);
	while (s.len) {
		unsigned code;
		size_t n = text_ascii_run(s);

		str_add_bytes(out, s.data, n);
		s = span_from(s, n);
		if (!s.len)
			break;
		n = text_decode(s, &code);
		if (n == 1 && code == 0xfffd)
			str_add_utf8(out, code);
		else if (code)
			str_add_bytes(out, s.data, n);
		s = span_from(s, n);
	}
}

/* ----- one line ----- */

static bool
is_white(unsigned c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x85 || c == 0xa0 || c == 0x1680 ||
		(c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
		c == 0x202f || c == 0x205f || c == 0x3000;
}

/* What must not reach a title or a header: controls, and marks that turn the
 * direction of what follows them. */
static bool
is_dropped(unsigned c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff ||
		(c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Printable ASCII but blanks, which most of every text is. */
static size_t
visible_run(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] > ' ' && s.data[n] < 0x7f)
		n++;
	return n;
}

void
text_flatten(struct str *out, struct span s)
{
	size_t start = out->len;
	bool gap = false;

	str_reserve(out, s.len);
	while (s.len) {
		size_t n = visible_run(s);
		unsigned code = ' ';

		if (n == 0) {
			n = text_decode(s, &code);
			if (is_white(code) || is_dropped(code)) {
				gap |= is_white(code);
				s = span_from(s, n);
				continue;
			}
		}
		if (gap && out->len > start)
			str_add_char(out, ' ');
		gap = false;
		if (code == ' ')
			str_add_bytes(out, s.data, n);
		else
			str_add_utf8(out, code);
		s = span_from(s, n);
	}
}

char *
text_flatten_take(char *text)
{
	struct span s = span_of(text);
	struct str flat = STR_INIT;

	if (!text_has_controls(s) && text_is_utf8(s))
		return text;
	text_flatten(&flat, s);
	free(text);
	return str_take(&flat);
}

/* ----- comparing ----- */

/*
 * Letters and signs that a reader takes for one another but case folding does
 * not: the Turkish dotless i, curly quotes, dashes; soft hyphens and the dot
 * that folding leaves above the Turkish capital I mean nothing (0).
 */
static unsigned
same_letter(unsigned c)
{
	static const unsigned pairs[][2] = {{0x131, 'i'}, {0x307, 0}, {0xad, 0},
		{0x200b, 0}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},
		{0x201d, '"'}, {0x2010, '-'}, {0x2011, '-'}, {0x2013, '-'},
		{0x2014, '-'}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i][0] == c)
			return pairs[i][1];
	return c;
}

static void
add_same_letters(struct str *out, struct span s)
{
	while (s.len) {
		unsigned code;
		size_t n = text_decode(s, &code);

		s = span_from(s, n);
		if (code >= 0x80)
			code = same_letter(code);
		if (code)
			str_add_utf8(out, code);
	}
}

/*
 * The folded form of a letter that is one code point before and after: ASCII,
 * most of Latin-1 and Latin Extended-A, quotes and dashes, which is all that
 * most texts have. 0: ask Unicode's tables, which cost fifty times as much.
 */
static unsigned
fold_latin(unsigned c)
{
	bool odd = c & 1;

	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	if (c < 0xc0)
		return c == 0xab || c == 0xbb ? c : 0;
	if (c < 0x100)
		return c == 0xdf ? 0 : c <= 0xde && c != 0xd7 ? c + 0x20 : c;
	if (c == 0x130 || c == 0x131)
		return 'i';
	if (c == 0x132 || c == 0x133 || c == 0x13f || c == 0x140 ||
		c == 0x149 || c == 0x178 || c == 0x17f)
		return 0;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return odd ? c + 1 : c;
	if (c < 0x180)
		return odd || c == 0x138 ? c : c + 1;
	return c >= 0x2010 && c <= 0x201d && same_letter(c) != c
		? same_letter(c)
		: 0;
}

/* False, and nothing appended, when a letter needs more. */
static bool
fold_simply(struct str *out, struct span s)
{
	size_t start = out->len;

	str_reserve(out, s.len);
	while (s.len) {
		unsigned code;
		size_t n = text_decode(s, &code);

		code = fold_latin(code);
		if (!code) {
			str_truncate(out, start);
			return false;
		}
		if (code < 0x80)
			str_add_char(out, (char)code);
		else
			str_add_utf8(out, code);
		s = span_from(s, n);
	}
	return true;
}

static void
fold_by_tables(struct str *out, struct span s)
{
	size_t n;
	uint8_t *folded = u8_casefold(
		(const uint8_t *)s.data, s.len, NULL, UNINORM_NFKC, NULL, &n);

	if (folded)
		add_same_letters(out, (struct span){(char *)folded, n});
	else /* not to be had: the text was repaired; but out of memory */
		str_add_span(out, s);
	free(folded);
}

/* Word by word: nothing combines with a blank before it, and few words have
 * letters that are not simple. */
void
text_fold(struct str *out, struct span s)
{
	struct str flat = STR_INIT;
	struct span rest;

	text_flatten(&flat, s);
	rest = str_span(&flat);
	while (rest.len) {
		size_t blank = span_find(rest, ' ');
		struct span word = span_slice(rest, 0, blank + 1);

		if (!fold_simply(out, word))
			fold_by_tables(out, word);
		rest = span_from(rest, word.len);
	}
	str_clear(&flat);
}

/* ----- the nearest name ----- */

/* Words longer than this are no misspelt names. */
enum { NAME_LONGEST = 64 };

static size_t
least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Insertions, deletions, replacements and swaps of neighbours. */
static size_t
edit_distance(const char *a, size_t m, const char *b, size_t n)
{
	size_t rows[3][NAME_LONGEST + 1];

	for (size_t j = 0; j <= n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3];
		size_t *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			bool same = lower(a[i - 1]) == lower(b[j - 1]);
			size_t best = above[j - 1] + !same;

			best = least_of(best, above[j] + 1);
			best = least_of(best, row[j - 1] + 1);
			if (i > 1 && j > 1 &&
				lower(a[i - 1]) == lower(b[j - 2]) &&
				lower(a[i - 2]) == lower(b[j - 1]))
				best = least_of(best, before[j - 2] + 1);
			row[j] = best;
		}
	}
	return rows[m % 3][n];
}

const char *
text_nearest(const char *word, const char *const *names)
{
	size_t m = strlen(word), best = m < 4 ? 1 : m < 8 ? 2 : 3;
	const char *nearest = NULL;

	if (m == 0 || m > NAME_LONGEST)
		return NULL;
	for (; *names; names++) {
		size_t n = strlen(*names), distance;

		if (n > NAME_LONGEST)
			continue;
		distance = edit_distance(word, m, *names, n);
		/* As many edits as letters would make any word of any. */
		if (distance < least_of(m, n) &&
			(distance < best || (distance == best && !nearest))) {
			best = distance;
			nearest = *names;
		}
	}
	return nearest;
}
