/*
 * Which slot of a list is due, and what becomes of it: an issue, a slot that is
 * skipped, or nothing but what sources show.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/gather.h"
#include "run/last_run.h"
#include "run/state.h"
#include "run/upkeep.h"

/* What sources have to say is on stderr at once, and goes to the editors when
 * the work is done. */
void
run_keep_gathered(struct run *r, const struct problems *gathered)
{
	log_problems(r->o->log, gathered);
	for (size_t i = 0; i < gathered->count; i++) {
		const struct problem *p = &gathered->items[i];

		if (p->severity != SEVERITY_NOTE)
			problem_add(&r->notices, p->severity, NULL, 0, 0, "%s",
				p->text);
	}
}

/* ----- an issue for it ----- */

static void
tell_left_out(struct run *r, const struct composed *c)
{
	for (size_t i = 0; i < c->issue->decision_count; i++) {
		const struct decision *d = &c->issue->decisions[i];

		log_detail(r->o->log, "%s: %s: %s%s%s", r->list->name,
			d->dispatch->id, reason_text(d->reason),
			d->detail ? ", " : "", d->detail ? d->detail : "");
	}
}

bool
run_skip_slot(struct run *r, int64_t slot, const char *why, struct error *err)
{
	value_set_text(r->result->arena, r->result->report, "nothing", why);
	if (r->o->due || r->o->dry_run) {
		log_detail(r->o->log, "%s: %s", r->list->name, why);
		return true;
	}
	log_event(r->o->log, "list '%s': slot skipped: %s", r->list->name, why);
	return store_issue_skip(
		r->store, r->list_id, slot, r->o->now, why, err);
}

static char *
too_few(const struct composed *c, const struct list *list)
{
	size_t in = 0;

	for (size_t i = 0; i < c->issue->decision_count; i++)
		in += c->issue->decisions[i].reason == REASON_TOO_FEW;
	if (!in)
		return mem_strdup("nothing is new");
	if (c->enough)
		return mem_printf(
			"%zu new, and by 'schedule.after' no issue is "
			"due yet; they wait for the next slot",
			in);
	return mem_printf("%zu new, fewer than the minimum of %d; they wait "
			  "for the next issue",
		in, list->select.min);
}

/* `told`: why was said just now. */
static void
note_held(struct run *r, bool told)
{
	value_set_text(r->result->arena, r->result->report, "held", r->held);
	/* Who says --now waits for an issue; cron does not. */
	if (r->o->due && !r->o->dry_run && !told)
		log_warn(r->o->log,
			"list '%s': no issue: %s; 'postrider release %s' ends "
			"that",
			r->list->name, r->held, r->list->name);
	else
		log_detail(r->o->log, "%s is %s", r->list->name, r->held);
}

static bool
open_new(struct run *r, const struct run_opener *opener,
	struct issue_record *issue, struct error *err)
{
	size_t due;

	if (!opener->open(r, opener->what, issue, err))
		return false;
	due = issue->counts[RECIPIENT_DUE];
	log_event(r->o->log,
		"list '%s': issue %d: opened: %zu dispatch%s, %zu recipient%s",
		r->list->name, issue->number, issue->carried,
		issue->carried == 1 ? "" : "es", due, due == 1 ? "" : "s");
	return true;
}

/* A hook may take a minute, and says nothing of what took its draft's place. */
static bool
look_again(struct run *r, const struct run_opener *opener, bool *stopped,
	struct error *err)
{
	bool same = true;

	if (*stopped)
		return true;
	if (!run_read_held(r, err) ||
		(opener->is_same &&
			!opener->is_same(r, opener->what, &same, err)))
		return false;
	*stopped = !same;
	if (*stopped)
		log_detail(r->o->log,
			"%s: the draft was changed or dropped while it was "
			"looked at: that counts",
			r->list->name);
	return true;
}

/* Feeds and hooks may have taken their time, and an editor may have said 'hold'. */
bool
run_send_new(struct run *r, const struct run_opener *opener, struct error *err)
{
	struct issue_record issue = {.id = 0};
	bool stopped = false;
	bool ok = run_read_held(r, err);

	if (ok && !r->held)
		ok = run_guard(r, opener->recipients, opener->dispatches,
			&stopped, err);
	if (ok && !r->held && !stopped)
		ok = run_may_open(r, err) &&
			run_ask_hook(r, opener, &stopped, err) &&
			look_again(r, opener, &stopped, err);
	if (ok && r->held)
		note_held(r, stopped);
	else if (!stopped)
		ok = ok && open_new(r, opener, &issue, err) &&
			run_send_issue(r, &issue, err);
	issue_record_clear(&issue);
	return ok;
}

static size_t
carried_count(const struct composed *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->issue->decision_count; i++)
		count += reason_is_in(c->issue->decisions[i].reason);
	return count;
}

static bool
run_slot(struct run *r, int number, int64_t slot, struct error *err)
{
	struct compose_options options = {
		.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.number = number,
		.slot = slot,
		.now = r->o->now,
		.settle = !r->o->due,
		.patient = !r->o->due,
		.gather = r->o->dry_run ? GATHER_SHOW : GATHER_KEEP,
		.timeout_scale = r->o->timeout_scale,
	};
	struct composed c;
	bool ok = compose(&options, &c, err);

	c.recipients = (size_t)((int64_t)c.recipients + r->joining);
	run_keep_gathered(r, &c.gathered);
	if (ok) {
		log_problems(r->o->log, &c.problems);
		tell_left_out(r, &c);
		value_set(r->result->arena, r->result->report, "composed",
			composed_report(r->result->arena, &c));
	}
	if (ok && c.issue->below_minimum) {
		char *why = too_few(&c, r->list);

		ok = run_skip_slot(r, slot, why, err);
		free(why);
	} else if (ok && c.recipients == 0) {
		ok = run_skip_slot(r, slot, "nobody is subscribed", err);
	} else if (ok) {
		ok = r->o->dry_run
			? run_may_open(r, err)
			: run_send_new(r,
				  &(struct run_opener){run_open_issue,
					  run_describe_issue, NULL, &c,
					  c.recipients, carried_count(&c)},
				  err);
	}
	composed_clear(&c);
	return ok;
}

/* ----- which slot ----- */

/*
 * When cron first called for this list. A new one does not catch up on slots
 * from before that.
 */
static bool
find_first_run(struct run *r, int64_t *at, struct error *err)
{
	char *key = mem_printf("first_run:%s", r->list->name);
	int64_t known = INSTANT_NONE;
	bool ok = store_meta_number(r->store, key, &known, err);

	*at = known;
	if (known == INSTANT_NONE || known > r->o->now) {
		*at = r->o->now; /* or by a clock that ran ahead */
		if (ok && !r->o->dry_run)
			ok = store_set_meta_number(r->store, key, *at, err);
	}
	free(key);
	return ok;
}

/* The slot to be filled now; INSTANT_NONE when none is due. */
static bool
due_slot(struct run *r, int64_t last, int64_t *slot, struct error *err)
{
	if (r->o->due) {
		*slot = r->o->now;
		return store_free_slot(r->store, r->list_id, slot, err);
	}
	*slot = schedule_slot_before(&r->list->schedule, r->o->now);
	if (*slot != INSTANT_NONE && *slot <= last)
		*slot = INSTANT_NONE;
	return true;
}

/* Nothing is due: what feeds show now may be gone when something is. */
static bool
gather_only(struct run *r, struct error *err)
{
	struct gather_options options = {
		.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.now = r->o->now,
		.kind = GATHER_KEEP,
		.timeout_scale = r->o->timeout_scale,
	};
	struct problems problems = PROBLEMS_INIT;
	bool ok;

	if (r->o->dry_run)
		return true;
	ok = gather(&options, NULL, &problems, err);
	run_keep_gathered(r, &problems);
	problems_clear(&problems);
	return ok;
}

static bool
rest(struct run *r, struct error *err)
{
	if (r->held)
		note_held(r, false);
	return gather_only(r, err);
}

/* A slot that comes, whose draft is due: what is approved wants time. None when
 * it was cancelled already. */
static bool
coming_slot(struct run *r, int64_t *slot, struct error *err)
{
	bool settled = true;

	*slot = schedule_slot_after(&r->list->schedule, r->o->now);
	if (r->list->approval && *slot != INSTANT_NONE &&
		*slot - r->list->approval_before <= r->o->now &&
		!store_slot_is_settled(
			r->store, r->list_id, *slot, &settled, err))
		return false;
	if (settled)
		*slot = INSTANT_NONE;
	return true;
}

bool
run_is_late(struct run *r, int64_t since, bool *late, struct error *err)
{
	int64_t released, end, quiet;

	if (!list_released(r->list, r->store, &released, err))
		return false;
	end = (released > since ? released : since) + r->list->catch_up;
	quiet = schedule_quiet_until(&r->list->schedule, end);
	if (quiet != INSTANT_NONE)
		end = quiet + r->list->catch_up;
	*late = r->o->now > end;
	return true;
}

/* Its editors wait for an issue that does not come. */
static bool
skip_stale(struct run *r, int64_t slot, struct error *err)
{
	struct str when = STR_INIT;

	date_write_iso(&when, slot);
	log_warn(r->o->log,
		"list '%s': a slot was missed by more than 'catch_up' and is "
		"skipped",
		r->list->name);
	problem_add(&r->notices, SEVERITY_WARNING, NULL, 0, 0,
		"the issue of %s was not made: no run came within 'catch_up'; "
		"'postrider run --now %s' makes one",
		str_text(&when), r->list->name);
	str_clear(&when);
	return run_skip_slot(r, slot, "missed by more than 'catch_up'", err);
}

/* A draft of it that waits is dealt with by run_drafts(), however late it is,
 * and also when the list wants no approval any more. */
static bool
fill_slot(struct run *r, int64_t slot, struct error *err)
{
	bool waits, late;
	int number;

	if (!run_draft_waits(r, slot, &waits, err))
		return false;
	if (waits)
		return gather_only(r, err);
	if (!run_is_late(r, slot, &late, err))
		return false;
	if (late)
		return skip_stale(r, slot, err);
	if (r->list->approval)
		return run_make_draft(r, slot, err);
	return store_draft_number(r->store, r->list_id, slot, &number, err) &&
		run_slot(r, number, slot, err);
}

static bool
find_last(struct run *r, int64_t *last, struct error *err)
{
	int number;

	if (!store_issue_next(
		    r->store, r->list_id, r->o->now, &number, last, err))
		return false;
	if (*last != INSTANT_NONE || r->o->due)
		return true;
	if (!find_first_run(r, last, err))
		return false;
	--*last; /* a slot at that very second counts */
	return true;
}

/* The slot that is due, or whose draft is; INSTANT_NONE, too, while nothing may
 * be made for it. */
static bool
find_slot(struct run *r, int64_t *slot, struct error *err)
{
	int64_t last;

	if (!find_last(r, &last, err) || !due_slot(r, last, slot, err) ||
		(*slot == INSTANT_NONE && !coming_slot(r, slot, err)) ||
		!run_read_held(r, err))
		return false;
	if (r->held || (run_is_quiet(r) && !r->list->approval))
		*slot = INSTANT_NONE;
	return true;
}

bool
run_due(struct run *r, struct error *err)
{
	int64_t slot;

	if (!run_drafts(r, err) || !find_slot(r, &slot, err))
		return false;
	return slot == INSTANT_NONE ? rest(r, err) : fill_slot(r, slot, err);
}

/* A draft that is to be made beforehand presses once: while nothing is new, each
 * run tries again, and what is open need not wait for that. */
static bool
is_tried(struct run *r, int64_t slot, bool *tried, struct error *err)
{
	struct last_run last;

	*tried = false;
	if (slot <= r->o->now)
		return true;
	if (!last_run_read(r->list, r->store, &last, err))
		return false;
	*tried = last.at != INSTANT_NONE &&
		last.at >= slot - r->list->approval_before;
	return true;
}

static bool
slot_presses(struct run *r, int64_t slot, bool *presses, struct error *err)
{
	struct draft d = {.id = 0};
	bool waits, tried;

	if (!store_draft_of_slot(r->store, r->list_id, slot, &d, &waits, err))
		return false;
	draft_clear(&d);
	if (!is_tried(r, slot, &tried, err))
		return false;
	*presses = !waits && !tried;
	return true;
}

bool
run_read_pressed(struct run *r, struct error *err)
{
	int64_t slot;

	r->pressed = false;
	if (!find_slot(r, &slot, err) ||
		(slot != INSTANT_NONE &&
			!slot_presses(r, slot, &r->pressed, err)))
		return false;
	return r->held || run_is_quiet(r) || run_look_for_approved(r, err);
}
