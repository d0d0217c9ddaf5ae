#include "unit.h"

#include "source/discover.h"

static const char page_url[] = "https://example.org/news/index.html";

static void
want_first(const char *html, const char *url, const char *title,
	enum discover_how how)
{
	struct arena *arena = arena_new();
	struct discovery *d =
		discover_feeds(arena, span_of(html), page_url, NULL);

	want_true(html, d->count > 0);
	want_text(html, d->feeds[0].url, url);
	want_text(html, d->feeds[0].title, title);
	want_int(html, d->feeds[0].how, how);
	arena_free(arena);
}

static void
test_first(void **state)
{
	static const struct {
		const char *html, *url, *title;
		enum discover_how how;
	} cases[] = {
		{"<link rel=alternate type=application/rss+xml href=/feed.xml "
		 "title='Harbour  Wire'>",
			"https://example.org/feed.xml", "Harbour Wire",
			DISCOVER_NAMED},
		{"<LINK REL=\"Alternate\" TYPE=\"APPLICATION/ATOM+XML; "
		 "charset=utf-8\" HREF=\"atom?a=1&amp;b=2\">",
			"https://example.org/news/atom?a=1&b=2", NULL,
			DISCOVER_NAMED},
		{"<link rel='home alternate' type='application/feed+json' "
		 "href='//feeds.example.org/1'>",
			"https://feeds.example.org/1", NULL, DISCOVER_NAMED},
		{"<link rel=feed href=/f>", "https://example.org/f", NULL,
			DISCOVER_NAMED},
		{"<link rel='\f\f feed' href=/f>", "https://example.org/f",
			NULL, DISCOVER_NAMED},
		{"<link rel=alternate type=application/rss+xml "
		 "href=feed://example.org/x>",
			"http://example.org/x", NULL, DISCOVER_NAMED},
		{"<link rel=alternate type=application/rss+xml "
		 "href='feed:https://example.org/x'>",
			"https://example.org/x", NULL, DISCOVER_NAMED},
		{"<link rel=alternate type=application/rss+xml href=/a>"
		 "<base href=https://other.example.org/b/>",
			"https://other.example.org/a", NULL, DISCOVER_NAMED},
		/* in the body, where some systems put it */
		{"<body><div><p><link rel=alternate type=text/xml href=/x>",
			"https://example.org/x", NULL, DISCOVER_NAMED},
		/* what is behind, behind */
		{"<link rel=alternate type=application/rss+xml "
		 "href=/comments/feed title='Comments'>"
		 "<link rel=alternate type=application/rss+xml href=/feed>",
			"https://example.org/feed", NULL, DISCOVER_NAMED},
		{"<a href=/rss.xml>All news</a>"
		 "<link rel=alternate type=application/rss+xml href=/n>",
			"https://example.org/n", NULL, DISCOVER_NAMED},
		{"<a href='/?feed=rss2' title='Our&nbsp;feed'>RSS</a>",
			"https://example.org/?feed=rss2", "Our feed",
			DISCOVER_LINKED},
		{"<a href=/about>About</a> <a href=/News.RSS#top>RSS</a>",
			"https://example.org/News.RSS", NULL, DISCOVER_LINKED},
		/* no feeds */
		{"<link rel='alternate stylesheet' type=text/xml href=/s>"
		 "<link rel=alternate hreflang=tr href=/tr>"
		 "<link rel=alternate type=application/json "
		 "href=/wp-json/wp/v2/pages/7>"
		 "<link rel=alternate type=text/xml+oembed href=/oembed>"
		 "<link rel=alternate type=application/rss+xml "
		 "href=javascript:x()>"
		 "<link rel=alternate type=application/rss+xml>"
		 "<!-- <link rel=feed href=/c> -->"
		 "<script>'<link rel=feed href=/s>'</script>",
			"https://example.org/news/feed.xml", NULL,
			DISCOVER_GUESSED},
		{"", "https://example.org/news/feed.xml", NULL,
			DISCOVER_GUESSED},
		{"\xff\xfe\x01<<<>", "https://example.org/news/feed.xml", NULL,
			DISCOVER_GUESSED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_first(cases[i].html, cases[i].url, cases[i].title,
			cases[i].how);
}

static void
test_all(void **state)
{
	struct arena *arena = arena_new();
	struct discovery *d = discover_feeds(arena,
		span_of("<title>\n Harbour\n</title>"
			"<link rel=alternate type=application/rss+xml href=/a>"
			"<link rel=alternate type=application/rss+xml href=/a#b>"
			"<a href=/feed.xml>News</a>"),
		page_url, NULL);
	size_t top = 0;

	(void)state;
	want_text("title", d->title, "Harbour");
	want_text("named", d->feeds[0].url, "https://example.org/a");
	want_text("linked", d->feeds[1].url, "https://example.org/feed.xml");
	for (size_t i = 0; i < d->count; i++)
		top += strcmp(d->feeds[i].url,
			       "https://example.org/feed.xml") == 0;
	want_int("each once", top, 1);
	want_int("the rest is guessed", d->feeds[2].how, DISCOVER_GUESSED);
	arena_free(arena);
}

/* A title is read as what the page or the server says it is. */
static void
test_charset(void **state)
{
	static const struct {
		const char *html, *charset;
	} cases[] = {
		{"<title>Liman Ağı</title>", NULL},
		{"<title>Liman A\xf0\xfd</title>", "windows-1254"},
		{"<meta charset=windows-1254><title>Liman A\xf0\xfd</title>",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct discovery *d = discover_feeds(arena,
			span_of(cases[i].html), page_url, cases[i].charset);

		want_text(cases[i].html, d->title, "Liman Ağı");
		arena_free(arena);
	}
}

/* Deep, many, and long: neither crash nor hang. */
static void
test_hostile(void **state)
{
	static const char *const pieces[] = {"<div>", "<link rel=feed href=a?",
		"<a href=x.rss>", "<![CDATA[", "&", "<a href=/feed",
		"<base href=x>", "<title>"};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct arena *arena = arena_new();
		struct str html = STR_INIT;
		struct discovery *d;

		for (int n = 0; n < 5000; n++)
			str_add(&html, pieces[i]);
		d = discover_feeds(arena, str_span(&html), page_url, NULL);
		want_true(pieces[i], d->count > 0 && d->count <= 100);
		str_clear(&html);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_charset),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
