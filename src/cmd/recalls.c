#include "cmd/recalls.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cmd/site.h"
#include "store/retraction.h"

struct recalls {
	struct arena *arena;
	struct recalled *items;
	size_t count;
};

static bool
add(void *data, const struct recalled *r)
{
	struct recalls *all = data;
	struct recalled *item;

	all->items =
		arena_grow(all->arena, all->items, all->count, sizeof *item);
	item = &all->items[all->count++];
	*item = (struct recalled){.holder = r->holder,
		.id = arena_strdup(all->arena, r->id),
		.of = {.at = r->of.at,
			.by = arena_strdup(all->arena, r->of.by),
			.why = arena_strdup(all->arena, r->of.why)}};
	return true;
}

struct recalls *
recalls_load(struct store *store, int64_t list, struct error *err)
{
	struct recalls *all = mem_new(sizeof *all);

	all->arena = arena_new();
	if (store_recalled(store, list, false, add, all, err))
		return all;
	recalls_free(all);
	return NULL;
}

void
recalls_free(struct recalls *all)
{
	if (!all)
		return;
	arena_free(all->arena);
	free(all);
}

void
recalls_print(const struct recalls *all, int64_t issue, const struct list *list,
	FILE *out)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct retraction *of = &all->items[i].of;
		char *at;

		if (all->items[i].holder != issue)
			continue;
		at = local_time(list, of->at);
		fprintf(out, "        %s was retracted on %s by %s%s%s\n",
			all->items[i].id, at, of->by, of->why ? ": " : "",
			of->why ? of->why : "");
		free(at);
	}
}

void
recalls_add(const struct recalls *all, int64_t issue, struct arena *arena,
	struct value *v)
{
	struct value *list =
		value_set(arena, v, "retracted", value_new_list(arena));

	for (size_t i = 0; i < all->count; i++) {
		const struct retraction *of = &all->items[i].of;
		struct value *item;

		if (all->items[i].holder != issue)
			continue;
		item = value_push(arena, list, value_new_map(arena));
		value_set_text(arena, item, "id", all->items[i].id);
		value_set_instant(arena, item, "at", of->at);
		value_set_text(arena, item, "by", of->by);
		value_set_text(arena, item, "why", of->why);
	}
}
