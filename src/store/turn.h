/*
 * What turns, claims and releases share.
 */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "store/handle.h"

/* ERROR_LATER when the shard is no longer ours (invariant 8). */
bool turn_check_fence(struct store *store, int64_t issue, int64_t first,
	int64_t fence, struct error *err);

/* Writes who was found inactive, and forgets the list; invariant 10. */
bool turn_write_drops(struct store *store, struct error *err);

bool turn_sign_of_life(
	struct store *store, int64_t issue, int64_t now, struct error *err);

#endif
