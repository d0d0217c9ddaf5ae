/*
 * What several hosts tell each other by a store that is shared: whose turn it
 * is, and that there is something to send.
 */
#ifndef STORE_LEASE_H
#define STORE_LEASE_H

#include "store/store.h"

struct db;

/*
 * A name that one owner has at a time, for so many ms from now; taking it once
 * more prolongs it. *ours false: another one has it, and *owner says which
 * (yours).
 */
struct lease {
	const char *name, *owner;
	int64_t ms;
};
bool store_lease_take(struct store *store, const struct lease *lease,
	bool *ours, char **owner, struct error *err);

/* Gives it up; nothing happens when it is another's by now. */
bool store_lease_leave(
	struct store *store, const struct lease *lease, struct error *err);

/*
 * Waits until somebody has said that there is something to send, for at most so
 * many ms, or until `fd` (-1: none) is readable; *said which. What is said
 * between two calls counts for the second.
 */
bool store_wait(
	struct store *store, int64_t ms, int fd, bool *said, struct error *err);

/* Says so, when the transaction is committed. Internal to the store. */
bool store_say_open(struct store *store, struct error *err);

/*
 * Is no run and no worker of any host at work on it? ERROR_LATER when one is,
 * or was killed: it counts for as long as its lease lasts. Internal to the
 * store.
 */
bool lease_is_idle(struct db *db, struct error *err);

#endif
