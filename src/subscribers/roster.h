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
#include "store/merge.h"

/* Of an import too. */
struct roster_report {
	size_t rows, valid, invalid;
	size_t left; /* rows that say "unsubscribed" and the like: not there */
	struct merge_report merge;
	bool unchanged; /* the file is as it was at the last run: not read */
	bool settling;	/* it is not, and may be half-written: not read */
};

/* How many more would get an issue after this merge than before: what a dry run
 * adds to the count. */
int64_t roster_growth(const struct roster_report *report);

struct roster_options {
	bool force;  /* read it though it did not change */
	bool accept; /* also when a fifth of its people is missing */
	bool dry_run;
	int64_t now;
	/* Seconds in which a file that changed is left for the next run, if it
	   was read before, but no longer: somebody may be writing it. 0: none. */
	int64_t settle;
};

/*
 * Reads list->roster when it changed since the last time and merges it: an
 * unchanged file costs one look at its size, time and number. It is read again,
 * too, when what kept rows out has passed (barred_pass). Rows with invalid
 * addresses are told with their line and left out; so is what a row says of
 * language or format that we do not know. Does nothing for a list without a
 * roster. Streams: memory does not grow with the file.
 *
 * ERROR_DATA, and nothing is changed, when too many of its people are missing
 * and `accept` is not set; when a quote is never closed (the rows behind it
 * would be struck); or when there is no address in any of its rows.
 */
bool roster_update(const struct list *list, struct store *store,
	int64_t list_id, const struct roster_options *options,
	struct roster_report *report, struct problems *problems,
	struct error *err);

/*
 * A file that was read before is not there any more, and nobody said `roster:
 * none`: who came by it goes on being a reader, and nobody new comes. Told to
 * `problems` as a warning.
 */
bool roster_look_for_loss(const struct list *list, struct store *store,
	struct problems *problems, struct error *err);

/* `inspect roster`: what the bytes of a file hold, as a value. */
bool roster_inspect(struct arena *arena, const char *name, struct span bytes,
	struct value **out, struct error *err);

#endif
