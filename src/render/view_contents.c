/*
 * The table of contents. It is made from the sections of the view, so that it
 * stands in the order of the letter; in the digest forms, where no heading of a
 * section stands between the dispatches, it has their names.
 */
#include "base/text.h"
#include "render/view.h"

enum { CONTENTS_LEAST = 4 }; /* fewer are seen at a glance */

struct contents {
	struct arena *arena;
	const struct view_input *in;
	struct value *items;
};

static void
add_item(struct contents *c, const char *section, bool first)
{
	size_t i = c->items->count;
	const struct variant *v = c->in->edition->entries[i].variant;
	const char *title = view_shortened(c->arena, v->title);
	struct value *item =
		value_push(c->arena, c->items, value_new_map(c->arena));

	value_set_int(c->arena, item, "number", (int64_t)i + 1);
	view_set_anchor(c->arena, item, c->in->edition->entries[i].dispatch);
	view_set(c->arena, item, "title", title);
	view_set_language(c->arena, item, v->language);
	/* No blank in front: flowed text would gain another (RFC 3676, 4.4). */
	view_set_marked(c->arena, item, "title",
		arena_printf(c->arena, "%zu. ", i + 1), title, 0);
	view_set_both(c->arena, item, "section", section);
	value_set_bool(c->arena, item, "first", first);
}

static void
add_section(struct contents *c, const struct value *section)
{
	bool digest = letter_format_is_digest(c->in->format);
	const struct value *groups = value_find(section, "groups");
	size_t start = c->items->count;

	for (size_t g = 0; g < groups->count; g++) {
		const struct value *entries =
			value_find(groups->items[g], "entries");

		for (size_t i = 0; i < entries->count; i++) {
			bool opens = digest && c->items->count == start;

			add_item(c,
				opens ? value_find_text(section, "name") : NULL,
				opens || c->items->count == 0);
		}
	}
}

void
view_set_contents(
	struct arena *arena, struct value *root, const struct view_input *in)
{
	size_t least = letter_format_is_digest(in->format) ? 1 : CONTENTS_LEAST;
	const struct value *sections = value_find(root, "sections");
	struct contents c = {arena, in, value_new_list(arena)};
	struct value *map;

	if (in->edition->entry_count < least) {
		view_set(arena, root, "contents", NULL);
		return;
	}
	for (size_t i = 0; i < sections->count; i++)
		add_section(&c, sections->items[i]);
	map = value_set(arena, root, "contents", value_new_map(arena));
	value_set(arena, map, "items", c.items);
}
