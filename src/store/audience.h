/*
 * Who would receive an issue, by what they read.
 */
#ifndef STORE_AUDIENCE_H
#define STORE_AUDIENCE_H

#include "store/handle.h"

/*
 * Fills the temporary table spared(subscriber, bits) for the active readers of
 * the list; empty when `across_count` is 0. Within a transaction.
 */
bool audience_spare(struct store *store, int64_t list,
	const struct across *across, size_t across_count, struct error *err);

/* Counts them by language, format and what `spared` says. */
bool audience_count(struct store *store, int64_t list, bool any_spared,
	struct audience_count **out, size_t *count, struct error *err);

#endif
