#include "source/discover.h"

#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "base/url.h"
#include "html/token.h"
#include "mime/charset.h"

enum {
	PAGE_MAX = 4 * 1024 * 1024, /* octets; what follows is not looked at */
	FEEDS_MAX = 100,
};

static const char *const feed_types[] = {
	"application/rss+xml",
	"application/atom+xml",
	"application/feed+json",
	"application/rdf+xml",
	"application/x.atom+xml",
	"application/x-atom+xml",
	"application/json", /* of JSON Feed 1.0 */
	"text/xml",
	"application/xml",
	"text/rss+xml",
	"text/rdf+xml",
	NULL,
};

/* Ends of a link's path that say it is a feed. */
static const char *const feed_ends[] = {
	".rss",
	".atom",
	".rdf",
	"/feed",
	"/feed/",
	"/feeds",
	"/feeds/",
	"/rss",
	"/rss/",
	"/atom",
	"/atom/",
	"feed.xml",
	"rss.xml",
	"atom.xml",
	"/index.xml",
	"feed.json",
	NULL,
};

/* Beside the page's own folder, and at the top. */
static const char *const usual_places[] = {
	"feed.xml",
	"rss.xml",
	"atom.xml",
	"index.xml",
	"feed/",
	"feed",
	"rss",
	"atom",
	"feed.json",
	NULL,
};

struct finder {
	struct arena *arena;
	const char *base;
	bool has_base; /* the page has said so */
	struct map *seen;
	struct discovery *found;
};

/* ----- what is a feed ----- */

static bool
is_among(const char *const *names, struct span word)
{
	while (*names && !span_equals_nocase(word, *names))
		names++;
	return *names != NULL;
}

/* "application/rss+xml; charset=utf-8" */
static bool
is_feed_type(const struct str *type)
{
	struct span name = str_span(type);

	return is_among(feed_types,
		span_trim(span_slice(name, 0, span_find(name, ';'))));
}

static bool
has_word(const struct str *words, const char *word)
{
	struct span rest = str_span(words);

	while (rest.len) {
		size_t end = strcspn(rest.data, " \t\r\n\f");

		if (span_equals_nocase(span_slice(rest, 0, end), word))
			return true;
		rest = span_from(rest, end + 1);
	}
	return false;
}

static bool
ends_like_feed(const char *url)
{
	struct span path = {url, strcspn(url, "?#")};

	for (size_t i = 0; feed_ends[i]; i++) {
		size_t n = strlen(feed_ends[i]);

		if (path.len >= n &&
			span_equals_nocase(
				span_from(path, path.len - n), feed_ends[i]))
			return true;
	}
	return strstr(url, "feed=rss") || strstr(url, "feed=atom");
}

static bool
is_of_comments(const char *url, const char *title)
{
	return strcasestr(url, "/comments") || strcasestr(url, "comments-") ||
		(title && strcasestr(title, "comments"));
}

/* WordPress and Drupal offer their interfaces as alternates, too. */
static bool
is_interface(const char *url)
{
	return strstr(url, "/wp-json/") || strstr(url, "/oembed");
}

/* ----- what is found ----- */

static void
add(struct finder *f, const char *link, const char *title,
	enum discover_how how)
{
	struct discovery *found = f->found;
	struct str href = STR_INIT, url = STR_INIT, line = STR_INIT;
	struct discover_feed *feed;

	url_without_feed(&href, span_trim(span_of(link)));
	if (found->count == FEEDS_MAX || !href.len ||
		!url_link(&url, str_span(&href), f->base))
		goto out;
	str_truncate(&url, span_find(str_span(&url), '#'));
	if (!url_is_web(str_span(&url)) || is_interface(url.data) ||
		map_has(f->seen, url.data))
		goto out;
	text_flatten(&line, span_of(title));
	map_set(f->seen, url.data, found);
	found->feeds = arena_grow(
		f->arena, found->feeds, found->count, sizeof *found->feeds);
	feed = &found->feeds[found->count++];
	feed->url = arena_span(f->arena, str_span(&url));
	feed->title = line.len ? arena_span(f->arena, str_span(&line)) : NULL;
	feed->how = how;
	feed->of_comments = is_of_comments(feed->url, feed->title);
out:
	str_clear(&href);
	str_clear(&url);
	str_clear(&line);
}

/* ----- the page ----- */

/* Empty when it is absent. Borrowed until the next of the same buffer. */
static const char *
attribute(const struct token *tag, const char *name, struct str *buffer)
{
	str_truncate(buffer, 0);
	token_attribute(tag, name, buffer);
	return str_text(buffer);
}

static void
take_base(struct finder *f, const struct token *tag)
{
	struct str href = STR_INIT, url = STR_INIT;

	if (!f->has_base &&
		url_link(&url, span_of(attribute(tag, "href", &href)),
			f->base) &&
		url_is_web(str_span(&url))) {
		f->base = arena_span(f->arena, str_span(&url));
		f->has_base = true;
	}
	str_clear(&href);
	str_clear(&url);
}

static void
take_title(struct finder *f, struct span raw)
{
	struct str text = STR_INIT, line = STR_INIT;

	token_decode(&text, raw, false);
	text_flatten(&line, str_span(&text));
	if (line.len && !f->found->title)
		f->found->title = arena_span(f->arena, str_span(&line));
	str_clear(&text);
	str_clear(&line);
}

static void
take_link(struct finder *f, const struct token *tag)
{
	struct str rel = STR_INIT, type = STR_INIT, href = STR_INIT,
		   title = STR_INIT;

	attribute(tag, "rel", &rel);
	attribute(tag, "type", &type);
	if (has_word(&rel, "feed") ||
		(has_word(&rel, "alternate") && !has_word(&rel, "stylesheet") &&
			is_feed_type(&type)))
		add(f, attribute(tag, "href", &href),
			attribute(tag, "title", &title), DISCOVER_NAMED);
	str_clear(&rel);
	str_clear(&type);
	str_clear(&href);
	str_clear(&title);
}

static void
take_anchor(struct finder *f, const struct token *tag)
{
	struct str href = STR_INIT, type = STR_INIT, title = STR_INIT;

	attribute(tag, "href", &href);
	attribute(tag, "type", &type);
	if (ends_like_feed(str_text(&href)) || is_feed_type(&type))
		add(f, str_text(&href), attribute(tag, "title", &title),
			DISCOVER_LINKED);
	str_clear(&href);
	str_clear(&type);
	str_clear(&title);
}

static bool
is_tag(const struct token *tag, const char *name)
{
	return span_equals_nocase(tag->name, name);
}

/* Elements whose content is no markup. */
static bool
is_raw(const struct token *tag)
{
	return is_tag(tag, "title") || is_tag(tag, "script") ||
		is_tag(tag, "style");
}

/* `raw` is the content of an element that is_raw(). */
static void
read_tags(struct finder *f, struct span html,
	void (*take)(
		struct finder *f, const struct token *tag, struct span raw))
{
	struct token_reader r;
	struct token tag;

	token_start(&r, html);
	while (token_next(&r, &tag))
		if (tag.kind == TOKEN_START)
			take(f, &tag,
				is_raw(&tag) ? token_raw(&r, tag.name)
					     : SPAN_NONE);
}

/* What is said once for the whole page, wherever that stands. */
static void
take_head(struct finder *f, const struct token *tag, struct span raw)
{
	if (is_tag(tag, "base"))
		take_base(f, tag);
	else if (is_tag(tag, "title"))
		take_title(f, raw);
}

static void
take_feed(struct finder *f, const struct token *tag, struct span raw)
{
	(void)raw;
	if (is_tag(tag, "link"))
		take_link(f, tag);
	else if (is_tag(tag, "a"))
		take_anchor(f, tag);
}

/* ----- its encoding ----- */

static void
decode(struct str *out, struct span html, const char *charset)
{
	if (!(charset && charset_convert(out, span_of(charset), html, NULL)) &&
		!text_is_utf8(html) &&
		charset_convert(out, charset_of_page(html), html, NULL))
		return;
	if (!out->len)
		text_repair(out, html);
}

/* ----- where they usually are ----- */

static void
guess(struct finder *f, const char *page)
{
	f->base = page;
	for (size_t i = 0; usual_places[i]; i++)
		add(f, usual_places[i], NULL, DISCOVER_GUESSED);
	for (size_t i = 0; usual_places[i]; i++)
		add(f, arena_printf(f->arena, "/%s", usual_places[i]), NULL,
			DISCOVER_GUESSED);
}

/* As found, but those of comments behind the others of their kind. */
static void
sort(struct finder *f)
{
	struct discovery *found = f->found;
	struct discover_feed *sorted =
		arena_alloc(f->arena, found->count * sizeof *sorted);
	size_t n = 0;

	for (int how = DISCOVER_NAMED; how <= DISCOVER_GUESSED; how++)
		for (int comments = 0; comments <= 1; comments++)
			for (size_t i = 0; i < found->count; i++)
				if ((int)found->feeds[i].how == how &&
					found->feeds[i].of_comments == comments)
					sorted[n++] = found->feeds[i];
	found->feeds = sorted;
}

struct discovery *
discover_feeds(struct arena *arena, struct span html, const char *url,
	const char *charset)
{
	struct finder f = {
		.arena = arena,
		.base = url,
		.seen = map_new(),
		.found = arena_alloc(arena, sizeof *f.found),
	};
	struct str page = STR_INIT;

	decode(&page, span_slice(html, 0, PAGE_MAX), charset);
	read_tags(&f, str_span(&page), take_head);
	read_tags(&f, str_span(&page), take_feed);
	str_clear(&page);
	guess(&f, url);
	sort(&f);
	map_free(f.seen);
	return f.found;
}
