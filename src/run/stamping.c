/*
 * A run counts itself, and sees by that whether its store was put back.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/put_back.h"
#include "run/stamp.h"
#include "run/state.h"

enum { TELL_EVERY = 86400 };

/* Telling it again each time would be one mail in five minutes. */
static bool
is_told(struct run *r, struct error *err)
{
	char *key = mem_printf("put_back_told:%s", r->list->name);
	int64_t told = INSTANT_NONE;
	bool lately;

	store_meta_number(r->store, key, &told, NULL);
	lately = told != INSTANT_NONE && r->o->now - told < TELL_EVERY;
	if (!lately)
		store_set_meta_number(r->store, key, r->o->now, err);
	free(key);
	return lately && !r->o->named;
}

static void
tell_put_back(struct run *r, const char *why)
{
	r->result->later = true;
	run_keep_why(r, why);
	problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0,
		"nothing is sent: %s", why);
}

static bool
count(struct run *r, struct error *err)
{
	struct stamping s = {
		.list = r->list,
		.lists = r->o->mailroom ? r->o->mailroom->lists : NULL,
		.store = r->store,
		.now = r->o->now,
	};

	return stamp_count(&s, err);
}

/* The list is held then, which all that follows goes by. */
bool
run_look_for_put_back(struct run *r, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *why;

	if (r->o->dry_run)
		return true;
	if (!count(r, err))
		return false;
	why = put_back_held(r->store, r->list->name, &problem);
	if (why && !is_told(r, &problem))
		tell_put_back(r, why);
	free(why);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

/* What was copied in the middle of a run lacks its end. */
void
run_count_end(struct run *r)
{
	struct error err = ERROR_INIT;

	if (r->store && !r->o->dry_run &&
		value_find(r->result->report, "issues")->count &&
		!count(r, &err))
		log_warn(r->o->log, "list '%s': %s", r->list->name, err.text);
	error_clear(&err);
}
