/*
 * The journal of erasures: see erase.h. For erase.c; its place is a backup's, too.
 */
#ifndef SUBSCRIBERS_ERASE_JOURNAL_H
#define SUBSCRIBERS_ERASE_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/list.h"
#include "store/suppress.h"

/* What it says of one list. */
struct journal {
	char *text;
	char *secret;	     /* of its newest lines; NULL when it is empty */
	struct erased *rows; /* those of that secret */
	size_t count;
	bool torn; /* a crash cut its last line short */
};

/* Beside the store; yours to free(). */
char *journal_path(const struct list *list);

/* One that does not exist is empty. */
bool journal_load(
	struct journal *j, const struct list *list, struct error *err);
void journal_clear(struct journal *j);

/* Adds a line to what was loaded as `j` under the store's lock, so that nobody
 * has written since; it is on the disk when this returns. */
bool journal_add(const struct journal *j, const struct list *list,
	const char *secret, const struct erased *row, struct error *err);

/*
 * What it says of the list `was` it says of `now`, too: a store that is restored
 * from before goes by the old name. What stood there by the new one was that of
 * a list that has got another name since, and goes; unless `anew`, what stands
 * there already is left alone. Under the store's lock; on the disk when this
 * returns.
 */
bool journal_rename(const struct list *list, const char *was, const char *now,
	bool anew, struct error *err);

#endif
