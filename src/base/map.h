/*
 * A hash table from text to pointers. It copies its keys, borrows its values,
 * and is walked in the order of insertion.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map;

struct map *map_new(void);
void map_free(struct map *map); /* not what the values point to */

/* Replaces what was there; returns that, or NULL. */
void *map_set(struct map *map, const char *key, void *value);

/* Borrowed; NULL when absent. */
void *map_find(const struct map *map, const char *key);
bool map_has(const struct map *map, const char *key);

size_t map_count(const struct map *map);

/* The i-th in order of insertion; i < map_count(). */
const char *map_key(const struct map *map, size_t i);
void *map_value(const struct map *map, size_t i);

#endif
