/*
 * What stands in the way of an issue's being done, and what is told of it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool.h"
#include "run/state.h"
#include "run/upkeep.h"
#include "store/basis.h"

static void
tell(struct run *r, char *text_take)
{
	run_keep_why(r, text_take);
	free(text_take);
}

/* An editor holds it: of that only the run is told that was stopped by it. */
static void
judge_held(struct run *r, const struct issue_record *issue, bool was_sending)
{
	if (!was_sending) {
		log_detail(r->o->log, "%s: issue %d is %s", r->list->name,
			issue->number, r->held);
		return;
	}
	r->result->later = true;
	tell(r,
		mem_printf("issue %d is %s; 'postrider release %s' goes on",
			issue->number, r->held, r->list->name));
}

/* Whoever cancels it waits for this run to stop; there is nothing to mend. */
static char *
describe_pause(const struct run *r, const struct issue_record *issue,
	const struct delivery_result *d)
{
	if (d->paused && text_equals(issue->paused, CANCELLING))
		return mem_printf(
			"issue %d is not sent any further: " CANCELLING
			" by an editor",
			issue->number);
	return mem_printf("issue %d is paused: %s; when that is mended, "
			  "'postrider run --resume %s' goes on",
		issue->number, issue->paused, r->list->name);
}

static void
judge_paused(struct run *r, const struct issue_record *issue,
	const struct delivery_result *d)
{
	char *text = describe_pause(r, issue, d);

	r->result->refused = true;
	if (d->pauses)
		problem_add(
			&r->notices, SEVERITY_ERROR, NULL, 0, 0, "%s", text);
	tell(r, text);
}

bool
run_others_send(struct run *r, const struct issue_record *issue)
{
	bool claimed;
	size_t deferred;

	return store_under_way(
		       r->store, issue->id, &deferred, &claimed, NULL) &&
		claimed;
}

static void
judge_unfinished(struct run *r, const struct issue_record *issue,
	const struct delivery_result *d, bool others)
{
	size_t open =
		issue->counts[RECIPIENT_DUE] + issue->counts[RECIPIENT_WIRE];

	if (others || !open) {
		log_detail(r->o->log,
			"%s: issue %d: others go on with %zu recipient%s",
			r->list->name, issue->number, open,
			open == 1 ? "" : "s");
		return;
	}
	r->result->later = true;
	tell(r,
		mem_printf("issue %d: %zu recipient%s must be tried again "
			   "later%s%s",
			issue->number, open, open == 1 ? "" : "s",
			d->trouble ? ": " : "", d->trouble ? d->trouble : ""));
}

/* The night is no failure. */
static void
note_quiet(struct run *r, const struct issue_record *issue)
{
	struct str until = STR_INIT;

	date_write_iso(&until, run_quiet_until(r));
	log_detail(r->o->log, "%s: issue %d goes on after the quiet hours, %s",
		r->list->name, issue->number, str_text(&until));
	str_clear(&until);
}

void
run_judge_issue(struct run *r, const struct issue_record *issue,
	const struct delivery_result *d, bool others)
{
	r->result->interrupted |= d->interrupted;
	if (r->held && issue->state == ISSUE_SENDING && !d->pauses) {
		judge_held(r, issue, d->paused);
	} else if (issue->paused) {
		judge_paused(r, issue, d);
	} else if (d->interrupted) {
		r->result->later = true;
		run_keep_why(r, "stopped by a signal; the next run goes on");
	} else if (d->refused_relay) {
		r->result->refused = true;
		problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0, "%s",
			d->trouble);
		run_keep_why(r, d->trouble);
	} else if (issue->state == ISSUE_SENDING && run_is_quiet(r)) {
		note_quiet(r, issue);
	} else if (issue->state == ISSUE_SENDING) {
		judge_unfinished(r, issue, d, others);
	}
}

static void
tell_lost(struct run *r, char *text_take)
{
	log_warn(r->o->log, "list '%s': %s", r->list->name, text_take);
	problem_add(&r->notices, SEVERITY_WARNING, NULL, 0, 0, "%s", text_take);
	free(text_take);
}

void
run_judge_lost(struct run *r, const struct issue_record *issue, size_t given_up,
	size_t held)
{
	size_t more = issue->counts[RECIPIENT_EXPIRED] - given_up;
	const char *list = r->list->name;
	int n = issue->number;

	if (issue->counts[RECIPIENT_EXPIRED] > given_up)
		tell_lost(r,
			mem_printf("issue %d: %zu recipient%s given up, after "
				   "'give_up_after'; 'postrider issue %s %d' "
				   "says why, 'postrider retry %s %d' tries "
				   "again",
				n, more, more == 1 ? " is" : "s are", list, n,
				list, n));
	more = issue->counts[RECIPIENT_HELD] - held;
	if (issue->counts[RECIPIENT_HELD] > held)
		tell_lost(r,
			mem_printf("issue %d: %zu recipient%s held: a run or a "
				   "connection ended while the message was on "
				   "its way, and nobody knows whether it "
				   "arrived; 'postrider retry %s %d' sends it "
				   "again",
				n, more, more == 1 ? " is" : "s are", list, n));
}
