#include "run/put_back.h"

#include <stdlib.h>

#include "base/mem.h"
#include "run/draft.h"
#include "run/run.h"
#include "run/upkeep.h"
#include "run/world.h"
#include "store/put_back.h"

/* More slots than these are not told one by one. */
enum { SLOTS_MOST = 50 };

static const char taken_as_sent[] = "taken as sent: the store was put back";

char *
put_back_held(struct store *store, const char *list, struct error *err)
{
	int64_t since;
	char *reason, *why;

	if (!store_put_back_since(store, list, &since, err) ||
		since == INSTANT_NONE)
		return NULL;
	reason = store_put_back_reason(since);
	why = mem_printf("held: %s, and what went out after that it does not "
			 "know; 'postrider settle %s' says what to do",
		reason, list);
	free(reason);
	return why;
}

/* ----- what may have gone out ----- */

struct issues_walk {
	struct arena *arena;
	struct value *issues;
};

static void
add_issue(struct arena *a, struct value *issues, const struct issue_record *r)
{
	struct value *v = value_push(a, issues, value_new_map(a));

	value_set_int(a, v, "number", r->number);
	value_set_text(a, v, "subject", r->subject);
	value_set_int(a, v, "sent", (int64_t)r->counts[RECIPIENT_SENT]);
	value_set_int(a, v, "left",
		(int64_t)(r->counts[RECIPIENT_DUE] + r->counts[RECIPIENT_WIRE] +
			r->counts[RECIPIENT_HELD]));
}

static bool
take_issue(void *data, struct issue_record *r, struct error *err)
{
	const struct issues_walk *w = data;

	(void)err;
	add_issue(w->arena, w->issues, r);
	return true;
}

static bool
add_issues(struct arena *a, struct value *issues, const struct put_back *p,
	struct error *err)
{
	struct issues_walk w = {a, issues};

	return store_unfinished(p->store, p->list_id, take_issue, &w, err);
}

/* It was approved, or could have been, and its time has come. */
static bool
was_due(const struct draft *d, int64_t now)
{
	return d->slot <= now;
}

struct drafts_walk {
	const struct put_back *p;
	struct arena *arena;
	struct value *items;
	struct error *err;
	bool ok;
};

static bool
add_draft(void *data, const struct draft *d)
{
	struct drafts_walk *w = data;
	struct value *v;

	if (!was_due(d, w->p->now))
		return true;
	v = value_push(w->arena, w->items, value_new_map(w->arena));
	value_set_int(w->arena, v, "number", d->number);
	value_set_text(w->arena, v, "subject", d->subject);
	value_set_bool(w->arena, v, "approved", d->approver != NULL);
	return true;
}

static void
add_slots(struct arena *a, struct value *slots, const struct put_back *p,
	int64_t since)
{
	const struct schedule *s = &p->list->schedule;
	int64_t slot = schedule_slot_after(s, since);

	while (slot != INSTANT_NONE && slot <= p->now &&
		slots->count < SLOTS_MOST) {
		struct str text = STR_INIT;

		date_write_iso(&text, slot);
		value_push(a, slots, value_new_text(a, str_text(&text)));
		str_clear(&text);
		slot = schedule_slot_after(s, slot);
	}
}

struct value *
put_back_report(struct arena *a, const struct put_back *p, struct error *err)
{
	struct value *v = value_new_map(a);
	struct drafts_walk walk = {.p = p, .arena = a};
	int64_t since;

	if (!store_put_back_since(p->store, p->list->name, &since, err) ||
		since == INSTANT_NONE)
		return NULL;
	value_set_text(a, v, "list", p->list->name);
	value_set_instant(a, v, "since", since);
	walk.items = value_set(a, v, "drafts", value_new_list(a));
	add_slots(a, value_set(a, v, "slots", value_new_list(a)), p, since);
	if (!add_issues(
		    a, value_set(a, v, "issues", value_new_list(a)), p, err) ||
		!store_drafts(p->store, p->list_id, add_draft, &walk, err))
		return NULL;
	return v;
}

/* ----- settling ----- */

/* What it says now must still hold when it is written: no run meanwhile. */
static struct lock *
take_lock(const struct put_back *p, struct error *err)
{
	char *folder = run_state_folder(p->list);
	bool busy;
	struct lock *lock = lock_take(folder, p->list->name, &busy, err);

	free(folder);
	return lock;
}

bool
put_back_unsent(const struct put_back *p, struct error *err)
{
	struct lock *lock = take_lock(p, err);
	bool ok = lock &&
		store_put_back_unsent(
			p->store, p->list_id, p->list->name, p->now, err);

	lock_release(lock);
	return ok;
}

static bool
drop_draft(void *data, const struct draft *d)
{
	struct drafts_walk *w = data;

	if (was_due(d, w->p->now))
		w->ok = draft_cancel(
			w->p->store, d, true, taken_as_sent, w->p->now, w->err);
	return w->ok;
}

static bool
drop_drafts(const struct put_back *p, struct error *err)
{
	struct drafts_walk walk = {.p = p, .err = err, .ok = true};

	return store_drafts(p->store, p->list_id, drop_draft, &walk, err) &&
		walk.ok;
}

/* The last slot that came since then, INSTANT_NONE: there was none. */
static int64_t
last_slot(const struct put_back *p, int64_t since)
{
	int64_t slot = schedule_slot_before(&p->list->schedule, p->now);

	return slot > since ? slot : INSTANT_NONE;
}

/* One record stands for all that came before it, too. */
static bool
pass_slot(const struct put_back *p, int64_t slot, struct error *err)
{
	int64_t known;
	int number;

	return store_issue_next(
		       p->store, p->list_id, p->now, &number, &known, err) &&
		(slot == INSTANT_NONE || slot <= known ||
			store_issue_skip(p->store, p->list_id, slot, p->now,
				taken_as_sent, err));
}

static bool
pass_number(const struct put_back *p, int last, struct error *err)
{
	int64_t slot, free_slot = p->now;
	int next;

	if (!last)
		return true;
	if (!store_issue_next(p->store, p->list_id, p->now, &next, &slot, err))
		return false;
	if (last < next - 1)
		return error_set(err, ERROR_DATA,
			"list '%s': issue %d cannot have been the last, for "
			"the store knows of issue %d",
			p->list->name, last, next - 1);
	return store_free_slot(p->store, p->list_id, &free_slot, err) &&
		store_put_back_number(
			p->store, p->list_id, last, free_slot, p->now, err);
}

static bool
settle_sent(const struct put_back *p, int last, int64_t slot, struct error *err)
{
	bool ok = store_together(p->store, err);

	return ok &&
		store_together_end(p->store, "put back",
			drop_drafts(p, err) && pass_slot(p, slot, err) &&
				pass_number(p, last, err) &&
				store_put_back_sent(p->store, p->list_id,
					p->list->name, p->now, err),
			err);
}

/* Marking comes first: when that fails the list is still held. */
bool
put_back_sent(const struct put_back *p, int last, size_t *marked,
	struct problems *problems, struct error *err)
{
	struct lock *lock = take_lock(p, err);
	int64_t since, slot;
	bool ok = lock &&
		store_put_back_since(p->store, p->list->name, &since, err);

	*marked = 0;
	if (ok) {
		slot = last_slot(p, since);
		ok = (slot == INSTANT_NONE ||
			     seen_mark_until(p->list, p->store, p->list_id,
				     slot, p->now, marked, problems, err)) &&
			settle_sent(p, last, slot, err);
	}
	lock_release(lock);
	return ok;
}
