#include "source/feed_record.h"

#include <string.h>

#include "source/feed_take.h"
#include "source/feed_text.h"

struct feed_record *
feed_record_new(struct arena *arena, const struct feed_node *node)
{
	struct feed_record *record = arena_alloc(arena, sizeof *record);

	record->arena = arena;
	record->node = node;
	return record;
}

void
feed_record_link(struct feed_record *record, const char *url, int rank)
{
	if (!url || (record->link && record->link_rank <= rank))
		return;
	record->link = url;
	record->link_rank = rank;
}

/* ----- the table ----- */

struct row {
	enum feed_space space;
	const char *name;
	feed_taker *take; /* NULL: the element is a choice for `field` */
	int rank;
	enum feed_field field;
};

/* clang-format off */
static const struct row rows[] = {
	{SPACE_CORE, "title", NULL, 0, FIELD_TITLE},
	{SPACE_CORE, "link", feed_take_link, 0, 0},
	{SPACE_CORE, "guid", feed_take_guid, 0, 0},
	{SPACE_CORE, "id", feed_take_id, 0, 0},
	{SPACE_CORE, "description", NULL, 1, FIELD_SUMMARY},
	{SPACE_CORE, "summary", NULL, 0, FIELD_SUMMARY},
	{SPACE_CORE, "subtitle", NULL, 0, FIELD_SUMMARY},
	{SPACE_CORE, "tagline", NULL, 0, FIELD_SUMMARY},
	{SPACE_CORE, "abstract", NULL, 1, FIELD_SUMMARY},
	{SPACE_CORE, "content", NULL, 0, FIELD_CONTENT},
	{SPACE_CORE, "fullitem", NULL, 1, FIELD_CONTENT},
	{SPACE_CORE, "body", NULL, 2, FIELD_CONTENT},
	{SPACE_CORE, "category", feed_take_category, 0, 0},
	{SPACE_CORE, "keywords", feed_take_keywords, 0, 0},
	{SPACE_CORE, "author", feed_take_author, 0, 0},
	{SPACE_CORE, "managingEditor", feed_take_author, 0, 0},
	{SPACE_CORE, "enclosure", feed_take_enclosure, 0, 0},
	{SPACE_CORE, "pubDate", NULL, 0, FIELD_PUBLISHED},
	{SPACE_CORE, "published", NULL, 0, FIELD_PUBLISHED},
	{SPACE_CORE, "issued", NULL, 1, FIELD_PUBLISHED},
	{SPACE_CORE, "date", NULL, 3, FIELD_PUBLISHED},
	{SPACE_CORE, "created", NULL, 3, FIELD_PUBLISHED},
	{SPACE_CORE, "updated", NULL, 0, FIELD_UPDATED},
	{SPACE_CORE, "modified", NULL, 1, FIELD_UPDATED},
	{SPACE_CORE, "lastBuildDate", NULL, 2, FIELD_UPDATED},
	{SPACE_CORE, "language", NULL, 0, FIELD_LANGUAGE},
	{SPACE_CORE, "copyright", NULL, 1, FIELD_RIGHTS},
	{SPACE_CORE, "rights", NULL, 0, FIELD_RIGHTS},
	{SPACE_CORE, "generator", NULL, 0, FIELD_GENERATOR},
	{SPACE_CORE, "image", feed_take_image, 3, 0},
	{SPACE_CORE, "logo", feed_take_image, 0, 0},
	{SPACE_CORE, "icon", feed_take_image, 4, 0},
	{SPACE_DC, "title", NULL, 1, FIELD_TITLE},
	{SPACE_DC, "description", NULL, 2, FIELD_SUMMARY},
	{SPACE_DC, "creator", feed_take_author, 1, 0},
	{SPACE_DC, "author", feed_take_author, 1, 0},
	{SPACE_DC, "contributor", feed_take_author, 4, 0},
	{SPACE_DC, "subject", feed_take_category, 0, 0},
	{SPACE_DC, "date", NULL, 3, FIELD_UPDATED},
	{SPACE_DC, "language", NULL, 1, FIELD_LANGUAGE},
	{SPACE_DC, "rights", NULL, 2, FIELD_RIGHTS},
	{SPACE_TERMS, "title", NULL, 2, FIELD_TITLE},
	{SPACE_TERMS, "abstract", NULL, 3, FIELD_SUMMARY},
	{SPACE_TERMS, "creator", feed_take_author, 1, 0},
	{SPACE_TERMS, "subject", feed_take_category, 0, 0},
	{SPACE_TERMS, "issued", NULL, 1, FIELD_PUBLISHED},
	{SPACE_TERMS, "available", NULL, 2, FIELD_PUBLISHED},
	{SPACE_TERMS, "created", NULL, 4, FIELD_PUBLISHED},
	{SPACE_TERMS, "modified", NULL, 1, FIELD_UPDATED},
	{SPACE_CONTENT, "encoded", NULL, 0, FIELD_CONTENT},
	{SPACE_XHTML, "body", NULL, 1, FIELD_CONTENT},
	{SPACE_XHTML, "div", NULL, 3, FIELD_CONTENT},
	{SPACE_MEDIA, "title", NULL, 4, FIELD_TITLE},
	{SPACE_MEDIA, "description", NULL, 4, FIELD_SUMMARY},
	{SPACE_MEDIA, "credit", feed_take_author, 5, 0},
	{SPACE_MEDIA, "keywords", feed_take_keywords, 0, 0},
	{SPACE_MEDIA, "category", feed_take_category, 0, 0},
	{SPACE_MEDIA, "group", feed_take_media, 2, 0},
	{SPACE_MEDIA, "content", feed_take_media, 2, 0},
	{SPACE_MEDIA, "thumbnail", feed_take_image, 3, 0},
	{SPACE_ITUNES, "title", NULL, 3, FIELD_TITLE},
	{SPACE_ITUNES, "subtitle", NULL, 5, FIELD_SUMMARY},
	{SPACE_ITUNES, "summary", NULL, 4, FIELD_SUMMARY},
	{SPACE_ITUNES, "author", feed_take_author, 2, 0},
	{SPACE_ITUNES, "owner", feed_take_author, 3, 0},
	{SPACE_ITUNES, "category", feed_take_category, 0, 0},
	{SPACE_ITUNES, "keywords", feed_take_keywords, 0, 0},
	{SPACE_ITUNES, "image", feed_take_image, 1, 0},
	{SPACE_ITUNES, "new-feed-url", NULL, 0, FIELD_NEW_URL},
	{SPACE_ADMIN, "generatorAgent", NULL, 1, FIELD_GENERATOR},
};
/* clang-format on */

static const struct row *
find_row(const struct feed_node *node)
{
	enum feed_space space =
		node->space == SPACE_ATOM ? SPACE_CORE : node->space;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].space == space &&
			strcasecmp(rows[i].name, node->name) == 0)
			return &rows[i];
	return NULL;
}

static bool
is_empty(const struct feed_node *node)
{
	return !node->first && node->attribute_count == 0;
}

void
feed_record_take(struct feed_record *record, const struct feed_node *node)
{
	const struct row *row = find_row(node);

	if (!row || is_empty(node))
		return;
	if (row->take) {
		row->take(record, node, row->rank);
	} else {
		struct feed_pick *pick = &record->picks[row->field];

		if (!pick->node || pick->rank > row->rank)
			*pick = (struct feed_pick){node, row->rank};
	}
}

/* ----- what has been gathered ----- */

const char *
feed_record_string(const struct feed_record *record, enum feed_field field)
{
	const struct feed_node *node = record->picks[field].node;
	const char *text;

	if (!node)
		return NULL;
	text = feed_node_string(record->arena, node);
	return text ? text : feed_attribute(node, "resource");
}

/* Descriptions hold HTML; of other fields what looks like it is. */
static struct feed_markup
read_field(const struct feed_record *record, enum feed_field field)
{
	const struct feed_node *node = record->picks[field].node;
	bool rich = (field == FIELD_SUMMARY || field == FIELD_CONTENT) &&
		node && node->space != SPACE_ATOM;

	if (!node)
		return (struct feed_markup){.source = NULL};
	return feed_markup_read(record->arena, node, rich);
}

const char *
feed_record_line(const struct feed_record *record, enum feed_field field)
{
	struct feed_markup m = read_field(record, field);

	return feed_markup_line(record->arena, &m);
}

const char *
feed_record_inline(const struct feed_record *record, enum feed_field field)
{
	struct feed_markup m = read_field(record, field);

	return feed_markup_inline(record->arena, &m);
}

struct feed_text
feed_record_text(const struct feed_record *record, enum feed_field field)
{
	struct feed_markup m = read_field(record, field);

	m.page = record->link;
	return feed_markup_text(record->arena, &m);
}
