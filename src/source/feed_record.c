#include "source/feed_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "source/feed_text.h"

struct feed_record *
feed_record_new(struct arena *arena, const struct feed_node *node)
{
	struct feed_record *record = arena_alloc(arena, sizeof *record);

	record->arena = arena;
	record->node = node;
	return record;
}

static void
add_tag(struct feed_record *record, struct span tag)
{
	struct arena *a = record->arena;

	tag = span_trim(tag);
	if (tag.len == 0 || record->tag_count >= 100)
		return;
	for (size_t i = 0; i < record->tag_count; i++)
		if (span_equals(tag, record->tags[i]))
			return;
	record->tags = arena_grow(
		a, record->tags, record->tag_count, sizeof *record->tags);
	record->tags[record->tag_count++] = arena_span(a, tag);
}

void
feed_record_link(struct feed_record *record, const char *url, int rank)
{
	if (!url || (record->link && record->link_rank <= rank))
		return;
	record->link = url;
	record->link_rank = rank;
}

static void
add_image(struct feed_record *record, const struct feed_node *node,
	const char *url, int rank)
{
	url = feed_url(record->arena, node->base, url);
	if (!url || (record->image && record->image_rank <= rank))
		return;
	record->image = url;
	record->image_rank = rank;
}

/* ----- elements that are no plain value ----- */

static bool
is_image_type(const struct feed_node *node)
{
	const char *type = feed_attribute(node, "type");

	return (type && strncasecmp(type, "image/", 6) == 0) ||
		text_equals_nocase(feed_attribute(node, "medium"), "image");
}

static void
take_enclosure(
	struct feed_record *record, const struct feed_node *node, int rank)
{
	struct arena *a = record->arena;
	const char *url = feed_attribute(node, "url");
	const char *length = feed_attribute(node, "length");
	struct feed_enclosure *to;

	if (!url)
		url = feed_attribute(node, "href");
	url = feed_url(a, node->base, url);
	if (!url || record->enclosure_count >= 100)
		return;
	record->enclosures = arena_grow(a, record->enclosures,
		record->enclosure_count, sizeof *record->enclosures);
	to = &record->enclosures[record->enclosure_count++];
	*to = (struct feed_enclosure){
		.url = url, .type = feed_attribute(node, "type")};
	to->length = length ? strtoll(length, NULL, 10) : 0;
	if (to->length < 0)
		to->length = 0;
	if (is_image_type(node))
		add_image(record, node, url, rank + 3);
}

/*
 * Ranks of links: an alternate HTML page and the text of RSS <link>, then
 * alternates of other kinds, then what only stands in.
 */
enum { LINK_PAGE, LINK_TEXT, LINK_OTHER, LINK_GUID, LINK_ABOUT };

static void
take_link(struct feed_record *record, const struct feed_node *node, int rank)
{
	struct arena *a = record->arena;
	const char *href = feed_attribute(node, "href");
	const char *rel = feed_attribute(node, "rel");
	const char *type = feed_attribute(node, "type");
	bool alternate = text_is_empty(rel) ||
		text_equals_nocase(rel, "alternate") ||
		text_equals_nocase(rel,
			"http://www.iana.org/assignments/relation/alternate");

	(void)rank;
	if (!href) {
		feed_record_link(record,
			feed_url(a, node->base, feed_node_string(a, node)),
			LINK_TEXT);
	} else if (text_equals_nocase(rel, "enclosure") ||
		text_equals_nocase(rel,
			"http://www.iana.org/assignments/relation/enclosure")) {
		take_enclosure(record, node, 0);
	} else if (alternate) {
		bool page = text_is_empty(type) || strcasestr(type, "html");

		feed_record_link(record, feed_url(a, node->base, href),
			page ? LINK_PAGE : LINK_OTHER);
	}
}

static void
keep_id(struct feed_record *record, const char *id, int rank)
{
	if (!id || (record->id && record->id_rank <= rank))
		return;
	record->id = id;
	record->id_rank = rank;
}

/* An address unless it says that it is none. */
static void
take_guid(struct feed_record *record, const struct feed_node *node, int rank)
{
	const char *id = feed_node_string(record->arena, node);
	const char *said = feed_attribute(node, "isPermaLink");

	bool link = text_equals_nocase(said, "true") ||
		(!text_equals_nocase(said, "false") && url_is_web(span_of(id)));

	keep_id(record, id, rank);
	if (link)
		feed_record_link(record,
			feed_url(record->arena, node->base, id), LINK_GUID);
}

/* Atom's is an IRI, and so may be relative to xml:base, in spite of RFC 4287,
 * 4.2.6; a guid is kept as it stands. */
static void
take_id(struct feed_record *record, const struct feed_node *node, int rank)
{
	const char *id = feed_node_string(record->arena, node);
	const char *absolute =
		node->space == SPACE_ATOM && url_scheme(span_of(id)).len == 0
		? feed_url(record->arena, node->base, id)
		: NULL;

	keep_id(record, absolute ? absolute : id, rank);
	if (url_is_web(span_of(record->id)))
		feed_record_link(record, record->id, LINK_GUID);
}

/* Atom's person has elements; every other one is text. */
static struct feed_person
read_person(struct arena *a, const struct feed_node *node)
{
	struct feed_person person = {.name = NULL};
	bool found = false;
	const char *text;

	for (const struct feed_node *n = node->first; n; n = n->next) {
		if (!n->name)
			continue;
		if (strcasecmp(n->name, "name") == 0)
			person.name = feed_node_string(a, n);
		else if (strcasecmp(n->name, "email") == 0)
			person.email = feed_node_string(a, n);
		else if (strcasecmp(n->name, "uri") == 0 ||
			strcasecmp(n->name, "url") == 0 ||
			strcasecmp(n->name, "homepage") == 0)
			person.uri =
				feed_url(a, n->base, feed_node_string(a, n));
		else
			continue;
		found = true;
	}
	text = feed_node_string(a, node);
	if (!found && text)
		person = feed_person_split(a, span_of(text));
	return person;
}

static void
take_author(struct feed_record *record, const struct feed_node *node, int rank)
{
	struct arena *a = record->arena;
	struct feed_person person = read_person(a, node);

	if (!person.name && !person.email)
		return;
	if (record->author_count > 0 && record->author_rank < rank)
		return;
	if (record->author_count > 0 && record->author_rank > rank) {
		record->authors = NULL;
		record->author_count = 0;
	}
	record->author_rank = rank;
	if (record->author_count >= 100)
		return;
	record->authors = arena_grow(a, record->authors, record->author_count,
		sizeof *record->authors);
	record->authors[record->author_count++] = person;
}

/* RSS has the text, Atom label or term, itunes text="". */
static void
take_category(
	struct feed_record *record, const struct feed_node *node, int rank)
{
	static const char *const attributes[] = {"label", "term", "text"};
	struct feed_markup m;
	const char *text;

	(void)rank;
	for (size_t i = 0; i < 3; i++) {
		const char *value = feed_attribute(node, attributes[i]);

		if (!text_is_empty(value)) {
			add_tag(record, span_of(value));
			return;
		}
	}
	m = feed_markup_read(record->arena, node, false);
	text = feed_markup_line(record->arena, &m);
	if (text)
		add_tag(record, span_of(text));
}

static void
take_keywords(
	struct feed_record *record, const struct feed_node *node, int rank)
{
	struct span rest = span_of(feed_node_string(record->arena, node));

	(void)rank;
	while (rest.len > 0) {
		size_t n = span_find(rest, ',');

		add_tag(record, span_slice(rest, 0, n));
		rest = span_from(rest, n < rest.len ? n + 1 : n);
	}
}

/* An address in an attribute, or in <url> within, or as text. */
static void
take_image(struct feed_record *record, const struct feed_node *node, int rank)
{
	const char *url = feed_attribute(node, "href");

	if (!url)
		url = feed_attribute(node, "url");
	for (const struct feed_node *n = node->first; n && !url; n = n->next)
		if (n->name && strcasecmp(n->name, "url") == 0)
			url = feed_node_string(record->arena, n);
	if (!url)
		url = feed_node_string(record->arena, node);
	add_image(record, node, url, rank);
}

static void
take_media(struct feed_record *record, const struct feed_node *node, int rank)
{
	if (is_image_type(node))
		add_image(record, node, feed_attribute(node, "url"), rank);
	for (const struct feed_node *n = node->first; n; n = n->next)
		if (n->name)
			feed_record_take(record, n);
}

/* ----- the table ----- */

typedef void taker(
	struct feed_record *record, const struct feed_node *node, int rank);

struct row {
	enum feed_space space;
	const char *name;
	taker *take; /* NULL: the element is a choice for `field` */
	int rank;
	enum feed_field field;
};

/* clang-format off */
static const struct row rows[] = {
	{SPACE_CORE, "title", NULL, 0, FIELD_TITLE},
	{SPACE_CORE, "link", take_link, 0, 0},
	{SPACE_CORE, "guid", take_guid, 0, 0},
	{SPACE_CORE, "id", take_id, 0, 0},
	{SPACE_CORE, "description", NULL, 1, FIELD_SUMMARY},
	{SPACE_CORE, "summary", NULL, 0, FIELD_SUMMARY},
	{SPACE_CORE, "subtitle", NULL, 0, FIELD_SUMMARY},
	{SPACE_CORE, "tagline", NULL, 0, FIELD_SUMMARY},
	{SPACE_CORE, "abstract", NULL, 1, FIELD_SUMMARY},
	{SPACE_CORE, "content", NULL, 0, FIELD_CONTENT},
	{SPACE_CORE, "fullitem", NULL, 1, FIELD_CONTENT},
	{SPACE_CORE, "body", NULL, 2, FIELD_CONTENT},
	{SPACE_CORE, "category", take_category, 0, 0},
	{SPACE_CORE, "keywords", take_keywords, 0, 0},
	{SPACE_CORE, "author", take_author, 0, 0},
	{SPACE_CORE, "managingEditor", take_author, 0, 0},
	{SPACE_CORE, "managingeditor", take_author, 0, 0},
	{SPACE_CORE, "enclosure", take_enclosure, 0, 0},
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
	{SPACE_CORE, "image", take_image, 3, 0},
	{SPACE_CORE, "logo", take_image, 0, 0},
	{SPACE_CORE, "icon", take_image, 4, 0},
	{SPACE_DC, "title", NULL, 1, FIELD_TITLE},
	{SPACE_DC, "description", NULL, 2, FIELD_SUMMARY},
	{SPACE_DC, "creator", take_author, 1, 0},
	{SPACE_DC, "author", take_author, 1, 0},
	{SPACE_DC, "contributor", take_author, 4, 0},
	{SPACE_DC, "subject", take_category, 0, 0},
	{SPACE_DC, "date", NULL, 3, FIELD_UPDATED},
	{SPACE_DC, "language", NULL, 1, FIELD_LANGUAGE},
	{SPACE_DC, "rights", NULL, 2, FIELD_RIGHTS},
	{SPACE_TERMS, "title", NULL, 2, FIELD_TITLE},
	{SPACE_TERMS, "abstract", NULL, 3, FIELD_SUMMARY},
	{SPACE_TERMS, "creator", take_author, 1, 0},
	{SPACE_TERMS, "subject", take_category, 0, 0},
	{SPACE_TERMS, "issued", NULL, 1, FIELD_PUBLISHED},
	{SPACE_TERMS, "available", NULL, 2, FIELD_PUBLISHED},
	{SPACE_TERMS, "created", NULL, 4, FIELD_PUBLISHED},
	{SPACE_TERMS, "modified", NULL, 1, FIELD_UPDATED},
	{SPACE_CONTENT, "encoded", NULL, 0, FIELD_CONTENT},
	{SPACE_XHTML, "body", NULL, 1, FIELD_CONTENT},
	{SPACE_XHTML, "div", NULL, 3, FIELD_CONTENT},
	{SPACE_MEDIA, "title", NULL, 4, FIELD_TITLE},
	{SPACE_MEDIA, "description", NULL, 4, FIELD_SUMMARY},
	{SPACE_MEDIA, "credit", take_author, 5, 0},
	{SPACE_MEDIA, "keywords", take_keywords, 0, 0},
	{SPACE_MEDIA, "category", take_category, 0, 0},
	{SPACE_MEDIA, "group", take_media, 2, 0},
	{SPACE_MEDIA, "content", take_media, 2, 0},
	{SPACE_MEDIA, "thumbnail", take_image, 3, 0},
	{SPACE_ITUNES, "title", NULL, 3, FIELD_TITLE},
	{SPACE_ITUNES, "subtitle", NULL, 5, FIELD_SUMMARY},
	{SPACE_ITUNES, "summary", NULL, 4, FIELD_SUMMARY},
	{SPACE_ITUNES, "author", take_author, 2, 0},
	{SPACE_ITUNES, "owner", take_author, 3, 0},
	{SPACE_ITUNES, "category", take_category, 0, 0},
	{SPACE_ITUNES, "keywords", take_keywords, 0, 0},
	{SPACE_ITUNES, "image", take_image, 1, 0},
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

	return feed_markup_text(record->arena, &m);
}
