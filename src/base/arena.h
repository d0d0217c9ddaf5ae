/*
 * Memory that lives and dies together: everything that belongs to a list, an
 * issue or a parsed file comes from one arena and goes with arena_free().
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* Copies end with a NUL. arena_strdup(NULL) gives NULL. */
char *arena_dup(struct arena *arena, const void *data, size_t size);
char *arena_strdup(struct arena *arena, const char *s);
char *arena_span(struct arena *arena, struct span s);
__attribute__((format(printf, 2, 3))) char *arena_printf(
	struct arena *arena, const char *format, ...);

/* What the str holds; the str is empty again. arena_take_some() gives NULL when
 * it holds nothing. */
char *arena_take(struct arena *arena, struct str *s);
char *arena_take_some(struct arena *arena, struct str *s);
struct span arena_take_span(struct arena *arena, struct str *s);

/*
 * Makes room for one more in an array that grows by doubling; the old array
 * stays behind in the arena. Use: `items = arena_grow(a, items, n, sizeof
 * *items); items[n++] = x;` where the array was only ever grown this way.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t size);

#endif
