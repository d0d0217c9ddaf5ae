/*
 * Declarations are put in the order of the cascade (CSS 2.1, 6.4.1), for in one
 * attribute the later one wins:
 *
 *     rules, own style, important of rules, important of the own style
 *
 * Of several for one property only the last is written; yet those in one block
 * stay together: "color: #fff; color: rgb(…)" is meant for two readers. A
 * shorthand is a property like any other: being later, it wins by its place.
 */
#include "html/css_cascade.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"

struct placed {
	const struct css_declaration *declaration;
	size_t group; /* declarations of one block and one importance */
	bool own, wins;
};

struct css_cascade {
	const struct css *css;
	struct placed *placed;
	size_t count, room;
	size_t group; /* never the same twice */
	size_t *last; /* for each property: the group that sets it last */
	struct arena *arena;
};

struct css_cascade *
css_cascade_new(const struct css *css)
{
	struct css_cascade *c = mem_new(sizeof *c);

	c->css = css;
	c->last = mem_new(map_count(css->properties) * sizeof *c->last);
	c->arena = arena_new();
	return c;
}

void
css_cascade_free(struct css_cascade *c)
{
	if (!c)
		return;
	free(c->placed);
	free(c->last);
	arena_free(c->arena);
	free(c);
}

static void
place_block(struct css_cascade *c, const struct css_block *block,
	bool important, bool own)
{
	c->group++;
	for (size_t i = 0; i < block->count; i++) {
		if (block->items[i].important != important)
			continue;
		if (c->count == c->room) {
			c->room = c->room ? 2 * c->room : 64;
			c->placed = mem_resize(
				c->placed, c->room * sizeof *c->placed);
		}
		c->placed[c->count++] =
			(struct placed){&block->items[i], c->group, own, true};
	}
}

static struct css_block
read_own(struct css_cascade *c, struct span own)
{
	struct css_block block = {.items = NULL};
	struct css_declaration d;
	struct span text;

	while (css_take_declaration(&own, &text))
		if (css_read_declaration(c->arena, text, &d)) {
			d.property = css_property_find(c->css, d.name);
			css_add_declaration(c->arena, &block, d);
		}
	return block;
}

/* From the last to the first: `first` is the first of this element's groups. */
static void
choose(struct css_cascade *c, size_t first)
{
	for (size_t i = c->count; i--;) {
		struct placed *p = &c->placed[i];
		const struct css_property *property = p->declaration->property;
		size_t *last;

		if (!property)
			continue;
		last = &c->last[property->number];
		p->wins = *last < first || *last == p->group;
		if (p->wins)
			*last = p->group;
	}
}

static void
write(const struct css_cascade *c, struct str *out)
{
	bool any = false;

	for (size_t i = 0; i < c->count; i++) {
		const struct css_declaration *d = c->placed[i].declaration;

		if (!c->placed[i].wins)
			continue;
		if (any)
			str_add_char(out, ';');
		any = true;
		str_add_all(out, d->name, ":", NULL);
		escape_only(out, span_of(d->value), "&<>\"");
		if (d->important && c->placed[i].own)
			str_add(out, "!important");
	}
}

void
css_cascade_write(struct css_cascade *c, const struct css_matcher *m,
	struct span own, struct str *out)
{
	struct css_block block = read_own(c, own);
	size_t first = c->group + 1;

	c->count = 0;
	for (int important = 0; important <= 1; important++) {
		for (size_t i = 0; i < m->count; i++)
			place_block(
				c, &m->found[i].rule->block, important, false);
		place_block(c, &block, important, true);
	}
	choose(c, first);
	write(c, out);
}
