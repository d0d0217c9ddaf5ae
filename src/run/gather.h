/*
 * Gathering: what the feeds of a list show is fetched and kept in the pool, due
 * or not, so that a weekly issue misses nothing of a feed that shows its last
 * ten items.
 */
#ifndef RUN_GATHER_H
#define RUN_GATHER_H

#include "base/error.h"
#include "base/problem.h"
#include "model/dispatch.h"
#include "model/list.h"
#include "store/store.h"

struct gather_options {
	const struct list *list;
	struct store *store;
	int64_t list_id, now;
	bool write; /* keep what was fetched; else it is only shown */
};

/*
 * Fetches the feeds and appends to `out` all that the pool holds then, in the
 * order of the sources. A feed that fails stops nothing: after `alert_after`
 * failures in a row it is told in `problems`, once. False for failures of the
 * store.
 */
bool gather_feeds(const struct gather_options *options, struct dispatches *out,
	struct problems *problems, struct error *err);

#endif
