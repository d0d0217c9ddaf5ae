/*
 * Drafts by hand: made, refreshed, approved.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/drafts.h"
#include "run/draft.h"

/* ----- draft ----- */

static const struct option draft_options[] = {
	{"extra", NULL, "out of turn, with the dispatches that are named"},
	{"correct", "N", "to those who got issue N, with these dispatches"},
	{"by", "NAME", "who makes it, where the system does not say"},
	{"at", "TIME", "as if it were that time"},
	{NULL, NULL, NULL},
};

static bool
check_usage(const struct invocation *in, struct error *err)
{
	bool extra = invocation_has(in, "extra");
	bool correct = invocation_has(in, "correct");

	if (extra && correct)
		return error_set(err, ERROR_USAGE,
			"draft: --extra or --correct, not both");
	if ((extra || correct) != (in->argument_count > 1))
		return error_set(err, ERROR_USAGE,
			extra || correct
				? "draft: name its dispatches by their ids"
				: "draft: dispatches are named for --extra and "
				  "--correct only");
	return true;
}

static bool
place_order(const struct invocation *in, const struct list_context *c,
	struct draft_order *order, struct error *err)
{
	const char *correct = invocation_option(in, "correct");
	int number = correct ? command_number(correct) : 0;

	if (correct && !number)
		return error_set(err, ERROR_USAGE,
			"draft: --correct: '%s' is no number of an issue",
			correct);
	if (correct || invocation_has(in, "extra"))
		return draft_order_beside(order,
			(const char *const *)in->arguments + 1,
			correct ? &number : NULL, err);
	if (!draft_slot(c->list, c->store, c->list_id, order->now, &order->slot,
		    err))
		return false;
	order->deadline = draft_deadline(c->list, order->slot, order->now);
	return true;
}

static void
print_draft(
	struct invocation *in, const struct list *list, const struct draft *d)
{
	char *slot = local_time(list, d->slot);
	char *deadline = local_time(list, d->deadline);

	if (in->json) {
		struct arena *a = arena_new();

		invocation_print_json(in, draft_value(a, d));
		arena_free(a);
	} else {
		fprintf(in->out,
			"draft %d for %s: \"%s\", %zu dispatch%s to %zu "
			"reader%s%s%s\n",
			d->number, slot, d->subject, d->carried,
			d->carried == 1 ? "" : "es", draft_recipients(d),
			draft_recipients(d) == 1 ? "" : "s",
			d->approver ? ", approved by " : "",
			d->approver ? d->approver : "");
		if (!d->approver)
			fprintf(in->out,
				"before %s: postrider approve %s %d %s\n",
				deadline, list->name, d->number, d->hash);
	}
	free(slot);
	free(deadline);
}

static bool
print_outcome(struct invocation *in, const struct list *list,
	const struct draft *d, enum draft_outcome outcome, struct error *err)
{
	switch (outcome) {
	case DRAFT_MADE:
		log_event(&in->log, "list '%s': issue %d: draft made by %s",
			list->name, d->number, d->author);
		print_draft(in, list, d);
		return true;
	case DRAFT_EMPTY:
		return error_set(err, ERROR_DATA,
			"there is nothing to draft: too few dispatches are "
			"new");
	case DRAFT_NOBODY:
		break;
	}
	return error_set(err, ERROR_DATA,
		"there is nobody to draft for: nobody is subscribed, or "
		"nobody got the issue that it corrects");
}

static bool
make_draft(struct invocation *in, const struct list_context *c,
	const char *user, struct error *err)
{
	struct problems roster = PROBLEMS_INIT;
	struct draft_order order = {
		.list = c->list,
		.store = c->store,
		.list_id = c->list_id,
		.author = user,
		.roster = &roster,
	};
	enum draft_outcome outcome;
	struct composed composed = {.issue = NULL};
	struct draft d = {.id = 0};
	bool ok = command_time(in, c->list, &order.now, err) &&
		place_order(in, c, &order, err) &&
		draft_make(&order, &composed, &d, &outcome, err);

	log_problems(&in->log, &roster);
	log_problems(&in->log, &composed.gathered);
	log_problems(&in->log, &composed.problems);
	ok = ok && print_outcome(in, c->list, &d, outcome, err);
	problems_clear(&roster);
	draft_clear(&d);
	composed_clear(&composed);
	return ok;
}

static bool
run_draft(struct invocation *in, struct error *err)
{
	struct list_context c;
	char *user;
	bool ok;

	if (!check_usage(in, err) ||
		!list_context_open(in, in->arguments[0], false, &c, err))
		return false;
	user = command_who(in);
	ok = make_draft(in, &c, user, err);
	free(user);
	list_context_close(&c);
	return ok;
}

const struct command draft_command = {
	.name = "draft",
	.role = ROLE_EDITOR,
	.usage = "LIST [ID…]",
	.summary = "makes or refreshes the draft of the next issue, which "
		   "goes out when it is approved",
	.options = draft_options,
	.least = 1,
	.most = -1,
	.is_logged = true,
	.run = run_draft,
};

/* ----- approve ----- */

static const struct option approve_options[] = {
	{"by", "NAME", "who approves, where the system does not say"},
	{"at", "TIME", "as if it were that time"},
	{NULL, NULL, NULL},
};

static bool
approve(const struct invocation *in, const struct list_context *c,
	const char *user, struct draft *d, struct error *err)
{
	struct draft_word word = {
		.list = c->list,
		.store = c->store,
		.list_id = c->list_id,
		.number = command_number(in->arguments[1]),
		.hash = in->arguments[2],
		.by = user,
		.log = &in->log,
	};

	if (!word.number)
		return error_set(err, ERROR_USAGE,
			"approve: '%s' is no number of a draft",
			in->arguments[1]);
	return command_time(in, c->list, &word.now, err) &&
		draft_approve(&word, d, err);
}

static void
print_approved(
	struct invocation *in, const struct list *list, const struct draft *d)
{
	char *slot = local_time(list, d->slot);

	invocation_print_done(in, "approved", d->hash,
		"draft %d of '%s' is approved; the first run from %s on sends "
		"it as it is",
		d->number, list->name, slot);
	free(slot);
}

static bool
run_approve(struct invocation *in, struct error *err)
{
	struct draft d = {.id = 0};
	struct list_context c;
	char *user;
	bool ok;

	if (!list_context_open(in, in->arguments[0], false, &c, err))
		return false;
	user = command_who(in);
	ok = approve(in, &c, user, &d, err);
	if (ok)
		print_approved(in, c.list, &d);
	draft_clear(&d);
	free(user);
	list_context_close(&c);
	return ok;
}

const struct command approve_command = {
	.name = "approve",
	.role = ROLE_EDITOR,
	.usage = "LIST N HASH",
	.summary = "lets a draft go out, as it is",
	.options = approve_options,
	.least = 3,
	.most = 3,
	.is_logged = true,
	.run = run_approve,
};
