/*
 * A worker: takes part in sending what runs have opened, on as many hosts as
 * there are, from a store that they share.
 */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "run/run.h"

struct worker_options {
	const struct list *const *lists; /* NULL-terminated */
	bool once;			 /* ends when there is nothing to do */
	struct run_options run;
};

/*
 * Sends what is open, and then waits until a run says that there is more, or
 * for half a minute: who was put off comes again. Ends at SIGINT, SIGTERM or
 * SIGHUP, when what is on the wire is settled. A store or a relay that cannot
 * be reached is told, and tried again; so is a list whose settings are at fault,
 * unless no other list is left: then ERROR_CONFIG.
 */
bool worker_run(const struct worker_options *options, struct error *err);

#endif
