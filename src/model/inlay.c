#include "model/inlay.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"

struct inlays {
	struct arena *arena;
	struct map *by_cid, *by_place;
};

int
inlay_shown_width(const struct inlay *inlay)
{
	return inlay->width < INLAY_WIDTH ? inlay->width : INLAY_WIDTH;
}

int
inlay_shown_height(const struct inlay *inlay)
{
	int width = inlay_shown_width(inlay);
	int64_t height = (int64_t)inlay->height * width / inlay->width;

	return height < 1 ? 1 : (int)height;
}

struct inlays *
inlays_new(void)
{
	struct inlays *inlays = mem_new(sizeof *inlays);

	inlays->arena = arena_new();
	inlays->by_cid = map_new();
	inlays->by_place = map_new();
	return inlays;
}

void
inlays_free(struct inlays *inlays)
{
	if (!inlays)
		return;
	map_free(inlays->by_cid);
	map_free(inlays->by_place);
	arena_free(inlays->arena);
	free(inlays);
}

const struct inlay *
inlays_add(struct inlays *inlays, const struct inlay *inlay)
{
	struct inlay *kept = map_find(inlays->by_cid, inlay->cid);
	struct arena *a = inlays->arena;

	if (kept)
		return kept;
	kept = arena_alloc(a, sizeof *kept);
	*kept = *inlay;
	kept->cid = arena_strdup(a, inlay->cid);
	kept->type = arena_strdup(a, inlay->type);
	kept->file_name = arena_strdup(a, inlay->file_name);
	kept->bytes.data = arena_dup(a, inlay->bytes.data, inlay->bytes.len);
	map_set(inlays->by_cid, kept->cid, kept);
	return kept;
}

/* A variant is known by where it is in memory: it has no name of its own. */
static char *
place_key(const struct variant *v, const char *name)
{
	return mem_printf("%p %s", (const void *)v, name);
}

void
inlays_place(struct inlays *inlays, const struct variant *v, const char *name,
	const struct inlay *inlay)
{
	char *key = place_key(v, name);

	map_set(inlays->by_place, key, (struct inlay *)inlay);
	free(key);
}

const struct inlay *
inlays_find(
	const struct inlays *inlays, const struct variant *v, const char *name)
{
	const struct inlay *found;
	char *key;

	if (!inlays || !name)
		return NULL;
	key = place_key(v, name);
	found = map_find(inlays->by_place, key);
	free(key);
	return found;
}

const struct inlay *
inlays_find_cid(const struct inlays *inlays, const char *cid)
{
	return inlays ? map_find(inlays->by_cid, cid) : NULL;
}
