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

/* That of one variant; as preview_diff(). */
static bool
diff_variant(struct arena *arena, const struct preview *p, const char *id,
	const struct variant *v, struct value **diff, struct error *err)
{
	const char *language =
		*v->language ? v->language : p->composed.issue->list->language;
	struct str former = STR_INIT;
	bool found, ok;

	ok = store_carried_body(
		p->store, p->list_id, id, language, &former, &found, err);
	if (ok && found)
		*diff = diff_value(arena, readable(arena, v, str_span(&former)),
			readable(arena, v, span_of(v->body)));
	str_clear(&former);
	return ok;
}

static bool
says_change(const struct value *diff)
{
	for (size_t i = 0; diff && i < diff->count; i++)
		if (!text_equals(value_find_text(diff->items[i], "kind"),
			    diff_kind_name(DIFF_KEPT)))
			return true;
	return false;
}

/* Any of its languages may have changed; a title alone is no matter of this. */
static bool
diff_unmarked(struct arena *arena, const struct preview *p,
	const struct dispatch *d, struct value **diff, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && !*diff && i < d->variant_count; i++) {
		struct variant v = d->variants[i];

		ok = (!v.body_apart ||
			     gather_body(p->store, p->list_id, arena, d, &v,
				     err)) &&
			diff_variant(arena, p, d->id, &v, diff, err);
		if (!says_change(*diff))
			*diff = NULL;
	}
	return ok;
}

bool
preview_diff(struct arena *arena, const struct preview *p,
	const struct decision *d, struct value **diff, struct error *err)
{
	const struct entry *entry;

	*diff = NULL;
	if (d->reason == REASON_UNMARKED)
		return diff_unmarked(arena, p, d->dispatch, diff, err);
	entry = find_update(p->composed.issue, d->dispatch->id);
	return !entry ||
		diff_variant(
			arena, p, d->dispatch->id, entry->variant, diff, err);
}

/* The report has the decisions in their order, in one list or the other. */
static bool
add_diffs(struct arena *arena, const struct preview *p, struct value *report,
	struct error *err)
{
	const struct issue *issue = p->composed.issue;
	struct value *const lists[] = {
		value_find(report, "left_out"), value_find(report, "selected")};
	size_t taken[] = {0, 0};

	for (size_t i = 0; i < issue->decision_count; i++) {
		const struct decision *d = &issue->decisions[i];
		bool in = reason_is_in(d->reason);
		struct value *item = lists[in]->items[taken[in]++];
		struct value *diff;

		if (!preview_diff(arena, p, d, &diff, err))
			return false;
		if (diff)
			value_set(arena, item, "diff", diff);
	}
	return true;
}

struct value *
preview_report(struct arena *arena, const struct preview *p, struct error *err)
{
	struct value *report = composed_report(arena, &p->composed);

	value_set(arena, report, "preflight",
		preflight_report(arena, &p->preflight));
	return add_diffs(arena, p, report, err) ? report : NULL;
}
