/*
 * The doorkeeper of `serve`: he has the style sheet at hand, knows what each
 * page costs, and leads who wants to see one to the clerk (clerk.h).
 */
#ifndef WEB_USHER_H
#define WEB_USHER_H

#include "base/log.h"
#include "web/door.h"
#include "web/reception.h"

struct clerk;

struct usher {
	struct reception *reception;
	const struct log *log;
	void (*wrote)(void *data); /* from another thread: there may be post */
	void *data;
	struct door *door; /* this and the next: his own */
	struct clerk *clerk;
};

/* The usher must outlive the door. */
struct doorkeeper usher_keeper(struct usher *usher);

#endif
