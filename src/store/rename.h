/*
 * A list under another name. All that the store knows of it goes by its number;
 * only its row and some facts (store_set_meta()) go by its name, and follow it.
 */
#ifndef STORE_RENAME_H
#define STORE_RENAME_H

#include "store/store.h"

/* In `meta`, behind it the name that a list had; the value is the one it has
 * got, or "" when that name is in use again. */
#define STORE_RENAMED "renamed:"

/* In `meta`, behind it a list's name: the one that its archive's addresses were
 * made from, when that is another. */
#define STORE_ARCHIVE_NAME "archive_name:"

struct renaming {
	const char *was, *now;
	const char *const *facts; /* what their keys begin with, "held:"; the
				     name is the rest. Ends with NULL */
	const char *const *kinds; /* likewise, and more may follow: "erased:",
				     then NAME, then ":…" */
};

enum renamed {
	RENAMED_NOW,
	RENAMED_BEFORE,	 /* by an earlier call */
	RENAMED_UNKNOWN, /* it knows no list that is or was called so */
	RENAMED_TAKEN, /* it knows another one by the new name, with readers or
			    issues of its own; nothing was changed */
};

/* On the disk when it returns, as far as no other transaction is around it. */
bool store_rename_list(struct store *store, const struct renaming *r,
	enum renamed *result, struct error *err);

/* What the list is called that once had this name; yours. NULL: there is none
 * (err not set), or a failure. */
char *store_list_renamed(
	struct store *store, const char *was, struct error *err);

#endif
