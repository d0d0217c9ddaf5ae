/*
 * Merges and those who are known by a hash alone (suppress.h): invariants 12
 * and 14.
 */
#ifndef STORE_BARRED_H
#define STORE_BARRED_H

#include "store/store.h"

struct barred;

/* Who may not come to that list, all in memory, so that each of a million rows
 * costs a hash and no question to the database. NULL, and err not set, when
 * there is nobody: then nothing need be hashed. */
struct barred *barred_load(
	struct store *store, int64_t list, struct error *err);
void barred_free(struct barred *barred);

enum bar { BAR_NONE, BAR_SUPPRESSED, BAR_ERASED };

/* `barred` may be NULL. */
bool barred_find(struct barred *barred, struct span key, enum bar *bar,
	struct error *err);

#endif
