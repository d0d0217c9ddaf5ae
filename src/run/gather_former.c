/*
 * A feed that has got another address. What its old one showed is in the pool
 * under that, and would be lost with it, though nobody has taken it out.
 *
 * That it is the same feed is seen by its items: the newest that both have
 * stand close together at the end of what the old one showed, and so do they in
 * what the new one shows, but for what has come since. A feed of one section,
 * written in place of that of the whole site, has only some of these; another
 * one, which the list had all along, has one or two that were sent to both.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/gathering.h"

/* A source that the list does not name any more. */
struct former {
	struct arena *arena;
	struct map *ids;
	const struct map *shown; /* ids of the other one */
	bool *again; /* of its items, as they came: the new one has it */
	size_t count, both;
};

static bool
take_item(void *data, const struct pooled *item)
{
	struct former *f = data;
	bool again = map_has(f->shown, item->id);

	f->again = arena_grow(f->arena, f->again, f->count, sizeof *f->again);
	f->again[f->count++] = again;
	f->both += again;
	map_set(f->ids, item->id, f);
	return true;
}

/* Authors take some back. */
static bool
are_most(size_t some, size_t all)
{
	return 4 * some >= 3 * all;
}

/* The later half of them tells: one that is shown for ever stands far from the
 * others. */
static bool
goes_on(const struct former *f)
{
	size_t wanted = (f->both + 1) / 2, found = 0, looked = 0;

	while (found < wanted)
		found += f->again[f->count - ++looked];
	return wanted && are_most(found, looked);
}

/* What has come since stands at one end: most of the others are the old one's. */
static bool
went_on(const struct former *f, const struct dispatches *shown)
{
	size_t first = shown->count, behind = 0, both = 0, others;

	for (size_t i = 0; i < shown->count; i++) {
		if (!map_has(f->ids, shown->items[i].id))
			continue;
		first = both ? first : i;
		behind = i + 1;
		both++;
	}
	others = shown->count - first < behind ? shown->count - first : behind;
	return are_most(both, others) &&
		(both > 1 || f->count == 1 || shown->count == 1);
}

static bool
look_at(const struct gathering *g, const char *name,
	const struct dispatches *shown, const struct map *ids, bool *is_former,
	struct error *err)
{
	struct former f = {
		.arena = arena_new(), .ids = map_new(), .shown = ids};
	bool ok = store_pool(
		g->o->store, g->o->list_id, name, take_item, &f, err);

	*is_former = ok && goes_on(&f) && went_on(&f, shown);
	map_free(f.ids);
	arena_free(f.arena);
	return ok;
}

/* Those that were read, and are none of the list's now. */
static bool
take_name(void *data, const char *name)
{
	const struct gathering *g = data;
	const struct list *list = g->o->list;

	for (size_t i = 0; i < list->source_count; i++)
		if (text_equals(list->sources[i].name, name))
			return true;
	map_set(g->left, name, g->left);
	return true;
}

static bool
load_left(struct gathering *g, struct error *err)
{
	if (g->left)
		return true;
	g->left = map_new();
	return store_sources(g->o->store, g->o->list_id, take_name, g, err);
}

static bool
look(struct gathering *g, const struct dispatches *shown, const struct map *ids,
	char **former, struct error *err)
{
	bool ok = true, found = false;

	for (size_t i = 0; ok && !found && i < map_count(g->left); i++) {
		const char *name = map_key(g->left, i);

		if (!map_value(g->left, i))
			continue;
		ok = look_at(g, name, shown, ids, &found, err);
		if (found)
			*former = mem_strdup(name);
	}
	return ok;
}

static bool
take_over(struct gathering *g, const struct asked *a, struct known *known,
	struct error *err)
{
	gathering_tell(g, SEVERITY_NOTE,
		"%s shows what %s showed: what was gathered there belongs to "
		"it",
		a->source->name, a->former);
	map_set(g->left, a->former, NULL);
	return known_add(g, a->former, known, err) &&
		(g->o->kind != GATHER_KEEP ||
			store_pool_inherit(g->o->store, g->o->list_id,
				a->former, a->source->name, err));
}

static bool
find(struct gathering *g, struct asked *a, const struct dispatches *shown,
	const struct known *known, struct error *err)
{
	struct map *ids = map_new();
	bool ok;

	for (size_t i = 0; i < map_count(known->numbers); i++)
		map_set(ids, map_key(known->numbers, i), ids);
	for (size_t i = 0; i < shown->count; i++)
		map_set(ids, shown->items[i].id, ids);
	ok = look(g, shown, ids, &a->former, err);
	map_free(ids);
	return ok;
}

bool
gathering_find_former(struct gathering *g, struct asked *a,
	const struct dispatches *shown, struct known *known, struct error *err)
{
	if (!load_left(g, err))
		return false;
	return !map_count(g->left) ||
		(find(g, a, shown, known, err) &&
			(!a->former || take_over(g, a, known, err)));
}
