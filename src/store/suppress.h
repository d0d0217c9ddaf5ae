/*
 * Whom nobody may write to, and who was erased: known by a keyed hash of the
 * address alone (HMAC-SHA-256 with a key that the store made for itself), so
 * that the list of those who do not want to be on a list is no list of
 * addresses.
 *
 * An erased subscriber's row stays, for ledgers point at it: its key is "#" and
 * the hash, and nothing else is in it (invariant 12). store_subscriber() and
 * store_subscriber_change() find him by his address all the same.
 *
 * Erasing is undone by restoring a backup from before, so whoever erases also
 * keeps a journal outside the store (subscribers/erase.h), and replays it.
 */
#ifndef STORE_SUPPRESS_H
#define STORE_SUPPRESS_H

#include "store/store.h"

enum { SITE_WIDE = 0 }; /* in place of a list's id */

/* Appends the hash of an address_key(): 32 lower-case letters and digits. Made
 * quickly: the key is read once for each handle. */
bool store_hash_key(struct store *store, struct span key, struct str *out,
	struct error *err);

/* Is anybody suppressed or erased at all? Else nobody need be hashed. */
bool store_has_hashes(struct store *store, bool *any, struct error *err);

/*
 * The key of the hashes, yours to free(); and that of another store in its
 * place, which is taken when nobody is suppressed or erased here yet: a backup
 * from before the first key, or a new store beside an old journal. Not within
 * another transaction.
 */
char *store_hash_secret(struct store *store, struct error *err);
bool store_take_hash_secret(struct store *store, const char *secret,
	bool *taken, struct error *err);

/*
 * Suppresses an address: on one list or SITE_WIDE. Who is pending, active,
 * paused or bounced there becomes `removed`, by `actor` with that reason as
 * proof; merges leave it out (merge_report.kept_out), and only the reader's own
 * confirmation lifts it, for the list that he confirms (invariant 14). Again is
 * no error: the first reason and time stay.
 */
struct suppression {
	int64_t list;	 /* or SITE_WIDE */
	const char *key; /* address_key() */
	const char *reason;
	enum actor actor;
	int64_t at;
};
bool store_suppress(
	struct store *store, const struct suppression *s, struct error *err);

/* *found false when it was not. */
bool store_unsuppress(struct store *store, int64_t list, const char *key,
	bool *found, struct error *err);

/* Is it, on this list or site-wide? *reason, yours to free(), may be NULL. */
bool store_is_suppressed(struct store *store, int64_t list, const char *key,
	bool *suppressed, char **reason, struct error *err);

/*
 * Erases a subscriber: his row but for the hash, his history but for the fact,
 * replies about him in ledgers, what came back, requests, and mails not sent
 * yet. `actor` is ACTOR_SELF or ACTOR_EDITOR. *found false when he is not
 * there, or erased already.
 */
struct erasure {
	int64_t list;
	const char *key;
	enum actor actor;
	int64_t at;
	/* Called within the transaction, before anything else is written, with
	   the hash: for the journal. When it fails nothing is erased. May be
	   NULL. */
	bool (*note)(void *data, const char *hash, struct error *err);
	void *note_data;
};
bool store_erase(struct store *store, const struct erasure *erasure,
	bool *found, struct error *err);

/*
 * The same by hash, after a restore, with what the journal says: of those on
 * the list, and of those who may come to it (a row is made, so that they stay
 * erased). Who came back by himself since is left alone. *count of those who
 * were there.
 */
struct erased {
	const char *hash;
	int64_t at;
};
bool store_erase_hashes(struct store *store, int64_t list,
	const struct erased *erased, size_t erased_count, size_t *count,
	struct error *err);

#endif
