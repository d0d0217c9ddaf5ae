/*
 * HTTP, by libmicrohttpd: one thread that reads requests and sends answers. It
 * keeps the limits, so that nobody who asks much, long or slowly holds up the
 * others; what is worth an answer goes to the doorkeeper, who knows what is
 * asked for.
 *
 *     connections     1000; each request within 30 s, 5 s when there are many
 *     of one client   32 requests at once, but for one on this machine, and a
 *                     bucket of what he may ask (limiter.h)
 *     a request       8 KB of body, unless the keeper says otherwise; headers
 *                     16 KB
 *
 * Only this machine and trusted proxies may connect.
 */
#ifndef WEB_DOOR_H
#define WEB_DOOR_H

#include "base/error.h"
#include "base/log.h"
#include "web/proxies.h"
#include "web/visit.h"

struct door;

/*
 * Who answers: serve's is usher.h. All but the last three are called from the
 * door's thread, which waits for them.
 */
struct doorkeeper {
	void *data;
	/* Is it taken by this method, and what does it cost of the client's
	   bucket? Before its body is read, which may have visit->limit. */
	bool (*admit)(void *data, struct visit *visit, int *cost);
	/* Sets the answer, when that takes no time; false: put() it. */
	bool (*answer)(void *data, struct visit *visit);
	/* It is his until he gives it to door_answered(), from another thread. */
	void (*put)(void *data, struct visit *visit);
	/* False, and `err` set, when he cannot begin. */
	bool (*begin)(void *data, struct door *door, struct error *err);
	/* What was put should be answered soon: the door closes. Or NULL. */
	void (*hurry)(void *data);
	/* Answers what was put, then ends; also who never began. */
	void (*end)(void *data);
};

struct door_options {
	int fd; /* listens; the door's from now on */
	struct doorkeeper keeper;
	const struct proxies *proxies;
	const struct log *log;
	uint64_t secret; /* of the limiter */
};

struct door *door_open(const struct door_options *options, struct error *err);

/* The visit has its answer. From any thread but the door's. */
void door_answered(struct door *door, struct visit *visit);

/* A header of the request, or what stands behind the "?" under that name; NULL
 * when there is none. For whom the visit is with. */
const char *door_header(const struct visit *visit, const char *name);
const char *door_argument(const struct visit *visit, const char *name);

/* To be called about once a second. */
void door_tick(struct door *door);

/* Takes nobody new, answers who is there (for at most ten seconds), ends. */
void door_close(struct door *door);

#endif
