/*
 * The roster as a CSV kept by hand: reading it, whatever program wrote it, and
 * merging it into the store.
 */
#ifndef SUBSCRIBERS_ROSTER_H
#define SUBSCRIBERS_ROSTER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/problem.h"
#include "base/value.h"
#include "model/list.h"
#include "model/subscriber.h"
#include "store/store.h"

struct roster_report {
	size_t rows, valid, duplicates, invalid;
	struct merge_report merge;
	bool unchanged; /* the file is as it was at the last run: not read */
};

struct roster_options {
	bool force;          /* read it though it did not change */
	bool accept;         /* also when a fifth of its people is missing */
	bool dry_run;
	int64_t now;
};

/*
 * Reads list->roster when it changed since the last time and merges it. Rows
 * with invalid addresses are told with their line and left out. Does nothing
 * for a list without a roster. Streams: memory does not grow with the file.
 */
bool roster_update(const struct list *list, struct store *store,
	int64_t list_id, const struct roster_options *options,
	struct roster_report *report, struct problems *problems,
	struct error *err);

/* Imports any CSV as a merge that strikes nobody. `origin` is of those who are
 * new. */
bool roster_import(const char *path, struct store *store, int64_t list_id,
	enum subscriber_origin origin, const char *consent,
	const struct roster_options *options, struct roster_report *report,
	struct problems *problems, struct error *err);

/* `inspect roster`: what the file holds, as a value. */
bool roster_inspect(struct arena *arena, const char *path, struct value **out,
	struct error *err);

#endif
