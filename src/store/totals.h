/*
 * A list's history in numbers: what all its issues came to.
 */
#ifndef STORE_TOTALS_H
#define STORE_TOTALS_H

#include "store/store.h"

struct totals {
	size_t issues[ISSUE_STATES];
	size_t opened;	     /* of them, whatever became of them */
	int64_t last_opened; /* INSTANT_NONE: none yet */
	size_t recipients[RECIPIENT_STATES]; /* of issues that are over */
};

/* Reads no ledger, so it takes no longer after ten years. */
bool store_totals(struct store *store, int64_t list, struct totals *out,
	struct error *err);

#endif
