/*
 * JSON Feed 1.0 and 1.1.
 */
#ifndef SOURCE_FEED_JSON_H
#define SOURCE_FEED_JSON_H

#include "source/feed.h"

/* Fills the feed; returns why it is none, else NULL. */
const char *feed_json_read(struct feed *feed, struct arena *arena,
	struct span json, const char *base);

#endif
