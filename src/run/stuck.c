/*
 * A run that finds the list in the hands of another process: that one does what
 * there is to do, unless it hangs. A lock dies with its process, so only one
 * that lives can be stuck: stopped, or waiting for a disk that does not answer.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/state.h"
#include "run/world.h"

static bool
take_alive(void *data, struct issue_record *issue, struct error *err)
{
	int64_t *alive = data;

	(void)err;
	if (issue->alive > *alive)
		*alive = issue->alive;
	return true;
}

/* The last that was heard of any issue that is open. */
static void
read_alive(struct run *r, int64_t *alive)
{
	store_unfinished(r->store, r->list_id, take_alive, alive, NULL);
}

/* Without the process's age, which differs each time: it is told once a day. */
static char *
describe(const struct run *r, const struct lock_holder *holder, int64_t alive)
{
	struct str out = STR_INIT;

	str_printf(&out, "process %ld has been at work since ", holder->pid);
	date_write_iso(&out, holder->since);
	str_add(&out, " and gave its last sign of life on ");
	date_write_iso(&out, alive);
	str_printf(&out,
		"; 'ps -p %ld' shows it, 'kill -9 %ld' ends it, and then the "
		"next run of '%s' goes on where it was",
		holder->pid, holder->pid, r->list->name);
	return str_take(&out);
}

bool
run_is_stuck(struct run *r, const char *state)
{
	struct lock_holder holder;
	int64_t alive;
	char *text;

	if (!r->list->stuck_after ||
		!lock_find_holder(state, r->list->name, &holder))
		return false;
	alive = holder.since;
	if (r->store)
		read_alive(r, &alive);
	if (r->o->now - alive <= r->list->stuck_after)
		return false;
	text = describe(r, &holder, alive);
	problem_add(&r->notices, SEVERITY_ERROR, NULL, 0, 0, "%s", text);
	r->result->later = true;
	run_keep_why(r, text);
	run_tell_failure(r, ERROR_LATER, text);
	free(text);
	return true;
}
