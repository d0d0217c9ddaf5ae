/*
 * How the last run of a list ended, for who watches that cron still calls.
 */
#ifndef RUN_LAST_RUN_H
#define RUN_LAST_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "model/list.h"
#include "store/store.h"

struct last_run {
	int64_t at;	 /* when the last began; INSTANT_NONE: never */
	int64_t good_at; /* the last that did not fail; likewise */
	int64_t ms;	 /* how long the last took */
	bool failed;	 /* the last; two may begin within a second */
};

bool last_run_read(const struct list *list, struct store *store,
	struct last_run *out, struct error *err);

/* Of the run that ends now. */
bool last_run_keep(const struct list *list, struct store *store, int64_t at,
	int64_t ms, bool good, struct error *err);

#endif
