/*
 * Merges and those who are known by a hash alone: invariants 12 and 14.
 */
#ifndef STORE_STAGE_HASHED_H
#define STORE_STAGE_HASHED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* Takes the suppressed and the erased out of the temporary table `stage` (n,
 * key) of a merge into that list. Costs nothing while there are none. */
bool stage_keep_hashed_out(
	struct store *store, int64_t list, size_t *count, struct error *err);

#endif
