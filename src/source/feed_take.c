#include "source/feed_take.h"

#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "source/feed_text.h"

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

static bool
is_image_type(const struct feed_node *node)
{
	const char *type = feed_attribute(node, "type");

	return (type && strncasecmp(type, "image/", 6) == 0) ||
		text_equals_nocase(feed_attribute(node, "medium"), "image");
}

void
feed_take_enclosure(
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

void
feed_take_link(
	struct feed_record *record, const struct feed_node *node, int rank)
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
		feed_take_enclosure(record, node, 0);
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
void
feed_take_guid(
	struct feed_record *record, const struct feed_node *node, int rank)
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
void
feed_take_id(struct feed_record *record, const struct feed_node *node, int rank)
{
	const char *id = feed_node_string(record->arena, node);
	const char *absolute =
		node->space == SPACE_ATOM && url_scheme(span_of(id)).len == 0
		? feed_url(record->arena, node->base, id)
		: NULL;

	keep_id(record, absolute ? absolute : id, rank);
	if (url_is_web(span_of(record->id)))
		feed_record_link(record,
			feed_url(record->arena, node->base, record->id),
			LINK_GUID);
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

void
feed_take_author(
	struct feed_record *record, const struct feed_node *node, int rank)
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
void
feed_take_category(
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

void
feed_take_keywords(
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
void
feed_take_image(
	struct feed_record *record, const struct feed_node *node, int rank)
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

void
feed_take_media(
	struct feed_record *record, const struct feed_node *node, int rank)
{
	if (is_image_type(node))
		add_image(record, node, feed_attribute(node, "url"), rank);
	for (const struct feed_node *n = node->first; n; n = n->next)
		if (n->name)
			feed_record_take(record, n);
}
