/*
 * Taking a dispatch back: in the lists that are named, or all that know it.
 */
#include <stdlib.h>

#include "cmd/site.h"
#include "run/archive.h"
#include "run/retract.h"

static const struct option options[] = {
	{"because", "TEXT", "why; shown wherever it is left out"},
	{"undo", NULL, "it may be carried again"},
	{"by", "NAME", "who says it; default: the user's name"},
	{"at", "TIME", "as if it were that time"},
	{NULL, NULL, NULL},
};

/* ----- as JSON ----- */

static const char *const fates[] = {[RETRACT_REMADE] = "remade",
	[RETRACT_DROPPED] = "dropped",
	[RETRACT_KEPT] = "kept"};

static void
add_drafts(struct arena *a, struct value *v, const struct retract_result *r)
{
	struct value *items = value_set(a, v, "drafts", value_new_list(a));

	for (size_t i = 0; i < r->draft_count; i++) {
		const struct retract_draft *d = &r->drafts[i];
		struct value *item = value_push(a, items, value_new_map(a));

		value_set_int(a, item, "number", d->number);
		value_set_text(a, item, "became", fates[d->fate]);
		value_set_text(a, item, "hash", d->hash);
		value_set_text(a, item, "trouble", d->trouble);
	}
}

static void
add_issues(struct arena *a, struct value *v, const struct retract_result *r)
{
	struct value *items = value_set(a, v, "issues", value_new_list(a));

	for (size_t i = 0; i < r->issue_count; i++) {
		const struct retract_issue *issue = &r->issues[i];
		struct value *item = value_push(a, items, value_new_map(a));

		value_set_int(a, item, "number", issue->number);
		value_set_text(
			a, item, "state", issue_state_name(issue->state));
		value_set_instant(a, item, "opened", issue->opened);
		value_set_int(a, item, "sent", (int64_t)issue->sent);
		value_set_bool(a, item, "paused", issue->paused);
	}
}

/* ----- in words ----- */

static void
print_drafts(
	struct invocation *in, const char *list, const struct retract_result *r)
{
	for (size_t i = 0; i < r->draft_count; i++) {
		const struct retract_draft *d = &r->drafts[i];

		fprintf(in->out, "  draft %d ", d->number);
		if (d->fate == RETRACT_DROPPED)
			fputs("is dropped\n", in->out);
		else if (d->fate == RETRACT_REMADE)
			fprintf(in->out,
				"is made anew without it: postrider approve "
				"%s %d %s\n",
				list, d->number, d->hash);
		else
			fprintf(in->out,
				"is not approved any more, and could not be "
				"made anew: postrider draft %s\n",
				list);
		if (d->trouble)
			fprintf(in->out, "    %s\n", d->trouble);
	}
}

static void
print_paused(struct invocation *in, const char *list, int number)
{
	fprintf(in->out,
		"    paused: 'postrider cancel %s %d' drops the rest, "
		"'postrider run --resume %s' goes on with it\n",
		list, number, list);
}

static void
print_issues(struct invocation *in, const struct list *list,
	const struct retract_result *r)
{
	int correct = 0;

	for (size_t i = 0; i < r->issue_count; i++) {
		const struct retract_issue *issue = &r->issues[i];
		char *opened = local_time(list, issue->opened);

		fprintf(in->out,
			"  issue %d of %s carried it to %zu reader%s\n",
			issue->number, opened, issue->sent,
			issue->sent == 1 ? "" : "s");
		if (issue->paused)
			print_paused(in, list->name, issue->number);
		if (issue->sent)
			correct = issue->number;
		free(opened);
	}
	if (correct)
		fprintf(in->out,
			"  to correct it: postrider draft %s --correct %d "
			"ID…\n",
			list->name, correct);
}

static void
print_words(struct invocation *in, const struct list *list,
	const struct retract_result *r)
{
	const char *said = invocation_has(in, "undo")
		? "is not retracted any more"
		: r->changed ? "is retracted"
			     : "was retracted already";

	fprintf(in->out, "%s: '%s' %s\n", list->name, in->arguments[0], said);
	print_drafts(in, list->name, r);
	print_issues(in, list, r);
}

/* ----- retracting ----- */

struct retracting {
	struct invocation *in;
	struct site site;
	const char *by;
	bool fetch;
	struct arena *arena;
	struct value *lists;
	size_t count; /* of lists that knew it */
};

static void
show(struct retracting *r, const struct list *list,
	const struct retract_result *result)
{
	struct value *v;

	log_problems(&r->in->log, &result->problems);
	if (!r->in->json) {
		print_words(r->in, list, result);
		return;
	}
	v = value_push(r->arena, r->lists, value_new_map(r->arena));
	value_set_text(r->arena, v, "list", list->name);
	value_set_bool(r->arena, v, "changed", result->changed);
	add_drafts(r->arena, v, result);
	add_issues(r->arena, v, result);
}

/* At once; where that fails, the next run does it. */
static void
take_off_archive(struct invocation *in, const struct list_context *c)
{
	struct archive_order order = {
		.list = c->list, .store = c->store, .list_id = c->list_id};
	struct archive_report report;
	struct error trouble = ERROR_INIT;

	if (!archive_write(&order, &report, &trouble))
		log_warn(&in->log, "%s; the next run does it", trouble.text);
	error_clear(&trouble);
}

static bool
retract_here(struct retracting *r, struct list_context *c, struct error *err)
{
	struct retract_order order = {
		.list = c->list,
		.store = c->store,
		.list_id = c->list_id,
		.id = r->in->arguments[0],
		.by = r->by,
		.why = invocation_option(r->in, "because"),
		.undo = invocation_has(r->in, "undo"),
		.fetch = r->fetch,
		.log = &r->in->log,
	};
	struct retract_result result = {.drafts = NULL};
	bool ok = command_time(r->in, c->list, &order.now, err) &&
		retract(&order, &result, err);

	if (ok) {
		r->count++;
		show(r, c->list, &result);
		take_off_archive(r->in, c);
	}
	retract_result_clear(&result);
	return ok;
}

static bool
retract_in(struct retracting *r, const char *name, struct error *err)
{
	struct list_context c;
	bool ok;

	if (!list_context_borrow(&r->site, name, false, &c, err))
		return false;
	ok = retract_here(r, &c, err);
	list_context_close(&c);
	return ok;
}

static bool
retract_in_named(struct retracting *r, struct error *err)
{
	bool ok = command_names(&r->site, r->in->arguments + 1, err);

	r->fetch = true;
	for (int i = 1; ok && i < r->in->argument_count; i++)
		ok = retract_in(r, r->in->arguments[i], err);
	return ok;
}

/* All that know it; what the first of the others says stands for them when none
 * does. */
static bool
retract_everywhere(struct retracting *r, struct error *err)
{
	for (size_t i = 0; i < r->site.list_count; i++) {
		struct error here = ERROR_INIT;
		bool unknown = !retract_in(r, r->site.lists[i]->name, &here) &&
			here.kind == ERROR_INPUT;

		if (here.kind != ERROR_NONE && !unknown) {
			error_clear(err);
			return error_move(err, &here);
		}
		if (unknown && err->kind == ERROR_NONE)
			error_move(err, &here);
		error_clear(&here);
	}
	if (r->count)
		error_clear(err);
	return r->count > 0;
}

/* What a feed shows may be in no pool yet; feeds are asked only then. */
static bool
retract_where_known(struct retracting *r, struct error *err)
{
	if (r->in->argument_count > 1)
		return retract_in_named(r, err);
	if (retract_everywhere(r, err))
		return true;
	if (err->kind != ERROR_INPUT || invocation_has(r->in, "undo"))
		return false;
	error_clear(err);
	r->fetch = true;
	return retract_everywhere(r, err);
}

static bool
run_retract(struct invocation *in, struct error *err)
{
	struct retracting r = {.in = in, .arena = arena_new()};
	struct value *v = value_new_map(r.arena);
	char *by = command_who(in);
	bool ok = command_site(in, true, &r.site, err);

	r.by = by;
	value_set_text(r.arena, v, "id", in->arguments[0]);
	r.lists = value_set(r.arena, v, "lists", value_new_list(r.arena));
	ok = ok && retract_where_known(&r, err);
	if (ok && in->json)
		invocation_print_json(in, v);
	site_clear(&r.site);
	free(by);
	arena_free(r.arena);
	return ok;
}

const struct command retract_command = {
	.name = "retract",
	.role = ROLE_EDITOR,
	.usage = "ID [LIST…]",
	.summary = "takes a dispatch back: out of drafts, and out of all "
		   "issues to come",
	.text = "In the lists that are named, or in all that know it. Drafts "
		"are made anew without it, extras and corrections that carry "
		"it are dropped, issues that are being sent are paused. Until "
		"--undo no issue carries it or a copy of it.",
	.options = options,
	.least = 1,
	.most = -1,
	.is_logged = true,
	.run = run_retract,
};
