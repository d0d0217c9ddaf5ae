/*
 * Read as a list of tags: what people import was made by many programs, with
 * bare ampersands, HTML's entities and missing ends, and only one element
 * matters.
 */
#include "source/opml.h"

#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "base/url.h"
#include "html/token.h"
#include "source/feed_node.h"

enum { DEPTH_MAX = 32 /* outlines in outlines whose titles are kept */ };

struct reader {
	struct arena *arena;
	struct map *seen;
	struct opml *opml;
	const char *sections[DEPTH_MAX]; /* of the outlines that are open */
	size_t depth, deeper;
};

/* ----- outlines ----- */

/* One line, in the arena; NULL when it is absent or empty. */
static const char *
attribute(struct arena *arena, const struct token *tag, const char *name)
{
	struct str text = STR_INIT, line = STR_INIT;
	const char *kept = NULL;

	if (token_attribute(tag, name, &text))
		text_flatten(&line, str_span(&text));
	if (line.len)
		kept = arena_span(arena, str_span(&line));
	str_clear(&text);
	str_clear(&line);
	return kept;
}

static const char *
outline_title(struct arena *arena, const struct token *tag)
{
	const char *title = attribute(arena, tag, "title");

	return title ? title : attribute(arena, tag, "text");
}

static void
add(struct reader *r, const struct token *tag, const char *url)
{
	struct opml *opml = r->opml;
	struct str plain = STR_INIT, link = STR_INIT;
	struct opml_feed *feed;

	url_without_feed(&plain, span_of(url));
	if (!url_link(&link, str_span(&plain), NULL) ||
		!url_is_web(str_span(&link))) {
		opml->left_out++;
	} else if (!map_has(r->seen, link.data)) {
		map_set(r->seen, link.data, opml);
		opml->feeds = arena_grow(r->arena, opml->feeds, opml->count,
			sizeof *opml->feeds);
		feed = &opml->feeds[opml->count++];
		feed->url = arena_span(r->arena, str_span(&link));
		feed->title = outline_title(r->arena, tag);
		feed->section = r->depth ? r->sections[r->depth - 1] : NULL;
	}
	str_clear(&plain);
	str_clear(&link);
}

/* Subscriptions were written with "url" before there was "xmlUrl". */
static void
take_outline(struct reader *r, const struct token *tag)
{
	const char *url = attribute(r->arena, tag, "xmlUrl");

	if (!url && text_equals_nocase(attribute(r->arena, tag, "type"), "rss"))
		url = attribute(r->arena, tag, "url");
	if (url)
		add(r, tag, url);
	if (span_ends(tag->attributes, "/"))
		return;
	if (r->depth < DEPTH_MAX)
		r->sections[r->depth++] = outline_title(r->arena, tag);
	else
		r->deeper++;
}

static void
end_outline(struct reader *r)
{
	if (r->deeper)
		r->deeper--;
	else if (r->depth)
		r->depth--;
}

/* ----- the file ----- */

static bool
read_tags(struct reader *r, struct span xml)
{
	struct token_reader tags;
	struct token tag;
	bool is_opml = false;

	token_start(&tags, xml);
	while (token_next(&tags, &tag)) {
		bool outline = span_equals_nocase(tag.name, "outline");

		if (tag.kind == TOKEN_START && outline && is_opml)
			take_outline(r, &tag);
		else if (tag.kind == TOKEN_END && outline)
			end_outline(r);
		else if (tag.kind == TOKEN_START && !is_opml) {
			is_opml = span_equals_nocase(tag.name, "opml");
			if (!is_opml)
				return false;
		}
	}
	return is_opml;
}

struct opml *
opml_parse(struct arena *arena, const char *name, struct span bytes,
	struct error *err)
{
	struct reader r = {.arena = arena, .seen = map_new()};
	struct str decoded = STR_INIT, xml = STR_INIT;
	bool is_opml;

	r.opml = arena_alloc(arena, sizeof *r.opml);
	feed_decode(arena, &decoded, bytes, NULL);
	text_repair(&xml, str_span(&decoded)); /* NULs go */
	str_clear(&decoded);
	is_opml = read_tags(&r, str_span(&xml));
	str_clear(&xml);
	map_free(r.seen);
	if (r.opml->count)
		return r.opml;
	if (!is_opml)
		error_set(err, ERROR_DATA,
			"%s: no list of feeds; export one as OPML from a feed "
			"reader",
			name);
	else
		error_set(err, ERROR_DATA, "%s: names no feed%s", name,
			r.opml->left_out ? " with an http or https address"
					 : "");
	return NULL;
}
