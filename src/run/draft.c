#include "run/draft.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "mime/message.h"
#include "run/freeze.h"
#include "run/preflight.h"
#include "subscribers/roster.h"

/* ----- when ----- */

/* Was it dealt with? Of a list without any issue only a draft says that it was
 * to be. */
static bool
is_open(struct store *store, int64_t list_id, int64_t due, int64_t last,
	bool *open, struct error *err)
{
	struct draft d;
	bool ok;

	*open = last != INSTANT_NONE && due > last;
	if (last != INSTANT_NONE)
		return true;
	ok = store_draft_of_slot(store, list_id, due, &d, open, err);
	draft_clear(&d);
	return ok;
}

/* The next one that was not cancelled beforehand. */
static bool
next_slot(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, int64_t *slot, struct error *err)
{
	bool settled = true;

	*slot = now;
	while (settled) {
		*slot = schedule_slot_after(&list->schedule, *slot);
		if (*slot == INSTANT_NONE)
			return true;
		if (!store_slot_is_settled(
			    store, list_id, *slot, &settled, err))
			return false;
	}
	return true;
}

bool
draft_slot(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, int64_t *slot, struct error *err)
{
	int64_t last, due;
	bool open = false;
	int number;

	if (!store_issue_next(store, list_id, now, &number, &last, err))
		return false;
	due = schedule_slot_before(&list->schedule, now);
	if (due != INSTANT_NONE && now - due <= list->catch_up &&
		!is_open(store, list_id, due, last, &open, err))
		return false;
	*slot = due;
	return open || next_slot(list, store, list_id, now, slot, err);
}

int64_t
draft_deadline(const struct list *list, int64_t slot, int64_t now)
{
	int64_t fair = now + list->approval_before;
	int64_t last = slot + list->catch_up;

	if (now <= slot - list->approval_before / 2)
		return slot;
	return fair < last ? fair : last;
}

/* ----- making ----- */

static bool
compose_draft(const struct draft_order *o, enum gather_kind gather,
	struct composed *c, struct error *err)
{
	char *seed = mem_printf(
		"draft of %s for %lld", o->list->list_id, (long long)o->slot);
	struct compose_options options = {
		.list = o->list,
		.store = o->store,
		.list_id = o->list_id,
		.slot = o->slot,
		.now = o->now,
		.date = o->slot > o->now ? o->slot : o->now,
		.seed = seed,
		.settle = o->settle,
		.patient = o->settle,
		.gather = gather,
		.timeout_scale = o->timeout_scale,
		.extra = o->dispatches,
		/* It is for whom that issue reached, wherever else it stood. */
		.spares_nobody = o->kind == DRAFT_CORRECTION,
	};
	bool ok = store_draft_number(o->store, o->list_id, o->slot,
			  &options.number, err) &&
		compose(&options, c, err);

	free(seed);
	return ok;
}

static bool
read_roster(const struct draft_order *o, struct error *err)
{
	struct roster_options options = {.now = o->now};
	struct roster_report report = {.unchanged = false};

	return roster_update(o->list, o->store, o->list_id, &options, &report,
		o->roster, err);
}

/* Who made it, and who edited what is in it: "Ada, Ben"; NULL: nobody. */
static char *
name_authors(const struct draft_order *o, const struct composed *c)
{
	const struct edited *by = c->edits ? &c->edits->by : NULL;
	struct str names = STR_INIT;

	if (o->author)
		str_add(&names, o->author);
	for (size_t i = 0; by && i < by->count; i++)
		if (!draft_is_by(o->author, by->items[i]))
			str_add_all(&names, names.len ? DRAFT_AND : "",
				by->items[i], NULL);
	return names.len ? str_take(&names) : NULL;
}

static char *
write_report(const struct composed *c)
{
	struct arena *arena = arena_new();
	struct value *report = composed_report(arena, c);
	struct str out = STR_INIT;
	struct preflight p;

	preflight_init(&p);
	preflight_run(&p, c);
	value_set(arena, report, "preflight", preflight_report(arena, &p));
	if (c->edits)
		value_set(arena, report, "edits",
			edits_to_value(arena, c->edits));
	json_write(&out, report, false);
	preflight_clear(&p);
	arena_free(arena);
	return str_take(&out);
}

static bool
put(const struct draft_order *o, const struct composed *c, struct draft *draft,
	struct error *err)
{
	struct arena *arena = arena_new();
	char *report = write_report(c), *author = name_authors(o, c);
	struct str hash = STR_INIT;
	struct opening frozen;
	int64_t id;
	bool found, ok;

	freeze(arena, o->list, o->list_id, c, o->kind != DRAFT_REGULAR, o->now,
		&frozen);
	frozen.among = o->corrected;
	freeze_hash(&hash, &frozen);
	ok = store_draft_put(o->store, &frozen,
		     &(struct draft_note){
			     .kind = o->kind,
			     .corrected = o->corrected,
			     .deadline = o->deadline,
			     .hash = str_text(&hash),
			     .report = report,
			     .author = author,
		     },
		     &id, err) &&
		store_draft_of_id(o->store, id, draft, &found, err);
	str_clear(&hash);
	free(author);
	free(report);
	arena_free(arena);
	return ok;
}

/* What an editor names must be there, and must not have been taken back. */
static bool
are_there(
	const char *const *ids, const struct dispatches *all, struct error *err)
{
	for (; ids && *ids; ids++)
		if (!dispatches_find(all, *ids, err))
			return false;
	return true;
}

static bool
are_carried(const struct draft_order *o, const struct issue *issue,
	struct error *err)
{
	for (size_t i = 0; o->dispatches && i < issue->decision_count; i++) {
		const struct decision *d = &issue->decisions[i];

		if (d->reason == REASON_RETRACTED)
			return error_set(err, ERROR_DATA,
				"'%s' is retracted, %s; 'postrider retract "
				"--undo' takes that back",
				d->dispatch->id, d->detail);
	}
	return true;
}

/* *c goes to those whom the issue has reached when it opens. */
static bool
count_corrected(
	const struct draft_order *o, struct composed *c, struct error *err)
{
	if (!o->corrected)
		return true;
	if (o->unreached)
		problem_add(&c->problems, SEVERITY_WARNING, NULL, 0, 0,
			"the issue that it corrects has yet to reach %zu "
			"reader%s: who gets that after the correction has "
			"opened gets no correction",
			o->unreached, o->unreached == 1 ? "" : "s");
	return store_issue_readers(o->store, o->corrected, &c->recipients, err);
}

bool
draft_make(const struct draft_order *o, struct composed *c, struct draft *draft,
	enum draft_outcome *outcome, struct error *err)
{
	*c = (struct composed){.issue = NULL};
	*draft = (struct draft){.id = 0};
	*outcome = DRAFT_MADE;
	if ((o->roster && !read_roster(o, err)) ||
		!compose_draft(o, GATHER_KEEP, c, err))
		return false;
	if (!count_corrected(o, c, err))
		return false;
	if (!are_there(o->dispatches, &c->dispatches, err) ||
		!are_carried(o, c->issue, err))
		return false;
	if (c->issue->below_minimum)
		*outcome = DRAFT_EMPTY;
	else if (!c->recipients)
		*outcome = DRAFT_NOBODY;
	return *outcome != DRAFT_MADE || put(o, c, draft, err);
}

bool
draft_foresee(const struct draft_order *o, struct str *hash, struct error *err)
{
	struct arena *arena = arena_new();
	struct composed c = {.issue = NULL};
	struct opening frozen;
	bool ok = compose_draft(o, GATHER_SHOW, &c, err);

	if (ok && c.form_count) {
		freeze(arena, o->list, o->list_id, &c, o->kind != DRAFT_REGULAR,
			o->now, &frozen);
		freeze_hash(hash, &frozen);
	}
	composed_clear(&c);
	arena_free(arena);
	return ok;
}

/* ----- cancelling ----- */

static bool
cancel(struct store *store, const struct draft *d, bool read, const char *why,
	int64_t now, struct error *err)
{
	bool settled = d->kind != DRAFT_REGULAR;

	return store_draft_drop(store, d->id, read, now, err) &&
		(settled ||
			store_slot_is_settled(
				store, d->list, d->slot, &settled, err)) &&
		(settled ||
			store_issue_skip(
				store, d->list, d->slot, now, why, err));
}

bool
draft_cancel(struct store *store, const struct draft *d, bool read,
	const char *why, int64_t now, struct error *err)
{
	return store_together(store, err) &&
		store_together_end(store, "cancel",
			cancel(store, d, read, why, now, err), err);
}

/* ----- for the eye ----- */

static const char *
text_of(struct arena *arena, const struct form *form)
{
	struct slot_values nobody = {.fields = NULL};
	struct str bytes = STR_INIT, text = STR_INIT;
	bool html;

	for (int i = 0; i < SLOT_COUNT; i++)
		nobody.value[i] = span_of("\u2026");
	form_fill(form, &nobody, &bytes);
	message_text(&text, message_parse(arena, str_span(&bytes)), &html);
	str_clear(&bytes);
	return arena_take(arena, &text);
}

/* NULL, too, when the draft was dropped meanwhile. */
static struct draft_letter *
read_letter(struct arena *arena, struct store *store, int64_t draft, int place,
	struct error *err)
{
	struct str bytes = STR_INIT;
	bool found;
	bool ok = store_draft_form(store, draft, place, &bytes, &found, err);
	struct form *form =
		ok && found ? form_load(str_span(&bytes), err) : NULL;
	struct draft_letter *letter = NULL;

	if (form) {
		letter = arena_alloc(arena, sizeof *letter);
		*letter = (struct draft_letter){.text = text_of(arena, form)};
	}
	form_free(form);
	str_clear(&bytes);
	return letter;
}

struct draft_letter *
draft_letters(struct arena *arena, struct store *store, const struct draft *d,
	struct error *err)
{
	struct draft_letter *first = NULL, **next = &first;

	for (int n = 0;; n++) {
		struct str language = STR_INIT;
		const char *tag;
		bool found;
		int place;
		bool ok = store_draft_language(
			store, d->id, n, &place, &language, &found, err);

		tag = arena_take(arena, &language);
		if (!ok || !found)
			return ok ? first : NULL;
		*next = read_letter(arena, store, d->id, place, err);
		if (!*next)
			return NULL;
		(*next)->language = tag;
		next = &(*next)->next;
	}
}
