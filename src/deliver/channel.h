/*
 * A channel takes messages, one recipient after the other: an SMTP connection
 * or a Maildir. The pool drives all kinds through this one table.
 *
 *     offer -> (ready for the body) -> body -> (outcome)
 *
 * A channel never blocks; what it waits for it has put into the epoll set it
 * was given, with itself as the data pointer.
 */
#ifndef DELIVER_CHANNEL_H
#define DELIVER_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "deliver/dialogue.h"
#include "model/list.h"

struct channel;
struct outlet;

struct channel_options {
	const struct relay *relay;
	const char *ehlo_name;
	int epoll_fd;
	const struct dialogue_timeouts *timeouts;
};

enum channel_state {
	CHANNEL_OPENING,
	CHANNEL_OPEN,
	CHANNEL_CLOSED, /* outcomes may still wait in channel_event() */
};

struct channel_ops {
	/* The world moved: something to read, room to write, a time has come.
	 */
	void (*work)(struct channel *c, int64_t now);
	bool (*wants)(const struct channel *c);
	void (*offer)(struct channel *c, const struct envelope *e, int64_t now);
	struct rope *(*body)(struct channel *c);
	void (*body_end)(struct channel *c, int64_t now);
	/* Sends what offer() and body_end() have written. */
	void (*flush)(struct channel *c, int64_t now);
	struct dialogue_event (*event)(struct channel *c);
	void (*finish)(struct channel *c, int64_t now);
	int64_t (*deadline)(const struct channel *c);
	void (*free)(struct channel *c);
};

/* The first member of every kind. */
struct channel {
	const struct channel_ops *ops;
	enum channel_state state;
	struct error error; /* why it is closed, when it failed to open */
	/* The pool's notes: */
	struct outlet *outlet; /* that it belongs to */
	bool greeted;	       /* its opening has been seen */
	bool offered, useful;  /* a recipient was offered; was answered */
	bool leaving;	       /* no more is offered */
	size_t held;	       /* recipients that have no outcome yet */
	size_t accepted;       /* recipients */
};

/* Both begin to open and return at once; a failure shows as CHANNEL_CLOSED
 * with `error` set: ERROR_LATER for what may pass, ERROR_REFUSED for what an
 * operator must mend (certificate, password). */
struct channel *connection_new(
	const struct channel_options *options, int64_t now);
struct channel *spool_new(const struct channel_options *options, int64_t now);

#endif
