#include "unit.h"

#include "base/date.h"
#include "source/feed_source.h"

/* What becomes of entries of RSS. */
struct reading {
	struct arena *arena;
	struct dispatches all;
};

static void
read_from(struct reading *r, const struct source_config *source,
	const struct list *list, const char *item)
{
	struct feed *feed;
	char *xml;

	r->arena = arena_new();
	dispatches_init(&r->all);
	xml = arena_printf(r->arena,
		"<rss><channel><link>https://example.org/</link><item>"
		"<title>Ferries</title>%s</item></channel></rss>",
		item);
	feed = feed_parse(r->arena, "feed", span_of(xml),
		&(struct feed_hints){.url = "https://example.org/f"}, NULL);
	want_true(item, feed != NULL);
	feed_dispatches(feed, source, list, &r->all);
}

static void
read_entries(struct reading *r, const char *item)
{
	const struct source_config source = {.name = "feed"};
	const struct list list = {.language = "en"};

	read_from(r, &source, &list, item);
}

static const struct dispatch *
read_entry(struct reading *r, const char *item)
{
	read_entries(r, item);
	want_int(item, r->all.count, 1);
	return &r->all.items[0];
}

static void
reading_clear(struct reading *r)
{
	dispatches_clear(&r->all);
	arena_free(r->arena);
}

static void
test_links(void **state)
{
	static const struct {
		const char *item, *want;
	} cases[] = {
		{"<link>/a?b=1</link>", "https://example.org/a?b=1"},
		{"<link>HTTP://example.com/</link>", "HTTP://example.com/"},
		{"<link>https://example.com/a b</link>",
			"https://example.com/a%20b"},
		{"<link>https://example.com/a&#10;&#9; b</link>",
			"https://example.com/a%20b"},
		{"<link>tag:example.org,2026:1</link>", NULL},
		{"<link>mailto:desk@example.org</link>", NULL},
		{"<link>ftp://example.org/a</link>", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r;

		want_text(cases[i].item,
			read_entry(&r, cases[i].item)->variants[0].link,
			cases[i].want);
		reading_clear(&r);
	}
}

static void
test_ids(void **state)
{
	static const struct {
		const char *item, *want;
	} cases[] = {
		{"<guid>https://www.example.org/a?utm_source=x</guid>",
			"example.org/a"},
		{"<guid>12</guid>", "example.org:12"},
		{"<guid>https://example.org/</guid><link>/a</link>",
			"example.org/a"},
		{"<guid>1&#9;2</guid>", "example.org:1 2"},
		{"<guid>tag:example.org,2026:1</guid>",
			"tag:example.org,2026:1"},
		{"<guid>tag:example.org,\n\t2026:1&#13;</guid>",
			"tag:example.org, 2026:1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r;

		want_text(cases[i].item, read_entry(&r, cases[i].item)->id,
			cases[i].want);
		reading_clear(&r);
	}
}

/* Several of one page are known by their place on it; nothing else is. */
static void
test_places(void **state)
{
	static const struct {
		const char *others, *want; /* the id of the first */
		size_t count;
	} cases[] = {
		{"", "example.org/log", 1},
		{"<item><link>/log#a</link><title>A</title></item>"
		 "<item><link>/log#b</link><title>B</title></item>",
			"example.org/log#v3", 3},
		{"<item><link>/log</link><title>A</title></item>",
			"example.org/log#v3", 2},
		{"<item><link>http://www.example.org/log?utm_id=1#v3</link>"
		 "<title>A</title></item>",
			"example.org/log", 1},
		{"<item><link>/other#a</link><title>A</title></item>",
			"example.org/log", 2},
		{"<item><link>/log#</link><title>A</title></item>"
		 "<item><link>/log</link><title>B</title></item>",
			"example.org/log#v3", 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r;
		struct str item = STR_INIT;

		str_printf(&item, "<link>/log#v3</link></item>%s<item>",
			cases[i].others);
		read_entries(&r, str_text(&item));
		want_int(cases[i].others, r.all.count, cases[i].count);
		want_text(cases[i].others, r.all.items[0].id, cases[i].want);
		reading_clear(&r);
		str_clear(&item);
	}
}

static void
test_dates(void **state)
{
	static const struct {
		const char *item;
		int64_t want;
		bool marked;
	} cases[] = {
		{"<pubDate>Mon, 02 Mar 2026 04:00:00 GMT</pubDate>", 1772424000,
			false},
		{"<pubDate>Mon, 01 Jan 0001 00:00:00 +0000</pubDate>",
			INSTANT_NONE, false},
		{"<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate>",
			INSTANT_NONE, false},
		{"<pubDate>Thu, 01 Jan 1970 03:00:00 GMT</pubDate>",
			INSTANT_NONE, false},
		{"<pubDate>Fri, 02 Jan 1970 00:00:00 GMT</pubDate>", 86400,
			false},
		{"<pubDate>Sun, 30 Oct 1938 20:00:00 EST</pubDate>", -983660400,
			false},
		{"<pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate>"
		 "<updated xmlns='http://www.w3.org/2005/Atom'>"
		 "2026-03-02T04:00:00Z</updated>",
			1772424000, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r;
		const struct dispatch *d = read_entry(&r, cases[i].item);

		want_int(cases[i].item, d->date, cases[i].want);
		want_int(cases[i].item, d->variants[0].marked, cases[i].marked);
		reading_clear(&r);
	}
}

static void
test_languages(void **state)
{
	static const struct {
		const char *item, *want;
	} cases[] = {
		{"", "en"},
		{"<language>tr</language>", "tr"},
		{"<language> pt_BR\n</language>", "pt-br"},
		{"<language>the\nold one</language>", "en"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r;

		want_text(cases[i].item,
			read_entry(&r, cases[i].item)->variants[0].language,
			cases[i].want);
		reading_clear(&r);
	}
}

static void
test_tags(void **state)
{
	struct reading r;
	const struct variant *v = read_entry(&r,
		"<category>Fog\n\tand rain</category>"
		"<category>&#x202e;</category><category>Quay</category>")
					  ->variants;

	(void)state;
	want_int("tags", v->tag_count, 2);
	want_text("first", v->tags[0], "Fog and rain");
	want_text("second", v->tags[1], "Quay");
	reading_clear(&r);
}

static void
test_pictures(void **state)
{
	static const struct {
		const char *item, *want;
	} cases[] = {
		{"", NULL},
		{"<enclosure url='/a.jpg' type='image/jpeg'/>",
			"https://example.org/a.jpg"},
		{"<enclosure url='/a.mp3' type='audio/mpeg'/>", NULL},
		{"<image>https://example.com/a b.jpg</image>",
			"https://example.com/a%20b.jpg"},
		{"<image>ftp://example.com/a.jpg</image>", NULL},
		/* The body has it: as it is, or in another size. */
		{"<image>/crane.jpg?a=1&amp;b=2</image><description>"
		 "&lt;img src='/crane-300x200.jpg'></description>",
			NULL},
		{"<image>/crane-1024x768.jpg</image><description>"
		 "&lt;img src='/crane.jpg'></description>",
			NULL},
		{"<image>/a.jpg?a=1&amp;b=2</image><description>&lt;img "
		 "src='/a.jpg?a=1&amp;amp;b=2'></description>",
			NULL},
		{"<image>/a.jpg</image><description>&lt;img "
		 "src='/bca.jpg'></description>",
			"https://example.org/a.jpg"},
		{"<image>/crane.jpg</image><description>A crane.</description>",
			"https://example.org/crane.jpg"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r;

		want_text(cases[i].item,
			read_entry(&r, cases[i].item)->variants[0].picture.url,
			cases[i].want);
		reading_clear(&r);
	}
}

/* The news and the events of a site may each have a 17. */
static void
test_counters(void **state)
{
	const char *const urls[] = {"https://www.example.org/news.xml",
		"https://example.org/events.xml", "https://example.com/feed",
		"http://example.com/other?x=1"};
	const char *const wants[] = {"example.org:17",
		"example.org/events.xml:17", "example.org:17",
		"example.com/other?x=1:17"};
	struct source_config sources[5] = {{.kind = SOURCE_FOLDER}};
	const struct list list = {
		.language = "en", .sources = sources, .source_count = 5};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++)
		sources[i + 1] = (struct source_config){
			.kind = SOURCE_FEED, .name = urls[i], .path = urls[i]};
	for (size_t i = 0; i < COUNT(urls); i++) {
		struct reading r;

		read_from(&r, &sources[i + 1], &list,
			"<guid isPermaLink='false'>17</guid>");
		want_text(urls[i], r.all.items[0].id, wants[i]);
		reading_clear(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
