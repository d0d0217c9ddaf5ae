/*
 * The feeds of a web page: those it names itself, those it links to, and where
 * feeds usually are. What it finds still has to be fetched and read.
 */
#ifndef SOURCE_DISCOVER_H
#define SOURCE_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum discover_how {
	DISCOVER_NAMED,	 /* <link rel="alternate" type="application/rss+xml"> */
	DISCOVER_LINKED, /* <a href="/feed.xml"> */
	DISCOVER_GUESSED,
};

struct discover_feed {
	const char *url;   /* absolute, http or https */
	const char *title; /* one line; NULL */
	enum discover_how how;
	bool of_comments; /* not what readers want */
};

struct discovery {
	const char *title;	     /* of the page; NULL */
	struct discover_feed *feeds; /* each URL once, likely ones first */
	size_t count;
};

/*
 * `url` is where the page was found. `charset` is that of the HTTP answer, or
 * NULL. Never fails: a page without feeds, or bytes that are no page, still
 * leave guesses.
 */
struct discovery *discover_feeds(struct arena *arena, struct span html,
	const char *url, const char *charset);

#endif
