/*
 * Erasing a reader wherever this program keeps him: the store (store/suppress.h
 * says what goes there), and messages to him that lie in a spool. That mails
 * from him and about him are to go from the inbox is noted (sweep_due.h).
 *
 * A backup brings him back, so the fact is also written down outside the store,
 * in a journal beside it, "erased", on the disk before the store forgets
 * him. It has hashes, not addresses, and the key that makes them:
 *
 *     key SECRET
 *     HASH SECONDS LIST
 *
 * Whoever opens the store to change it replays what that store has not seen.
 * What nobody here can reach (backups, a roster kept by hand, git, mail servers)
 * is told by erase_unreachable().
 */
#ifndef SUBSCRIBERS_ERASE_H
#define SUBSCRIBERS_ERASE_H

#include "model/list.h"
#include "store/suppress.h"

struct erase_wish {
	const struct list *list;
	int64_t list_id;
	const char *key;  /* address_key() */
	enum actor actor; /* ACTOR_SELF or ACTOR_EDITOR */
	int64_t at;
};

/* *found false: he is not on the list, or erased already; then his messages in
 * the spool are looked for all the same, and those in the inbox are due. *files
 * counts the spool's that were removed. */
bool erase_subscriber(struct store *store, const struct erase_wish *wish,
	bool *found, size_t *files, struct error *err);

/*
 * Erases those of this list whom the journal has and a restored store does not;
 * *count of them. Costs one look at a file when there are none.
 *
 * ERROR_DATA when the journal belongs to another store: its hashes mean nothing
 * here, so nobody could be kept erased.
 */
bool erase_replay(struct store *store, const struct list *list, int64_t list_id,
	size_t *count, struct error *err);

/* Calls for each place that erase_subscriber() does not reach, with what to do
 * there, one line each. */
void erase_unreachable(const struct list *list,
	void (*each)(void *data, const char *line), void *data);

#endif
