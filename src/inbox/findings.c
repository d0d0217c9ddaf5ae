#include "inbox/findings.h"

#include "base/text.h"

struct returned *
findings_find(const struct findings *f, struct span address)
{
	for (size_t i = 0; i < f->count; i++)
		if (span_equals_nocase(address, f->items[i].address))
			return &f->items[i];
	return NULL;
}

struct returned *
findings_add(struct findings *f, struct span address)
{
	struct str flat = STR_INIT;
	struct returned *item;

	if (f->count == FINDINGS_MOST || findings_find(f, address))
		return NULL;
	f->items = arena_grow(f->arena, f->items, f->count, sizeof *f->items);
	item = &f->items[f->count++];
	text_flatten(&flat, address);
	*item = (struct returned){.address = arena_take(f->arena, &flat)};
	return item;
}
