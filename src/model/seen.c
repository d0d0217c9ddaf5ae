#include "model/seen.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* One language of a dispatch; the others hang behind it. Few have three. */
struct node {
	const char *language;
	struct carried carried;
	struct node *next;
};

struct seen {
	struct arena *arena;
	struct map *dispatches; /* id -> struct node */
	struct map *aliases;	/* key -> id */
	struct map *sources;	/* name -> the seen itself: a set */
};

struct seen *
seen_new(void)
{
	struct seen *seen = mem_new(sizeof *seen);

	seen->arena = arena_new();
	seen->dispatches = map_new();
	seen->aliases = map_new();
	seen->sources = map_new();
	return seen;
}

void
seen_free(struct seen *seen)
{
	if (!seen)
		return;
	map_free(seen->dispatches);
	map_free(seen->aliases);
	map_free(seen->sources);
	arena_free(seen->arena);
	free(seen);
}

static struct node *
find_node(const struct seen *seen, const char *id, const char *language)
{
	struct node *node = map_find(seen->dispatches, id);

	while (node && strcmp(node->language, language) != 0)
		node = node->next;
	return node;
}

static struct node *
add_node(struct seen *seen, const char *id, const char *language)
{
	struct node *node = arena_alloc(seen->arena, sizeof *node);

	node->language = arena_strdup(seen->arena, language);
	node->next = map_find(seen->dispatches, id);
	map_set(seen->dispatches, id, node);
	return node;
}

void
seen_add(struct seen *seen, const char *id, const char *language,
	const struct carried *c)
{
	struct node *node = find_node(seen, id, language);

	if (!node)
		node = add_node(seen, id, language);
	node->carried = *c;
	node->carried.revision = arena_strdup(seen->arena, c->revision);
	node->carried.signatories = arena_strdup(seen->arena, c->signatories);
}

void
seen_add_alias(struct seen *seen, const char *key, const char *id)
{
	const char *known = map_find(seen->aliases, key);

	if (!known || strcmp(known, id) != 0)
		map_set(seen->aliases, key, arena_strdup(seen->arena, id));
}

void
seen_add_source(struct seen *seen, const char *name)
{
	map_set(seen->sources, name, seen);
}

const struct carried *
seen_find(const struct seen *seen, const char *id, const char *language)
{
	const struct node *node = find_node(seen, id, language);

	return node ? &node->carried : NULL;
}

bool
seen_has(const struct seen *seen, const char *id)
{
	return map_has(seen->dispatches, id);
}

const char *
seen_find_alias(const struct seen *seen, const char *key)
{
	return map_find(seen->aliases, key);
}

bool
seen_has_source(const struct seen *seen, const char *name)
{
	return map_has(seen->sources, name);
}
