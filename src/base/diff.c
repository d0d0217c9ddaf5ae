#include "base/diff.h"

#include <stdint.h>

#include "base/text.h"

static const size_t none = SIZE_MAX;

struct units {
	struct span *items; /* NULL when there are none */
	size_t count;
};

struct diff {
	struct arena *scratch, *arena;
	struct diff_run *runs;
	size_t count;
};

const char *
diff_kind_name(enum diff_kind kind)
{
	static const char *const names[] = {[DIFF_KEPT] = "kept",
		[DIFF_ADDED] = "added",
		[DIFF_REMOVED] = "removed"};

	return names[kind];
}

/* ----- cutting ----- */

static size_t
line_length(struct span s)
{
	size_t n = span_find(s, '\n');

	return n + (n < s.len);
}

enum letter { LETTER_WORD, LETTER_BLANK, LETTER_ALONE };

static enum letter
classify(unsigned code)
{
	if (code == ' ' || (code >= '\t' && code <= '\r'))
		return LETTER_BLANK;
	if (code < 0x80)
		return (code >= '0' && code <= '9') ||
				((code | 0x20) >= 'a' && (code | 0x20) <= 'z')
			? LETTER_WORD
			: LETTER_ALONE;
	/* Ideographs and kana, which are written without blanks; the marks of
	   U+2000 that part words. */
	if ((code >= 0x2e80 && code < 0xa000) || code >= 0x20000 ||
		(code >= 0x2010 && code < 0x2070))
		return LETTER_ALONE;
	return LETTER_WORD;
}

static size_t
word_length(struct span s)
{
	unsigned code;
	size_t n = text_decode(s, &code);
	enum letter kind = classify(code);

	while (kind != LETTER_ALONE && n < s.len) {
		size_t more = text_decode(span_from(s, n), &code);

		if (classify(code) != kind)
			break;
		n += more;
	}
	return n;
}

static struct units
cut(struct arena *arena, struct span s, size_t (*length)(struct span))
{
	struct units units = {.count = 0};

	while (s.len) {
		size_t n = length(s);

		units.items = arena_grow(
			arena, units.items, units.count, sizeof *units.items);
		units.items[units.count++] = span_slice(s, 0, n);
		s = span_from(s, n);
	}
	return units;
}

static struct units
slice(struct units u, size_t from, size_t to)
{
	return (struct units){from < to ? u.items + from : NULL, to - from};
}

/* All of these, which stand one behind the other. */
static struct span
whole(struct units u)
{
	const struct span *last;

	if (!u.items)
		return SPAN_NONE;
	last = &u.items[u.count - 1];
	return (struct span){u.items[0].data,
		(size_t)(last->data - u.items[0].data) + last->len};
}

/* ----- matching ----- */

/*
 * The furthest points of all paths with d edits, for d = 0, 1, …: row d has one
 * for each diagonal k = x - y of -d, -d + 2, … d.
 */
struct paths {
	struct units a, b;
	ptrdiff_t **rows;
	ptrdiff_t edits;
};

/* Where a path with one edit less has arrived, one step before it is on diagonal
 * k: down from k + 1, or to the right from k - 1. */
static bool
comes_down(const ptrdiff_t *before, ptrdiff_t d, ptrdiff_t k)
{
	const ptrdiff_t right = (k + d) / 2;

	return k == -d || (k != d && before[right - 1] < before[right]);
}

static ptrdiff_t
step(const struct paths *p, ptrdiff_t d, ptrdiff_t k)
{
	const ptrdiff_t *before = p->rows[d - 1];
	ptrdiff_t right = (k + d) / 2;

	return comes_down(before, d, k) ? before[right] : before[right - 1] + 1;
}

static ptrdiff_t
slide(const struct paths *p, ptrdiff_t x, ptrdiff_t k)
{
	while (x < (ptrdiff_t)p->a.count && x - k < (ptrdiff_t)p->b.count &&
		span_same(p->a.items[x], p->b.items[x - k]))
		x++;
	return x;
}

/* True when the ends of both are reached. */
static bool
advance(struct paths *p, struct arena *arena, ptrdiff_t d)
{
	ptrdiff_t n = (ptrdiff_t)p->a.count, m = (ptrdiff_t)p->b.count;
	ptrdiff_t *row = arena_alloc(arena, (size_t)(d + 1) * sizeof *row);

	p->rows[d] = row;
	p->edits = d;
	for (ptrdiff_t k = -d; k <= d; k += 2) {
		ptrdiff_t x = slide(p, d ? step(p, d, k) : 0, k);

		row[(k + d) / 2] = x;
		if (x >= n && x - k >= m)
			return true;
	}
	return false;
}

/* From the end, along the path that arrived there. */
static void
trace(const struct paths *p, size_t *match)
{
	ptrdiff_t x = (ptrdiff_t)p->a.count, y = (ptrdiff_t)p->b.count;

	for (ptrdiff_t d = p->edits; d >= 0; d--) {
		ptrdiff_t k = x - y;
		ptrdiff_t start = d ? step(p, d, k) : 0;
		bool down = d && comes_down(p->rows[d - 1], d, k);

		while (x > start) {
			x--;
			y--;
			match[x] = (size_t)y;
		}
		x -= d && !down;
		y -= down;
	}
}

static void
match_shortest(
	struct arena *arena, struct units a, struct units b, size_t *match)
{
	struct paths p = {.a = a, .b = b};
	ptrdiff_t most = (ptrdiff_t)(a.count + b.count), d = 0;

	p.rows = arena_alloc(arena, (size_t)(most + 1) * sizeof *p.rows);
	while (!advance(&p, arena, d))
		d++;
	trace(&p, match);
}

/* For each of `a` its place in `b`, or none. */
static size_t *
match_units(struct arena *arena, struct units a, struct units b)
{
	size_t *match = arena_alloc(arena, (a.count + 1) * sizeof *match);
	size_t head = 0, end_a = a.count, end_b = b.count;

	for (size_t i = 0; i <= a.count; i++)
		match[i] = none;
	for (; head < end_a && head < end_b &&
		span_same(a.items[head], b.items[head]);
		head++)
		match[head] = head;
	while (end_a > head && end_b > head &&
		span_same(a.items[end_a - 1], b.items[end_b - 1]))
		match[--end_a] = --end_b;
	if (end_a == head || end_b == head ||
		end_a - head + end_b - head > DIFF_UNITS)
		return match;
	match_shortest(arena, slice(a, head, end_a), slice(b, head, end_b),
		match + head);
	for (size_t i = head; i < end_a; i++)
		match[i] += match[i] == none ? 0 : head;
	return match;
}

/* ----- runs ----- */

static void
add_run(struct diff *d, enum diff_kind kind, struct span text)
{
	struct diff_run *last = d->count ? &d->runs[d->count - 1] : NULL;

	if (!text.len)
		return;
	if (last && last->kind == kind &&
		last->text.data + last->text.len == text.data) {
		last->text.len += text.len;
		return;
	}
	d->runs = arena_grow(d->arena, d->runs, d->count, sizeof *d->runs);
	d->runs[d->count++] = (struct diff_run){kind, text};
}

static void
add_replaced(struct diff *d, struct units a, struct units b)
{
	add_run(d, DIFF_REMOVED, whole(a));
	add_run(d, DIFF_ADDED, whole(b));
}

/* Calls `replaced` for what lies between matches. */
static void
add_matched(struct diff *d, struct units a, struct units b, const size_t *match,
	void (*replaced)(struct diff *d, struct units a, struct units b))
{
	size_t from_a = 0, from_b = 0;

	for (size_t i = 0; i <= a.count; i++) {
		size_t j = i < a.count ? match[i] : b.count;

		if (j == none)
			continue;
		if (i > from_a || j > from_b)
			replaced(d, slice(a, from_a, i), slice(b, from_b, j));
		if (i < a.count)
			add_run(d, DIFF_KEPT, a.items[i]);
		from_a = i + 1;
		from_b = j + 1;
	}
}

/* A blank that both have between two words that they have not. */
static void
unmatch_lone_blanks(struct units a, size_t b_count, size_t *match)
{
	for (size_t i = 1; i + 1 < a.count; i++) {
		size_t j = match[i];

		if (j != none && j > 0 && j + 1 < b_count &&
			match[i - 1] == none && match[i + 1] != j + 1 &&
			!span_trim(a.items[i]).len)
			match[i] = none;
	}
}

static void
add_changed_lines(struct diff *d, struct units a, struct units b)
{
	struct units words_a = cut(d->scratch, whole(a), word_length);
	struct units words_b = cut(d->scratch, whole(b), word_length);
	size_t *match = match_units(d->scratch, words_a, words_b);

	unmatch_lone_blanks(words_a, words_b.count, match);
	add_matched(d, words_a, words_b, match, add_replaced);
}

struct diff_run *
diff_texts(struct arena *arena, struct span old, struct span new, size_t *count)
{
	struct diff d = {.arena = arena, .scratch = arena_new()};
	struct units a = cut(d.scratch, old, line_length);
	struct units b = cut(d.scratch, new, line_length);

	add_matched(&d, a, b, match_units(d.scratch, a, b), add_changed_lines);
	*count = d.count;
	arena_free(d.scratch);
	return d.runs;
}
