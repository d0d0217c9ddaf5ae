/*
 * A reader's copy of what a list knows of him, as JSON: his row in the roster
 * with all its columns, the history of his consent, and what mail to him came
 * back (GDPR, articles 15 and 20).
 */
#ifndef RUN_POST_COPY_H
#define RUN_POST_COPY_H

#include "model/list.h"
#include "store/store.h"

/* Appends it, indented for people. */
bool post_copy_write(struct str *out, struct store *store,
	const struct list *list, const struct subscriber *subscriber,
	struct error *err);

#endif
