/*
 * What editors and operators do to issues: retry, cancel, hold, release. All of
 * it works on an issue that another process is sending.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/site.h"
#include "run/draft.h"
#include "run/upkeep.h"

/* ----- retry ----- */

static bool
retry(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct error *err)
{
	size_t count;

	if (!store_issue_retry(c->store, r->id, in->now,
		    invocation_has(in, "returned"), &count, err))
		return false;
	if (count)
		log_event(&in->log,
			"list '%s': issue %d: %zu who failed are due again",
			c->list->name, r->number, count);
	if (!count && !in->json) {
		fprintf(in->out,
			"nobody of issue %d failed: there is nothing "
			"to retry\n",
			r->number);
		return true;
	}
	invocation_print_count(in, "retried", count,
		count == 1 ? "recipient is due again; the next run sends to "
			     "him"
			   : "recipients are due again; the next run sends to "
			     "them");
	return true;
}

static bool
run_retry(struct invocation *in, struct error *err)
{
	return command_issue(in, false, retry, err);
}

static const struct option retry_options[] = {
	{"returned", NULL,
		"also those whose letters came back, when that was too much of "
		"the issue to be believed"},
	{NULL, NULL, NULL},
};

const struct command retry_command = {
	.name = "retry",
	.role = ROLE_OPERATOR,
	.usage = "LIST N",
	.summary = "makes the failed of an issue due again: refused, expired "
		   "and held ones, of the sent none but by --returned",
	.options = retry_options,
	.least = 2,
	.most = 2,
	.is_logged = true,
	.run = run_retry,
};

/* ----- cancel ----- */

static bool
cancel(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct error *err)
{
	bool undone;

	if (!issue_cancel(c->list, c->store, r, in->now, &undone, err))
		return false;
	log_event(&in->log, "list '%s': issue %d: cancelled", c->list->name,
		r->number);
	if (!in->json)
		fprintf(in->out,
			undone ? "issue %d is cancelled; nobody had got it: "
				 "its dispatches are new again\n"
			       : "issue %d is cancelled; who had not got it "
				 "will not get it\n",
			r->number);
	else
		invocation_print_count(in, "undone", undone, "");
	return true;
}

/* A draft is no issue yet: its dispatches wait for the next. */
static bool
cancel_draft(struct invocation *in, struct list_context *c, int number,
	bool *found, struct error *err)
{
	struct draft d;
	bool ok = store_draft_numbered(
		c->store, c->list_id, number, &d, found, err);

	if (ok && *found)
		ok = draft_cancel(c->store, &d, false, "cancelled by an editor",
			in->now, err);
	if (ok && *found)
		log_event(&in->log, "list '%s': issue %d: draft cancelled",
			c->list->name, number);
	if (ok && *found && !in->json)
		fprintf(in->out,
			"draft %d is cancelled; its dispatches wait for the "
			"next issue\n",
			number);
	else if (ok && *found)
		invocation_print_count(in, "undone", 1, "");
	draft_clear(&d);
	return ok;
}

static bool
run_cancel(struct invocation *in, struct error *err)
{
	struct list_context c;
	bool found = false, ok;

	if (!list_context_open(in, in->arguments[0], false, &c, err))
		return false;
	ok = cancel_draft(in, &c, atoi(in->arguments[1]), &found, err);
	list_context_close(&c);
	return ok && (found || command_issue(in, false, cancel, err));
}

const struct command cancel_command = {
	.name = "cancel",
	.role = ROLE_OPERATOR,
	.usage = "LIST N",
	.summary = "stops the rest of an issue, or drops a draft",
	.least = 2,
	.most = 2,
	.is_logged = true,
	.run = run_cancel,
};

/* ----- hold, release ----- */

static const struct option hold_options[] = {
	{"because", "TEXT", "why; shown by status"},
	{NULL, NULL, NULL},
};

static bool
run_hold(struct invocation *in, struct error *err)
{
	const char *because = invocation_option(in, "because");
	struct list_context c;
	char *why;
	bool ok;

	if (!list_context_open(in, in->arguments[0], false, &c, err))
		return false;
	why = mem_printf("held by an editor%s%s", because ? ": " : "",
		because ? because : "");
	ok = list_hold(c.list, c.store, c.list_id, why, in->now, err);
	if (ok) {
		log_event(
			&in->log, "list '%s': held by an editor", c.list->name);
		invocation_print_done(in, "held", c.list->name,
			"list '%s' is held: nothing more is sent or opened "
			"until 'postrider release %s'",
			c.list->name, c.list->name);
	}
	free(why);
	list_context_close(&c);
	return ok;
}

const struct command hold_command = {
	.name = "hold",
	.role = ROLE_EDITOR,
	.usage = "LIST",
	.summary = "stops the sending within a second, and opens no issue "
		   "until 'release'",
	.options = hold_options,
	.least = 1,
	.most = 1,
	.is_logged = true,
	.run = run_hold,
};

static bool
run_release(struct invocation *in, struct error *err)
{
	struct list_context c;
	char *still = NULL;
	bool was_held, ok;

	if (!list_context_open(in, in->arguments[0], false, &c, err))
		return false;
	ok = list_release(c.list, c.store, c.list_id, in->now, &was_held, err);
	if (ok && was_held)
		log_event(&in->log, "list '%s': released", c.list->name);
	ok = ok && list_held(c.list, c.store, &still, err);
	if (ok && still)
		ok = error_set(err, ERROR_DATA, "list '%s' is %s", c.list->name,
			still);
	else if (ok)
		invocation_print_done(in, "released", c.list->name,
			was_held ? "list '%s' is released; the next run goes on"
				 : "list '%s' was not held",
			c.list->name);
	free(still);
	list_context_close(&c);
	return ok;
}

const struct command release_command = {
	.name = "release",
	.role = ROLE_EDITOR,
	.usage = "LIST",
	.summary = "ends 'hold': the next run goes on",
	.least = 1,
	.most = 1,
	.is_logged = true,
	.run = run_release,
};
