/*
 * What an update says that its readers have not read yet.
 */
#include <string.h>

#include "base/diff.h"
#include "html/html.h"
#include "run/preview.h"

/* Lines that nothing wraps: a word more must not change all behind it. */
enum { UNWRAPPED = 1 << 20 };

/* The first edition that has it as an update. */
static const struct entry *
find_update(const struct issue *issue, const char *id)
{
	for (size_t e = 0; e < issue->edition_count; e++)
		for (size_t i = 0; i < issue->editions[e].entry_count; i++) {
			const struct entry *entry =
				&issue->editions[e].entries[i];

			if (entry->kind == ENTRY_UPDATED &&
				strcmp(entry->dispatch->id, id) == 0)
				return entry;
		}
	return NULL;
}

/* What an editor can read. */
static struct span
readable(struct arena *arena, const struct variant *v, struct span body)
{
	struct html_options options = {.base = v->link};
	struct passage_layout layout = {.width = UNWRAPPED};
	struct link_notes notes = {.count = 0};
	struct str text = STR_INIT;

	if (v->body_kind != BODY_HTML)
		return body;
	passage_to_text(
		&text, html_parse(arena, body, &options), &layout, &notes);
	link_notes_clear(&notes);
	return arena_take_span(arena, &text);
}

static struct value *
diff_value(struct arena *arena, struct span old, struct span new)
{
	struct value *list = value_new_list(arena);
	size_t count;
	struct diff_run *runs = diff_texts(arena, old, new, &count);

	for (size_t i = 0; i < count; i++) {
		struct value *map =
			value_push(arena, list, value_new_map(arena));

		value_set_text(
			arena, map, "kind", diff_kind_name(runs[i].kind));
		value_set(arena, map, "text",
			value_new_span(arena, runs[i].text));
	}
	return list;
}

static bool
add_diff(struct arena *arena, const struct preview *p,
	const struct entry *entry, struct value *item, struct error *err)
{
	const struct variant *v = entry->variant;
	const char *language =
		*v->language ? v->language : p->composed.issue->list->language;
	struct str former = STR_INIT;
	bool found, ok;

	ok = store_carried_body(p->store, p->list_id, entry->dispatch->id,
		language, &former, &found, err);
	if (ok && found)
		value_set(arena, item, "diff",
			diff_value(arena, readable(arena, v, str_span(&former)),
				readable(arena, v, span_of(v->body))));
	str_clear(&former);
	return ok;
}

struct value *
preview_report(struct arena *arena, const struct preview *p, struct error *err)
{
	struct value *report = composed_report(arena, &p->composed);
	struct value *selected = value_find(report, "selected");

	value_set(arena, report, "preflight",
		preflight_report(arena, &p->preflight));
	for (size_t i = 0; i < selected->count; i++) {
		struct value *item = selected->items[i];
		const struct entry *entry = find_update(
			p->composed.issue, value_find_text(item, "id"));

		if (entry && !add_diff(arena, p, entry, item, err))
			return NULL;
	}
	return report;
}
