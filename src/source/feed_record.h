/*
 * What the elements of a feed, or of one of its entries, say together. An
 * element is known by a table; where two say the same thing, the one that was
 * made for it wins over what stands in for it.
 */
#ifndef SOURCE_FEED_RECORD_H
#define SOURCE_FEED_RECORD_H

#include "source/feed.h"
#include "source/feed_node.h"

/* What one element can give: the best is kept. */
enum feed_field {
	FIELD_TITLE,
	FIELD_SUMMARY,
	FIELD_CONTENT,
	FIELD_LANGUAGE,
	FIELD_RIGHTS,
	FIELD_GENERATOR,
	FIELD_PUBLISHED,
	FIELD_UPDATED,
	FIELD_NEW_URL,
	FIELD_COUNT,
};

struct feed_pick {
	const struct feed_node *node; /* NULL: none yet */
	int rank;		      /* 0 is the best */
};

struct feed_record {
	struct arena *arena;
	const struct feed_node *node; /* the item, entry, channel or feed */
	struct feed_pick picks[FIELD_COUNT];
	const char *id, *link, *image;
	int id_rank, link_rank, image_rank, author_rank;
	struct feed_person *authors;
	size_t author_count;
	const char **tags;
	size_t tag_count;
	struct feed_enclosure *enclosures;
	size_t enclosure_count;
};

struct feed_record *feed_record_new(
	struct arena *arena, const struct feed_node *node);

/* One child element; nothing happens when nobody knows it. */
void feed_record_take(struct feed_record *record, const struct feed_node *node);

/* The link of least rank is kept. */
void feed_record_link(struct feed_record *record, const char *url, int rank);

/* ----- what has been gathered ----- */

const char *feed_record_string(
	const struct feed_record *record, enum feed_field field);
const char *feed_record_line(
	const struct feed_record *record, enum feed_field field);
const char *feed_record_inline(
	const struct feed_record *record, enum feed_field field);
struct feed_text feed_record_text(
	const struct feed_record *record, enum feed_field field);

#endif
