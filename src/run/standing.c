/*
 * The last look within a run: a draft before it opens, an issue of which nothing
 * has left yet before it goes on. What does not stand any more is no accident's
 * to send: an editor or an operator has to say so.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/recheck.h"
#include "run/state.h"

/* ----- drafts ----- */

static bool
stop_draft(struct run *r, const struct draft *d, const char *why,
	struct error *err)
{
	const char *list = r->list->name;
	int64_t deadline = draft_deadline(r->list, d->slot, r->o->now);

	if (!store_draft_void(r->store, d->id, deadline, err))
		return false;
	if (d->kind == DRAFT_REGULAR)
		problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0,
			"issue %d was not sent, though it was approved: %s; "
			"'postrider draft %s' makes it anew, and wants "
			"approval",
			d->number, why, list);
	else
		problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0,
			"issue %d was not sent, though it was approved: %s; "
			"'postrider cancel %s %d' drops it, and then it can "
			"be made again",
			d->number, why, list, d->number);
	log_warn(r->o->log, "list '%s': issue %d is not sent: %s", list,
		d->number, why);
	return true;
}

bool
run_draft_stands(
	struct run *r, const struct draft *d, bool *stands, struct error *err)
{
	struct recheck look = {.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.at = r->o->now,
		.holder = d->id,
		.draft = true};
	char *why;
	bool ok = recheck(&look, &why, err);

	*stands = ok && !why;
	if (why)
		ok = stop_draft(r, d, why, err);
	free(why);
	return ok;
}

/* ----- issues ----- */

static bool
find_reason(struct run *r, const struct issue_record *issue, char **why,
	struct error *err)
{
	struct recheck look = {.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.at = r->o->now,
		.holder = issue->id};

	return recheck(&look, why, err);
}

/* Who is on the wire, or in doubt, may have it. */
static bool
has_left(const struct issue_record *issue)
{
	return issue->counts[RECIPIENT_SENT] || issue->counts[RECIPIENT_WIRE] ||
		issue->counts[RECIPIENT_HELD] || issue->doubts;
}

/* The key of the reason for which somebody has said that it goes on. */
static char *
make_key(const struct issue_record *issue)
{
	return mem_printf("waived:%lld", (long long)issue->id);
}

bool
run_waive(struct run *r, const struct issue_record *issue, struct error *err)
{
	char *key, *why;
	bool ok;

	if (has_left(issue))
		return true;
	key = make_key(issue);
	ok = find_reason(r, issue, &why, err);
	if (ok && text_equals(why, issue->paused))
		ok = store_set_meta(r->store, key, why, err);
	free(why);
	free(key);
	return ok;
}

static bool
is_waived(struct run *r, const struct issue_record *issue, const char *why,
	bool *waived, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key = make_key(issue);
	char *known = store_meta(r->store, key, &problem);

	*waived = text_equals(known, why);
	free(known);
	free(key);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

static bool
pause_issue(struct run *r, struct issue_record *issue, const char *why,
	struct error *err)
{
	problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0,
		"issue %d is paused before its first message: %s; 'postrider "
		"cancel %s %d' drops it, 'postrider run --resume %s' sends it",
		issue->number, why, r->list->name, issue->number,
		r->list->name);
	return store_issue_pause(r->store, issue->id, why, r->o->now, err) &&
		run_reload(r, issue, err);
}

bool
run_recheck_issue(struct run *r, struct issue_record *issue, struct error *err)
{
	bool waived = false, ok;
	char *why;

	if (!run_read_held(r, err))
		return false;
	if (issue->paused || r->held || has_left(issue))
		return true;
	ok = find_reason(r, issue, &why, err);
	if (why)
		ok = is_waived(r, issue, why, &waived, err) &&
			(waived || pause_issue(r, issue, why, err));
	free(why);
	return ok;
}
