/*
 * Writing what issues carry, inside the transactions that may (invariant 3).
 */
#ifndef STORE_CARRIED_H
#define STORE_CARRIED_H

#include "store/handle.h"

/* `issue` 0: marked as read. */
bool carried_add(struct store *store, int64_t list, int64_t issue,
	enum carried_kind kind, const struct carried_row *row, int64_t at,
	struct error *err);

/* Forgets the bodies of revisions that this issue made old. */
bool carried_prune_bodies(
	struct store *store, int64_t issue, struct error *err);

#endif
