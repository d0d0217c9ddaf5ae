/*
 * Feeds in any state: none crashes, no link leads to a script, and what is
 * read is not many times larger than what was written. The first line is the
 * date of a feed, too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_link(const char *link)
{
	if (link && strncasecmp(link, "javascript:", 11) == 0)
		abort();
}

static void
check_text(const char *html, size_t size)
{
	if (html && strlen(html) > 100 * size + 100000)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct feed_hints hints = {
		.url = "https://example.org/news/feed"};
	struct span bytes = {(const char *)data, size};
	struct arena *arena = arena_new();
	struct feed *feed = feed_parse(arena, "feed", bytes, &hints, NULL);

	feed_date(span_slice(bytes, 0, span_find(bytes, '\n')));
	for (size_t i = 0; feed && i < feed->entry_count; i++) {
		check_link(feed->entries[i].link);
		check_link(feed->entries[i].image);
		check_text(feed->entries[i].content.html, size);
		check_text(feed->entries[i].summary.html, size);
	}
	if (feed)
		check_link(feed->link);
	arena_free(arena);
	return 0;
}
