/*
 * The draft of the next slot, and what may be done with it.
 */
#include "desk/page.h"

/* {number, hash}; words of the page take the moments from its top. */
static void
add_found(struct page_making *m, struct value *v, const struct draft *d)
{
	value_set_int(m->arena, v, "number", d->number);
	value_set_text(m->arena, v, "hash", d->hash);
	value_set_text_or_null(m->arena, m->view, "approver", d->approver);
	value_set_text(m->arena, m->view, "deadline",
		page_making_moment(m, d->deadline));
	value_set_text(m->arena, m->view, "approved",
		d->approver ? page_making_moment(m, d->approved) : "");
}

/* A list that drafts, and any other that somebody has made a draft for. */
void
page_add_draft(struct page_making *m)
{
	const struct pending *p = m->in->now->pending;
	struct value *v =
		value_set(m->arena, m->view, "draft", value_new_map(m->arena));

	value_set_bool(m->arena, v, "shown",
		p->slot != INSTANT_NONE &&
			(m->in->now->list->approval || p->found));
	value_set_bool(m->arena, v, "found", p->found);
	value_set_bool(m->arena, v, "differs", p->differs);
	if (p->slot != INSTANT_NONE)
		value_set_text(m->arena, m->view, "slot",
			page_making_moment(m, p->slot));
	if (p->found)
		add_found(m, v, &p->draft);
}

/* The editors get it, unless somebody else is named. */
void
page_add_proof(struct page_making *m)
{
	struct str to = STR_INIT;
	const char **editors = m->in->now->list->editors;

	for (size_t i = 0; editors && editors[i]; i++)
		str_add_all(&to, i ? ", " : "", editors[i], NULL);
	value_set_text(
		m->arena, m->view, "proof_to", arena_take(m->arena, &to));
	value_set_text(m->arena, m->view, "shown_form", m->in->wish.form);
}
