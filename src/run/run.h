/*
 * One list from start to end: roster, dispatches, selection, rendering,
 * opening, sending, closing: what cron calls. It goes on with what is open
 * before it opens anything.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "base/value.h"
#include "model/list.h"
#include "run/mailroom.h"
#include "run/world.h"

struct run_options {
	bool due; /* --now: this list is due */
	bool dry_run;
	bool help;   /* only sends what others have opened */
	bool resume; /* go on with an issue that has been still for long */
	bool accept_roster;
	bool yes;    /* the first real sending need not be asked for */
	bool named;  /* the user named this list */
	int64_t now; /* --at, or the time, as it begins */
	const struct log *log;
	const struct relay *relay; /* in place of the list's; or NULL */
	struct mailroom *mailroom; /* reads the inboxes; NULL: nobody does */
	struct stop_point *stop;   /* for the kill test */
	int timeout_scale; /* tests shorten all timeouts by it; 0: as they are
			    */
	bool progress;	   /* stderr is a terminal */
};

struct run_result {
	struct arena *arena;
	struct value *report; /* of what this run did: a map */
	bool later;	      /* some must be tried again later */
	bool refused;	      /* paused, or the relay will not have us */
	bool interrupted;     /* by a signal: nothing more is to begin */
	char *why;	      /* one line for the two above; or NULL */
};

void run_result_clear(struct run_result *r);

/*
 * Runs one list. False for failures; `result` tells what became of recipients:
 * that some are late is no failure.
 */
bool run_list(const struct list *list, const struct run_options *options,
	struct run_result *result, struct error *err);

/* The folder that holds the list's store; yours to free(). */
char *run_state_folder(const struct list *list);

#endif
