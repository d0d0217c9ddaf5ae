/*
 * The thread that knows the readers: it has the reception, and answers visits
 * that others put down. All that change something and came meanwhile share one
 * transaction, so that a thousand consents are on the disk after one write.
 *
 *     put ──► waiting ──┬─► shown at once                      ──► done()
 *                       └─► taken together, committed          ──► done()
 *                                    │ the store is held by another
 *                                    └─► again, until their patience ends
 */
#ifndef WEB_CLERK_H
#define WEB_CLERK_H

#include "web/reception.h"

struct clerk;

struct clerk_options {
	struct reception *reception;
	/* Called from the clerk's thread, for each visit that is answered. */
	void (*done)(void *data, struct visit *visit);
	/* Likewise, when there may be post to be sent. */
	void (*wrote)(void *data);
	void *data;
};

/* NULL and `err` set when no thread can be had. */
struct clerk *clerk_start(
	const struct clerk_options *options, struct error *err);

/* From any thread: the visit is the clerk's until done(). */
void clerk_put(struct clerk *clerk, struct visit *visit);

/* Answers what was put, then ends. */
void clerk_stop(struct clerk *clerk);

#endif
