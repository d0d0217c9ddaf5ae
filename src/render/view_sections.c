/*
 * The entries of a letter in their sections and groups.
 */
#include "base/text.h"
#include "render/view.h"

struct sections {
	struct arena *arena;
	const struct view_input *in;
	struct value *list;    /* of sections */
	struct value *groups;  /* of the section at hand */
	struct value *entries; /* of the group at hand */
	bool has_name;	       /* the section at hand */
	const struct entry *last;
	struct link_notes *notes;
};

/* What is pinned stands above the heading of the updates, too. */
static bool
is_among_updates(const struct entry *e)
{
	return e->kind == ENTRY_UPDATED && !e->pinned;
}

static bool
same_section(const struct entry *a, const struct entry *b)
{
	bool updates = is_among_updates(a);

	if (updates || is_among_updates(b))
		return updates && is_among_updates(b);
	return text_equals(a->section, b->section);
}

const char *
view_group_name(const struct entry *e)
{
	const char *name = e->group;

	for (const char *c = name; c && *c; c++)
		if (*c == ' ' || (*c >= 'A' && *c <= 'Z') ||
			(unsigned char)*c >= 0x80)
			return name;
	return NULL;
}

/* What has no section needs no heading on top of the letter; behind another
 * section it does, or it would seem to belong to that. */
static const char *
section_name(const struct sections *s, const struct entry *e)
{
	if (is_among_updates(e))
		return value_find_text(s->in->texts, "updates");
	if (e->section || s->list->count == 0)
		return e->section;
	return value_find_text(s->in->texts, "more");
}

static void
open_section(struct sections *s, const struct entry *e)
{
	bool updates = is_among_updates(e);
	const char *name = section_name(s, e);
	struct value *map =
		value_push(s->arena, s->list, value_new_map(s->arena));

	s->has_name = name != NULL;
	view_set(s->arena, map, "name", name);
	if (name)
		view_set_marked(s->arena, map, "name", "", name, '=');
	else
		view_set(s->arena, map, "name_text", NULL);
	value_set_bool(s->arena, map, "updates", updates);
	s->groups =
		value_set(s->arena, map, "groups", value_new_list(s->arena));
	s->entries = NULL;
}

static void
open_group(struct sections *s, const struct entry *e)
{
	struct value *map =
		value_push(s->arena, s->groups, value_new_map(s->arena));

	view_set_both(s->arena, map, "name", view_group_name(e));
	s->entries =
		value_set(s->arena, map, "entries", value_new_list(s->arena));
}

static void
add_entry(struct sections *s, size_t i)
{
	const struct entry *e = &s->in->edition->entries[i];
	struct entry_place place = {.number = i + 1,
		.shown = s->in->shown ? s->in->shown[i] : SHOWN_WHOLE};

	if (!s->last || !same_section(s->last, e))
		open_section(s, e);
	if (!s->entries || !text_equals(s->last->group, e->group))
		open_group(s, e);
	/* A message of its own has notes of its own. */
	if (letter_format_is_digest(s->in->format))
		link_notes_clear(s->notes);
	place.first = s->groups->count == 1 && s->entries->count == 0;
	place.level = s->has_name ? 3 : 2;
	value_push(s->arena, s->entries,
		view_entry(s->arena, s->in, e, &place, s->notes));
	s->last = e;
}

void
view_set_sections(struct arena *arena, struct value *root,
	const struct view_input *in, struct link_notes *notes)
{
	struct sections s = {.arena = arena,
		.in = in,
		.list = value_new_list(arena),
		.notes = notes};

	for (size_t i = 0; i < in->edition->entry_count; i++)
		add_entry(&s, i);
	value_set(arena, root, "sections", s.list);
}
