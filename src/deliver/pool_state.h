/*
 * The inside of delivery: what pool.c, the loop, pool_channels.c, offer.c, which
 * finds the next recipients, turn.c, the ledger's side, and answer.c, which
 * knows what answers mean, share. For these alone.
 *
 *   intake --job--> offer --envelope--> channel --event--> turn --commit-->
 *                                                     body / settled
 */
#ifndef DELIVER_POOL_STATE_H
#define DELIVER_POOL_STATE_H

#include "deliver/allowance.h"
#include "deliver/channel.h"
#include "deliver/fill.h"
#include "deliver/intake.h"
#include "deliver/outlet.h"
#include "deliver/pool.h"
#include "deliver/press.h"
#include "deliver/streak.h"
#include "mime/form.h"

/* A place for a recipient on a channel: channels name him by its index. */
struct seat {
	struct channel *channel;
	struct job *job;
	struct sheet *sheet; /* his letter, where it is signed */
	bool asked;	     /* the server waits for it */
};

/* Rows of a turn that is on its way to a server. */
struct late_rows {
	int64_t number; /* store_later() behind it */
	struct turn_row *rows;
	char **texts;
	size_t count, max;
};

struct pool {
	const struct delivery *d;
	struct delivery_result *result;
	struct dialogue_timeouts timeouts;
	struct intake *intake;
	struct filler *filler;
	struct press *press;	     /* NULL: nothing is signed */
	struct allowance *allowance; /* NULL: no rate counts */
	struct outlets outlets;
	struct streak streak;
	struct str sender, address; /* of the envelope being made */
	struct form **forms;	    /* by number; loaded when first needed */
	size_t form_count;

	int epoll_fd;
	struct channel **channels;
	size_t channel_count, channel_max;
	struct seat *seats;
	size_t seat_count;
	struct seat **free_seats;
	size_t free_count;

	/* Of this turn: */
	struct turn_row *rows;
	char **row_texts; /* replies, kept until the commit */
	size_t row_count, row_max;
	struct late_rows *late; /* until they are known to be written */
	size_t late_count, late_max;
	int64_t late_failed;  /* so many commits of before were not good */
	int64_t rows_due;     /* when they go in any case; 0: there are none */
	bool rows_wire;	      /* bodies wait for them */
	struct seat **bodies; /* whose bodies may start after the commit */
	size_t body_count;
	struct job **settled;
	size_t settled_count, settled_max;

	size_t ahead;  /* so many are put on the wire together; 0: each alone */
	bool dry;      /* no recipient is left for now */
	bool stopping; /* nothing new begins */
	int64_t wake_at;  /* ms: when the next recipients are due */
	int64_t turns_at; /* s: until then some wait for their rate */
	int64_t heed_at;  /* ms: when to look what others have written */
	int64_t start, ticked, told_alive, farewell;
};

/* ----- pool.c ----- */

/* ms since 1970, by the caller's clock, as it was at `now`. */
int64_t pool_wall_clock(const struct pool *p, int64_t now);

/* Until something happens, or it is time; lets the channels work. */
bool pool_wait(struct pool *p, struct error *err);

/* ----- pool_channels.c ----- */

/* As many as are any use. */
void channels_open(struct pool *p, int64_t now);

/* Takes closed channels away, all of whose events have been seen, and dismisses
 * those that are too many. When no relay is left, the pool stops. */
void channels_sweep(struct pool *p, int64_t now);

/* Gives each what it wants, and sends what is written. */
bool channels_offer(struct pool *p, int64_t now, struct error *err);

/* Nothing new begins; what is on the wire is awaited. */
void pool_stop(struct pool *p, int64_t now);

/* ----- offer.c ----- */

/* The form of that number, loaded when it is first needed. */
struct form *pool_form(struct pool *p, int number, struct error *err);

/* The values of his slots, for his form; NULL and `err` when the store has none
 * of his. They live until the next call. */
const struct slot_values *pool_values(struct pool *p, const struct form *form,
	struct recipient *r, struct error *err);

/* Gives the channel what it wants, if there is anybody left. */
bool pool_offer(
	struct pool *p, struct channel *c, int64_t now, struct error *err);

/* ----- turn.c ----- */

/* Gathers what the channels have learned, commits it together with the bodies
 * that may start, and sends those. */
bool turn_take(struct pool *p, int64_t now, struct error *err);

/* A row for the ledger, or NULL, and he is settled when it is committed. */
void turn_settle(struct pool *p, struct job *job, const struct turn_row *row);

/* Gathers what the channels have learned, and no more. */
void turn_listen(struct pool *p, int64_t now);

/* Forgets what is known to be written of turns that were on their way. */
void turn_forget_written(struct pool *p);

/* Drops what was gathered and not committed. */
void turn_forget(struct pool *p);

/* ----- rescue.c ----- */

/*
 * The store has failed while recipients are on the wire. Waits for what relays
 * say of them, and for the store, and writes what is known: nobody is in doubt
 * because a server was restarted. Not for longer than the shards are ours.
 */
void rescue(struct pool *p);

/* ----- answer.c ----- */

/* What became of a recipient on this channel: his seat is free again. */
void answer_take(struct pool *p, struct channel *c, struct dialogue_event *e,
	int64_t now);

/* Connections died under some, and no relay is left: they are put off, so that
 * the next run does not begin with them again. */
void answer_put_off_deadly(struct pool *p, int64_t now);

/* What becomes of those that a streak of refusals holds. */
enum streak_end {
	STREAK_REFUSED, /* they were */
	STREAK_FULL,	/* they were not, but an editor will look at it */
	STREAK_CUT,	/* nobody knows: as if they had not been tried */
};
void answer_end_streak(struct pool *p, enum streak_end end);

#endif
