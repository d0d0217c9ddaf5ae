/*
 * Drafts that wait, and what may be done with them; proofs.
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

/* ----- all that wait ----- */

static const char *
kind_of(struct page_making *m, const struct draft *d)
{
	static const char *const keys[] = {
		[DRAFT_REGULAR] = "draft_regular",
		[DRAFT_EXTRA] = "draft_extra",
		[DRAFT_CORRECTION] = "draft_correction",
	};

	return page_making_word(m, keys[d->kind]);
}

static const char *
count_of(struct page_making *m, const char *key, size_t n)
{
	return page_count(m->arena, m->in->pages, m->in->language, key, n);
}

/* Words with places take them from the top, and these are of one row. */
static const char *
moment_word(struct page_making *m, const char *key, const char *approver,
	int64_t instant)
{
	struct value *places = value_new_map(m->arena);

	value_set_text(m->arena, places, "approver", approver ? approver : "");
	value_set_text(m->arena, places, "deadline",
		approver ? "" : page_making_moment(m, instant));
	value_set_text(m->arena, places, "approved",
		approver ? page_making_moment(m, instant) : "");
	return page_word(m->arena, m->in->pages, m->in->language, key, places);
}

static const char *
tongue_of(struct page_making *m, const char *language)
{
	const char *tongue = page_making_word(
		m, arena_printf(m->arena, "tongue_%s", language));

	return tongue[0] ? tongue : language;
}

/* Each text is a region of its own, which has a name of its own. */
static void
add_letters(struct page_making *m, struct value *row, const struct draft *d,
	const struct draft_letter *letters)
{
	struct value *all =
		value_set(m->arena, row, "letters", value_new_list(m->arena));

	for (const struct draft_letter *l = letters; l; l = l->next) {
		struct value *v =
			value_push(m->arena, all, value_new_map(m->arena));

		value_set_text(m->arena, v, "tongue", l->language);
		value_set_text(m->arena, v, "name",
			arena_printf(m->arena, "%s %d, %s", kind_of(m, d),
				d->number, tongue_of(m, l->language)));
		value_set_text(m->arena, v, "text", l->text);
	}
	value_set_bool(m->arena, row, "any_letter", letters != NULL);
}

static void
add_waiting(struct page_making *m, struct value *rows, const struct waiting *w)
{
	const struct draft *d = &w->draft;
	struct value *row = value_push(m->arena, rows, value_new_map(m->arena));

	value_set_int(m->arena, row, "number", d->number);
	value_set_text(m->arena, row, "subject", d->subject ? d->subject : "");
	value_set_text(m->arena, row, "hash", d->hash);
	value_set_text(m->arena, row, "kind", kind_of(m, d));
	value_set_text(m->arena, row, "carried",
		count_of(m, "dispatches", d->carried));
	value_set_text(m->arena, row, "to",
		count_of(m, "readers", draft_recipients(d)));
	value_set_text(m->arena, row, "until",
		d->approver
			? moment_word(
				  m, "draft_approved", d->approver, d->approved)
			: moment_word(m, "draft_deadline", NULL, d->deadline));
	value_set_bool(m->arena, row, "open", !d->approver);
	add_letters(m, row, d, w->letters);
}

void
page_add_waiting(struct page_making *m)
{
	const struct pending *p = m->in->now->pending;
	struct value *v = value_set(
		m->arena, m->view, "waiting", value_new_map(m->arena));
	struct value *rows =
		value_set(m->arena, v, "rows", value_new_list(m->arena));
	struct value *sent =
		value_set(m->arena, m->view, "sent", value_new_list(m->arena));

	for (size_t i = 0; i < p->waiting_count; i++)
		add_waiting(m, rows, &p->waiting[i]);
	for (size_t i = 0; i < p->sent_count; i++) {
		struct value *issue =
			value_push(m->arena, sent, value_new_map(m->arena));

		value_set_int(m->arena, issue, "number", p->sent[i].number);
		value_set_text(m->arena, issue, "subject", p->sent[i].subject);
	}
	value_set_bool(m->arena, v, "any", rows->count > 0);
}
