#include <stdlib.h>

#include "base/mem.h"
#include "cmd/domains.h"
#include "cmd/drafts.h"
#include "cmd/recalls.h"
#include "cmd/site.h"
#include "run/figures.h"

static struct value *
issue_value(struct arena *a, const struct issue_record *r)
{
	struct value *v = value_new_map(a);

	if (r->number)
		value_set_int(a, v, "number", r->number);
	value_set_text(a, v, "state", issue_state_name(r->state));
	value_set_instant(a, v, "slot", r->slot);
	value_set_instant(a, v, "opened", r->opened);
	value_set_instant(a, v, "closed", r->closed);
	value_set_text(a, v, "subject", r->subject);
	value_set_text(a, v, "paused", r->paused);
	value_set_text(a, v, "note", r->note);
	value_set_instant(a, v, "forgotten", r->forgotten);
	value_set_int(a, v, "dispatches", (int64_t)r->carried);
	value_set_int(a, v, "doubts", (int64_t)r->doubts);
	recipients_value(
		a, value_set(a, v, "recipients", value_new_map(a)), r->counts);
	return v;
}

static void
print_issue(FILE *out, const struct list *list, const struct issue_record *r)
{
	char *slot = local_time(list, r->slot);

	if (r->state == ISSUE_SKIPPED) {
		fprintf(out, "     -  %s  skipped: %s\n", slot,
			r->note ? r->note : "");
		free(slot);
		return;
	}
	fprintf(out, "  %4d  %s  %s: %zu sent", r->number, slot,
		r->paused ? "paused" : issue_state_name(r->state),
		r->counts[RECIPIENT_SENT]);
	for (int i = 0; i < RECIPIENT_STATES; i++)
		if (i != RECIPIENT_SENT && r->counts[i])
			fprintf(out, ", %zu %s", r->counts[i],
				recipient_state_name((enum recipient_state)i));
	fprintf(out, "\n        %s\n", r->subject ? r->subject : "");
	if (r->paused)
		fprintf(out, "        %s\n", r->paused);
	free(slot);
}

/* ----- issues ----- */

struct issues_walk {
	struct invocation *in;
	const struct list *list;
	struct arena *arena;
	struct value *items;
	size_t most; /* of those that are done */
	const struct recalls *recalls;
};

static bool
each_issue(void *data, const struct issue_record *r)
{
	struct issues_walk *w = data;

	if (w->most)
		w->most--;
	else if (r->state != ISSUE_SENDING)
		return true; /* an open one is shown however old it is */
	if (w->in->json) {
		struct value *v = issue_value(w->arena, r);

		recalls_add(w->recalls, r->id, w->arena, v);
		value_push(w->arena, w->items, v);
	} else {
		print_issue(w->in->out, w->list, r);
		recalls_print(w->recalls, r->id, w->list, w->in->out);
	}
	return true;
}

static bool
walk_issues(struct invocation *in, struct list_context *c, struct arena *arena,
	struct value *items, size_t most, struct error *err)
{
	struct recalls *recalls = recalls_load(c->store, c->list_id, err);
	struct issues_walk walk = {in, c->list, arena, items, most, recalls};
	bool ok = recalls &&
		store_issues(c->store, c->list_id, each_issue, &walk, err);

	recalls_free(recalls);
	return ok;
}

static bool
run_issues(struct invocation *in, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena), *items;
	struct list_context c;
	bool ok = list_context_open(in, in->arguments[0], true, &c, err);

	if (ok) {
		items = value_set(arena, v, "issues", value_new_list(arena));
		ok = walk_issues(in, &c, arena, items, SIZE_MAX, err);
		if (ok && in->json)
			invocation_print_json(in, v);
		list_context_close(&c);
	}
	arena_free(arena);
	return ok;
}

const struct command issues_command = {
	.name = "issues",
	.role = ROLE_OPERATOR,
	.usage = "LIST",
	.summary = "what went out, newest first, and to how many",
	.least = 1,
	.most = 1,
	.run = run_issues,
};

/* ----- issue ----- */

static const struct option issue_options[] = {
	{"recipients", NULL, "each recipient with what became of him"},
	{NULL, NULL, NULL},
};

struct replies_walk {
	struct invocation *in;
	struct arena *arena;
	struct value *items;
};

/* "550 5.1.1 No such user"; the code is 0 where none was said, and who was never
 * tried has neither. */
static void
print_reply(FILE *out, int code, const char *reply)
{
	if (code > 0)
		fprintf(out, " %d", code);
	if (reply && *reply)
		fprintf(out, " %s", reply);
}

static bool
each_reply(void *data, const struct reply_count *r)
{
	struct replies_walk *w = data;
	struct value *v;

	if (!w->in->json) {
		fprintf(w->in->out, "  %6zu %s:", r->count,
			recipient_state_name(r->state));
		print_reply(w->in->out, r->code, r->reply);
		fprintf(w->in->out, " (%s)\n", r->example);
		return true;
	}
	v = value_push(w->arena, w->items, value_new_map(w->arena));
	value_set_text(w->arena, v, "state", recipient_state_name(r->state));
	value_set_int(w->arena, v, "code", r->code);
	value_set_text(w->arena, v, "reply", r->reply);
	value_set_int(w->arena, v, "count", (int64_t)r->count);
	value_set_text(w->arena, v, "example", r->example);
	return true;
}

static bool
each_recipient(void *data, const struct recipient_record *r)
{
	struct replies_walk *w = data;
	struct value *v;

	if (!w->in->json) {
		fprintf(w->in->out, "  %-40s %s", r->address,
			recipient_state_name(r->state));
		print_reply(w->in->out, r->code, r->reply);
		fputc('\n', w->in->out);
		return true;
	}
	v = value_push(w->arena, w->items, value_new_map(w->arena));
	value_set_text(w->arena, v, "address", r->address);
	value_set_text(w->arena, v, "state", recipient_state_name(r->state));
	value_set_int(w->arena, v, "tries", r->tries);
	value_set_int(w->arena, v, "doubts", r->doubts);
	value_set_int(w->arena, v, "code", r->code);
	value_set_text(w->arena, v, "reply", r->reply);
	value_set_instant(w->arena, v, "at", r->at);
	return true;
}

/* There is a ledger no more to say more from. */
static void
print_forgotten(
	FILE *out, const struct list *list, const struct issue_record *r)
{
	char *at = local_time(list, r->forgotten);

	if (r->forgotten != INSTANT_NONE)
		fprintf(out,
			"        who got it was forgotten on %s "
			"(keep_ledgers)\n",
			at);
	free(at);
}

static bool
show_head(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct arena *arena, struct value *v,
	struct error *err)
{
	struct recalls *recalls = recalls_load(c->store, c->list_id, err);

	if (!recalls)
		return false;
	if (!in->json) {
		print_issue(in->out, c->list, r);
		print_forgotten(in->out, c->list, r);
		recalls_print(recalls, r->id, c->list, in->out);
	}
	recalls_add(recalls, r->id, arena, v);
	recalls_free(recalls);
	return true;
}

static bool
print_one(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *v = issue_value(arena, r);
	struct replies_walk walk = {.in = in, .arena = arena};
	bool ok = show_head(in, c, r, arena, v, err);

	walk.items = value_set(arena, v, "replies", value_new_list(arena));
	ok = ok && store_replies(c->store, r->id, 20, each_reply, &walk, err);
	ok = ok && add_domains(in, c, r, arena, v, err);
	if (ok && invocation_has(in, "recipients")) {
		walk.items = value_set(arena, v, "each", value_new_list(arena));
		ok = store_recipient_records(
			c->store, r->id, each_recipient, &walk, err);
	}
	if (ok && in->json)
		invocation_print_json(in, v);
	arena_free(arena);
	return ok;
}

static bool
run_issue(struct invocation *in, struct error *err)
{
	return command_issue(in, true, print_one, err);
}

const struct command issue_command = {
	.name = "issue",
	.role = ROLE_OPERATOR,
	.usage = "LIST N",
	.summary = "one issue: to how many it went, what failed and why",
	.options = issue_options,
	.least = 2,
	.most = 2,
	.run = run_issue,
};

/* ----- status ----- */

static bool
status_json(struct invocation *in, struct list_context *c, struct arena *arena,
	struct value *all, const struct figures *f, struct error *err)
{
	struct value *v = value_push(arena, all, value_new_map(arena)), *people;

	value_set_text(arena, v, "list", c->list->name);
	value_set_text(arena, v, "held", f->held);
	value_set_instant(arena, v, "next_slot", f->next[0]);
	people = value_set(arena, v, "subscribers", value_new_map(arena));
	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		value_set_int(arena, people,
			subscriber_state_name((enum subscriber_state)i),
			(int64_t)f->subscribers[i]);
	figures_value(
		arena, value_set(arena, v, "figures", value_new_map(arena)), f);
	return drafts_show(in, c, arena,
		       value_set(arena, v, "drafts", value_new_list(arena)),
		       err) &&
		walk_issues(in, c, arena,
			value_set(arena, v, "issues", value_new_list(arena)), 3,
			err);
}

static void
print_slots(struct invocation *in, const struct figures *f)
{
	for (int i = 0; i < SLOTS_SHOWN; i++) {
		char *slot = local_time(f->list, f->next[i]);

		if (i == 0 || f->next[i] != INSTANT_NONE)
			fprintf(in->out, i ? ", %s" : "  next slots %s", slot);
		free(slot);
	}
	putc('\n', in->out);
}

/* What cron's silence hides: that it does not call. */
static void
print_last_run(struct invocation *in, const struct figures *f)
{
	const struct last_run *last = &f->last_run;
	char *at = local_time(f->list, last->at);
	char *good = local_time(f->list, last->good_at);

	if (last->at == INSTANT_NONE)
		fputs("  no run yet\n", in->out);
	else if (!last->failed)
		fprintf(in->out, "  last run %s\n", at);
	else
		fprintf(in->out,
			"  last run %s, which failed; the last good one %s\n",
			at, good);
	if (f->failing)
		fprintf(in->out,
			"  %zu source%s could not be read the last time\n",
			f->failing, f->failing == 1 ? "" : "s");
	free(good);
	free(at);
}

static bool
status_text(struct invocation *in, struct list_context *c,
	const struct figures *f, struct error *err)
{
	size_t active = f->subscribers[SUBSCRIBER_ACTIVE];

	fprintf(in->out, "%s (%s), %zu active subscriber%s\n", c->list->name,
		c->list->title, active, active == 1 ? "" : "s");
	print_slots(in, f);
	print_last_run(in, f);
	if (f->held)
		fprintf(in->out, "  %s\n", f->held);
	return drafts_show(in, c, NULL, NULL, err) &&
		walk_issues(in, c, NULL, NULL, 3, err);
}

/* With --json. */
struct shown {
	struct arena *arena;
	struct value *lists;
};

static bool
status_of(struct invocation *in, struct list_context *c, void *data,
	struct error *err)
{
	const struct shown *shown = data;
	struct figures f;
	bool ok = figures_read(c->list, c->store, c->list_id, in->now, &f, err);

	if (ok)
		ok = in->json ? status_json(in, c, shown->arena, shown->lists,
					&f, err)
			      : status_text(in, c, &f, err);
	figures_clear(&f);
	return ok;
}

static bool
run_status(struct invocation *in, struct error *err)
{
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena);
	struct shown shown = {
		arena, value_set(arena, v, "lists", value_new_list(arena))};
	bool ok = command_lists(in, true, status_of, &shown, err);

	if (in->json && (ok || shown.lists->count))
		invocation_print_json(in, v);
	arena_free(arena);
	return ok;
}

const struct command status_command = {
	.name = "status",
	.role = ROLE_OPERATOR,
	.usage = "[LIST]",
	.summary = "next slots, what is open, what went out last",
	.least = 0,
	.most = 1,
	.run = run_status,
};
