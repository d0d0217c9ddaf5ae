#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool.h"
#include "run/figures.h"
#include "run/post.h"
#include "run/progress.h"
#include "run/state.h"
#include "run/upkeep.h"

static struct value *
report_counts(struct run *r, const struct issue_record *issue)
{
	struct arena *a = r->result->arena;
	struct value *v = value_new_map(a);

	value_set_int(a, v, "number", issue->number);
	value_set_text(a, v, "state", issue_state_name(issue->state));
	recipients_value(a, v, issue->counts);
	value_set_text(a, v, "paused", issue->paused);
	return v;
}

bool
run_open_keys(struct run *r, struct error *err)
{
	return r->signing || signing_open(r->list, &r->signing, err);
}

/* A delivery before this one may have taken hours. */
static int64_t
clock_now(const struct run *r)
{
	return r->o->now + (world_ticks() - r->began) / 1000;
}

int64_t
run_quiet_until(const struct run *r)
{
	return r->o->due
		? INSTANT_NONE
		: schedule_quiet_until(&r->list->schedule, clock_now(r));
}

bool
run_is_quiet(const struct run *r)
{
	return run_quiet_until(r) != INSTANT_NONE;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	if (a == INSTANT_NONE || b == INSTANT_NONE)
		return a == INSTANT_NONE ? b : a;
	return a < b ? a : b;
}

/* The next slot, or the time to make its draft. */
static int64_t
next_of_schedule(const struct list *list, int64_t now)
{
	int64_t slot = schedule_slot_after(&list->schedule, now);
	int64_t draft =
		slot - (slot == INSTANT_NONE ? 0 : list->approval_before);

	return list->approval && draft > now ? draft : slot;
}

/*
 * What a rate draws out does not hold up the next issue, nor does it go on into
 * the quiet hours. One that was to be opened before this run began waits for a
 * moment at most, in which most of what is open is through.
 */
static int64_t
sending_until(const struct run *r)
{
	enum { MOMENT = 60 }; /* seconds */
	int64_t now = clock_now(r);
	int64_t until = next_of_schedule(r->list, now);
	int scale = r->o->timeout_scale ? r->o->timeout_scale : 1;

	if (!r->o->due)
		until = sooner(
			until, schedule_quiet_from(&r->list->schedule, now));
	return r->pressed ? sooner(until, now + MOMENT / scale) : until;
}

static bool
deliver(struct run *r, const struct issue_record *issue,
	struct delivery_result *result, struct error *err)
{
	struct progress progress;
	struct delivery d = {
		.store = r->store,
		.list = r->list,
		.list_id = r->list_id,
		.issue = issue,
		.relay = r->o->relay,
		.token_key = span_of(r->token_key),
		.signer = signing_signer(r->signing),
		.owner = r->owner,
		.boot_id = r->boot_id,
		.ehlo_name = r->host,
		.log = r->o->log,
		.now = clock_now(r),
		.until = sending_until(r),
		.ticks = world_ticks,
		.time_scale = r->o->timeout_scale,
		.progress = progress_show,
		.progress_data = &progress,
		.step = r->o->stop ? stop_point_step : NULL,
		.step_data = r->o->stop,
	};
	sigset_t old;
	bool ok;

	progress_init(&progress, r->o->progress ? stderr : NULL, r->list->name,
		issue->number);
	d.signal_fd = world_open_signals(&old);
	ok = delivery_run(&d, result, err);
	world_close_signals(d.signal_fd, &old);
	progress_end(&progress);
	return ok;
}

/* ----- an issue ----- */

/* An editor may hold the list at any time. */
bool
run_read_held(struct run *r, struct error *err)
{
	free(r->held);
	r->held = NULL;
	return list_held(r->list, r->store, &r->held, err);
}

bool
run_reload(struct run *r, struct issue_record *issue, struct error *err)
{
	int number = issue->number;
	bool found;

	issue_record_clear(issue);
	return store_issue_find(
		r->store, r->list_id, number, issue, &found, err);
}

/* No relay could be reached: nobody was tried. */
static bool
was_in_vain(const struct delivery_result *d)
{
	return d->trouble && !d->reached;
}

/* Who is due for so long is given up, but only when he had his turn: not when
 * an editor, the relay's refusal, its silence or a signal came between; nor do
 * the quiet hours count, in which he had none. */
static bool
is_to_expire(struct run *r, const struct issue_record *issue,
	const struct delivery_result *d, int64_t waiting)
{
	int64_t now = r->o->now;
	int64_t quiet =
		schedule_quiet_between(&r->list->schedule, waiting, now);

	return now >= waiting + quiet + r->list->give_up_after &&
		!issue->paused && !r->held && !d->paused && !d->refused_relay &&
		!d->interrupted && !was_in_vain(d) && !run_is_quiet(r);
}

/* The time in which nobody could be tried counts for nobody; and since the issue
 * was read an editor may have had some tried anew. */
static bool
close_issue(struct run *r, const struct issue_record *issue,
	const struct delivery_result *d, bool *closed, struct error *err)
{
	int64_t now = clock_now(r), waiting;

	return store_issue_waiting(r->store, issue->id, &waiting, err) &&
		store_issue_close(r->store, issue->id, now,
			is_to_expire(r, issue, d, waiting), closed, err) &&
		(*closed || !was_in_vain(d) ||
			store_issue_wait(r->store, issue->id, now, err));
}

/* The turn is another run's, which may not have looked yet whether the store was
 * put back: then it holds what has been sent. */
static bool
help(struct run *r, const struct issue_record *issue,
	struct delivery_result *result, struct error *err)
{
	if (!run_look_for_put_back(r, err) || !run_read_held(r, err))
		return false;
	return r->held || deliver(r, issue, result, err);
}

/*
 * While all that are left wait for a later try, no connection is opened. An
 * issue of a list that is held need not be paused: it may have been opened, or
 * its failed made due again, since.
 */
static bool
deliver_if_due(struct run *r, const struct issue_record *issue,
	struct delivery_result *result, struct error *err)
{
	int64_t at;

	if (!run_read_held(r, err))
		return false;
	if (issue->paused || r->held || run_is_quiet(r))
		return true;
	if (!store_next_try(r->store, issue->id, &at, err))
		return false;
	if (at == INSTANT_NONE || at > clock_now(r))
		return true;
	if (!run_may_go_on(r, err))
		return false;
	if (r->helping)
		return help(r, issue, result, err);
	run_publish(r, issue->id);
	return deliver(r, issue, result, err);
}

static size_t
has_arrived(const struct issue_record *issue)
{
	return issue->counts[RECIPIENT_SENT] +
		issue->counts[RECIPIENT_REFUSED] +
		issue->counts[RECIPIENT_DROPPED];
}

/* An issue that only waits, run after run, is no story. */
static void
note_progress(struct run *r, const struct issue_record *issue, size_t before)
{
	if (issue->state == ISSUE_SENDING && has_arrived(issue) == before)
		return;
	log_event(r->o->log,
		"list '%s': issue %d: %s: sent %zu, refused %zu, later %zu, in "
		"doubt %zu, held %zu, dropped %zu; resent in doubt %zu",
		r->list->name, issue->number,
		issue->state == ISSUE_SENDING ? "under way" : "finished",
		issue->counts[RECIPIENT_SENT], issue->counts[RECIPIENT_REFUSED],
		issue->counts[RECIPIENT_DUE], issue->counts[RECIPIENT_WIRE],
		issue->counts[RECIPIENT_HELD], issue->counts[RECIPIENT_DROPPED],
		issue->doubts);
}

/* A hold that is lifted between the two reads as a pause of another reason:
 * then once more. */
static bool
read_standing(struct run *r, struct issue_record *issue, struct error *err)
{
	bool ok = run_reload(r, issue, err) && run_read_held(r, err);

	if (ok && issue->paused && !r->held)
		ok = run_reload(r, issue, err) && run_read_held(r, err);
	return ok;
}

bool
run_send_issue(struct run *r, struct issue_record *issue, struct error *err)
{
	struct delivery_result d = {.trouble = NULL};
	bool ok, closed = false, others;
	size_t due, before, given_up, held;

	due = issue->counts[RECIPIENT_DUE] + issue->counts[RECIPIENT_WIRE];
	log_detail(r->o->log, "%s: sending issue %d: %zu recipient%s due",
		r->list->name, issue->number, due, due == 1 ? " is" : "s are");
	before = has_arrived(issue);
	given_up = issue->counts[RECIPIENT_EXPIRED];
	held = issue->counts[RECIPIENT_HELD];
	ok = deliver_if_due(r, issue, &d, err) &&
		close_issue(r, issue, &d, &closed, err);
	others = ok && !closed && run_others_send(r, issue);
	ok = ok && read_standing(r, issue, err);
	if (ok) {
		run_judge_issue(r, issue, &d, others);
		run_judge_lost(r, issue, given_up, held);
		value_push(r->result->arena,
			value_find(r->result->report, "issues"),
			report_counts(r, issue));
		note_progress(r, issue, before);
		if (closed)
			run_tell_issue(r, issue);
	}
	delivery_result_clear(&d);
	return ok;
}

/* A restored snapshot must not send again: what has been still for long goes
 * on only when told. */
static bool
is_still(const struct run *r, const struct issue_record *issue)
{
	return !issue->paused && r->o->now - issue->alive > r->list->catch_up;
}

static void
tell_still(struct run *r, const struct issue_record *issue)
{
	char *text = mem_printf("issue %d has been still for longer than "
				"'catch_up'; if it may go on, run with "
				"--resume",
		issue->number);

	r->result->later = true;
	problem_add(&r->notices, SEVERITY_WARNING, NULL, 0, 0, "%s", text);
	run_keep_why(r, text);
	free(text);
}

/* What a run with a wrong clock put off would wait for years. Clocks of hosts
 * that send together differ by less. */
static bool
put_clock_right(struct run *r, struct issue_record *issue, struct error *err)
{
	enum { SLACK = 60 * 60 }; /* seconds */

	if (issue->alive <= r->o->now + SLACK)
		return true;
	log_warn(r->o->log,
		"list '%s': issue %d: the clock of an earlier run was ahead of "
		"ours; who was put off then is tried now",
		r->list->name, issue->number);
	return store_issue_forget_future(r->store, issue->id, r->o->now, err) &&
		run_reload(r, issue, err);
}

/* Nobody was tried while it was still. */
static bool
wake_still(struct run *r, struct issue_record *issue, struct error *err)
{
	return store_issue_wait(r->store, issue->id, clock_now(r), err) &&
		run_reload(r, issue, err);
}

/* An editor's hold is not the operator's to lift, nor is what it covers. */
static bool
lift_pause(struct run *r, struct issue_record *issue, struct error *err)
{
	if (!run_read_held(r, err))
		return false;
	return r->held ||
		(run_waive(r, issue, err) &&
			store_issue_pause(
				r->store, issue->id, NULL, clock_now(r), err) &&
			run_reload(r, issue, err));
}

static bool
send_open(void *data, struct issue_record *issue, struct error *err)
{
	struct run *r = data;
	bool ok = put_clock_right(r, issue, err);

	if (!ok)
		return false;
	if (is_still(r, issue) && !r->o->resume) {
		tell_still(r, issue);
		return true;
	}
	if (is_still(r, issue))
		ok = wake_still(r, issue, err);
	else if (r->o->resume && issue->paused)
		ok = lift_pause(r, issue, err);
	ok = ok && run_recheck_issue(r, issue, err) &&
		(r->helping || run_read_pressed(r, err)) &&
		run_send_issue(r, issue, err);
	return ok && !r->result->interrupted;
}

/* For a moment only, when something new waits for that. */
bool
run_send_open_issues(struct run *r, struct error *err)
{
	bool ok = store_unfinished(r->store, r->list_id, send_open, r, err);

	r->pressed = false;
	return ok;
}

static bool
show_open(void *data, struct issue_record *issue, struct error *err)
{
	struct run *r = data;

	(void)err;
	value_push(r->result->arena, value_find(r->result->report, "issues"),
		report_counts(r, issue));
	return true;
}

bool
run_show_open_issues(struct run *r, struct error *err)
{
	return store_unfinished(r->store, r->list_id, show_open, r, err);
}

/* ----- the post ----- */

void
run_send_post(struct run *r)
{
	struct post_office office = {
		.store = r->store,
		.log = r->o->log,
		.relay = r->o->relay,
		.timeout_scale = r->o->timeout_scale,
	};
	struct error problem = ERROR_INIT;

	if (!r->o->dry_run && !r->result->interrupted &&
		!post_send_due(&office, r->list, clock_now(r), NULL, &problem))
		log_warn(r->o->log, "list '%s': %s", r->list->name,
			problem.text);
	error_clear(&problem);
}
