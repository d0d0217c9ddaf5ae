/*
 * Drafts within a run: made in time, opened when they are approved, given up
 * when they are not.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/state.h"

/* ----- making ----- */

static void
report_draft(struct run *r, const struct draft *d)
{
	struct arena *a = r->result->arena;
	struct value *v =
		value_set(a, r->result->report, "draft", value_new_map(a));

	value_set_int(a, v, "number", d->number);
	value_set_text(a, v, "hash", d->hash);
	value_set_instant(a, v, "slot", d->slot);
	value_set_instant(a, v, "deadline", d->deadline);
	value_set_bool(a, v, "approved", d->approver != NULL);
}

/* What could not be told now is told by the next run. */
static void
tell(struct run *r, const struct draft *d)
{
	struct error err = ERROR_INIT;

	if (!draft_tell(d, r->list, r->store, r->o, &err))
		log_warn(r->o->log,
			"list '%s': the editors could not be told of the draft, "
			"the next run tries again: %s",
			r->list->name, err.text);
	error_clear(&err);
}

static bool
settle_outcome(struct run *r, const struct draft_order *o,
	enum draft_outcome outcome, const struct draft *d, struct error *err)
{
	if (outcome == DRAFT_MADE) {
		report_draft(r, d);
		log_event(r->o->log,
			"list '%s': issue %d: draft made, it waits for "
			"'postrider approve %s %d %s'",
			r->list->name, d->number, r->list->name, d->number,
			d->hash);
		tell(r, d);
		return true;
	}
	if (o->slot > r->o->now) /* something may come yet */
		return true;
	return run_skip_slot(r, o->slot,
		outcome == DRAFT_EMPTY ? "nothing is new, or too little"
				       : "nobody is subscribed",
		err);
}

bool
run_make_draft(struct run *r, int64_t slot, struct error *err)
{
	struct draft_order order = {
		.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.now = r->o->now,
		.slot = slot,
		.deadline = draft_deadline(r->list, slot, r->o->now),
		.settle = !r->o->due,
		.timeout_scale = r->o->timeout_scale,
	};
	enum draft_outcome outcome;
	struct composed c;
	struct draft d;
	bool ok;

	if (r->o->dry_run)
		return true;
	ok = draft_make(&order, &c, &d, &outcome, err);
	run_keep_gathered(r, &c.gathered);
	log_problems(r->o->log, &c.problems);
	ok = ok && settle_outcome(r, &order, outcome, &d, err);
	draft_clear(&d);
	composed_clear(&c);
	return ok;
}

bool
run_draft_waits(struct run *r, int64_t slot, bool *waits, struct error *err)
{
	struct draft d;
	bool ok =
		store_draft_of_slot(r->store, r->list_id, slot, &d, waits, err);

	if (ok && *waits)
		report_draft(r, &d);
	draft_clear(&d);
	return ok;
}

/* ----- giving up ----- */

/* Not when an editor said yes in this very moment. */
static bool
drop(struct run *r, const struct draft *d, bool read, const char *why,
	struct error *err)
{
	return store_together(r->store, err) &&
		store_together_end(r->store, "draft",
			run_demand_draft(r, d, err) &&
				draft_cancel(
					r->store, d, read, why, r->o->now, err),
			err);
}

/* With the reason in the record of the slot: it is not tried again. */
static bool
give_up(struct run *r, const struct draft *d, const char *why,
	struct error *err)
{
	bool regular = d->kind == DRAFT_REGULAR;
	bool read = regular && !d->approver &&
		r->list->unapproved == UNAPPROVED_SKIP;

	if (!drop(r, d, read, why, err))
		return false;
	problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0,
		"issue %d was not sent: %s; %s", d->number, why,
		!regular       ? "make it again if it is still wanted"
			: read ? "its dispatches are marked as read"
			       : "its dispatches wait for the next issue");
	log_warn(r->o->log, "list '%s': issue %d is not sent: %s",
		r->list->name, d->number, why);
	return true;
}

/*
 * Was it made for a slot to come, which the schedule has no more? It makes another
 * draft, of the same dispatches. Drafts of `--now` are made at their slot, or
 * some seconds before, where that second is taken.
 */
static bool
has_lost_slot(const struct run *r, const struct draft *d)
{
	enum { AT_ONCE = 60 }; /* seconds */

	return d->kind == DRAFT_REGULAR && d->slot > d->made + AT_ONCE &&
		schedule_slot_before(&r->list->schedule, d->slot) != d->slot;
}

/* Without a record: nothing was to be opened there. */
static bool
drop_lost(struct run *r, const struct draft *d, struct error *err)
{
	if (!store_together(r->store, err) ||
		!store_together_end(r->store, "draft",
			run_demand_draft(r, d, err) &&
				store_draft_drop(
					r->store, d->id, false, r->o->now, err),
			err))
		return false;
	problem_add(&r->notices, SEVERITY_WARNING, NULL, 0, 0,
		"draft %d was dropped: the schedule has its slot no more; its "
		"dispatches wait for the next issue",
		d->number);
	log_warn(r->o->log,
		"list '%s': draft %d is dropped: the schedule has its slot no "
		"more",
		r->list->name, d->number);
	return true;
}

/* What does not stand any more waits for another word, up to its deadline. What
 * it carries an editor has seen; how many it goes to may be others since. */
static bool
send_approved(struct run *r, const struct draft *d, struct error *err)
{
	struct run_opener opener = {
		run_open_draft, run_describe_draft, run_draft_is_same, d, 0, 0};
	size_t counts[SUBSCRIBER_STATES];
	bool stands;

	if (!run_draft_stands(r, d, &stands, err))
		return false;
	if (!stands)
		return true;
	if (!store_subscriber_counts(r->store, r->list_id, counts, err))
		return false;
	if (d->kind == DRAFT_REGULAR)
		opener.recipients = counts[SUBSCRIBER_ACTIVE];
	return run_send_new(r, &opener, err);
}

static bool
deal_with_approved(struct run *r, const struct draft *d, struct error *err)
{
	int64_t since = d->slot > d->approved ? d->slot : d->approved;
	bool late;

	if (d->slot > r->o->now || r->held || run_is_quiet(r))
		return true;
	if (!run_is_late(r, since, &late, err))
		return false;
	return late ? give_up(r, d,
			      "it was approved, but no run came within "
			      "'catch_up'",
			      err)
		    : send_approved(r, d, err);
}

static bool
deal_with(struct run *r, const struct draft *d, struct error *err)
{
	if (d->approver)
		return deal_with_approved(r, d, err);
	if (has_lost_slot(r, d))
		return drop_lost(r, d, err);
	if (d->deadline <= r->o->now)
		return give_up(r, d, "nobody approved it in time", err);
	if (!d->told)
		tell(r, d);
	return true;
}

/* ----- all of them ----- */

struct ids {
	int64_t *items;
	size_t count;
};

static bool
note_id(void *data, const struct draft *d)
{
	struct ids *ids = data;

	ids->items =
		mem_resize(ids->items, (ids->count + 1) * sizeof *ids->items);
	ids->items[ids->count++] = d->id;
	return true;
}

static bool
note_approved(void *data, const struct draft *d)
{
	struct run *r = data;

	r->pressed |= d->approver && d->slot <= r->o->now;
	return !r->pressed;
}

bool
run_look_for_approved(struct run *r, struct error *err)
{
	return store_drafts(r->store, r->list_id, note_approved, r, err);
}

bool
run_drafts(struct run *r, struct error *err)
{
	struct ids ids = {.items = NULL};
	bool ok = r->o->dry_run ||
		(run_read_held(r, err) &&
			store_drafts(r->store, r->list_id, note_id, &ids, err));

	for (size_t i = 0; ok && i < ids.count && !r->result->interrupted;
		i++) {
		struct draft d;
		bool found;

		ok = store_draft_of_id(
			     r->store, ids.items[i], &d, &found, err) &&
			(!found || deal_with(r, &d, err));
		draft_clear(&d);
	}
	free(ids.items);
	return ok;
}
