/*
 * What the next issue of a list is composed of, as far as the store has it, and
 * what has yet to be sent: for who watches the store while issues go out.
 */
#ifndef STORE_BASIS_H
#define STORE_BASIS_H

#include "store/store.h"

/*
 * Appends a text that is another when any of this is: editors' decisions,
 * drafts and retractions of the list (`name`), its pool, how many readers it has of each kind,
 * what issues of any list carried, and which are open. An issue that is being
 * sent leaves it as it is, but for whom it loses. What a reader is called is
 * not in it.
 */
bool store_basis(struct store *store, int64_t list, const char *name,
	struct str *out, struct error *err);

/* How many of the issue's recipients are due once more, after a try; and whether
 * a run has any of them in hand: one that was killed too, where the store is
 * shared until its lease is over. */
bool store_under_way(struct store *store, int64_t issue, size_t *deferred,
	bool *claimed, struct error *err);

#endif
