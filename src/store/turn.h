/*
 * What turns, claims and releases share.
 */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "store/handle.h"

/* What is written of who is dropped. */
#define NO_READER "no longer a reader when his turn came"

/*
 * Expects (db_expect()) that the shard is still ours (invariant 8), and keeps
 * others from it until the transaction ends. When it is not, turn_fail_fence()
 * says so. Returns false.
 */
bool turn_check_fence(struct store *store, int64_t issue, int64_t first,
	int64_t fence, struct error *err);
bool turn_fail_fence(struct error *err);

/* Likewise, but it is the server that ends the transaction. */
bool turn_demand_fence(struct store *store, int64_t issue, int64_t first,
	int64_t fence, struct error *err);

/* Asks (db_ask()) for those of the page who are due, on the wire. */
bool turn_ask(struct store *store, const struct wire_page *page, int64_t now,
	struct error *err);

/* Takes all shards of the issue, so that no turn is taken until the transaction
 * ends; whoever writes to recipients of many shards does so first. */
bool turn_lock_shards(struct store *store, int64_t issue, struct error *err);

/* Of rows, and of who was found inactive: those of several shards take them
 * beforehand, in the order in which turn_lock_shards() does. */
bool turn_lock_several(struct store *store, const struct turn_row *rows,
	size_t count, struct error *err);

/* Writes who was found inactive, and forgets the list; invariant 10. */
bool turn_write_drops(struct store *store, struct error *err);

/* Tells the roster that mail does not reach him, unless he left since. */
bool turn_bounce(struct store *store, int64_t now, const struct turn_row *row,
	struct error *err);

/* Has anybody who lives claimed a shard of it? Of SQLite's nobody knows whether
 * he does. */
bool turn_is_claimed(
	struct store *store, int64_t issue, bool *claimed, struct error *err);

bool turn_sign_of_life(
	struct store *store, int64_t issue, int64_t now, struct error *err);

#endif
