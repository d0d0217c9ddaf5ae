/*
 * `postrider desk`: the editors' page, from start to end.
 *
 *     door (HTTP) ──► room (who, what) ──► composer (the next issue, live)
 *
 * It listens on 127.0.0.1 alone, or on a socket with a proxy before it. SIGTERM
 * and SIGINT end it. Confined, it has a process beside it that starts
 * SpamAssassin when that is asked (run/porter.h).
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "base/error.h"
#include "base/log.h"

struct desk_options {
	const char *site, *list; /* the site's folder, the list's name */
	int port;		 /* 0: any that is free */
	const char *socket;	 /* a path instead of a port; or NULL */
	const char *who;	 /* decides, where no proxy names him */
	bool confined; /* gives up what it does not need (web/confining.h) */
	const struct log *log;
	/* Called when it listens, with the address to open. */
	void (*ready)(void *data, const char *address);
	void *data;
};

/* Until a signal says so. */
bool desk(const struct desk_options *options, struct error *err);

#endif
