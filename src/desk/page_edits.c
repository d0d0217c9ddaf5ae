/*
 * What editors decided about the issue, and by whom.
 */
#include "desk/page.h"

static const char *
names_of(struct page_making *m, const struct edited *by)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < by->count; i++)
		str_add_all(&out, i ? ", " : "", by->items[i], NULL);
	return arena_take(m->arena, &out);
}

/* "2 first, 1 held back": what was decided of dispatches; "": nothing. */
static const char *
counts_of(struct page_making *m, const struct edits *e)
{
	const struct {
		const char *key;
		size_t count;
	} counts[] = {{"first_count", e->pinned.count},
		{"held_count", e->held.count},
		{"dropped_count", e->dropped.count}};
	struct str out = STR_INIT;

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (counts[i].count)
			str_add_all(&out, out.len ? ", " : "",
				page_count(m->arena, m->in->pages,
					m->in->language, counts[i].key,
					counts[i].count),
				NULL);
	if (e->order.count)
		str_add_all(&out, out.len ? ", " : "",
			page_making_word(m, "in_order"), NULL);
	return arena_take(m->arena, &out);
}

void
page_add_edits(struct page_making *m)
{
	const struct edits *e = m->in->now->preview->composed.edits;
	struct value *v =
		value_set(m->arena, m->view, "edits", value_new_map(m->arena));

	value_set_bool(m->arena, v, "any", !edits_are_empty(e));
	value_set_bool(m->arena, v, "ordered", e->order.count > 0);
	value_set_text(m->arena, m->view, "deciders", names_of(m, &e->by));
	value_set_text(m->arena, v, "counts", counts_of(m, e));
	value_set_text(m->arena, v, "subject", e->subject ? e->subject : "");
	value_set_text(m->arena, v, "note", e->note ? e->note : "");
	value_set_text(
		m->arena, v, "saw_subject", edits_mark(m->arena, e->subject));
	value_set_text(m->arena, v, "saw_note", edits_mark(m->arena, e->note));
}
