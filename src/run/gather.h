/*
 * Gathering: the dispatches of a list's sources. What feeds and mailboxes show
 * is fetched and kept in the pool, due or not, so that a weekly issue misses
 * nothing of a feed that shows its last ten items.
 *
 *     folders ----------------------------------> dispatches
 *     feeds, mailboxes --> pool (the store) --/
 */
#ifndef RUN_GATHER_H
#define RUN_GATHER_H

#include "base/error.h"
#include "base/problem.h"
#include "model/dispatch.h"
#include "model/list.h"
#include "store/store.h"

enum gather_kind {
	GATHER_POOL, /* nothing is fetched */
	GATHER_SHOW, /* fetched, and nothing is written */
	GATHER_KEEP, /* fetched into the pool */
};

/*
 * What feeds and mailboxes showed, for one process that gathers again and
 * again: for ten minutes they are not asked anew, unless the settings of a
 * source have changed, or somebody else has filled the pool meanwhile.
 */
struct shown;

struct shown *shown_new(void);
void shown_free(struct shown *shown);

/* They are asked the next time. */
void shown_forget(struct shown *shown);

struct gather_options {
	const struct list *list;
	struct store *store;
	int64_t list_id, now;
	enum gather_kind kind;
	struct shown *shown; /* of GATHER_SHOW; NULL: they are asked */
	int timeout_scale;   /* as in struct run_options */
	int stop;	     /* as in struct fetch_options */
};

/*
 * Appends to `out` all dispatches of the list's sources, in their order; those
 * of the pool have their bodies apart. With `out` NULL the pool is filled, and
 * that is all.
 *
 * A feed or mailbox that fails stops nothing: it is a note in `problems`, and
 * after `alert_after` failures in a row a warning, once; GATHER_SHOW warns each
 * time. False for failures of
 * the store, for a folder that cannot be read, and when it was told to stop.
 */
bool gather(const struct gather_options *options, struct dispatches *out,
	struct problems *problems, struct error *err);

/* Reads the body of a variant that has it apart. */
bool gather_body(struct store *store, int64_t list_id, struct arena *arena,
	const struct dispatch *d, struct variant *v, struct error *err);

#endif
