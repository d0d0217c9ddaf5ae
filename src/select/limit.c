/*
 * Limits: an issue has at least `min` items, and no edition more than `max` in
 * full. Both are counted by edition, since a late translation is an item for
 * its readers alone; the minimum is met when one edition meets it.
 */
#include "select/candidate.h"

#include <stdlib.h>

struct limit {
	struct selection *s;
	size_t max;
	size_t *counts; /* of each edition: taken so far */
};

/* Does one of the editions have more than `most` when these are added? */
static bool
is_over(const struct limit *l, const size_t *counts, const struct placed *items,
	size_t n)
{
	for (size_t e = 0; e < l->s->issue->edition_count; e++) {
		size_t sum = counts ? counts[e] : 0;

		for (size_t i = 0; i < n; i++)
			sum += items[i].candidate->showings[e].variant != NULL;
		if (sum > l->max)
			return true;
	}
	return false;
}

static void
count_in(struct limit *l, const struct placed *items, size_t n)
{
	for (size_t e = 0; e < l->s->issue->edition_count; e++)
		for (size_t i = 0; i < n; i++)
			l->counts[e] +=
				items[i].candidate->showings[e].variant != NULL;
}

/* ----- minimum ----- */

static size_t
least_of(const struct select_input *in)
{
	int least = in->extra ? 1 : in->list->select.min;

	if (in->enough > least)
		least = in->enough;
	return least > 1 ? (size_t)least : 1;
}

/* An issue with nothing in it is below any minimum, also an extra whose
 * dispatches are all out. */
static void
apply_minimum(struct limit *l, struct placed *items, size_t n)
{
	const struct select_input *in = l->s->in;
	size_t min = least_of(in), count = 0;
	const char *detail;

	for (size_t e = 0; e < l->s->issue->edition_count; e++)
		if (l->counts[e] > count)
			count = l->counts[e];
	if (count >= min)
		return;
	l->s->issue->below_minimum = true;
	detail = arena_printf(l->s->issue->arena,
		in->enough ? "%zu, and the next issue is not due yet"
			   : "%zu, and the minimum is %zu",
		count, min);
	for (size_t i = 0; i < n; i++)
		candidate_leave(items[i].candidate, REASON_TOO_FEW, detail);
}

/* ----- maximum ----- */

static void
put_over(struct limit *l, struct candidate *c)
{
	struct arena *arena = l->s->issue->arena;

	if (c->first_run && !c->known && c->dispatch->date == INSTANT_NONE)
		candidate_leave(c, REASON_BACKLOG,
			arena_printf(arena,
				"undated; the first issue takes up to %zu",
				l->max));
	else if (l->s->list->select.overflow == OVERFLOW_ROLL)
		candidate_leave(c, REASON_ROLLED,
			arena_printf(arena, "the maximum is %zu", l->max));
	else
		c->reason = REASON_TITLE_ONLY;
}

/* Members of a series in the order of their parts: whole when it can be; one
 * that is over the maximum on its own is cut where the room ends. */
static void
place_series(struct limit *l, const struct placed *items, size_t n)
{
	bool torn = is_over(l, NULL, items, n), over = false;

	if (!torn && !is_over(l, l->counts, items, n)) {
		count_in(l, items, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		over = over || !torn || is_over(l, l->counts, &items[i], 1);
		if (over)
			put_over(l, items[i].candidate);
		else
			count_in(l, &items[i], 1);
	}
}

static int
compare_series(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;

	if (a->series != b->series)
		return a->series < b->series ? -1 : 1;
	return placed_by_part(a, b);
}

/* They are in, whatever the maximum. Returns how many the others are, who stand
 * at the front now. */
static size_t
count_pinned(struct limit *l, struct placed *items, size_t count)
{
	size_t others = 0;

	for (size_t i = 0; i < count; i++)
		if (candidate_is_pinned(l->s, items[i].candidate))
			count_in(l, &items[i], 1);
		else
			items[others++] = items[i];
	return others;
}

static void
apply_maximum(struct limit *l, struct placed *items, size_t count)
{
	bool roll = l->s->list->select.overflow == OVERFLOW_ROLL;
	size_t n;

	count = count_pinned(l, items, count);
	placed_rank(l->s, items, count,
		roll ? placed_oldest_first : placed_newest_first);
	qsort(items, count, sizeof *items, compare_series);
	for (size_t i = 0; i < count; i += n) {
		for (n = 1; i + n < count &&
			items[i + n].series == items[i].series;)
			n++;
		place_series(l, &items[i], n);
	}
}

/* ----- both ----- */

/* As its first readers see it. */
static struct placed
place(const struct selection *s, struct candidate *c)
{
	const struct showing *showing = c->showings;
	bool updated = c->reason == REASON_UPDATED;

	for (size_t e = 0; e < s->issue->edition_count && !showing->variant;
		e++)
		showing = &c->showings[e];
	return (struct placed){
		.entry = {.dispatch = c->dispatch, .variant = showing->variant},
		.candidate = c,
		.updated = updated,
		.time = candidate_time(c, showing->variant, updated),
	};
}

/* The editor has counted the dispatches of an extra. */
void
candidates_limit(struct selection *s)
{
	struct limit l = {.s = s};
	struct placed *items =
		arena_alloc(s->scratch, s->count * sizeof *items);
	size_t count = 0, editions = s->issue->edition_count;

	for (size_t i = 0; i < s->count; i++)
		if (!s->items[i].out)
			items[count++] = place(s, &s->items[i]);
	l.counts = arena_alloc(s->scratch, editions * sizeof *l.counts);
	count_in(&l, items, count);
	apply_minimum(&l, items, count);
	if (s->issue->below_minimum || s->in->extra || s->list->select.max <= 0)
		return;
	l.max = (size_t)s->list->select.max;
	l.counts = arena_alloc(s->scratch, editions * sizeof *l.counts);
	names_learn(s, s->issue->editions[0].language);
	apply_maximum(&l, items, count);
}
