/*
 * Who an entry is from and about, where, when, and what was added to it.
 */
#include "base/text.h"
#include "render/strings.h"
#include "render/view_making.h"

static const char *
organisation_text(struct arena *arena, const struct organisation *o)
{
	if (o->name && o->acronym)
		return arena_printf(arena, "%s (%s)", o->name, o->acronym);
	return o->name ? o->name : o->acronym;
}

/* Updates need no label: their section says it. */
static const char *
label_of(const struct making *m)
{
	return m->entry->labelled && m->entry->kind != ENTRY_UPDATED
		? making_text(m, "updated")
		: NULL;
}

void
making_set_organisations(struct making *m)
{
	const char *between = label_of(m) ? " \xc2\xb7 " : NULL;
	const struct variant *v = m->v;
	struct value *list = value_new_list(m->arena);
	const char **names = arena_alloc(
		m->arena, (v->organisation_count + 1) * sizeof *names);

	for (size_t i = 0; i < v->organisation_count; i++) {
		const struct organisation *o = &v->organisations[i];
		struct value *map = value_new_map(m->arena);

		names[i] = organisation_text(m->arena, o);
		view_set(m->arena, map, "separator", between);
		between = ", ";
		view_set(m->arena, map, "name", o->name);
		view_set(m->arena, map, "acronym", o->acronym);
		view_set(m->arena, map, "text", names[i]);
		value_push(m->arena, list, map);
	}
	value_set(m->arena, m->map, "organisations", list);
	view_set_both(m->arena, m->map, "organisations_line",
		making_join(m, names, v->organisation_count, ", "));
}

/* The line above the title. Updates need no label: their section says it; nor
 * does a message of its own, as its subject does. */
void
making_set_kicker(struct making *m)
{
	const char *label = label_of(m);
	const char *parts[] = {
		letter_format_is_digest(m->in->format) ? NULL : label,
		value_find_text(m->map, "organisations_line")};

	view_set(m->arena, m->map, "label", label);
	view_set_both(m->arena, m->map, "kicker",
		making_join(m, parts, 2, " \xc2\xb7 "));
}

void
making_set_byline(struct making *m)
{
	const struct variant *v = m->v;
	int64_t date = m->entry->dispatch->date;
	const char *when =
		date == INSTANT_NONE ? NULL : view_date(m->arena, m->in, date);
	const char *by = text_is_empty(v->author)
		? NULL
		: arena_printf(
			  m->arena, "%s %s", making_text(m, "by"), v->author);
	const char *part = v->series && v->part > 0
		? strings_count(m->arena, m->in->texts, "part", (size_t)v->part)
		: NULL;
	/* A message of its own stands below no heading. */
	const char *group = letter_format_is_digest(m->in->format)
		? view_group_name(m->entry)
		: NULL;
	const char *parts[] = {group, part, v->place, when, by};

	view_set(m->arena, m->map, "author", v->author);
	view_set(m->arena, m->map, "place", v->place);
	view_set(m->arena, m->map, "date", when);
	view_set(m->arena, m->map, "part", part);
	view_set(m->arena, m->map, "series", v->series);
	view_set(m->arena, m->map, "story", v->story);
	view_set_both(m->arena, m->map, "byline",
		making_join(m, parts, 5, " \xc2\xb7 "));
}

/* ----- signatories, updates ----- */

void
making_set_signatories(struct making *m)
{
	const struct variant *v = m->v;
	struct value *map = value_new_map(m->arena);
	const char *line;

	if (v->signatory_count == 0) {
		view_set(m->arena, m->map, "signatories", NULL);
		return;
	}
	line = making_join(m, v->signatories, v->signatory_count, ", ");
	value_set_int(m->arena, map, "count", (int64_t)v->signatory_count);
	view_set(m->arena, map, "total",
		strings_count(m->arena, m->in->texts, "signatories",
			v->signatory_count));
	view_set(m->arena, map, "names", line);
	view_set_both(m->arena, map, "line",
		arena_printf(m->arena, "%s: %s", making_text(m, "signed_by"),
			line ? line : ""));
	value_set(m->arena, m->map, "signatories", map);
}

/* The new ones by name, and how many they are now. */
static const char *
added_line(struct making *m)
{
	const struct entry *e = m->entry;
	const char *names =
		making_join(m, e->added_signatories, e->added_count, ", ");
	const char *total = strings_count(
		m->arena, m->in->texts, "signatories", m->v->signatory_count);
	const char *parts[] = {names, arena_printf(m->arena, "(%s)", total)};

	if (!names)
		return NULL;
	return arena_printf(m->arena, "%s: %s",
		strings_count(m->arena, m->in->texts, "added_signatories",
			e->added_count),
		making_join(m, parts, 2, " "));
}

void
making_set_update(struct making *m)
{
	const char *added =
		m->entry->kind == ENTRY_UPDATED ? added_line(m) : NULL;
	struct value *map;

	if (!added && text_is_empty(m->v->update_note)) {
		view_set(m->arena, m->map, "update", NULL);
		return;
	}
	map = value_set(m->arena, m->map, "update", value_new_map(m->arena));
	view_set_both(m->arena, map, "note", m->v->update_note);
	view_set_both(m->arena, map, "added_line", added);
	view_set(m->arena, map, "date",
		m->v->updated == INSTANT_NONE
			? NULL
			: view_date(m->arena, m->in, m->v->updated));
}
