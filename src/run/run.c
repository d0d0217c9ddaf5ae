#include "run/run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/identity.h"
#include "run/last_run.h"
#include "run/notice.h"
#include "run/state.h"
#include "run/telling.h"
#include "run/world.h"
#include "store/lease.h"
#include "store/ledger.h"
#include "subscribers/roster.h"
#include "subscribers/tokens.h"

void
run_result_clear(struct run_result *r)
{
	arena_free(r->arena);
	free(r->why);
	*r = (struct run_result){.arena = NULL};
}

char *
run_state_folder(const struct list *list)
{
	return store_folder(list->store, list->site);
}

void
run_keep_why(struct run *r, const char *text)
{
	if (!r->result->why)
		r->result->why =
			mem_printf("list '%s': %s", r->list->name, text);
}

/* ----- the roster ----- */

static bool
has_changed(const struct merge_report *m)
{
	return m->added || m->returned || m->changed || m->struck;
}

/* Who stands in the roster and is no reader. */
static void
tell_kept_out(const struct run *r, const struct merge_report *m)
{
	struct str why = STR_INIT;

	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		if (m->kept[i])
			str_printf(&why, "%s%zu %s", why.len ? ", " : "",
				m->kept[i], subscriber_state_name(i));
	if (m->suppressed)
		str_printf(&why, "%s%zu suppressed", why.len ? ", " : "",
			m->suppressed);
	if (m->kept_out)
		log_detail(r->o->log, "%s: the roster: kept out: %s",
			r->list->name, str_text(&why));
	str_clear(&why);
}

static bool
update_roster(struct run *r, struct error *err)
{
	struct roster_options options = {
		.accept = r->o->accept_roster,
		.dry_run = store_is_read_only(r->store),
		.now = r->o->now,
		.settle = r->o->due ? 0 : r->list->settle,
	};
	struct roster_report report = {.unchanged = false};
	struct problems problems = PROBLEMS_INIT;
	bool ok = roster_look_for_loss(r->list, r->store, &problems, err) &&
		roster_update(r->list, r->store, r->list_id, &options, &report,
			&problems, err);

	if (options.dry_run)
		r->joining = roster_growth(&report);
	log_problems(r->o->log, &problems);
	problems_clear(&problems);
	if (ok && report.settling)
		log_detail(r->o->log,
			"%s: the roster changed a moment ago, and is read by "
			"the next run ('settle')",
			r->list->name);
	if (ok)
		tell_kept_out(r, &report.merge);
	if (ok && has_changed(&report.merge))
		log_event(r->o->log,
			"list '%s': roster: %zu rows, %zu new, %zu changed, "
			"%zu struck, %zu invalid",
			r->list->name, report.rows, report.merge.added,
			report.merge.changed, report.merge.struck,
			report.invalid);
	return ok;
}

/* ----- the inbox ----- */

/* Who left or bounced is not written to. An inbox that cannot be read holds up
 * nobody's letter: what lies there is read when it can be. */
static void
read_inbox(struct run *r)
{
	struct mailroom_report report = {.read = 0};
	struct mailroom *room = r->o->mailroom;
	struct error err = ERROR_INIT;

	if (!room || r->o->dry_run)
		return;
	room->now = r->o->now;
	if (!mailroom_read(room, r->store, r->list, &report, &err) ||
		!mailroom_settle(room, r->store, r->list, &err))
		log_warn(r->o->log, "list '%s': %s; what lies there waits",
			r->list->name, err.text);
	if (report.read)
		log_event(r->o->log,
			"list '%s': inbox: %zu mails, of them %zu bounces, %zu "
			"complaints, %zu requests; %zu readers dropped, %zu "
			"left, %zu joined",
			r->list->name, report.read, report.bounces,
			report.complaints, report.requests, report.dropped,
			report.left, report.joined);
	error_clear(&err);
}

/* ----- the store ----- */

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
	return r->store && identity_keep(r->list, r->store, err) &&
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

/* ----- whose turn it is ----- */

/*
 * Where several hosts have the store, the list's lock is one of this host, and
 * a lease says whose turn it is among all of them. It is long, for nobody
 * prolongs it while feeds are slow: should it end too soon, two compose the
 * same issue, and the store takes one of them. An old issue may take longer to
 * be sent: it is taken once more then, before anything is composed.
 */
enum { TURN_MS = 10 * 60 * 1000 };

/* Who says --now waits for an issue; cron does not. `owner` begins with the name
 * of the host. */
static void
tell_helping(const struct run *r, const char *owner)
{
	int len = (int)strcspn(owner ? owner : "", " ");

	if (r->o->due)
		log_warn(r->o->log,
			"list '%s': no issue is made here: a run on %.*s has "
			"its turn; this one helps to send",
			r->list->name, len, owner ? owner : "");
	else
		log_detail(r->o->log,
			"%s: a run on %.*s has its turn; this one helps to "
			"send",
			r->list->name, len, owner ? owner : "");
}

static bool
take_turn(struct run *r, struct lease *turn, struct error *err)
{
	char *owner;
	bool ours;

	if (r->o->dry_run || !store_is_shared(r->store))
		return true;
	if (!store_lease_take(r->store, turn, &ours, &owner, err))
		return false;
	r->helping = !ours;
	if (!ours)
		tell_helping(r, owner);
	free(owner);
	return true;
}

static void
leave_turn(struct run *r, const struct lease *turn)
{
	struct error trouble = ERROR_INIT;

	if (!r->helping && !r->o->dry_run && store_is_shared(r->store) &&
		!store_lease_leave(r->store, turn, &trouble))
		log_detail(r->o->log, "%s", trouble.text);
	error_clear(&trouble);
}

/* ----- what is kept ----- */

/* Nobody's letter waits for this; what is left is for the next run. */
static void
forget_ledgers(struct run *r)
{
	struct error err = ERROR_INIT;
	size_t count = 0;

	if (r->list->keep_ledgers && !r->o->dry_run &&
		!r->result->interrupted &&
		!store_ledgers_forget(r->store, r->list_id,
			r->o->now - r->list->keep_ledgers, r->o->now, &count,
			&err))
		log_warn(r->o->log,
			"list '%s': who got old issues could not be "
			"forgotten yet: %s",
			r->list->name, err.text);
	if (count)
		log_event(r->o->log,
			"list '%s': who got %zu old issue%s was forgotten "
			"('keep_ledgers')",
			r->list->name, count, count == 1 ? "" : "s");
	error_clear(&err);
}

/* ----- all of it ----- */

/* While the old ones were sent the turn may have become another's. */
static bool
run_due_in_turn(struct run *r, struct lease *turn, struct error *err)
{
	return r->result->interrupted ||
		(take_turn(r, turn, err) && (r->helping || run_due(r, err)));
}

static bool
run_turn(struct run *r, struct lease *turn, struct error *err)
{
	struct error trouble = ERROR_INIT;
	bool ok;

	if (!run_look_for_put_back(r, err) || !run_keep_consent(r, err))
		return false;
	/* A roster that is refused keeps nothing back from those who are on an
	   issue that is open. */
	ok = update_roster(r, &trouble);
	read_inbox(r);
	run_send_post(r);
	if (!go_on(r, err)) {
		error_clear(&trouble);
		return false;
	}
	if (!ok)
		return error_move(err, &trouble);
	ok = run_due_in_turn(r, turn, err);
	if (r->helping)
		return ok;
	run_send_post(r);
	run_publish(r, 0);
	forget_ledgers(r);
	return ok;
}

/*
 * The host, and which folder of which of its boots: a run that was killed there
 * has left the list's lock, so whoever has that takes its turn at once.
 */
static char *
turn_owner(const struct run *r, const char *state)
{
	struct stat st = {.st_dev = 0};

	stat(state, &st);
	return mem_printf("%s %s:%llx:%llx", r->host, r->boot_id,
		(unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
}

static bool
run_locked(struct run *r, const char *state, struct error *err)
{
	char *name = mem_printf("run:%s", r->list->name);
	char *owner = turn_owner(r, state);
	struct lease turn = {.name = name, .owner = owner, .ms = TURN_MS};
	bool ok = open_store(r, err) && take_turn(r, &turn, err);

	if (ok) {
		ok = r->helping ? go_on(r, err) : run_turn(r, &turn, err);
		leave_turn(r, &turn);
	}
	free(owner);
	free(name);
	return ok;
}

/* Whatever else runs on this host: shards have leases. */
static bool
run_help(struct run *r, struct error *err)
{
	r->helping = true;
	return open_store(r, err) && go_on(r, err);
}

/* The editors are told of a failure; what only wants another run is none, and
 * what one has to be told who sits at the keyboard is not theirs. */
static void
note_failure(struct run *r, const struct error *err)
{
	if (err->kind == ERROR_LATER || err->kind == ERROR_USAGE)
		return;
	problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0,
		"the run failed: %s", err->text);
	run_tell_failure(r, err->kind, err->text);
}

/* One cause has many consequences: it is told once. */
static bool
is_told(const struct error *told, const struct error *again)
{
	return told && told->text && strstr(told->text, again->text);
}

/* What could not be remembered would be told at every run. `told`: what the run
 * has failed by. */
static void
tell_editors(struct run *r, const struct error *told)
{
	struct problems fresh = PROBLEMS_INIT;
	struct error err = ERROR_INIT;

	if (r->store && !r->o->dry_run && !r->result->interrupted &&
		telling_sift(r->list, r->store, &r->notices, r->o->now, &fresh,
			&err))
		notice_send(r->list, r->store, &fresh, r->o);
	if (err.kind != ERROR_NONE && !is_told(told, &err))
		log_warn(r->o->log,
			"list '%s': the editors could not be told: %s",
			r->list->name, err.text);
	error_clear(&err);
	problems_clear(&fresh);
}

/* Of a run that could not be remembered nobody must believe that it went well:
 * this is a failure of its own. */
static bool
keep_last_run(struct run *r, bool good, struct error *err)
{
	struct error trouble = ERROR_INIT;

	if (!r->store || r->o->dry_run ||
		last_run_keep(r->list, r->store, r->o->now,
			world_ticks() - r->began, good, &trouble))
		return true;
	error_wrap(&trouble, "list '%s'", r->list->name);
	if (good)
		return error_move(err, &trouble);
	if (!is_told(err, &trouble))
		log_warn(r->o->log, "%s", trouble.text);
	error_clear(&trouble);
	return true;
}

/* That run does what there is to do, and whoever named the list is told. */
static bool
leave_to_other(struct run *r, const char *state, struct error *err)
{
	struct error busy = ERROR_INIT, trouble = ERROR_INIT;
	bool stuck;

	error_move(&busy, err);
	open_store(r, &trouble);
	error_clear(&trouble);
	stuck = run_is_stuck(r, state);
	if (!stuck && r->o->named)
		return error_move(err, &busy);
	if (!stuck)
		log_detail(r->o->log, "%s", busy.text);
	error_clear(&busy);
	return true;
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
	if (!options->dry_run && !options->help)
		lock = lock_take(state, list->name, &busy, err);
	if (busy)
		ok = leave_to_other(&r, state, err);
	else if (options->help)
		ok = run_help(&r, err);
	else
		ok = (lock || options->dry_run) && run_locked(&r, state, err);
	if (!ok) {
		note_failure(&r, err);
		error_wrap(err, "list '%s'", list->name);
	}
	if (ok && result->refused)
		run_tell_failure(&r, ERROR_REFUSED, result->why);
	if (!r.helping)
		run_count_end(&r);
	tell_editors(&r, ok ? NULL : err);
	if (!busy && !r.helping)
		ok &= keep_last_run(&r, ok && !result->refused, err);
	run_clear(&r);
	lock_release(lock);
	free(state);
	return ok;
}
