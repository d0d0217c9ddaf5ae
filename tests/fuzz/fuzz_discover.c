/*
 * Web pages that are searched for feeds, and lists of feeds (OPML): whatever
 * they hold, each address that is found can be fetched, and is given once.
 */
#include "fuzz.h"

#include "source/discover.h"
#include "source/opml.h"

/* Comparing all with all takes time; so many tell as much. */
enum { COMPARED = 100 };

static void
check_page(struct span html, const char *charset)
{
	struct arena *arena = arena_new();
	struct discovery *found = discover_feeds(
		arena, html, "https://example.org/news/?page=2", charset);

	want("discovery", found);
	want_line("title", found->title);
	for (size_t i = 0; i < found->count; i++) {
		want("url", found->feeds[i].url);
		want_link("url", found->feeds[i].url);
		want_line("title", found->feeds[i].title);
		for (size_t k = 0; k < i && k < COMPARED; k++)
			want("once",
				strcmp(found->feeds[k].url,
					found->feeds[i].url) != 0);
	}
	arena_free(arena);
}

static void
check_opml(struct span bytes)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct opml *opml = opml_parse(arena, "feeds.opml", bytes, &err);

	if (!opml)
		want_error("refused", &err);
	for (size_t i = 0; opml && i < opml->count; i++) {
		want("url", opml->feeds[i].url);
		want_link("url", opml->feeds[i].url);
		want_line("title", opml->feeds[i].title);
		want_line("section", opml->feeds[i].section);
		for (size_t k = 0; k < i && k < COMPARED; k++)
			want("once",
				strcmp(opml->feeds[k].url,
					opml->feeds[i].url) != 0);
	}
	error_clear(&err);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const charsets[] = {NULL, "utf-8", "windows-1254"};
	struct span bytes = {(const char *)data, size};

	check_page(bytes, charsets[size % 3]);
	check_opml(bytes);
	return 0;
}
