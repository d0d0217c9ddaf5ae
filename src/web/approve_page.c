/*
 * /a/TOKEN: a draft, for the editor to whom the link was mailed. Looking changes
 * nothing; his button lets it go out as it stands. The link is of this content:
 * when the draft was made anew it leads nowhere, and a newer mail has another.
 */
#include "run/draft.h"
#include "web/asking.h"

struct approving {
	struct draft draft;
	const char *editor; /* NULL: the link leads nowhere */
};

static bool
know_draft(struct asking *a, struct approving *p, struct error *err)
{
	uint64_t id, seal;
	const struct list *list;
	bool found;

	if (!asking_verify(a, TOKEN_APPROVE, &id, &seal, err))
		return err->kind == ERROR_NONE;
	if (!store_draft_of_id(a->store, (int64_t)id, &p->draft, &found, err))
		return false;
	list = found ? asking_list_numbered(a, p->draft.list) : NULL;
	p->editor = list ? draft_editor(&p->draft, list, seal) : NULL;
	if (p->editor)
		asking_take_list(a, list, p->draft.list);
	return true;
}

/* ----- what is shown ----- */

static const char *
local_time(struct asking *a, int64_t instant)
{
	struct civil c = zone_civil(a->list->schedule.zone, instant);

	return arena_printf(a->arena, "%s, %02d:%02d",
		page_date(a->arena, a->pages, a->language, c), c.hour,
		c.minute);
}

static void
set_items(struct asking *a, const char *name, const struct value *all)
{
	struct value *list =
		value_set(a->arena, a->view, name, value_new_list(a->arena));
	struct arena *arena = a->arena;

	for (size_t i = 0; all && i < all->count; i++) {
		const struct value *item = all->items[i];
		const char *text = value_is_scalar(item)
			? item->text
			: value_find_text(item, "title");

		if (!text)
			text = value_find_text(item, "text");

		if (text)
			value_push(arena, list, value_new_text(arena, text));
	}
	value_set_bool(arena, a->view, arena_printf(arena, "any_%s", name),
		list->count > 0);
}

/* What a language calls itself; its tag when we do not speak it. */
static const char *
name_of_language(struct asking *a, const char *tag)
{
	return pages_speak(a->pages, tag)
		? page_word(a->arena, a->pages, tag, "language_name", NULL)
		: tag;
}

static void
set_letters(struct asking *a, const struct draft_letter *letters)
{
	struct value *all = value_set(
		a->arena, a->view, "letters", value_new_list(a->arena));

	for (const struct draft_letter *l = letters; l; l = l->next) {
		struct value *v =
			value_push(a->arena, all, value_new_map(a->arena));

		value_set_text(a->arena, v, "tongue", l->language);
		value_set_text(a->arena, v, "tongue_name",
			name_of_language(a, l->language));
		value_set_text(a->arena, v, "text", l->text);
	}
	value_set_bool(a->arena, a->view, "several", all->count > 1);
}

static void
set_draft(struct asking *a, const struct draft *d)
{
	const struct value *report = draft_report(a->arena, d);

	asking_set_text(a, "subject", d->subject);
	asking_set_text(a, "number", arena_printf(a->arena, "%d", d->number));
	asking_set_text(a, "readers",
		page_count(a->arena, a->pages, a->language, "readers",
			draft_recipients(d)));
	asking_set_text(a, "slot", local_time(a, d->slot));
	asking_set_text(a, "deadline", local_time(a, d->deadline));
	asking_set_text(a, "approver", d->approver);
	if (!value_find(a->view, "refused"))
		asking_set_text(a, "refused", NULL);
	set_items(a, "selected", value_find(report, "selected"));
	set_items(a, "findings", value_find(report, "preflight"));
}

static bool
show(struct asking *a, const struct draft *d, struct error *err)
{
	const struct draft_letter *letters =
		draft_letters(a->arena, a->store, d, err);

	if (err->kind != ERROR_NONE)
		return false;
	if (!letters)
		return asking_message(a, STATUS_GONE, "expired", err);
	set_letters(a, letters);
	set_draft(a, d);
	return asking_page(a, STATUS_OK, "approve", err);
}

/* ----- his word ----- */

/* What the rules refuse is said by the page as it is then: too late, or another
 * was first. */
static bool
approve(struct asking *a, struct approving *p, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct draft now;
	struct draft_word word = {
		.list = a->list,
		.store = a->store,
		.list_id = a->list_id,
		.now = a->now,
		.number = p->draft.number,
		.hash = p->draft.hash,
		.by = p->editor,
		.log = a->log,
	};
	int64_t id;
	bool found, ok = draft_approve(&word, &now, &problem);

	draft_clear(&now);
	if (!ok && problem.kind != ERROR_DATA && problem.kind != ERROR_INPUT)
		return error_move(err, &problem);
	asking_set_text(a, "refused", ok ? NULL : problem.text);
	id = p->draft.id;
	draft_clear(&p->draft);
	ok = store_draft_of_id(a->store, id, &p->draft, &found, err) &&
		show(a, &p->draft, err);
	error_clear(&problem);
	return ok;
}

bool
approve_page(struct asking *a, struct error *err)
{
	struct approving p = {.editor = NULL};
	bool ok = know_draft(a, &p, err);

	if (ok && !p.editor)
		ok = p.draft.id ? asking_message(a, STATUS_GONE, "expired", err)
				: asking_lost(a, err);
	else if (ok && !a->foreign && asking_pressed(a, "approve"))
		ok = approve(a, &p, err);
	else if (ok)
		ok = show(a, &p.draft, err);
	draft_clear(&p.draft);
	return ok;
}
