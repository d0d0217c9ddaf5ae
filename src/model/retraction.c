#include "model/retraction.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"

struct retractions {
	struct arena *arena;
	struct map *by_id;    /* id -> struct retraction */
	struct map *by_alias; /* key -> struct retraction */
};

struct retractions *
retractions_new(void)
{
	struct retractions *all = mem_new(sizeof *all);

	all->arena = arena_new();
	all->by_id = map_new();
	all->by_alias = map_new();
	return all;
}

void
retractions_free(struct retractions *all)
{
	if (!all)
		return;
	map_free(all->by_id);
	map_free(all->by_alias);
	arena_free(all->arena);
	free(all);
}

void
retractions_add(struct retractions *all, const struct retraction *r)
{
	struct retraction *copy;

	if (map_has(all->by_id, r->id))
		return;
	copy = arena_alloc(all->arena, sizeof *copy);
	*copy = (struct retraction){
		.id = arena_strdup(all->arena, r->id),
		.source = arena_strdup(all->arena, r->source),
		.at = r->at,
		.by = arena_strdup(all->arena, r->by),
		.why = arena_strdup(all->arena, r->why),
	};
	map_set(all->by_id, copy->id, copy);
}

void
retractions_add_alias(struct retractions *all, const char *key, const char *id)
{
	void *r = map_find(all->by_id, id);

	if (r && !map_has(all->by_alias, key))
		map_set(all->by_alias, key, r);
}

const struct retraction *
retractions_find(const struct retractions *all, const char *id)
{
	return all ? map_find(all->by_id, id) : NULL;
}

const struct retraction *
retractions_find_alias(const struct retractions *all, const char *key)
{
	return all ? map_find(all->by_alias, key) : NULL;
}
