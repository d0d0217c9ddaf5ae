/*
 * The inbox read and acted upon: bounces and complaints whose token is ours
 * count (subscribers/bounces.h), requests are done or asked back about
 * (subscribers/membership.h), everything else is left where it lies and told.
 *
 * Mail is forged easily: without a valid token nothing changes a subscriber.
 */
#ifndef RUN_MAILROOM_H
#define RUN_MAILROOM_H

#include "base/log.h"
#include "base/str.h"
#include "config/config.h"
#include "store/store.h"

struct mailroom_report {
	size_t read, bounces, complaints, requests, automatic, letters;
	size_t dropped, probed, left, joined; /* subscribers, by that */
	size_t unproven; /* bounces and complaints without a token of ours */
	size_t broken;	 /* could not be understood at all */
};

struct mailroom {
	const struct site *site;
	struct store *store;
	const struct log *log;
	int64_t now;
	bool dry_run;
};

/* Reads what is new in the inbox of this list (and of all others that have the
 * same). */
bool mailroom_read(const struct mailroom *room, const struct list *list,
	struct mailroom_report *report, struct error *err);

/* One mail, as a pipe of the MTA brings it. */
bool mailroom_take(const struct mailroom *room, struct span bytes,
	struct mailroom_report *report, struct error *err);

#endif
