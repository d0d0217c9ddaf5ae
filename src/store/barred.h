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

/*
 * What keeps rows out may pass without a word of the file: then a roster has to
 * be read again, though it did not change. Counted for each list; SITE_WIDE
 * counts for all.
 */
enum passing {
	PASSING_SUPPRESSED, /* a suppression was lifted */
	PASSING_PENDING,    /* who never confirmed was forgotten */
};

/* One more. Within a transaction. */
bool barred_pass(struct store *store, int64_t list, enum passing what,
	struct error *err);

/* Another text after each of them, empty before the first; yours. NULL with
 * `err` set. */
char *barred_passed(struct store *store, int64_t list, enum passing what,
	struct error *err);

#endif
