/*
 * The guard: an issue that goes to many more readers than the last one, or
 * carries many more dispatches, waits for an editor's word. A roster was
 * merged twice, or a feed has lost its memory.
 *
 *     run: 80 readers ──► run: 900 ──► held, told ──► release ──► run: 900 goes
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "run/state.h"
#include "run/upkeep.h"

/* A small list may grow as it likes. */
enum { RECIPIENTS_FEW = 50, DISPATCHES_FEW = 50 };

struct size {
	size_t recipients, dispatches;
};

struct last {
	bool found;
	int number;
	struct size size;
};

/* What goes out of turn, to some or with one dispatch, is no measure. */
static bool
take_last(void *data, const struct issue_record *r)
{
	struct last *last = data;

	if (r->slot == INSTANT_NONE ||
		(r->state != ISSUE_SENDING && r->state != ISSUE_CLOSED))
		return true;
	last->found = true;
	last->number = r->number;
	last->size.dispatches = r->carried;
	for (size_t i = 0; i < RECIPIENT_STATES; i++)
		last->size.recipients += r->counts[i];
	return false;
}

static bool
leaps(size_t now, size_t before, double factor, size_t few)
{
	return factor > 0 && now > few && (double)now > (double)before * factor;
}

static bool
is_leap(const struct list *list, const struct size *now,
	const struct size *before)
{
	return leaps(now->recipients, before->recipients,
		       list->guard_recipients, RECIPIENTS_FEW) ||
		leaps(now->dispatches, before->dispatches,
			list->guard_dispatches, DISPATCHES_FEW);
}

/* ----- what an editor has seen and released ----- */

static char *
make_key(const struct run *r)
{
	return mem_printf("guarded:%s", r->list->name);
}

static bool
read_seen(struct run *r, struct size *seen, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *key = make_key(r), *text = store_meta(r->store, key, &problem);

	*seen = (struct size){.recipients = 0};
	if (text &&
		sscanf(text, "%zu %zu", &seen->recipients, &seen->dispatches) !=
			2)
		*seen = (struct size){.recipients = 0};
	free(text);
	free(key);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

static bool
keep_seen(struct run *r, const struct size *seen, struct error *err)
{
	char *key = make_key(r);
	char *text = mem_printf("%zu %zu", seen->recipients, seen->dispatches);
	bool ok = store_set_meta(r->store, key, text, err);

	free(text);
	free(key);
	return ok;
}

/* ----- the word ----- */

bool
run_stop(struct run *r, const char *why, const char *told, struct error *err)
{
	bool ok = r->o->dry_run ||
		(list_hold(
			 r->list, r->store, r->list_id, why, r->o->now, err) &&
			run_read_held(r, err));

	if (ok && !r->o->dry_run)
		log_event(r->o->log, "list '%s': %s", r->list->name, why);
	problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0, "%s", told);
	r->result->later = true;
	run_keep_why(r, told);
	return ok;
}

static bool
hold(struct run *r, const struct size *now, const struct last *last,
	struct error *err)
{
	char *why = mem_printf("held by the guard: %zu readers and %zu "
			       "dispatch%s, and issue %d had %zu and %zu",
		now->recipients, now->dispatches,
		now->dispatches == 1 ? "" : "es", last->number,
		last->size.recipients, last->size.dispatches);
	char *told = mem_printf("the next issue is %s; if that is right, "
				"'postrider release %s' sends it",
		why, r->list->name);
	bool ok = (r->o->dry_run || keep_seen(r, now, err)) &&
		run_stop(r, why, told, err);

	free(told);
	free(why);
	return ok;
}

bool
run_guard(struct run *r, size_t recipients, size_t dispatches, bool *stopped,
	struct error *err)
{
	struct size now = {recipients, dispatches}, seen;
	struct last last = {.found = false};

	*stopped = false;
	if (r->o->yes)
		return true;
	if (!store_issues(r->store, r->list_id, take_last, &last, err) ||
		!read_seen(r, &seen, err))
		return false;
	if (!last.found || !is_leap(r->list, &now, &last.size))
		return !seen.recipients || r->o->dry_run ||
			keep_seen(r, &(struct size){0, 0}, err);
	if (!is_leap(r->list, &now, &seen))
		return true; /* and it was released since */
	*stopped = true;
	return hold(r, &now, &last, err);
}
