#include "render/budget.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
	BODY_LEVEL = 3, /* of the headings above most of them */
	/* What stands in a body's place: its opening and a line or two. */
	OPENING_SIZE = 800,
	/* What stands around each body at least: title, date, link. */
	AROUND_SIZE = 400,
	/* Octets of all bodies in a letter, as HTML; and of what cannot grow to
	   that: each line of it within eight quotes. */
	BODIES_LARGEST = 4 << 20,
	BODIES_SMALL = BODIES_LARGEST / 64,
};

struct weighed {
	size_t entry;
	size_t size; /* as HTML, without styles */
	bool has_link;
	bool cut; /* there is more of it than was read */
};

struct budget {
	const struct edition *edition;
	size_t most;
	struct weighed *weighed; /* in the order in which they give way */
	size_t given;		 /* how many were asked to */
	enum shown *shown;	 /* for each entry */
	size_t cut, openings;	 /* openings: also in the plain part */
};

/* Those with a link first, then by size; then as they stand. */
static int
by_precedence(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;

	if (x->has_link != y->has_link)
		return y->has_link - x->has_link;
	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static size_t
weigh(struct budget *b, struct bodies *bodies)
{
	size_t sum = 0;

	for (size_t i = 0; i < b->edition->entry_count; i++) {
		const struct entry *e = &b->edition->entries[i];
		const struct variant *v = e->variant;
		struct str html = STR_INIT;

		if (view_prints_body(e)) {
			body_to_html(&html, bodies, v, BODY_LEVEL);
			b->weighed[i].cut = body_is_cut(v);
		}
		b->weighed[i].entry = i;
		b->weighed[i].size = html.len;
		b->weighed[i].has_link = v->link != NULL;
		sum += html.len;
		str_clear(&html);
	}
	return sum;
}

static size_t
octets_of_bodies(const struct edition *edition)
{
	size_t sum = 0;

	for (size_t i = 0; i < edition->entry_count; i++)
		sum += span_of(edition->entries[i].variant->body).len;
	return sum;
}

static struct weighed *
heaviest(struct budget *b)
{
	struct weighed *most = b->weighed;

	for (size_t i = 1; i < b->edition->entry_count; i++)
		if (b->weighed[i].size > most->size)
			most = &b->weighed[i];
	return most;
}

/* It gives way in both parts. Returns what is left of the sum. */
static size_t
open_only(struct budget *b, struct weighed *w, size_t sum)
{
	size_t size = w->size;

	if (size > OPENING_SIZE)
		w->size = OPENING_SIZE;
	b->shown[w->entry] = SHOWN_OPENING;
	b->openings++;
	return sum - (size - w->size);
}

/* What would end where reading did, in the middle of a sentence, and the
 * heaviest. */
static size_t
bound(struct budget *b, size_t sum)
{
	for (size_t i = 0; i < b->edition->entry_count; i++)
		if (b->weighed[i].cut)
			sum = open_only(b, &b->weighed[i], sum);
	while (sum > BODIES_LARGEST) {
		struct weighed *w = heaviest(b);

		if (w->size <= OPENING_SIZE)
			break;
		sum = open_only(b, w, sum);
	}
	return sum;
}

/* Lets bodies give way until `excess` octets are saved; false when there is no
 * body left that is larger than its opening. */
static bool
give_way(struct budget *b, size_t excess)
{
	size_t saved = 0, before = b->cut;

	while (b->given < b->edition->entry_count && saved < excess) {
		const struct weighed *w = &b->weighed[b->given++];

		if (w->size <= OPENING_SIZE)
			continue;
		saved += w->size - OPENING_SIZE;
		b->shown[w->entry] = SHOWN_CUT;
		b->cut++;
	}
	return b->cut > before;
}

/* What is too much before anything is rendered need not be rendered to know
 * it. */
struct budget *
budget_new(const struct edition *edition, struct bodies *bodies, size_t most,
	bool in_html)
{
	struct budget *b = mem_new(sizeof *b);
	size_t count = edition->entry_count, sum;

	b->edition = edition;
	b->most = most;
	b->weighed = mem_new((count + 1) * sizeof *b->weighed);
	b->shown = mem_new((count + 1) * sizeof *b->shown);
	if (!most && octets_of_bodies(edition) <= BODIES_SMALL)
		return b;
	sum = bound(b, weigh(b, bodies)) + count * AROUND_SIZE;
	if (count)
		qsort(b->weighed, count, sizeof *b->weighed, by_precedence);
	if (most && in_html && sum > most)
		give_way(b, sum - most);
	return b;
}

void
budget_free(struct budget *b)
{
	if (!b)
		return;
	free(b->weighed);
	free(b->shown);
	free(b);
}

const enum shown *
budget_shown(const struct budget *b)
{
	return b->shown;
}

bool
budget_presses(struct budget *b, size_t size)
{
	return b->most && size > b->most && give_way(b, size - b->most);
}

size_t
budget_count(const struct budget *b)
{
	return b->cut + b->openings;
}

void
budget_warn(const struct budget *b, const char *list, size_t size,
	struct problems *problems)
{
	if (b->openings)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': %zu of its texts are too long for any "
			"letter; only their beginning is in it",
			list, b->openings);
	if (b->cut)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': the letter would be larger than %zu KB: "
			"%zu of its texts are shortened",
			list, b->most / 1000, budget_count(b));
	if (b->most && size > b->most)
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': the letter has %zu KB of HTML, more than "
			"%zu KB: some readers will see it cut",
			list, size / 1000, b->most / 1000);
}
