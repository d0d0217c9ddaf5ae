#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/site.h"
#include "run/metrics.h"
#include "run/run.h"

static const struct option options[] = {
	{"now", NULL, "the lists named, or all, are due now"},
	{"at", "TIME", "set the clock: 2026-11-20T07:00Z, or in local time"},
	{"dry-run", NULL, "say what would go out, and change nothing anywhere"},
	{"resume", NULL, "go on with what was paused or has been still"},
	{"accept-roster", NULL,
		"take a roster that lost a fifth of its people"},
	{"yes", NULL, "the first real sending of this site is meant"},
	{"transport", "URL", "send there instead: smtp://host:port, spool:DIR"},
	{NULL, NULL, NULL},
};

static bool
read_relay(const struct invocation *in, struct arena *arena,
	struct relay *relay, struct run_options *o, struct error *err)
{
	bool said;

	if (!command_relay(in, arena, relay, &said, err))
		return false;
	if (said)
		o->relay = o->mailroom->relay = relay;
	return true;
}

static bool
is_named(const struct invocation *in, const char *name)
{
	for (int i = 0; i < in->argument_count; i++)
		if (strcmp(in->arguments[i], name) == 0)
			return true;
	return false;
}

static void
note_result(
	struct run_result *result, const struct log *log, struct error *gravest)
{
	struct error err = ERROR_INIT;

	if (!result->later && !result->refused)
		return;
	error_set(&err, result->refused ? ERROR_REFUSED : ERROR_LATER, "%s",
		result->why ? result->why : "not all was sent");
	command_keep_gravest(gravest, log, &err);
}

static void
print_open_issue(FILE *out, const struct list *list, const struct value *issue)
{
	const char *number = value_find_text(issue, "number");
	const char *paused = value_find_text(issue, "paused");

	if (paused)
		fprintf(out, "%s: issue %s is paused: %s\n", list->name, number,
			paused);
	else
		fprintf(out,
			"%s: issue %s would go on: recipients due %s, in doubt "
			"%s\n",
			list->name, number, value_find_text(issue, "due"),
			value_find_text(issue, "wire"));
}

/* Of a dry run the intent is the result. */
static void
print_intent(FILE *out, const struct list *list, const struct value *report)
{
	const struct value *composed = value_find(report, "composed");
	const struct value *open = value_find(report, "issues");
	const char *nothing = value_find_text(report, "nothing");
	const char *held = value_find_text(report, "held");

	for (size_t i = 0; i < open->count && !held; i++)
		print_open_issue(out, list, open->items[i]);
	if (held)
		fprintf(out, "%s: %s\n", list->name, held);
	else if (nothing)
		fprintf(out, "%s: %s\n", list->name, nothing);
	else if (composed)
		fprintf(out,
			"%s: issue %s would open: dispatches %zu, left out "
			"%zu, recipients %s\n",
			list->name, value_find_text(composed, "number"),
			value_find(composed, "selected")->count,
			value_find(composed, "left_out")->count,
			value_find_text(composed, "recipients"));
	else
		fprintf(out, "%s: no issue is due\n", list->name);
}

static void
run_lists(struct invocation *in, const struct site *site, struct run_options *o,
	struct error *gravest)
{
	struct arena *arena = arena_new();
	struct value *all = value_new_map(arena);
	struct value *reports =
		value_set(arena, all, "lists", value_new_list(arena));
	struct run_result *results =
		mem_new((site->list_count + 1) * sizeof *results);
	bool due = o->due;
	int64_t now = o->now, began = world_ticks();

	for (size_t i = 0; i < site->list_count; i++) {
		const struct list *list = site->lists[i];
		struct error err = ERROR_INIT;

		o->now = now + (world_ticks() - began) / 1000;
		o->named = is_named(in, list->name);
		o->due = due && (o->named || in->argument_count == 0);
		if (in->argument_count && !o->named)
			continue;
		if (!run_list(list, o, &results[i], &err))
			command_keep_gravest(gravest, &in->log, &err);
		else if (o->dry_run && !in->json)
			print_intent(in->out, list, results[i].report);
		else
			note_result(&results[i], &in->log, gravest);
		if (results[i].report)
			value_push(arena, reports, results[i].report);
		if (results[i].interrupted)
			break;
	}
	if (in->json)
		invocation_print_json(in, all);
	for (size_t i = 0; i < site->list_count; i++)
		run_result_clear(&results[i]);
	free(results);
	arena_free(arena);
}

/* That nothing can be measured keeps no mail back. */
static void
measure(const struct invocation *in, const struct site *site,
	const struct run_options *o)
{
	struct metrics_lists lists = {
		.lists = (const struct list *const *)site->lists,
		.unsound = (const struct list *const *)site->unsound,
	};
	struct error err = ERROR_INIT;

	if (site->metrics && !o->dry_run &&
		!metrics_write(site->metrics, &lists, o->now, &err))
		log_warn(&in->log, "warning: metrics: %s", err.text);
	error_clear(&err);
}

static bool
run_run(struct invocation *in, struct error *err)
{
	struct stop_point stop = world_stop_point();
	struct run_options o = {
		.due = invocation_has(in, "now"),
		.dry_run = invocation_has(in, "dry-run"),
		.resume = invocation_has(in, "resume"),
		.accept_roster = invocation_has(in, "accept-roster"),
		.yes = invocation_has(in, "yes"),
		.log = &in->log,
		.stop = stop.at ? &stop : NULL,
		.timeout_scale = world_timeout_scale(),
		.progress = !in->json && in->log.level != LOG_QUIET &&
			isatty(STDERR_FILENO),
	};
	struct arena *arena = arena_new();
	struct relay relay = {.kind = TRANSPORT_SPOOL};
	struct mailroom room = {.log = &in->log};
	struct error gravest = ERROR_INIT;
	struct site site;

	if (!command_site(in, true, &site, err))
		goto out;
	room.lists = (const struct list *const *)site.lists;
	room.unsound = (const struct list *const *)site.unsound;
	o.mailroom = &room;
	if (command_time(
		    in, site.list_count ? site.lists[0] : NULL, &o.now, err) &&
		command_names(&site, in->arguments, err) &&
		read_relay(in, arena, &relay, &o, err)) {
		run_lists(in, &site, &o, &gravest);
		measure(in, &site, &o);
		command_left_out(&site, &gravest);
		error_move(err, &gravest);
	}
	mailroom_clear(&room);
	site_clear(&site);
out:
	arena_free(arena);
	return err->kind == ERROR_NONE;
}

const struct command run_command = {
	.name = "run",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…]",
	.summary = "what cron calls: selects, composes, opens and sends what "
		   "is due, and goes on with what is open",
	.text = "Silent when there is nothing to say. Call it every few "
		"minutes: each list's schedule says when an issue is due, and "
		"recipients who were put off come again when their time has "
		"come. Mails to single readers, such as confirmations, go out "
		"with it. A second run leaves a list to the first.",
	.options = options,
	.least = 0,
	.most = -1,
	.is_logged = true,
	.run = run_run,
};
