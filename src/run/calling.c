/*
 * What the operator's hooks are told within a run, and what becomes of a veto:
 * the list is held, as by the guard.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/figures.h"
#include "run/hooks.h"
#include "run/last_run.h"
#include "run/state.h"

static struct value *
begin(struct run *r, struct arena *a, enum hook hook)
{
	struct value *v = value_new_map(a);
	char *site = realpath(r->list->site, NULL);

	value_set_text(a, v, "hook", hook_name(hook));
	value_set_text(a, v, "site", site ? site : r->list->site);
	value_set_text(a, v, "list", r->list->name);
	value_set_text(a, v, "title", r->list->title);
	value_set_bool(a, v, "real", run_is_real(r));
	free(site);
	return v;
}

static bool
call(struct run *r, enum hook hook, const struct value *about, char **veto,
	struct error *err)
{
	const struct hook_call c = {
		.list = r->list,
		.hook = hook,
		.about = about,
		.log = r->o->log,
		.timeout_scale = r->o->timeout_scale,
	};

	return hook_run(&c, veto, err);
}

/* What is done is done: that nobody could be told is a warning. */
static void
tell(struct run *r, enum hook hook, const struct value *about)
{
	struct error err = ERROR_INIT;
	char *veto;

	if (!call(r, hook, about, &veto, &err))
		log_warn(r->o->log, "list '%s': %s", r->list->name, err.text);
	error_clear(&err);
}

/* ----- before_send ----- */

static bool
stop(struct run *r, const char *veto, struct error *err)
{
	char *why = mem_printf("held by the hook before_send: %s", veto);
	char *told = mem_printf("the next issue is %s; when that is mended, "
				"'postrider release %s' has it asked again",
		why, r->list->name);
	bool ok = run_stop(r, why, told, err);

	free(told);
	free(why);
	return ok;
}

bool
run_ask_hook(struct run *r, const struct run_opener *opener, bool *stopped,
	struct error *err)
{
	struct arena *a;
	struct value *v;
	char *veto;
	bool ok;

	*stopped = false;
	if (!r->list->hooks.paths[HOOK_BEFORE_SEND] || r->o->dry_run)
		return true;
	a = arena_new();
	v = begin(r, a, HOOK_BEFORE_SEND);
	value_set(a, v, "issue", opener->describe(a, opener->what));
	ok = call(r, HOOK_BEFORE_SEND, v, &veto, err);
	*stopped = veto != NULL;
	if (veto)
		ok = stop(r, veto, err);
	free(veto);
	arena_free(a);
	return ok;
}

struct value *
run_describe_issue(struct arena *a, const void *what)
{
	const struct composed *c = what;
	struct value *v = value_new_map(a);

	value_set_int(a, v, "number", c->issue->number);
	if (c->form_count && c->forms[0].letter)
		value_set_text(
			a, v, "subject", c->forms[0].letter->subject_shown);
	value_set_int(a, v, "recipients", (int64_t)c->recipients);
	value_set(a, v, "report", composed_report(a, c));
	return v;
}

struct value *
run_describe_draft(struct arena *a, const void *what)
{
	const struct draft *d = what;
	const struct value *report = draft_report(a, d);
	struct value *v = value_new_map(a);

	value_set_int(a, v, "number", d->number);
	value_set_text(a, v, "subject", d->subject);
	value_set_int(a, v, "recipients", (int64_t)draft_recipients(d));
	value_set_text(a, v, "approver", d->approver);
	if (report)
		value_set(a, v, "report", (struct value *)report);
	return v;
}

/* ----- after_issue, on_failure ----- */

void
run_tell_issue(struct run *r, const struct issue_record *issue)
{
	struct arena *a;
	struct value *v, *about;

	if (!r->list->hooks.paths[HOOK_AFTER_ISSUE])
		return;
	a = arena_new();
	v = begin(r, a, HOOK_AFTER_ISSUE);
	about = value_set(a, v, "issue", value_new_map(a));
	value_set_int(a, about, "number", issue->number);
	value_set_text(a, about, "subject", issue->subject);
	value_set_instant(a, about, "slot", issue->slot);
	value_set_instant(a, about, "opened", issue->opened);
	value_set_instant(a, about, "closed", issue->closed);
	value_set_int(a, about, "dispatches", (int64_t)issue->carried);
	recipients_value(a, value_set(a, about, "recipients", value_new_map(a)),
		issue->counts);
	tell(r, HOOK_AFTER_ISSUE, v);
	arena_free(a);
}

/* Did the last run fail, too? Where that cannot be read it is as if not. */
static bool
failed_before(struct run *r)
{
	struct last_run last;

	return r->store && last_run_read(r->list, r->store, &last, NULL) &&
		last.failed;
}

void
run_tell_failure(struct run *r, enum error_kind kind, const char *why)
{
	struct arena *a;
	struct value *v;

	if (!r->list->hooks.paths[HOOK_ON_FAILURE] || r->o->dry_run)
		return;
	a = arena_new();
	v = begin(r, a, HOOK_ON_FAILURE);
	value_set_text(a, v, "failure", why);
	value_set_int(a, v, "status", kind);
	value_set_bool(a, v, "again", failed_before(r));
	tell(r, HOOK_ON_FAILURE, v);
	arena_free(a);
}
