/*
 * Cancelling an issue that a run may be sending: that run is asked to stop, by
 * a pause, which it sees within a second; what it has on the wire it settles
 * itself, so that nobody who got the issue is told of as if he had not. Where
 * several hosts send, all of them are asked likewise, and all have let go of it
 * before it is cancelled: a claim begins no more, for the issue is paused.
 */
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "run/run.h"
#include "run/upkeep.h"
#include "run/world.h"
#include "store/basis.h"
#include "store/store.h"

enum { PATIENCE = 30 * 1000, LOOK_EVERY = 100 }; /* ms */

static const char why[] = "cancelled by an editor";

/* What is paused already stops for that, and is let go with that. */
static bool
ask_to_stop(struct store *store, const struct issue_record *issue,
	struct error *err)
{
	return store_issue_pause_first(store, issue->id, CANCELLING, err);
}

static bool
fail_paused(const struct issue_record *issue, struct error *err)
{
	return error_wrap(
		err, "issue %d is paused, not yet cancelled", issue->number);
}

/* ----- this host's run ----- */

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
	const struct issue_record *issue, struct error *err)
{
	char *folder = run_state_folder(list);
	bool busy;
	struct lock *lock = lock_take(folder, list->name, &busy, err);

	if (!lock && busy) {
		error_clear(err);
		if (ask_to_stop(store, issue, err))
			lock = wait_for_lock(folder, list->name, &busy, err);
		if (!lock)
			fail_paused(issue, err);
	}
	free(folder);
	return lock;
}

/* ----- other hosts ----- */

/* One that was killed counts until its lease is over. */
static bool
wait_for_hosts(struct store *store, int64_t issue, struct error *err)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY * 1000000L};
	int64_t end = world_ticks() + PATIENCE;
	size_t deferred;
	bool claimed;

	for (;;) {
		if (!store_under_way(store, issue, &deferred, &claimed, err))
			return false;
		if (!claimed)
			return true;
		if (world_ticks() >= end)
			return error_set(err, ERROR_LATER,
				"another host sends it still, or was killed a "
				"moment ago; try again in a minute");
		nanosleep(&pause, NULL);
	}
}

static bool
take_from_hosts(struct store *store, const struct issue_record *issue,
	struct error *err)
{
	return !store_is_shared(store) ||
		(ask_to_stop(store, issue, err) &&
			(wait_for_hosts(store, issue->id, err) ||
				fail_paused(issue, err)));
}

/* ----- both ----- */

static bool
cancel_sending(const struct list *list, struct store *store,
	const struct issue_record *issue, int64_t now, bool *undone,
	struct error *err)
{
	struct lock *lock = take_from_run(list, store, issue, err);
	bool ok = lock && take_from_hosts(store, issue, err) &&
		store_issue_cancel(store, issue->id, now, why, undone, err);

	lock_release(lock);
	return ok;
}

bool
issue_cancel(const struct list *list, struct store *store,
	const struct issue_record *issue, int64_t now, bool *undone,
	struct error *err)
{
	if (issue->state == ISSUE_SENDING)
		return cancel_sending(list, store, issue, now, undone, err);
	return store_issue_cancel(store, issue->id, now, why, undone, err);
}
