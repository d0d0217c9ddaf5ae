/*
 * What editors and operators do beside running: a new site, a new dispatch, a
 * backlog marked as read, an issue cancelled, a list held.
 */
#ifndef RUN_UPKEEP_H
#define RUN_UPKEEP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/problem.h"
#include "model/list.h"

struct store;
struct issue_record;

/* Makes a site that already runs: one list, one dispatch, templates to change.
 * The folder must be empty or not there yet. */
bool site_init(const char *folder, int64_t now, struct error *err);

/* Writes a dispatch file into the list's first folder; its path is yours. */
bool dispatch_new(const struct list *list, const char *title, int64_t now,
	char **path, struct error *err);

/*
 * Marks dispatches as read, so that no issue carries them as new: those with
 * these ids (NULL-terminated), or with NULL all there are. Feeds and mailboxes
 * are asked: what they show and no run has seen yet is read, too; a warning in
 * `problems` names those that do not answer. An unknown id is an error and
 * changes nothing. *marked counts dispatches.
 */
bool seen_mark(const struct list *list, struct store *store, int64_t list_id,
	const char *const *ids, int64_t now, size_t *marked,
	struct problems *problems, struct error *err);

/* The same of all there are, but for those dated after `until`. */
bool seen_mark_until(const struct list *list, struct store *store,
	int64_t list_id, int64_t until, int64_t now, size_t *marked,
	struct problems *problems, struct error *err);

/* Why an issue is paused while the run that sends it is asked to stop. */
#define CANCELLING "it is being cancelled"

/*
 * Cancels an issue, see store_issue_cancel(). A run that is sending it stops
 * first, as do all hosts that have the store; ERROR_LATER, and the issue paused,
 * when that takes it too long.
 */
bool issue_cancel(const struct list *list, struct store *store,
	const struct issue_record *issue, int64_t now, bool *undone,
	struct error *err);

/*
 * Holds the list for this reason: open issues pause, also one that a run is
 * sending, and no other opens. Feeds and mailboxes are gathered all the same.
 */
bool list_hold(const struct list *list, struct store *store, int64_t list_id,
	const char *why, int64_t now, struct error *err);

/* Ends that; the next run goes on. */
bool list_release(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, bool *was_held, struct error *err);

/* Why it is held, yours to free(); NULL: it is not. What holds a list whose
 * store was put back, a release does not lift: see run/put_back.h. */
bool list_held(const struct list *list, struct store *store, char **why,
	struct error *err);

/* When a hold of it ended last; INSTANT_NONE: it never was held. */
bool list_released(const struct list *list, struct store *store, int64_t *at,
	struct error *err);

#endif
