/*
 * Where recipients come from: claims shard after shard of an issue, reads their
 * due recipients a page at a time, and gives the shards back when all that came
 * from them is settled. No statement stays open between two calls.
 */
#ifndef DELIVER_INTAKE_H
#define DELIVER_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

struct intake;
struct held_shard;

/* A recipient in our hands. */
struct job {
	struct recipient recipient;
	struct held_shard *held;
	bool wired; /* his `wire` is committed, and no octet of his body left */
	int returns;	  /* the pool's note: connections that died under him */
	struct job *next; /* the intake's */
};

enum { AHEAD_MOST = 256 };

/* `ahead`: recipients are put on the wire a page of so many at a time, for a
 * commit of a store on another host takes as long as many messages. Two pages of
 * them are in doubt after a crash, but no more than these are sent twice. 0: one
 * by one. */
struct intake *intake_new(
	struct store *store, const struct claim *claim, size_t ahead);

/* Gives back what is still held, when the store lets it. */
void intake_free(struct intake *intake);

/*
 * The next recipient, NULL with *done when there is none for now. NULL without
 * *done is a failure of the store. The job is the intake's; intake_settle()
 * ends it.
 */
struct job *intake_next(
	struct intake *intake, int64_t now, bool *done, struct error *err);

/*
 * Where recipients are read ahead: the page that follows the one that is sent.
 * Whoever writes a turn asks for it in the same breath (store_turn_later()), and
 * says so; else intake_next() does when it needs it. False: there is none to ask
 * for now.
 */
bool intake_wish(const struct intake *intake, struct wire_page *page);
void intake_asked(struct intake *intake, const struct wire_page *page);

/* Is the next one on his way, and intake_next() would wait for him? */
bool intake_waits(const struct intake *intake);

/* Others have written to the store: what was read of those who have not had
 * their turn is read again. */
bool intake_look_again(struct intake *intake, int64_t now, struct error *err);

/*
 * Where several hosts send: begins the leases of what is held anew, when it is
 * time to. ERROR_LATER when others have taken some of it. Without that the
 * process ends with the first of the leases (base/watchdog.h), so that nothing
 * leaves that is another's to send. One intake has leases at a time.
 */
bool intake_keep(struct intake *intake, struct error *err);

/* ms until the end of the first lease is near; INT64_MAX: there is none. */
int64_t intake_lease_left(const struct intake *intake);

/* What has been asked for is taken, as far as it has come: the store is about to
 * be connected anew. */
void intake_line_up(struct intake *intake);

/* There may be recipients again: time has passed since it was done. */
void intake_again(struct intake *intake);

/* His outcome is in the store (or he was left as he is). Shards that are
 * through are given back. */
bool intake_settle(struct intake *intake, struct job *job, struct error *err);

/* Nothing happened to him: he comes again from intake_next(), at once, or with
 * `returns` behind those of his page: they are not to wait behind an address on
 * which a relay hangs up. */
void intake_return(struct intake *intake, struct job *job);

/* One of those returned, to be settled; NULL: there is none. */
struct job *intake_take_returned(struct intake *intake);

/* Where recipients are read ahead it stays until intake_free(), also when it is
 * given back: turns that are on their way name it. */
const struct shard *job_shard(const struct job *job);

#endif
