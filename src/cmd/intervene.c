/*
 * What editors and operators do to issues: retry, cancel, hold, release. All of
 * it works on an issue that another process is sending.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/site.h"
#include "run/draft.h"
#include "run/recheck.h"
#include "run/upkeep.h"

/* ----- retry ----- */

struct retried {
	size_t count;
	char *paused; /* why; NULL: it is not */
};

/* Nobody is sent what was taken back for a word that may know nothing of it: the
 * issue waits for one that does. Of one that is being sent it was given. */
static bool
pause_retracted(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct retried *out, struct error *err)
{
	const struct recheck look = {
		.store = c->store, .list_id = c->list_id, .holder = r->id};

	return !out->count || r->state == ISSUE_SENDING ||
		(recheck_retracted(&look, &out->paused, err) &&
			(!out->paused ||
				store_issue_pause(c->store, r->id, out->paused,
					in->now, err)));
}

static bool
make_due(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct retried *out, struct error *err)
{
	return store_together(c->store, err) &&
		store_together_end(c->store, "retry",
			store_issue_retry(c->store, r->id, in->now,
				invocation_has(in, "returned"), &out->count,
				err) &&
				pause_retracted(in, c, r, out, err),
			err);
}

static void
print_retried(struct invocation *in, const struct list *list,
	const struct issue_record *r, const struct retried *done)
{
	const char *are = done->count == 1 ? "recipient is" : "recipients are";

	if (!done->count)
		fprintf(in->out,
			"nobody of issue %d failed: there is nothing to retry\n",
			r->number);
	else if (!done->paused)
		fprintf(in->out, "%zu %s due again; the next run sends to %s\n",
			done->count, are, done->count == 1 ? "him" : "them");
	else
		fprintf(in->out,
			"%zu %s due again, but issue %d is paused: %s\n"
			"'postrider cancel %s %d' drops the rest, 'postrider "
			"run --resume %s' sends it all the same\n",
			done->count, are, r->number, done->paused, list->name,
			r->number, list->name);
}

static void
print_retried_json(struct invocation *in, const struct retried *done)
{
	struct arena *a = arena_new();
	struct value *v = value_new_map(a);

	value_set_int(a, v, "retried", (int64_t)done->count);
	value_set_text(a, v, "paused", done->paused);
	invocation_print_json(in, v);
	arena_free(a);
}

static bool
retry(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct error *err)
{
	struct retried done = {.paused = NULL};
	bool ok = make_due(in, c, r, &done, err);

	if (ok && done.count)
		log_event(&in->log,
			"list '%s': issue %d: %zu who failed are due again",
			c->list->name, r->number, done.count);
	if (ok && in->json)
		print_retried_json(in, &done);
	else if (ok)
		print_retried(in, c->list, r, &done);
	free(done.paused);
	return ok;
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
	.text = "An issue that carries what was retracted meanwhile is paused "
		"with it: 'run --resume' sends it all the same.",
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
	int number = command_number(in->arguments[1]);
	struct list_context c;
	bool found = false, ok;

	if (!list_context_open(in, in->arguments[0], false, &c, err))
		return false;
	ok = !number || cancel_draft(in, &c, number, &found, err);
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
