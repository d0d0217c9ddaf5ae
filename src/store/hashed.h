/*
 * How those stand in the store who must not be named in it: see suppress.h.
 */
#ifndef STORE_HASHED_H
#define STORE_HASHED_H

#include "store/store.h"

/* The key of an erased subscriber's row: "#" and the hash, which no address's
 * key can be, for it has no @. */
bool erased_key(struct store *store, struct span key, struct str *out,
	struct error *err);

/* He may be written to again, on this list; what holds for the whole site goes
 * on for the others. Within a transaction. */
bool suppression_lift(
	struct store *store, int64_t list, const char *key, struct error *err);

#endif
