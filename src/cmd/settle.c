/*
 * The operator's word about a store that was put back: what may have gone out
 * since, and whether it did.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/site.h"
#include "run/put_back.h"
#include "run/stamp.h"

static const struct option options[] = {
	{"sent", NULL, "all of it went out: what is shown is not sent again"},
	{"unsent", NULL, "nothing went out: the next run sends it"},
	{"at", "TIME", "set the clock: 2026-11-20T07:00Z, or in local time"},
	{"last", "N",
		"with --sent: the last issue that went out had this number"},
	{NULL, NULL, NULL},
};

/* ----- showing ----- */

static void
print_issues(FILE *out, const struct value *issues)
{
	for (size_t i = 0; i < issues->count; i++) {
		const struct value *v = issues->items[i];

		fprintf(out,
			"  issue %s was going out: %s had it, %s did not yet\n"
			"        %s\n",
			value_find_text(v, "number"),
			value_find_text(v, "sent"), value_find_text(v, "left"),
			value_find_text(v, "subject"));
	}
}

static void
print_drafts(FILE *out, const struct value *drafts)
{
	for (size_t i = 0; i < drafts->count; i++) {
		const struct value *v = drafts->items[i];
		bool approved = false;

		value_as_bool(value_find(v, "approved"), &approved);
		fprintf(out, "  draft %s was %s, and its time has come since\n",
			value_find_text(v, "number"),
			approved ? "approved" : "not approved yet");
	}
}

static void
print_slots(FILE *out, const struct value *slots)
{
	for (size_t i = 0; i < slots->count; i++)
		fprintf(out, "  an issue was due at %s\n",
			slots->items[i]->text);
}

static void
print_stake(FILE *out, const struct value *v)
{
	const char *list = value_find_text(v, "list");
	const struct value *issues = value_find(v, "issues");
	const struct value *drafts = value_find(v, "drafts");
	const struct value *slots = value_find(v, "slots");

	fprintf(out,
		"%s: the store is as it was at %s; since then it knows nothing,"
		" and nothing is sent\n",
		list, value_find_text(v, "since"));
	print_issues(out, issues);
	print_drafts(out, drafts);
	print_slots(out, slots);
	if (!issues->count && !drafts->count && !slots->count)
		fprintf(out, "  nothing was due since\n");
	fprintf(out,
		"  Who joined or left since then has to do so again.\n"
		"  Look whether it went out: in the log of your relay, in the"
		" archive, in a\n"
		"  reader's mailbox. Then say\n"
		"    postrider settle --sent %s      it did: nothing of it is"
		" sent again\n"
		"    postrider settle --unsent %s    it did not: the next run"
		" sends it\n",
		list, list);
}

/* ----- settling ----- */

struct settling {
	struct invocation *in;
	struct arena *arena;
	struct value *lists; /* those that were put back */
	bool sent, unsent;
	int last;
};

static bool
settle_sent(struct settling *s, const struct put_back *p, struct value *v,
	struct error *err)
{
	struct problems problems = PROBLEMS_INIT;
	size_t marked;
	bool ok = put_back_sent(p, s->last, &marked, &problems, err);

	log_problems(&s->in->log, &problems);
	problems_clear(&problems);
	value_set_text(s->arena, v, "settled", "sent");
	value_set_int(s->arena, v, "marked", (int64_t)marked);
	if (ok)
		log_event(&s->in->log,
			"list '%s': settled: what was due when the store was "
			"put back went out, %zu dispatches with it",
			p->list->name, marked);
	if (ok && !s->in->json)
		fprintf(s->in->out,
			"%s: what was due went out, and %zu dispatch%s with"
			" it; 'postrider preview %s' shows what the next issue"
			" would carry\n",
			p->list->name, marked, marked == 1 ? "" : "es",
			p->list->name);
	return ok;
}

static bool
settle_unsent(struct settling *s, const struct put_back *p, struct value *v,
	struct error *err)
{
	bool ok = put_back_unsent(p, err);

	value_set_text(s->arena, v, "settled", "unsent");
	if (ok)
		log_event(&s->in->log,
			"list '%s': settled: nothing went out since the store "
			"was put back",
			p->list->name);
	if (ok && !s->in->json)
		fprintf(s->in->out,
			"%s: nothing went out; the next run goes on\n",
			p->list->name);
	return ok;
}

/* A list that was not put back is passed over. */
static bool
settle(struct settling *s, const struct put_back *p, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct value *v = put_back_report(s->arena, p, &problem);

	if (!v)
		return problem.kind == ERROR_NONE || error_move(err, &problem);
	value_push(s->arena, s->lists, v);
	if (s->sent)
		return settle_sent(s, p, v, err);
	if (s->unsent)
		return settle_unsent(s, p, v, err);
	if (!s->in->json)
		print_stake(s->in->out, v);
	return true;
}

/* What the next run would see of the stamp it must not see after the word. */
static bool
count(const struct settling *s, const struct site *site,
	const struct put_back *p, struct error *err)
{
	return (!s->sent && !s->unsent) ||
		stamp_count(&(struct stamping){p->list,
				    (const struct list *const *)site->lists,
				    p->store, p->now},
			err);
}

static bool
settle_list(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	struct settling *s = data;
	struct put_back p = {c->list, c->store, c->list_id, 0};

	return command_time(in, c->list, &p.now, err) &&
		count(s, c->site, &p, err) && settle(s, &p, err);
}

static bool
read_options(struct settling *s, struct error *err)
{
	const char *last = invocation_option(s->in, "last");

	s->sent = invocation_has(s->in, "sent");
	s->unsent = invocation_has(s->in, "unsent");
	s->last = last ? command_number(last) : 0;
	if (s->sent && s->unsent)
		return error_set(
			err, ERROR_USAGE, "settle: either --sent or --unsent");
	if (last && (s->last <= 0 || !s->sent || s->in->argument_count != 1))
		return error_set(err, ERROR_USAGE,
			"settle: --last takes the number of an issue, with "
			"--sent and one list");
	return true;
}

static bool
run_settle(struct invocation *in, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *all = value_new_map(arena);
	struct settling s = {.in = in, .arena = arena};
	bool ok;

	s.lists = value_set(arena, all, "lists", value_new_list(arena));
	ok = read_options(&s, err) &&
		command_lists(in, !s.sent && !s.unsent, settle_list, &s, err);
	if (in->json && (ok || s.lists->count))
		invocation_print_json(in, all);
	else if (ok && !s.lists->count)
		fprintf(in->out,
			"no store was put back: there is nothing to "
			"settle\n");
	arena_free(arena);
	return ok;
}

const struct command settle_command = {
	.name = "settle",
	.role = ROLE_OPERATOR,
	.usage = "[LIST…]",
	.summary = "after a store was put back: shows what may have gone out "
		   "since, and takes your word whether it did",
	.text = "A store that comes from a backup or an old copy does not know "
		"what was sent after that was made, so nothing is sent until "
		"you have said. Without an option it shows what is at stake "
		"and changes nothing. With --sent, open issues are closed, "
		"slots and drafts whose time came since count as past, and if "
		"there was a slot, dispatches that are there now as read, but "
		"for those dated after it. With --unsent all of it goes out "
		"with the next run.",
	.options = options,
	.least = 0,
	.most = -1,
	.is_logged = true,
	.run = run_settle,
};
