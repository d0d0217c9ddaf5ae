/*
 * What is in the issue, what is out, and why; and what is wrong with it.
 */
#include <stdlib.h>

#include "desk/page.h"

/* ----- why ----- */

/* In the editor's language; what a language lacks stands in English. */
static const char *
why(struct page_making *m, enum reason reason)
{
	const char *text = page_making_word(
		m, arena_printf(m->arena, "reason_%s", reason_name(reason)));

	return text[0] ? text : reason_text(reason);
}

/* What may be decided about it. */
static void
add_verbs(struct page_making *m, struct value *row, const struct decision *d)
{
	const struct edits *edits = m->in->now->preview->composed.edits;
	bool pinned = edits && edited_has(&edits->pinned, d->dispatch->id);
	bool in = reason_is_in(d->reason);
	bool out = d->reason == REASON_HELD_BACK || d->reason == REASON_DROPPED;
	bool retracted = d->reason == REASON_RETRACTED;
	bool open =
		in || d->reason == REASON_ROLLED || d->reason == REASON_TOO_FEW;

	value_set_bool(m->arena, row, "pinned", pinned);
	value_set_bool(m->arena, row, "moves", in);
	value_set_bool(m->arena, row, "open", open);
	value_set_bool(m->arena, row, "undoes", pinned || out);
	value_set_bool(m->arena, row, "retracted", retracted);
	value_set_bool(
		m->arena, row, "any_verb", open || pinned || out || retracted);
}

static void
add_decision(
	struct page_making *m, struct value *rows, const struct decision *d)
{
	const struct variant *v = &d->dispatch->variants[0];
	struct value *row = value_push(m->arena, rows, value_new_map(m->arena));

	value_set_text(m->arena, row, "title", v->title);
	value_set_text(m->arena, row, "tongue", v->language);
	value_set_text(m->arena, row, "id", d->dispatch->id);
	value_set_text(m->arena, row, "source", d->dispatch->source);
	value_set_text_or_null(m->arena, row, "section", v->section);
	value_set_text(m->arena, row, "why", why(m, d->reason));
	value_set_text(m->arena, row, "reason", reason_name(d->reason));
	value_set_text_or_null(m->arena, row, "detail", d->detail);
	value_set_int(m->arena, row, "place",
		d - m->in->now->preview->composed.issue->decisions);
	page_add_diff(m, row, d->dispatch->id);
	add_verbs(m, row, d);
}

/* What readers have had, and what came before the list began: after some years
 * that is nearly all. */
static bool
is_past(const struct decision *d)
{
	return d->reason == REASON_SEEN || d->reason == REASON_BACKLOG;
}

static size_t
add_table(struct page_making *m, const char *key,
	const struct decision *const *decisions, bool past)
{
	struct value *table =
		value_set(m->arena, m->view, key, value_new_map(m->arena));
	struct value *rows =
		value_set(m->arena, table, "rows", value_new_list(m->arena));

	for (; *decisions; decisions++)
		if (is_past(*decisions) == past)
			add_decision(m, rows, *decisions);
	value_set_int(m->arena, table, "count", (int64_t)rows->count);
	value_set_bool(m->arena, table, "some", rows->count > 0);
	return rows->count;
}

void
page_add_decisions(struct page_making *m)
{
	const struct issue *issue = m->in->now->preview->composed.issue;
	const struct decision **in = issue_decisions(issue, true);
	const struct decision **out = issue_decisions(issue, false);
	size_t past;

	add_table(m, "in", in, false);
	add_table(m, "out", out, false);
	past = add_table(m, "past", out, true);
	value_set_text(m->arena, m->view, "past_shown",
		page_count(m->arena, m->in->pages, m->in->language,
			"past_count", past));
	free(in);
	free(out);
}

/* ----- what is wrong ----- */

static void
push_problems(
	struct page_making *m, struct value *list, const struct problems *from)
{
	for (size_t i = 0; from && i < from->count; i++)
		if (from->items[i].severity != SEVERITY_NOTE)
			value_push(m->arena, list,
				value_new_text(m->arena, from->items[i].text));
}

void
page_add_problems(struct page_making *m)
{
	const struct composition *now = m->in->now;
	struct value *wrong =
		value_set(m->arena, m->view, "wrong", value_new_list(m->arena));
	struct value *warnings = value_set(
		m->arena, m->view, "warnings", value_new_list(m->arena));

	push_problems(m, wrong, now->wrong);
	push_problems(m, warnings, now->notices);
	if (now->preview) {
		push_problems(m, warnings, &now->preview->composed.gathered);
		push_problems(m, warnings, &now->preview->composed.problems);
	}
	value_set_bool(m->arena, m->view, "any_wrong", wrong->count > 0);
	value_set_bool(m->arena, m->view, "any_warnings", warnings->count > 0);
}
