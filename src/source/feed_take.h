/*
 * The elements of feeds that are no plain value: how each adds to a record.
 * `rank` is that of its row in feed_record.c, 0 the best.
 */
#ifndef SOURCE_FEED_TAKE_H
#define SOURCE_FEED_TAKE_H

#include "source/feed_record.h"

typedef void feed_taker(
	struct feed_record *record, const struct feed_node *node, int rank);

feed_taker feed_take_link;
feed_taker feed_take_guid;
feed_taker feed_take_id;
feed_taker feed_take_author;
feed_taker feed_take_category;
feed_taker feed_take_keywords;
feed_taker feed_take_enclosure;
feed_taker feed_take_image;
feed_taker feed_take_media;

#endif
