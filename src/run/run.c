#include "run/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/gather.h"
#include "run/notice.h"
#include "run/state.h"
#include "run/world.h"
#include "subscribers/roster.h"
#include "subscribers/tokens.h"

void
run_result_clear(struct run_result *r)
{
	arena_free(r->arena);
	free(r->why);
	*r = (struct run_result){.arena = NULL};
}

static const char *
store_path(const struct list *list)
{
	const char *colon = strchr(list->store, ':');

	return colon ? colon + 1 : list->store;
}

char *
run_state_folder(const struct list *list)
{
	const char *path = store_path(list);
	const char *name = file_name(path);

	if (name == path)
		return mem_strdup(".");
	return mem_dup(path, (size_t)(name - path - 1));
}

void
run_keep_why(struct run *r, const char *text)
{
	if (!r->result->why)
		r->result->why =
			mem_printf("list '%s': %s", r->list->name, text);
}

/* What sources have to say is on stderr at once, and goes to the editors when
 * the work is done. */
static void
keep_notices(struct run *r, const struct problems *gathered)
{
	log_problems(r->o->log, gathered);
	for (size_t i = 0; i < gathered->count; i++) {
		const struct problem *p = &gathered->items[i];

		if (p->severity != SEVERITY_NOTE)
			problem_add(&r->notices, p->severity, NULL, 0, 0, "%s",
				p->text);
	}
}

/* ----- the roster ----- */

static bool
update_roster(struct run *r, struct error *err)
{
	struct roster_options options = {
		.accept = r->o->accept_roster,
		.dry_run = r->o->dry_run && file_exists(store_path(r->list)),
		.now = r->o->now,
	};
	struct roster_report report = {.unchanged = false};
	struct problems problems = PROBLEMS_INIT;
	bool ok = roster_update(r->list, r->store, r->list_id, &options,
		&report, &problems, err);

	if (options.dry_run)
		r->joining = roster_growth(&report);
	log_problems(r->o->log, &problems);
	problems_clear(&problems);
	if (ok && !report.unchanged && report.rows)
		log_detail(r->o->log,
			"%s: roster: %zu rows, %zu new, %zu changed, %zu "
			"struck, %zu invalid",
			r->list->name, report.rows, report.merge.added,
			report.merge.changed, report.merge.struck,
			report.invalid);
	return ok;
}

/* ----- a slot ----- */

static void
tell_left_out(struct run *r, const struct composed *c)
{
	for (size_t i = 0; i < c->issue->decision_count; i++) {
		const struct decision *d = &c->issue->decisions[i];

		log_detail(r->o->log, "%s: %s: %s%s%s", r->list->name,
			d->dispatch->id, reason_text(d->reason),
			d->detail ? ", " : "", d->detail ? d->detail : "");
	}
}

static bool
skip_slot(struct run *r, int64_t slot, const char *why, struct error *err)
{
	value_set_text(r->result->arena, r->result->report, "nothing", why);
	log_detail(r->o->log, "%s: %s", r->list->name, why);
	if (r->o->due || r->o->dry_run)
		return true;
	return store_issue_skip(
		r->store, r->list_id, slot, r->o->now, why, err);
}

static char *
too_few(const struct composed *c, const struct list *list)
{
	size_t in = 0;

	for (size_t i = 0; i < c->issue->decision_count; i++)
		in += c->issue->decisions[i].reason == REASON_TOO_FEW;
	if (!in)
		return mem_strdup("nothing is new");
	return mem_printf("%zu new, fewer than the minimum of %d; they wait "
			  "for the next issue",
		in, list->select.min);
}

static void
note_held(struct run *r)
{
	value_set_text(r->result->arena, r->result->report, "held", r->held);
	log_detail(r->o->log, "%s is %s", r->list->name, r->held);
}

/* Feeds may have taken their time, and an editor may have said 'hold'. */
static bool
send_new_issue(struct run *r, const struct composed *c, struct error *err)
{
	struct issue_record issue = {.id = 0};
	bool ok = run_read_held(r, err);

	if (ok && r->held)
		note_held(r);
	else
		ok = ok && run_may_open(r, err) &&
			run_open_issue(r, c, &issue, err) &&
			run_send_issue(r, &issue, err);
	issue_record_clear(&issue);
	return ok;
}

static bool
run_slot(struct run *r, int number, int64_t slot, struct error *err)
{
	struct compose_options options = {
		.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.number = number,
		.slot = slot,
		.now = r->o->now,
		.settle = !r->o->due,
		.gather = r->o->dry_run ? GATHER_SHOW : GATHER_KEEP,
		.timeout_scale = r->o->timeout_scale,
	};
	struct composed c;
	bool ok = compose(&options, &c, err);

	c.recipients = (size_t)((int64_t)c.recipients + r->joining);
	keep_notices(r, &c.gathered);
	if (ok) {
		log_problems(r->o->log, &c.problems);
		tell_left_out(r, &c);
		value_set(r->result->arena, r->result->report, "composed",
			composed_report(r->result->arena, &c));
	}
	if (ok && c.issue->below_minimum) {
		char *why = too_few(&c, r->list);

		ok = skip_slot(r, slot, why, err);
		free(why);
	} else if (ok && c.recipients == 0) {
		ok = skip_slot(r, slot, "nobody is subscribed", err);
	} else if (ok) {
		ok = r->o->dry_run ? run_may_open(r, err)
				   : send_new_issue(r, &c, err);
	}
	composed_clear(&c);
	return ok;
}

/* ----- which slot ----- */

/*
 * When cron first called for this list. A new one does not catch up on slots
 * from before that.
 */
static bool
find_first_run(struct run *r, int64_t *at, struct error *err)
{
	char *key = mem_printf("first_run:%s", r->list->name);
	char *known = store_meta(r->store, key, err);
	bool ok = err->kind == ERROR_NONE;

	*at = known ? strtoll(known, NULL, 10) : r->o->now;
	if (ok && !known && !r->o->dry_run) {
		char *now = mem_printf("%lld", (long long)r->o->now);

		ok = store_set_meta(r->store, key, now, err);
		free(now);
	}
	free(known);
	free(key);
	return ok;
}

/* The slot to be filled now; INSTANT_NONE when none is due. */
static int64_t
due_slot(const struct run *r, int64_t last)
{
	const struct schedule *s = &r->list->schedule;
	int64_t slot;

	if (r->o->due)
		return last != INSTANT_NONE && r->o->now <= last ? last + 1
								 : r->o->now;
	slot = schedule_slot_before(s, r->o->now);
	return slot != INSTANT_NONE && slot > last ? slot : INSTANT_NONE;
}

/* Nothing is due: what feeds show now may be gone when something is. */
static bool
gather_only(struct run *r, struct error *err)
{
	struct gather_options options = {
		.list = r->list,
		.store = r->store,
		.list_id = r->list_id,
		.now = r->o->now,
		.kind = GATHER_KEEP,
		.timeout_scale = r->o->timeout_scale,
	};
	struct problems problems = PROBLEMS_INIT;
	bool ok;

	if (r->o->dry_run)
		return true;
	ok = gather(&options, NULL, &problems, err);
	keep_notices(r, &problems);
	problems_clear(&problems);
	return ok;
}

static bool
rest(struct run *r, struct error *err)
{
	if (r->held)
		note_held(r);
	return gather_only(r, err);
}

static bool
run_due(struct run *r, struct error *err)
{
	int64_t last, slot;
	int number;

	if (!store_issue_next(r->store, r->list_id, &number, &last, err))
		return false;
	if (last == INSTANT_NONE && !r->o->due) {
		if (!find_first_run(r, &last, err))
			return false;
		last--; /* a slot at that very second counts */
	}
	slot = due_slot(r, last);
	if (!run_read_held(r, err))
		return false;
	if (slot == INSTANT_NONE || r->held)
		return rest(r, err);
	if (r->o->now - slot > r->list->catch_up) {
		log_warn(r->o->log,
			"list '%s': a slot was missed by more "
			"than 'catch_up' and is skipped",
			r->list->name);
		return skip_slot(
			r, slot, "missed by more than 'catch_up'", err);
	}
	return run_slot(r, number, slot, err);
}

/* ----- all of it ----- */

static bool
open_store(struct run *r, struct error *err)
{
	struct store_options options = {
		.url = r->list->store,
		.read_only = r->o->dry_run,
		.step = r->o->stop ? stop_point_step : NULL,
		.step_data = r->o->stop,
	};

	r->store = store_open(&options, err);
	return r->store &&
		store_list(r->store, r->list->name, &r->list_id, err);
}

/* The newest: that of links in letters. */
static bool
load_token_key(struct run *r, struct error *err)
{
	struct token_keys *keys = token_keys_load(r->store, world_random, err);

	if (keys)
		r->token_key = mem_strdup(token_keys_newest_text(keys));
	token_keys_free(keys);
	return keys != NULL;
}

/* With what is open. */
static bool
go_on(struct run *r, struct error *err)
{
	if (r->o->dry_run)
		return run_show_open_issues(r, err);
	return load_token_key(r, err) && run_send_open_issues(r, err);
}

static bool
run_locked(struct run *r, struct error *err)
{
	struct error trouble = ERROR_INIT;
	bool ok;

	if (!open_store(r, err) || !run_keep_consent(r, err))
		return false;
	/* A roster that is refused keeps nothing back from those who are on an
	   issue that is open. */
	ok = update_roster(r, &trouble);
	if (!go_on(r, err)) {
		error_clear(&trouble);
		return false;
	}
	if (!ok)
		return error_move(err, &trouble);
	return r->result->interrupted || run_due(r, err);
}

static void
run_clear(struct run *r)
{
	store_close(r->store);
	free(r->owner);
	free(r->boot_id);
	free(r->host);
	free(r->token_key);
	free(r->held);
	signing_free(r->signing);
	problems_clear(&r->notices);
}

bool
run_list(const struct list *list, const struct run_options *options,
	struct run_result *result, struct error *err)
{
	struct run r = {
		.list = list,
		.o = options,
		.began = world_ticks(),
		.result = result,
		.owner = world_owner(),
		.boot_id = world_boot_id(),
		.host = world_host(),
	};
	struct lock *lock = NULL;
	char *state = run_state_folder(list);
	bool busy = false, ok;

	result->arena = arena_new();
	result->report = value_new_map(result->arena);
	value_set_text(result->arena, result->report, "list", list->name);
	value_set(result->arena, result->report, "issues",
		value_new_list(result->arena));
	if (!options->dry_run)
		lock = lock_take(state, list->name, &busy, err);
	if (busy && !options->named) {
		log_detail(options->log, "%s", err->text);
		error_clear(err);
		ok = true; /* that run does what there is to do */
	} else {
		ok = (lock || options->dry_run) && run_locked(&r, err);
	}
	if (!ok)
		error_wrap(err, "list '%s'", list->name);
	if (!options->dry_run && !result->interrupted)
		notice_send(list, r.store, &r.notices, options);
	run_clear(&r);
	lock_release(lock);
	free(state);
	return ok;
}
