/*
 * The picture that leads an entry of a feed. Inside source/ only.
 */
#ifndef SOURCE_FEED_PICTURE_H
#define SOURCE_FEED_PICTURE_H

#include "source/feed.h"

/* Its URL, of http or https, in the arena; NULL when there is none, and when
 * `body` (the entry's, as HTML) shows it already, in whatever size. */
const char *feed_picture(
	struct arena *arena, const struct feed_entry *e, const char *body);

#endif
