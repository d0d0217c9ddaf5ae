/*
 * Whose mails are yet to be taken out of an inbox. An erasure notes it in its
 * own transaction, by the hash of his address; whoever reads the inbox next
 * does it, outside of any (run/mailroom.h). So it is done once the erasure is
 * for good, whoever asked for it, and again when it was broken off.
 *
 * Only of an inbox that is a Maildir: a file of it goes and no other changes.
 */
#ifndef SUBSCRIBERS_SWEEP_DUE_H
#define SUBSCRIBERS_SWEEP_DUE_H

#include "model/list.h"
#include "store/store.h"

/* Can mails be taken out of this list's inbox? */
bool sweep_due_is_possible(const struct list *list);

/* Notes the hash (store_hash_key()); nothing where it is not possible. */
bool sweep_due_add(struct store *store, const struct list *list,
	const char *hash, struct error *err);

/* All that are due, with a blank behind each: yours to free(). NULL: none (err
 * not set), or a failure (err set). */
char *sweep_due_load(
	struct store *store, const struct mail_place *place, struct error *err);

/* Those of `done`, which was loaded, are due no more; those added since are. */
bool sweep_due_finish(struct store *store, const struct mail_place *place,
	const char *done, struct error *err);

#endif
