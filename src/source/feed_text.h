/*
 * The text constructs of feeds: which of the many ways of putting markup into
 * an element was meant, and what it comes to as HTML and as a line of text.
 */
#ifndef SOURCE_FEED_TEXT_H
#define SOURCE_FEED_TEXT_H

#include "source/feed.h"
#include "source/feed_node.h"

/* What an element holds, before it is made safe. */
struct feed_markup {
	const char *source; /* NULL: nothing */
	bool html;	    /* else plain text */
	const char *base;   /* of relative links; NULL */
	const char *page;   /* that the entry stands on; NULL */
};

/* `rich`: without a type, escaped HTML is what it holds (RSS descriptions);
 * else only when it looks like that. */
struct feed_markup feed_markup_read(
	struct arena *arena, const struct feed_node *node, bool rich);

struct feed_text feed_markup_text(
	struct arena *arena, const struct feed_markup *markup);

/* The same as one piece without its paragraph; NULL when nothing is left. */
const char *feed_markup_inline(
	struct arena *arena, const struct feed_markup *markup);

/* One line without tags and entities; NULL when nothing is left. */
const char *feed_markup_line(
	struct arena *arena, const struct feed_markup *markup);

/* "Jo <jo@example.org>", "jo@example.org (Jo)", "Jo" in their parts. */
struct feed_person feed_person_split(struct arena *arena, struct span text);

/* Absolute where there is a base. NULL for javascript:, data: and the like. */
const char *feed_url(struct arena *arena, const char *base, const char *url);

/* Tags left out, entities decoded. */
void feed_strip(struct str *out, struct span html);

#endif
