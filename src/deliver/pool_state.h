/*
 * The inside of delivery: what pool.c, the loop, and turn.c, the ledger's side
 * of it, share. For these two alone.
 */
#ifndef DELIVER_POOL_STATE_H
#define DELIVER_POOL_STATE_H

#include "deliver/channel.h"
#include "deliver/fill.h"
#include "deliver/intake.h"
#include "deliver/pool.h"
#include "deliver/verdict.h"
#include "mime/form.h"

struct seat {
	struct channel *channel; /* NULL: the seat is free */
	struct job *job;
};

struct pool {
	const struct delivery *d;
	struct delivery_result *result;
	struct intake *intake;
	struct filler *filler;
	struct refusal_watch refusals;
	struct form **forms; /* by number; loaded when first needed */
	size_t form_count;

	int epoll_fd;
	struct channel **channels;
	size_t channel_count, channel_max;
	struct seat *seats;
	size_t seat_count;

	struct turn_row *rows; /* of this turn */
	char **row_texts;      /* replies, kept until the commit */
	size_t row_count, row_max;
	struct seat **bodies; /* whose bodies may start after the commit */
	size_t body_count;
	struct job **settled;
	size_t settled_count;

	bool dry;	 /* no recipient is left for now */
	bool stopping;	 /* nothing new begins */
	int failures;	 /* channels in a row that came to nothing */
	int64_t open_at; /* not before this, ms */
	int64_t start, ticked, farewell;
};

/* ----- pool.c ----- */

/* Seconds since 1970, by the caller's clock. */
int64_t pool_wall_clock(const struct pool *p);

const struct relay *pool_relay(const struct pool *p);

/* The form of that number, loaded when it is first needed. */
struct form *pool_form(struct pool *p, int number, struct error *err);

/* Nothing new begins; what is on the wire is awaited. */
void pool_stop(struct pool *p, int64_t now);

/* Gives the channel what it wants, if there is anybody left. */
bool pool_offer(
	struct pool *p, struct channel *c, int64_t now, struct error *err);

/* ----- turn.c ----- */

/* Gathers what the channels have learned, commits it together with the bodies
 * that may start, and sends those. */
bool turn_take(struct pool *p, int64_t now, struct error *err);

/* Drops what was gathered and not committed. */
void turn_forget(struct pool *p);

#endif
