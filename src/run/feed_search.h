/*
 * The feeds at an address: it is one itself, or a web page that names some,
 * links to some, or has one where feeds usually are. Everything is fetched and
 * read; what is no feed is not found.
 */
#ifndef RUN_FEED_SEARCH_H
#define RUN_FEED_SEARCH_H

#include "base/error.h"
#include "model/dispatch.h"
#include "model/list.h"

struct feed_search_options {
	const struct list *list; /* for which it is */
	const char *url;	 /* as people write it: "example.org" too */
	bool allow_private;
	int64_t now;
};

struct found_feed {
	const char *url;   /* to be asked from now on; may have a password */
	const char *asked; /* what led there, when it moved for good */
	const char *shown; /* `url` without a password */
	const char *title; /* one line; "" when it has none */
	bool of_comments;  /* by the page's word */
	bool known;	   /* the list has it already; of who looks that up */
	struct dispatches in; /* what it holds, as an issue would carry it */
	const struct dispatch **newest; /* the same, newest first */
};

/* To be zeroed before, and cleared also after a failure. */
struct feed_search {
	struct arena *arena;
	struct found_feed *feeds; /* as the page has them, of comments last */
	size_t count;
	size_t untried; /* what the page led to, too, but was not asked */
};

/* False when there is none: `err` says what was tried. */
bool feed_search(struct feed_search *search,
	const struct feed_search_options *options, struct error *err);
void feed_search_clear(struct feed_search *search);

/* Reads an address as people write it: "example.org" is on the web, "feed:" is
 * no scheme. False, and ERROR_USAGE, when it is none. */
bool feed_address(struct str *out, const char *text, struct error *err);

/* Appends what is equal for addresses of one feed. */
void feed_key(struct str *out, const char *url);

/*
 * The best of them when all hold the same items, as RSS and Atom of one site
 * do; NULL when they differ. Those of comments do not count, and are never
 * chosen: anybody writes them.
 */
const struct found_feed *feed_choose(const struct feed_search *search);

#endif
