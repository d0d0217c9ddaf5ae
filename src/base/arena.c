#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A block is at least this large; larger wishes get a block of their own. */
enum { BLOCK_SIZE = 16 * 1024 };

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

struct arena {
	struct block *blocks; /* the one with room comes first */
};

static struct block *
block_new(size_t size)
{
	struct block *b = mem_resize(NULL, sizeof *b + size);

	*b = (struct block){.size = size};
	return b;
}

struct arena *
arena_new(void)
{
	return mem_new(sizeof(struct arena));
}

void
arena_free(struct arena *arena)
{
	struct block *b, *next;

	if (!arena)
		return;
	for (b = arena->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(arena);
}

/* Of whatever is in it. */
static void *
take(struct arena *arena, size_t size)
{
	struct block *b = arena->blocks;
	void *p;

	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (!b || b->size - b->used < size) {
		bool own = size > BLOCK_SIZE / 4;

		b = block_new(own ? size : BLOCK_SIZE);
		if (own && arena->blocks) { /* keep the one with room first */
			b->next = arena->blocks->next;
			arena->blocks->next = b;
		} else {
			b->next = arena->blocks;
			arena->blocks = b;
		}
	}
	p = b->data + b->used;
	b->used += size;
	return p;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return memset(take(arena, size), 0, size);
}

char *
arena_dup(struct arena *arena, const void *data, size_t size)
{
	char *copy = take(arena, size + 1);

	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *s)
{
	return s ? arena_dup(arena, s, strlen(s)) : NULL;
}

char *
arena_span(struct arena *arena, struct span s)
{
	return arena_dup(arena, s.data, s.len);
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	char text[200], *longer; /* most are short, and formatted once */
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (n < (int)sizeof text) {
		longer = arena_dup(arena, text, n > 0 ? (size_t)n : 0);
	} else {
		longer = take(arena, (size_t)n + 1);
		vsnprintf(longer, (size_t)n + 1, format, again);
	}
	va_end(again);
	return longer;
}

struct span
arena_take_span(struct arena *arena, struct str *s)
{
	struct span kept = {arena_span(arena, str_span(s)), s->len};

	str_clear(s);
	return kept;
}

char *
arena_take(struct arena *arena, struct str *s)
{
	char *kept = arena_span(arena, str_span(s));

	str_clear(s);
	return kept;
}

char *
arena_take_some(struct arena *arena, struct str *s)
{
	if (s->len)
		return arena_take(arena, s);
	str_clear(s);
	return NULL;
}

void *
arena_grow(struct arena *arena, void *items, size_t count, size_t size)
{
	void *bigger;

	/* Full at 0, 4, 8, 16, 32, …: powers of two from four on. */
	if (items && (count < 4 || (count & (count - 1)) != 0))
		return items;
	bigger = arena_alloc(arena, (count ? 2 * count : 4) * size);
	if (items && count)
		memcpy(bigger, items, count * size);
	return bigger;
}
