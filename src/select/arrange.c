/*
 * Arranging: what editors pinned and ordered, on top of the printing order.
 *
 *     a b | c d        as printed without them; "|" parts sections
 *     pinned d         d | a b | c
 *     order d a        c d | a b        c stands before d as it did, and b
 *                                       behind a: sections stay together
 *     order a c b d    a | c | b | d    each is named: exactly so
 */
#include "select/candidate.h"

#include "base/map.h"

/* An entry in the chain that becomes the new order. */
struct link {
	struct placed placed;
	struct link *next;
	bool in;
};

struct chain {
	struct link *links; /* in printing order, without what is pinned */
	size_t count;
	struct link *first;
};

static bool
same_section(const struct link *a, const struct link *b)
{
	return a->placed.updated == b->placed.updated &&
		a->placed.section == b->placed.section;
}

/* `before` NULL: to the front. */
static void
insert_behind(struct chain *c, struct link *before, struct link *link)
{
	struct link **at = before ? &before->next : &c->first;

	link->next = *at;
	*at = link;
	link->in = true;
}

/* The last in the chain that stands before the first of this section; *found
 * says whether there is one of it at all. */
static struct link *
find_before_section(const struct chain *c, const struct link *link, bool *found)
{
	struct link *before = NULL;

	for (struct link *l = c->first; l; before = l, l = l->next)
		if (same_section(l, link)) {
			*found = true;
			return before;
		}
	*found = false;
	return NULL;
}

static struct link *
find_end_of_section(const struct chain *c, const struct link *link)
{
	struct link *end = NULL;

	for (struct link *l = c->first; l; l = l->next)
		if (same_section(l, link))
			end = l;
	return end;
}

/* What nobody named: behind the one it follows in its section; the first of a
 * section before what is named of it, or where the section stood. */
static void
insert_unnamed(struct chain *c, size_t i)
{
	struct link *link = &c->links[i];
	struct link *previous = i ? &c->links[i - 1] : NULL, *before;
	bool found;

	if (previous && same_section(previous, link)) {
		insert_behind(c, previous, link);
		return;
	}
	before = find_before_section(c, link, &found);
	if (!found && previous)
		before = find_end_of_section(c, previous);
	insert_behind(c, before, link);
}

static void
insert_named(struct chain *c, const struct edited *order)
{
	struct map *by_id = map_new();
	struct link *last = NULL;

	for (size_t i = 0; i < c->count; i++)
		map_set(by_id, c->links[i].placed.entry.dispatch->id,
			&c->links[i]);
	for (size_t i = 0; i < order->count; i++) {
		struct link *link = map_find(by_id, order->items[i]);

		if (!link || link->in)
			continue;
		insert_behind(c, last, link);
		last = link;
	}
	map_free(by_id);
}

/* Appends to `out` what is pinned, in that order. The rest goes to the chain.
 * Above all sections none has a heading of its own. */
static size_t
take_pinned(struct selection *s, struct placed *out, const struct placed *items,
	size_t count, struct chain *c)
{
	const struct edited *pinned = &s->in->edits->pinned;
	size_t taken = 0;

	for (size_t i = 0; i < count; i++)
		if (!candidate_is_pinned(s, items[i].candidate))
			c->links[c->count++].placed = items[i];
	for (size_t p = 0; p < pinned->count; p++)
		for (size_t i = 0; i < count; i++) {
			if (!text_equals(items[i].entry.dispatch->id,
				    pinned->items[p]))
				continue;
			out[taken] = items[i];
			out[taken].entry.pinned = true;
			out[taken++].entry.section = NULL;
		}
	return taken;
}

bool
candidate_is_pinned(const struct selection *s, const struct candidate *c)
{
	const struct edits *edits = s->in->edits;

	return edits && edited_has(&edits->pinned, c->dispatch->id);
}

void
placed_arrange(struct selection *s, struct placed *items, size_t count)
{
	struct chain c = {.count = 0};
	struct placed *out;
	size_t n;

	if (!s->in->edits)
		return;
	c.links = arena_alloc(s->scratch, count * sizeof *c.links);
	out = arena_alloc(s->scratch, count * sizeof *out);
	n = take_pinned(s, out, items, count, &c);
	insert_named(&c, &s->in->edits->order);
	for (size_t i = 0; i < c.count; i++)
		if (!c.links[i].in)
			insert_unnamed(&c, i);
	for (const struct link *l = c.first; l; l = l->next)
		out[n++] = l->placed;
	for (size_t i = 0; i < count; i++)
		items[i] = out[i];
}
