/*
 * Outlets: the relays of a list as one delivery sees them, in their order. The
 * first that works takes all; while it does not, the next one does, and the
 * first is tried again from time to time.
 *
 * Pure: the time is an argument, in milliseconds.
 */
#ifndef DELIVER_OUTLET_H
#define DELIVER_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "deliver/pace.h"
#include "model/list.h"

struct outlet {
	const struct relay *relay;
	struct pace pace;
	size_t channels;     /* that are open, or opening */
	size_t open;	     /* of these: greeted */
	int failures;	     /* channels in a row that came to nothing */
	int64_t counted;     /* the pause that the last one fell into */
	int64_t rests_until; /* given up until then */
	int64_t quiet_until; /* its rate lets nothing through before */
	bool refused;	     /* and only an operator can mend it */
	bool took;	     /* a letter, in this sending */
	char *trouble;	     /* what it said or did last; or NULL */
};

struct outlets {
	struct outlet *all;
	size_t count;
	int64_t scale; /* tests: divides all waits */
};

/* `only` in place of the list's relays; or NULL. At most `recipients`
 * connections are any use. */
void outlets_init(struct outlets *o, const struct list *list,
	const struct relay *only, size_t recipients, int time_scale);
void outlets_clear(struct outlets *o);

/* All channels are closed, and some recipient or other is due again: one is
 * opened for him, more when there are more. */
void outlets_begin_again(struct outlets *o);

/* At most so many channels are open at once, over all of them. */
size_t outlets_channels(const struct outlets *o);

/* The one that another channel may be opened to now; NULL: none. */
struct outlet *outlets_next(struct outlets *o, int64_t now);

/* An outlet of higher rank works: this one is not needed any more. */
bool outlets_is_spare(const struct outlets *o, const struct outlet *outlet);

/* When outlets_next() may have another answer; INT64_MAX: not by time. */
int64_t outlets_deadline(const struct outlets *o, int64_t now);

/* All have been given up. Then *first is the one to be told of. */
bool outlets_are_out(
	const struct outlets *o, int64_t now, const struct outlet **first);

/* A channel came to nothing, for this reason. While others are open the relay
 * just has enough of them. */
void outlet_failed(struct outlets *o, struct outlet *outlet,
	const struct error *why, int64_t now);

/* The relay will not have us, whoever the recipient: the next one may. */
void outlet_refused(
	struct outlets *o, struct outlet *outlet, char *why_take, int64_t now);

/* It takes nothing for now, whoever the recipient, and it is not the last that
 * may be tried: the next one has its turn. False: its word counts. */
bool outlet_gives_way(
	struct outlets *o, struct outlet *outlet, const char *why, int64_t now);

/* It answered about a recipient: it works. What a channel still hears of one
 * that was given up says nothing. */
void outlet_works(struct outlet *outlet, int64_t now);

/* Pressed too hard; given up for a while when it goes on being so. */
void outlet_slow_down(
	struct outlets *o, struct outlet *outlet, const char *why, int64_t now);

#endif
