#include <stdlib.h>

#include "base/mem.h"
#include "config/config.h"
#include "run/draft.h"
#include "run/freeze.h"
#include "run/recheck.h"
#include "run/state.h"
#include "store/edits.h"

bool
run_is_real(const struct run *r)
{
	const struct relay *relay =
		r->o->relay ? r->o->relay : &r->list->relays[0];

	return relay->kind == TRANSPORT_SMTP;
}

/* What the law and the receivers want of real mail. What is wrong but no error
 * was told when the issue opened. */
static bool
settings_suffice(struct run *r, bool opens, struct error *err)
{
	struct problems problems = PROBLEMS_INIT;
	bool ok = true;

	if (!run_is_real(r))
		return true;
	list_check_sending(r->list, &problems);
	if (opens || problems.errors)
		log_problems(r->o->log, &problems);
	if (problems.errors)
		ok = error_set(err, ERROR_CONFIG,
			"nothing was sent: real mail wants the %zu setting%s "
			"named above",
			problems.errors, problems.errors == 1 ? "" : "s");
	problems_clear(&problems);
	return ok;
}

bool
run_may_open(struct run *r, struct error *err)
{
	return run_open_keys(r, err) && settings_suffice(r, true, err);
}

bool
run_may_go_on(struct run *r, struct error *err)
{
	return run_open_keys(r, err) && settings_suffice(r, false, err);
}

/* Real mail needs a word, once. */
static bool
is_meant(struct run *r, size_t recipients, struct error *err)
{
	char *sent_before;

	if (!run_is_real(r))
		return true;
	sent_before = store_meta(r->store, "sent_for_real", err);
	if (err->kind != ERROR_NONE)
		return false;
	if (!sent_before && !r->o->yes)
		return error_set(err, ERROR_USAGE,
			"this site has never sent real mail: to send this "
			"issue to %zu recipient%s, run it once with --yes",
			recipients, recipients == 1 ? "" : "s");
	free(sent_before);
	return store_set_meta(r->store, "sent_for_real", "yes", err);
}

/* An editor may have said so since it was composed, or looked at last. */
static bool
refuse_retracted(struct run *r, int64_t issue, struct error *err)
{
	struct recheck look = {
		.store = r->store, .list_id = r->list_id, .holder = issue};
	char *why;

	if (!recheck_retracted(&look, &why, err))
		return false;
	if (why)
		error_set(err, ERROR_LATER,
			"the issue was not opened, for %s: the next run makes "
			"it anew",
			why);
	free(why);
	return err->kind == ERROR_NONE;
}

static bool
open_issue(struct run *r, const struct composed *c, struct error *err)
{
	struct arena *arena = arena_new();
	struct opening opening;
	int64_t issue;
	bool ok;

	freeze(arena, r->list, r->list_id, c, false, r->o->now, &opening);
	ok = store_issue_open(r->store, &opening, &issue, err) &&
		refuse_retracted(r, issue, err);
	arena_free(arena);
	return ok;
}

/* Editors may have changed their mind since it was composed. What they decided
 * holds for this issue, and ends with it. */
static bool
end_edits(struct run *r, const struct edits *edits, struct error *err)
{
	bool same;

	if (!store_edits_are(r->store, r->list->name, edits, &same, err))
		return false;
	if (!same)
		return error_set(err, ERROR_LATER,
			"an editor changed the issue while it was composed: "
			"the next run composes it anew");
	return store_edits_clear(r->store, r->list->name, err);
}

static bool
open_edited(struct run *r, const struct composed *c, struct error *err)
{
	bool ok;

	if (!store_together(r->store, err))
		return false;
	ok = (!c->edits || end_edits(r, c->edits, err)) &&
		open_issue(r, c, err);
	return store_together_end(r->store, "open", ok, err);
}

bool
run_draft_is_same(
	struct run *r, const void *what, bool *same, struct error *err)
{
	return store_draft_is(r->store, what, same, err);
}

bool
run_demand_draft(struct run *r, const struct draft *draft, struct error *err)
{
	bool same;

	return store_draft_is(r->store, draft, &same, err) &&
		(same ||
			error_set(err, ERROR_LATER,
				"draft %d was changed or dropped this very "
				"moment: the next run goes by that",
				draft->number));
}

static bool
open_draft(struct run *r, const struct draft *draft, struct error *err)
{
	int64_t id;
	bool ok;

	if (!store_together(r->store, err))
		return false;
	ok = run_demand_draft(r, draft, err) &&
		store_draft_open(r->store, draft->id, r->o->now, &id, err) &&
		refuse_retracted(r, id, err) &&
		(draft->kind != DRAFT_REGULAR ||
			draft_end_edits(draft, r->list, r->store, err));
	return store_together_end(r->store, "open", ok, err);
}

bool
run_open_draft(struct run *r, const void *what, struct issue_record *issue,
	struct error *err)
{
	const struct draft *draft = what;
	bool found;

	return is_meant(r, draft_recipients(draft), err) &&
		open_draft(r, draft, err) &&
		store_issue_find(r->store, r->list_id, draft->number, issue,
			&found, err);
}

bool
run_open_issue(struct run *r, const void *composed, struct issue_record *issue,
	struct error *err)
{
	const struct composed *c = composed;
	bool found;

	return is_meant(r, c->recipients, err) && open_edited(r, c, err) &&
		store_issue_find(r->store, r->list_id, c->issue->number, issue,
			&found, err);
}
