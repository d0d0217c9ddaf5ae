/*
 * Cancelling an issue that a run may be sending: that run is asked to stop, by
 * a pause, which it sees within a second; what it has on the wire it settles
 * itself, so that nobody who got the issue is told of as if he had not.
 */
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "run/run.h"
#include "run/upkeep.h"
#include "run/world.h"
#include "store/store.h"

enum { PATIENCE = 30 * 1000, LOOK_EVERY = 100 }; /* ms */

static struct lock *
wait_for_lock(
	const char *folder, const char *name, bool *busy, struct error *err)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY * 1000000L};
	int64_t end = world_ticks() + PATIENCE;
	struct lock *lock;

	for (;;) {
		lock = lock_take(folder, name, busy, err);
		if (lock || !*busy || world_ticks() >= end)
			return lock;
		error_clear(err);
		nanosleep(&pause, NULL);
	}
}

static struct lock *
take_from_run(const struct list *list, struct store *store,
	const struct issue_record *issue, int64_t now, struct error *err)
{
	char *folder = run_state_folder(list);
	bool busy;
	struct lock *lock = lock_take(folder, list->name, &busy, err);

	if (!lock && busy) {
		error_clear(err);
		if (store_issue_pause(store, issue->id, "it is being cancelled",
			    now, err))
			lock = wait_for_lock(folder, list->name, &busy, err);
		if (!lock)
			error_wrap(err, "issue %d is paused, not yet cancelled",
				issue->number);
	}
	free(folder);
	return lock;
}

bool
issue_cancel(const struct list *list, struct store *store,
	const struct issue_record *issue, int64_t now, bool *undone,
	struct error *err)
{
	struct lock *lock = NULL;
	bool ok;

	if (issue->state == ISSUE_SENDING) {
		lock = take_from_run(list, store, issue, now, err);
		if (!lock)
			return false;
	}
	ok = store_issue_cancel(
		store, issue->id, now, "cancelled by an editor", undone, err);
	lock_release(lock);
	return ok;
}
