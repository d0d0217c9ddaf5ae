#include "unit.h"

#include "source/feed_source.h"

/* ----- links ----- */

static void
want_link(const char *written, const char *want)
{
	const struct source_config source = {.name = "feed", .language = "en"};
	struct arena *arena = arena_new();
	struct dispatches all;
	struct feed *feed;
	char *xml = arena_printf(arena,
		"<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
		"<title>Ferries</title><link href='%s'/></entry></feed>",
		written);

	dispatches_init(&all);
	feed = feed_parse(arena, "feed", span_of(xml),
		&(struct feed_hints){.url = "https://example.org/f"}, NULL);
	want_true(written, feed != NULL);
	feed_dispatches(feed, &source, NULL, &all);
	want_int(written, all.count, 1);
	want_text(written, all.items[0].variants[0].link, want);
	dispatches_clear(&all);
	arena_free(arena);
}

static void
test_links(void **state)
{
	static const struct {
		const char *written, *want;
	} cases[] = {
		{"/a?b=1", "https://example.org/a?b=1"},
		{"HTTP://example.com/", "HTTP://example.com/"},
		{"https://example.com/a b", "https://example.com/a%20b"},
		{"tag:example.org,2026:1", NULL},
		{"mailto:desk@example.org", NULL},
		{"ftp://example.org/a", NULL},
		{"https://example.com/a&#10;&#9; b",
			"https://example.com/a%20b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_link(cases[i].written, cases[i].want);
}

/* ----- identity ----- */

static void
want_id(const char *written, const char *want)
{
	const struct source_config source = {.name = "feed", .language = "en"};
	struct arena *arena = arena_new();
	struct dispatches all;
	struct feed *feed;
	char *xml = arena_printf(arena,
		"<rss><channel><link>https://example.org/</link><item>"
		"<title>Ferries</title><guid>%s</guid></item></channel></rss>",
		written);

	dispatches_init(&all);
	feed = feed_parse(arena, "feed", span_of(xml), NULL, NULL);
	want_true(written, feed != NULL);
	feed_dispatches(feed, &source, NULL, &all);
	want_int(written, all.count, 1);
	want_text(written, all.items[0].id, want);
	dispatches_clear(&all);
	arena_free(arena);
}

static void
test_ids(void **state)
{
	static const struct {
		const char *written, *want;
	} cases[] = {
		{"https://www.example.org/a?utm_source=x", "example.org/a"},
		{"12", "example.org:12"},
		{"tag:example.org,2026:1", "tag:example.org,2026:1"},
		{"tag:example.org,\n\t2026:1&#13;", "tag:example.org, 2026:1"},
		{"1&#9;2", "example.org:1 2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_id(cases[i].written, cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
