/*
 * Feeds for a list's `sources`: one that is looked for at an address, or those
 * of a feed reader's list (OPML). What the list has already, also under another
 * spelling or through another form of the same feed, is not added again.
 */
#ifndef RUN_FEED_ADD_H
#define RUN_FEED_ADD_H

#include "run/feed_search.h"

struct feed_add_options {
	const struct list *list;
	const char *url;
	const char *section; /* for its dispatches; NULL */
	bool allow_private;
	bool dry_run; /* nothing is written */
	int64_t now;
};

struct feed_addition {
	struct feed_search search; /* what was found */
	/* At most one of them; without its password. */
	const char *added;
	const char *already; /* the list had it */
};

/*
 * Of several that hold the same items the best is taken. When they differ,
 * nothing is written: ERROR_DATA, and `out` shows them; feeds of comments count
 * only when there are no others. `out` is to be cleared also after a failure.
 */
bool feed_add(const struct feed_add_options *options, struct feed_addition *out,
	struct error *err);
void feed_addition_clear(struct feed_addition *addition);

struct feed_import {
	size_t added, already;
	size_t left_out; /* addresses that nobody can fetch */
};

/* Nothing is fetched. */
bool feed_import(const struct list *list, const char *path, bool dry_run,
	struct feed_import *out, struct error *err);

#endif
