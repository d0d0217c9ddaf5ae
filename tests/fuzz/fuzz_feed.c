/*
 * Feeds in any state: none crashes, no link leads to a script, text is text,
 * what is read is not many times larger than what was written, and its
 * dispatches are sound. The first line is the date of a feed, too.
 */
#include "fuzz.h"

#include "source/feed_source.h"

static void
check_html(const char *html, size_t size)
{
	want_utf8("html", html);
	want("html", !html || strlen(html) <= 100 * size + 100000);
}

/* May be of any scheme but a script's. */
static void
check_address(const char *url)
{
	want_line("address", url);
	want("address", !url || strncasecmp(url, "javascript:", 11) != 0);
}

static void
check_entry(const struct feed_entry *e, size_t size)
{
	want_line("title", e->title);
	check_address(e->link);
	check_address(e->image);
	check_html(e->title_html, size);
	check_html(e->content.html, size);
	check_html(e->summary.html, size);
	want_instant("published", e->published);
	want_instant("updated", e->updated);
	for (size_t i = 0; i < e->author_count; i++)
		want_utf8("author", e->authors[i].name);
	for (size_t i = 0; i < e->tag_count; i++)
		want_utf8("tag", e->tags[i]);
	for (size_t i = 0; i < e->enclosure_count; i++)
		check_address(e->enclosures[i].url);
}

static void
check_feed(const struct feed *feed, size_t size)
{
	want("entries", feed->entry_count <= 10000);
	want("format", feed->format);
	want_line("title", feed->title);
	check_address(feed->link);
	check_address(feed->image);
	check_html(feed->title_html, size);
	for (size_t i = 0; i < feed->entry_count; i++)
		check_entry(&feed->entries[i], size);
}

static void
check_dispatches(const struct feed *feed, size_t size)
{
	const struct source_config source = {.name = "feed"};
	const struct list list = {.language = "en"};
	struct dispatches all;

	dispatches_init(&all);
	feed_dispatches(feed, &source, &list, &all);
	want("dispatches", all.count <= feed->entry_count);
	for (size_t i = 0; i < all.count; i++)
		want_dispatch(&all.items[i], 100 * size + 100000);
	want_problems("problem", &all.problems);
	dispatches_clear(&all);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct feed_hints hints = {
		.url = "https://example.org/news/feed"};
	struct span bytes = {(const char *)data, size};
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct feed *feed = feed_parse(arena, "feed", bytes, &hints, &err);

	want_instant("date",
		feed_date(span_slice(bytes, 0, span_find(bytes, '\n'))));
	if (feed) {
		check_feed(feed, size);
		check_dispatches(feed, size);
	} else {
		want_error("refused", &err);
	}
	error_clear(&err);
	arena_free(arena);
	return 0;
}
