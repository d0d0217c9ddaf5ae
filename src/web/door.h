/*
 * HTTP, by libmicrohttpd: one thread that reads requests and sends answers. It
 * keeps the limits, so that nobody who asks much, long or slowly holds up the
 * others; what is worth an answer goes to the clerk (clerk.h).
 *
 *     connections     1000; each request within 30 s, 5 s when there are many
 *     of one client   32 requests at once, but for one on this machine, and a
 *                     bucket of what he may ask (limiter.h)
 *     a request       8 KB of body; headers 16 KB
 *
 * Only this machine and trusted proxies may connect.
 */
#ifndef WEB_DOOR_H
#define WEB_DOOR_H

#include "base/error.h"
#include "base/log.h"
#include "web/proxies.h"
#include "web/reception.h"

struct door;

struct door_options {
	int fd; /* listens; the door's from now on */
	struct reception *reception;
	const struct proxies *proxies;
	const struct log *log;
	uint64_t secret;	   /* of the limiter */
	void (*wrote)(void *data); /* from another thread: there may be post */
	void *data;
};

struct door *door_open(const struct door_options *options, struct error *err);

/* To be called about once a second. */
void door_tick(struct door *door);

/* Takes nobody new, answers who is there (for at most ten seconds), ends. */
void door_close(struct door *door);

#endif
