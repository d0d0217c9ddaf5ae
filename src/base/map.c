#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct item {
	char *key;
	void *value;
	uint64_t hash;
};

struct map {
	struct item *items; /* in order of insertion */
	size_t count, capacity;
	uint32_t *table; /* index + 1 into items; 0 is empty */
	size_t mask;	 /* size of the table - 1 */
};

struct map *
map_new(void)
{
	struct map *map = mem_new(sizeof *map);

	map->mask = 15;
	map->table = mem_new((map->mask + 1) * sizeof *map->table);
	return map;
}

void
map_free(struct map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->count; i++)
		free(map->items[i].key);
	free(map->items);
	free(map->table);
	free(map);
}

/* FNV-1a, with the high bits folded in. */
static uint64_t
hash_text(const char *key)
{
	uint64_t h = 14695981039346656037u;

	for (const unsigned char *p = (const unsigned char *)key; *p; p++)
		h = (h ^ *p) * 1099511628211u;
	return h ^ h >> 32;
}

static size_t
find_place(const struct map *map, const char *key, uint64_t hash)
{
	size_t at = hash & map->mask;

	while (map->table[at]) {
		const struct item *item = &map->items[map->table[at] - 1];

		if (item->hash == hash && strcmp(item->key, key) == 0)
			break;
		at = (at + 1) & map->mask;
	}
	return at;
}

static void
grow_table(struct map *map)
{
	map->mask = map->mask * 2 + 1;
	free(map->table);
	map->table = mem_new((map->mask + 1) * sizeof *map->table);
	for (size_t i = 0; i < map->count; i++) {
		size_t at = map->items[i].hash & map->mask;

		while (map->table[at])
			at = (at + 1) & map->mask;
		map->table[at] = (uint32_t)i + 1;
	}
}

void *
map_set(struct map *map, const char *key, void *value)
{
	uint64_t hash = hash_text(key);
	size_t at = find_place(map, key, hash);

	if (map->table[at]) {
		struct item *item = &map->items[map->table[at] - 1];
		void *old = item->value;

		item->value = value;
		return old;
	}
	if (map->count == map->capacity) {
		map->capacity = map->capacity ? map->capacity * 2 : 8;
		map->items = mem_resize(
			map->items, map->capacity * sizeof *map->items);
	}
	map->items[map->count] = (struct item){
		.key = mem_strdup(key), .value = value, .hash = hash};
	map->table[at] = (uint32_t)++map->count;
	if (map->count * 4 > map->mask * 3)
		grow_table(map);
	return NULL;
}

void *
map_find(const struct map *map, const char *key)
{
	size_t at = find_place(map, key, hash_text(key));

	return map->table[at] ? map->items[map->table[at] - 1].value : NULL;
}

bool
map_has(const struct map *map, const char *key)
{
	return map->table[find_place(map, key, hash_text(key))] != 0;
}

size_t
map_count(const struct map *map)
{
	return map->count;
}

const char *
map_key(const struct map *map, size_t i)
{
	return map->items[i].key;
}

void *
map_value(const struct map *map, size_t i)
{
	return map->items[i].value;
}
