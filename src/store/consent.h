/*
 * The history of a subscriber's states, for whatever changes one.
 */
#ifndef STORE_CONSENT_H
#define STORE_CONSENT_H

#include "store/db.h"
#include "store/store.h"

/* Adds a row: he was `was` (NULL: not there), and is what the change says.
 * Within a transaction; `change->subscriber` is not read. */
bool consent_record(struct store *store, int64_t subscriber,
	struct db_value was, const struct change *change, struct error *err);

#endif
