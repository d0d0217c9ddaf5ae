/*
 * Accounts of rates, for whoever cleans up.
 */
#ifndef STORE_ALLOWANCE_H
#define STORE_ALLOWANCE_H

#include <stdint.h>

#include "base/error.h"

struct store;

/* Forgets the accounts that are full again; `now` in seconds. Within a
 * transaction. */
bool allowance_prune(struct store *store, int64_t now, struct error *err);

#endif
