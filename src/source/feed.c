#include "source/feed.h"

#include <string.h>

#include "base/date.h"
#include "source/feed_json.h"
#include "source/feed_node.h"
#include "source/feed_record.h"
#include "source/feed_text.h"

enum { ENTRY_LIMIT = 10000, SIZE_LIMIT = 100 * 1024 * 1024 };

/* What is gathered on the way through the tree. */
struct gathering {
	struct arena *arena;
	struct feed *feed;
	struct feed_record *head;
};

static bool
is_named(const struct feed_node *node, const char *const *names)
{
	if (node->space != SPACE_CORE && node->space != SPACE_ATOM &&
		node->space != SPACE_RDF)
		return false;
	for (; *names; names++)
		if (strcasecmp(node->name, *names) == 0)
			return true;
	return false;
}

static const char *const entry_names[] = {"item", "entry", NULL};
static const char *const feed_names[] = {
	"rss", "rdf", "feed", "channel", "items", NULL};

/* CDF puts its link and date into attributes, RSS 1.0 the address. */
static void
take_attributes(struct feed_record *record, const struct feed_node *node)
{
	struct arena *a = record->arena;

	feed_record_link(record,
		feed_url(a, node->base, feed_attribute(node, "href")), 1);
	if (node->space == SPACE_CORE)
		feed_record_link(record,
			feed_url(a, node->base, feed_attribute(node, "about")),
			9);
}

/* ----- entries ----- */

static int64_t
read_date(const struct feed_record *record, enum feed_field field,
	const char **raw)
{
	*raw = feed_record_string(record, field);
	return *raw ? feed_date(span_of(*raw)) : INSTANT_NONE;
}

static void
finish_entry(const struct feed_record *record, struct feed_entry *e)
{
	const struct feed_node *node = record->node;
	const char *changed = feed_attribute(node, "lastmod");

	e->id = record->id;
	if (!e->id)
		e->id = feed_attribute(node, "about");
	e->link = record->link;
	e->id_is_link = e->id && text_equals(e->id, e->link);
	e->title = feed_record_line(record, FIELD_TITLE);
	e->title_html = feed_record_inline(record, FIELD_TITLE);
	e->summary = feed_record_text(record, FIELD_SUMMARY);
	e->content = feed_record_text(record, FIELD_CONTENT);
	e->authors = record->authors;
	e->author_count = record->author_count;
	e->published = read_date(record, FIELD_PUBLISHED, &e->published_raw);
	e->updated = read_date(record, FIELD_UPDATED, &e->updated_raw);
	if (!e->updated_raw && changed) {
		e->updated_raw = changed;
		e->updated = feed_date(span_of(changed));
	}
	if (!e->published_raw)
		e->published = e->updated;
	e->tags = record->tags;
	e->tag_count = record->tag_count;
	e->enclosures = record->enclosures;
	e->enclosure_count = record->enclosure_count;
	e->image = record->image;
	e->rights = feed_record_line(record, FIELD_RIGHTS);
	e->language = feed_record_string(record, FIELD_LANGUAGE);
	if (!e->language)
		e->language = node->language;
}

/* Its children; an entry within is one that was not closed before it. */
static void
take_entry(struct gathering *g, const struct feed_node *node)
{
	struct feed_record *record;
	struct feed *feed = g->feed;
	size_t at = feed->entry_count;

	if (at >= ENTRY_LIMIT)
		return;
	feed->entries =
		arena_grow(g->arena, feed->entries, at, sizeof *feed->entries);
	feed->entries[at] = (struct feed_entry){.id = NULL};
	feed->entry_count++;
	record = feed_record_new(g->arena, node);
	take_attributes(record, node);
	for (const struct feed_node *n = node->first; n; n = n->next) {
		if (!n->name)
			continue;
		if (is_named(n, entry_names))
			take_entry(g, n);
		else
			feed_record_take(record, n);
	}
	finish_entry(record, &feed->entries[at]);
}

/* ----- the feed ----- */

static void
take_head(struct gathering *g, const struct feed_node *node)
{
	if (!g->head)
		g->head = feed_record_new(g->arena, node);
	if (strcasecmp(node->name, "items") == 0)
		return;
	if (!g->head->node->language)
		g->head->node = node;
	take_attributes(g->head, node);
}

/* Not deeper than FEED_DEPTH. */
static void
walk(struct gathering *g, const struct feed_node *node)
{
	take_head(g, node);
	for (const struct feed_node *n = node->first; n; n = n->next) {
		if (!n->name)
			continue;
		if (is_named(n, entry_names))
			take_entry(g, n);
		else if (is_named(n, feed_names))
			walk(g, n);
		else
			feed_record_take(g->head, n);
	}
}

static void
finish_feed(struct gathering *g)
{
	const struct feed_record *head = g->head;
	struct feed *feed = g->feed;

	feed->title = feed_record_line(head, FIELD_TITLE);
	feed->title_html = feed_record_inline(head, FIELD_TITLE);
	feed->subtitle = feed_record_line(head, FIELD_SUMMARY);
	feed->link = head->link;
	feed->id = head->id;
	feed->language = feed_record_string(head, FIELD_LANGUAGE);
	if (!feed->language)
		feed->language = head->node->language;
	feed->image = head->image;
	feed->rights = feed_record_line(head, FIELD_RIGHTS);
	feed->generator = feed_record_string(head, FIELD_GENERATOR);
	if (head->author_count > 0)
		feed->author = head->authors[0];
	feed->tags = head->tags;
	feed->tag_count = head->tag_count;
	feed->published =
		read_date(head, FIELD_PUBLISHED, &feed->published_raw);
	feed->updated = read_date(head, FIELD_UPDATED, &feed->updated_raw);
	feed->new_url = feed_url(g->arena, head->node->base,
		feed_record_string(head, FIELD_NEW_URL));
}

static const char *
format_name(struct arena *a, const struct feed_node *root)
{
	const char *version = feed_attribute(root, "version");
	struct str out = STR_INIT;

	if (strcasecmp(root->name, "channel") == 0 && !root->parent)
		return "cdf";
	if (strcasecmp(root->name, "rdf") == 0)
		return "rss10";
	if (strcasecmp(root->name, "feed") == 0)
		return version && strcmp(version, "0.3") == 0 ? "atom03"
							      : "atom10";
	str_add(&out, "rss");
	for (; version && *version && out.len < 8; version++)
		if (*version >= '0' && *version <= '9')
			str_add_char(&out, *version);
	return arena_take(a, &out);
}

/* ----- from bytes ----- */

static const char *
find_base(struct arena *a, const struct feed_hints *hints)
{
	const char *base = hints->content_location
		? feed_url(a, hints->url, hints->content_location)
		: NULL;

	return base ? base : hints->url;
}

/* Without what stands before the first element; declarations stay. */
static struct span
trim_start(struct span xml)
{
	size_t declared = span_find_text(
		span_slice(xml, 0, xml.len < 4096 ? xml.len : 4096), "<?xml ");
	struct span rest = span_from(xml, declared);
	size_t end = span_find_text(rest, "?>");

	if (declared < xml.len && end < rest.len && declared < 4096)
		xml = span_from(rest, end + 2);
	return span_from(xml, span_find(xml, '<'));
}

static struct feed_node *
read_tree(struct feed *feed, struct arena *a, struct span xml, const char *base)
{
	struct feed_node *root = feed_xml_parse(a, xml, base, false);
	struct str mended = STR_INIT;

	if (root)
		return root;
	feed->repaired = true;
	feed_repair(&mended, xml);
	root = feed_xml_parse(a, str_span(&mended), base, true);
	str_clear(&mended);
	return root;
}

/* Some wrap theirs into a web page; NULL when there is none. */
static const struct feed_node *
find_feed(const struct feed_node *root)
{
	static const char *const names[] = {"rss", "rdf", "feed", NULL};
	const struct feed_node *node = root;

	if (is_named(root, entry_names) || is_named(root, feed_names))
		return root;
	while (node && !(node->name && is_named(node, names))) {
		if (node->first) {
			node = node->first;
			continue;
		}
		while (node && !node->next)
			node = node->parent;
		node = node ? node->next : NULL;
	}
	return node;
}

static const char *
read_xml(struct feed *feed, struct arena *a, struct span xml, const char *base)
{
	struct gathering g = {.arena = a, .feed = feed};
	const struct feed_node *root =
		read_tree(feed, a, trim_start(xml), base);
	const struct feed_node *top = root ? find_feed(root) : NULL;

	if (!root)
		return "there is no element in it";
	if (!top && strcasecmp(root->name, "html") == 0)
		return "it is a web page";
	if (!top)
		return "it has none of the elements 'rss', 'feed' and 'RDF'";
	if (is_named(top, entry_names)) {
		g.head = feed_record_new(a, top);
		take_entry(&g, top);
	} else {
		walk(&g, top);
	}
	feed->format = format_name(a, top);
	finish_feed(&g);
	return NULL;
}

/* What stands in the way; NULL when nothing does. */
static const char *
read_feed(struct feed *feed, struct arena *a, struct span bytes,
	const struct feed_hints *hints)
{
	struct str text = STR_INIT;
	const char *base = find_base(a, hints), *why;
	struct span s;

	if (bytes.len > SIZE_LIMIT)
		return "it is larger than 100 MB";
	feed->encoding = feed_decode(a, &text, bytes, hints->content_type);
	s = span_trim(str_span(&text));
	if (s.len == 0)
		why = "it is empty";
	else if (s.data[0] == '{')
		why = feed_json_read(feed, a, s, base);
	else
		why = read_xml(feed, a, s, base);
	str_clear(&text);
	return why;
}

struct feed *
feed_parse(struct arena *arena, const char *name, struct span bytes,
	const struct feed_hints *hints, struct error *err)
{
	static const struct feed_hints none = {.url = NULL};
	struct feed *feed = arena_alloc(arena, sizeof *feed);
	const char *why;

	feed->published = feed->updated = INSTANT_NONE;
	why = read_feed(feed, arena, bytes, hints ? hints : &none);
	if (!why)
		return feed;
	error_set(err, ERROR_DATA, "%s: no feed: %s", name, why);
	return NULL;
}
