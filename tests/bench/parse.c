/* How fast feeds are read: parse FILE… prints MB/s of CPU time, the dispatches
 * made and all. */
#include <stdio.h>
#include <time.h>

#include "base/file.h"
#include "source/feed.h"
#include "source/feed_source.h"

enum { LIMIT = 64 * 1024 * 1024 };

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Returns the entries. */
static size_t
read_one(struct span bytes, double *parsing, double *all)
{
	static const struct source_config source = {
		.name = "https://example.org/feed"};
	static const struct list list = {.language = "en"};
	struct arena *arena = arena_new();
	struct dispatches made;
	double start = cpu();
	struct feed *feed = feed_parse(arena, "feed", bytes, NULL, NULL);
	size_t count = feed ? feed->entry_count : 0;

	*parsing += cpu() - start;
	dispatches_init(&made);
	if (feed)
		feed_dispatches(feed, &source, &list, &made);
	*all += cpu() - start;
	dispatches_clear(&made);
	arena_free(arena);
	return count;
}

int
main(int argc, char **argv)
{
	double parsing = 0, all = 0;
	size_t octets = 0, entries = 0;

	for (int i = 1; i < argc; i++) {
		struct str bytes = STR_INIT;

		if (!file_read(argv[i], LIMIT, &bytes, NULL))
			return 1;
		octets += bytes.len;
		entries += read_one(str_span(&bytes), &parsing, &all);
		str_clear(&bytes);
	}
	printf("%zu %.1f %.1f\n", entries, (double)octets / parsing / 1e6,
		(double)octets / all / 1e6);
	return 0;
}
