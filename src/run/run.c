#include "run/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/config.h"
#include "deliver/pool.h"
#include "run/compose.h"
#include "run/progress.h"
#include "run/world.h"
#include "select/select.h"
#include "store/store.h"
#include "subscribers/roster.h"

enum { SALT_OCTETS = 15, KEY_OCTETS = 32 };

struct run {
	const struct list *list;
	const struct run_options *o;
	struct run_result *result;
	struct store *store;
	int64_t list_id;
	char *owner, *boot_id, *host, *token_key;
	int64_t joining; /* in a dry run: by a roster that was not merged */
};

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

char *
run_token_key(struct store *store, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key = store_meta(store, "token_key", &problem);

	if (problem.kind != ERROR_NONE) {
		error_move(err, &problem);
		return NULL;
	}
	if (key)
		return key;
	key = world_random(KEY_OCTETS);
	if (store_set_meta(store, "token_key", key, err))
		return key;
	free(key);
	return NULL;
}

static void
keep_why(struct run *r, const char *text)
{
	if (!r->result->why)
		r->result->why =
			mem_printf("list '%s': %s", r->list->name, text);
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

/* ----- sending ----- */

static struct value *
report_counts(struct run *r, const struct issue_record *issue)
{
	struct arena *a = r->result->arena;
	struct value *v = value_new_map(a);

	value_set_int(a, v, "number", issue->number);
	value_set_text(a, v, "state", issue_state_name(issue->state));
	for (int i = 0; i < RECIPIENT_STATES; i++)
		value_set_int(a, v,
			recipient_state_name((enum recipient_state)i),
			(int64_t)issue->counts[i]);
	value_set_text(a, v, "paused", issue->paused);
	return v;
}

static int
open_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, old);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool
deliver(struct run *r, const struct issue_record *issue,
	struct delivery_result *result, struct error *err)
{
	struct progress progress;
	struct delivery d = {
		.store = r->store,
		.list = r->list,
		.list_id = r->list_id,
		.issue = issue,
		.relay = r->o->relay,
		.token_key = span_of(r->token_key),
		.owner = r->owner,
		.boot_id = r->boot_id,
		.ehlo_name = r->host,
		.log = r->o->log,
		.now = r->o->now,
		.ticks = world_ticks,
		.progress = progress_show,
		.progress_data = &progress,
		.step = r->o->stop ? stop_point_step : NULL,
		.step_data = r->o->stop,
	};
	struct dialogue_timeouts timeouts = dialogue_timeouts_default;
	sigset_t old;
	bool ok;

	if (r->o->timeout_scale) {
		timeouts.connect /= r->o->timeout_scale;
		timeouts.mail /= r->o->timeout_scale;
		timeouts.rcpt /= r->o->timeout_scale;
		timeouts.data /= r->o->timeout_scale;
		timeouts.block /= r->o->timeout_scale;
		timeouts.body /= r->o->timeout_scale;
		d.timeouts = &timeouts;
	}
	progress_init(&progress, r->o->progress ? stderr : NULL, r->list->name,
		issue->number);
	d.signal_fd = open_signals(&old);
	ok = delivery_run(&d, result, err);
	if (d.signal_fd >= 0)
		close(d.signal_fd);
	sigprocmask(SIG_SETMASK, &old, NULL);
	progress_end(&progress);
	return ok;
}

/* Says what stands in the way of being done. */
static void
judge_issue(struct run *r, const struct issue_record *issue,
	const struct delivery_result *d)
{
	char *text = NULL;

	r->result->interrupted |= d->interrupted;
	if (issue->paused) {
		r->result->refused = true;
		text = mem_printf("issue %d is paused: %s; when that is "
				  "mended, 'postrider run --resume %s' goes on",
			issue->number, issue->paused, r->list->name);
	} else if (d->interrupted) {
		r->result->later = true;
		text = mem_strdup("stopped by a signal; the next run goes on");
	} else if (d->refused_relay) {
		r->result->refused = true;
		text = mem_strdup(d->trouble);
	} else if (issue->state == ISSUE_SENDING) {
		size_t open = issue->counts[RECIPIENT_DUE] +
			issue->counts[RECIPIENT_WIRE];

		r->result->later = true;
		text = mem_printf("issue %d: %zu recipients must be tried "
				  "again later%s%s",
			issue->number, open, d->trouble ? ": " : "",
			d->trouble ? d->trouble : "");
	}
	if (text)
		keep_why(r, text);
	free(text);
}

static bool
reload(struct run *r, struct issue_record *issue, struct error *err)
{
	int number = issue->number;
	bool found;

	issue_record_clear(issue);
	return store_issue_find(
		r->store, r->list_id, number, issue, &found, err);
}

/* Who is due for so long is given up, but only when he had his turn: not when
 * an editor, the relay's refusal or a signal came between. */
static bool
is_to_expire(struct run *r, const struct issue_record *issue,
	const struct delivery_result *d)
{
	return r->o->now >= issue->opened + r->list->give_up_after &&
		!issue->paused && !d->paused && !d->refused_relay &&
		!d->interrupted;
}

/* While all that are left wait for a later try, no connection is opened. */
static bool
deliver_if_due(struct run *r, const struct issue_record *issue,
	struct delivery_result *result, struct error *err)
{
	int64_t at;

	if (issue->paused)
		return true;
	if (!store_next_try(r->store, issue->id, &at, err))
		return false;
	return at == INSTANT_NONE || at > r->o->now ||
		deliver(r, issue, result, err);
}

/* Sends what is open of an issue, and closes it when nobody is left. */
static bool
send_issue(struct run *r, struct issue_record *issue, struct error *err)
{
	struct delivery_result d = {.trouble = NULL};
	bool ok, closed;

	log_detail(r->o->log, "%s: sending issue %d: %zu recipients are due",
		r->list->name, issue->number,
		issue->counts[RECIPIENT_DUE] + issue->counts[RECIPIENT_WIRE]);
	ok = deliver_if_due(r, issue, &d, err) &&
		store_issue_close(r->store, issue->id, r->o->now,
			is_to_expire(r, issue, &d), &closed, err) &&
		reload(r, issue, err);
	if (ok) {
		judge_issue(r, issue, &d);
		value_push(r->result->arena,
			value_find(r->result->report, "issues"),
			report_counts(r, issue));
		log_detail(r->o->log,
			"%s: issue %d: sent %zu, refused %zu, later %zu, in "
			"doubt %zu, held %zu, dropped %zu; resent in doubt %zu",
			r->list->name, issue->number,
			issue->counts[RECIPIENT_SENT],
			issue->counts[RECIPIENT_REFUSED],
			issue->counts[RECIPIENT_DUE],
			issue->counts[RECIPIENT_WIRE],
			issue->counts[RECIPIENT_HELD],
			issue->counts[RECIPIENT_DROPPED], issue->doubts);
	}
	delivery_result_clear(&d);
	return ok;
}

/* A restored snapshot must not send again: what has been still for long goes
 * on only when told. */
static bool
is_still(struct run *r, const struct issue_record *issue)
{
	char *text;

	if (r->o->resume || r->o->now - issue->alive <= r->list->catch_up)
		return false;
	text = mem_printf("issue %d has been still for longer than "
			  "'catch_up'; if it may go on, run with --resume",
		issue->number);
	r->result->later = true;
	keep_why(r, text);
	free(text);
	return true;
}

static bool
send_open_issues(struct run *r, struct error *err)
{
	struct issue_record issue = {.id = 0};
	int64_t after = 0;
	bool found, ok;

	for (;;) {
		ok = store_issue_unfinished(
			r->store, r->list_id, after, &issue, &found, err);
		if (!ok || !found)
			break;
		after = issue.id;
		if (r->o->resume && issue.paused)
			ok = store_issue_pause(r->store, issue.id, NULL, err);
		if (ok && r->o->resume && issue.paused)
			ok = reload(r, &issue, err);
		if (ok && !is_still(r, &issue))
			ok = send_issue(r, &issue, err);
		issue_record_clear(&issue);
		if (!ok || r->result->interrupted)
			break;
	}
	issue_record_clear(&issue);
	return ok;
}

/* ----- opening ----- */

static bool
is_real(const struct run *r)
{
	const struct relay *relay =
		r->o->relay ? r->o->relay : &r->list->relays[0];

	return relay->kind == TRANSPORT_SMTP;
}

/* Real mail needs what the law and the receivers want, and once a word. */
static bool
may_send(struct run *r, size_t recipients, struct error *err)
{
	struct problems problems = PROBLEMS_INIT;
	bool ok = true;
	char *sent_before;

	if (!is_real(r))
		return true;
	list_check_sending(r->list, &problems);
	log_problems(r->o->log, &problems);
	if (problems.errors)
		ok = error_set(err, ERROR_CONFIG,
			"nothing was sent: real mail wants the %zu setting%s "
			"named above",
			problems.errors, problems.errors == 1 ? "" : "s");
	problems_clear(&problems);
	if (!ok)
		return false;
	sent_before = store_meta(r->store, "sent_for_real", err);
	if (err->kind != ERROR_NONE)
		return false;
	if (!sent_before && !r->o->yes)
		return error_set(err, ERROR_USAGE,
			"this site has never sent real mail: to send this "
			"issue to %zu recipients, run it once with --yes",
			recipients);
	free(sent_before);
	return store_set_meta(r->store, "sent_for_real", "yes", err);
}

static bool
open_issue(struct run *r, const struct composed *c, struct error *err)
{
	struct arena *arena = arena_new();
	struct carried_row *rows;
	struct opening_form *forms =
		mem_new((c->form_count + 1) * sizeof *forms);
	struct str *bytes = mem_new((c->form_count + 1) * sizeof *bytes);
	const char **sources =
		mem_new((r->list->source_count + 1) * sizeof *sources);
	char *salt = world_random(SALT_OCTETS);
	struct opening opening = {
		.list = r->list_id,
		.number = c->issue->number,
		.slot = c->issue->slot,
		.at = r->o->now,
		.salt = salt,
		.subject = c->forms[0].letter->subject,
		.carried_count = select_carried(arena, c->issue, &rows),
		.sources = sources,
		.source_count = r->list->source_count,
		.forms = forms,
		.form_count = c->form_count,
		.list_language = r->list->language,
		.list_format = letter_format_name(c->forms[0].format),
		.across = c->across,
		.across_count = c->spared_count,
	};
	int64_t issue;
	bool ok;

	opening.carried = rows;
	for (size_t i = 0; i < r->list->source_count; i++)
		sources[i] = r->list->sources[i].name;
	for (size_t i = 0; i < c->form_count; i++) {
		if (c->forms[i].form)
			form_save(c->forms[i].form, &bytes[i]);
		forms[i] = (struct opening_form){
			.language = c->forms[i].language,
			.format = letter_format_name(c->forms[i].format),
			.spared = c->forms[i].spared,
			.bytes = str_span(&bytes[i]),
		};
	}
	ok = store_issue_open(r->store, &opening, &issue, err);
	for (size_t i = 0; i < c->form_count; i++)
		str_clear(&bytes[i]);
	free(salt);
	free(sources);
	free(bytes);
	free(forms);
	arena_free(arena);
	return ok;
}

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

static bool
send_new_issue(struct run *r, const struct composed *c, struct error *err)
{
	struct issue_record issue = {.number = c->issue->number};
	bool ok = may_send(r, c->recipients, err) && open_issue(r, c, err) &&
		reload(r, &issue, err) && send_issue(r, &issue, err);

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
	};
	struct composed c;
	bool ok = compose(&options, &c, err);

	c.recipients = (size_t)((int64_t)c.recipients + r->joining);

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
	} else if (ok && !r->o->dry_run) {
		ok = send_new_issue(r, &c, err);
	}
	composed_clear(&c);
	return ok;
}

/* ----- which slot ----- */

/*
 * The slot to be filled now; INSTANT_NONE when none is due. A new list does not
 * catch up on slots from before it was made.
 */
static int64_t
due_slot(const struct run *r, int64_t last)
{
	const struct schedule *s = &r->list->schedule;
	int64_t slot;

	if (r->o->due)
		return last != INSTANT_NONE && r->o->now <= last ? last + 1
								 : r->o->now;
	slot = schedule_slot_before(s, r->o->now);
	if (slot == INSTANT_NONE || (last != INSTANT_NONE && slot <= last))
		return INSTANT_NONE;
	if (last == INSTANT_NONE && r->o->now - slot > r->list->catch_up)
		return INSTANT_NONE;
	return slot;
}

static bool
run_due(struct run *r, struct error *err)
{
	int64_t last, slot;
	int number;

	if (!store_issue_next(r->store, r->list_id, &number, &last, err))
		return false;
	slot = due_slot(r, last);
	if (slot == INSTANT_NONE)
		return true;
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

static bool
run_locked(struct run *r, struct error *err)
{
	if (!open_store(r, err) || !update_roster(r, err))
		return false;
	if (r->o->dry_run)
		return run_due(r, err);
	r->token_key = run_token_key(r->store, err);
	return r->token_key && send_open_issues(r, err) &&
		(r->result->interrupted || run_due(r, err));
}

static void
run_clear(struct run *r)
{
	store_close(r->store);
	free(r->owner);
	free(r->boot_id);
	free(r->host);
	free(r->token_key);
}

bool
run_list(const struct list *list, const struct run_options *options,
	struct run_result *result, struct error *err)
{
	struct run r = {
		.list = list,
		.o = options,
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
	run_clear(&r);
	lock_release(lock);
	free(state);
	return ok;
}
