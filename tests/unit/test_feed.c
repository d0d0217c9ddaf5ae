#include "unit.h"

#include "base/date.h"
#include "source/feed.h"

static const struct feed_hints hints = {.url = "https://example.org/f/feed"};

static struct feed *
parse(struct arena *arena, const char *text)
{
	return feed_parse(arena, "test", span_of(text), &hints, NULL);
}

/* ----- one entry, one field ----- */

enum field {
	COUNTED,
	TITLE,
	TITLE_HTML,
	ID,
	LINK,
	SUMMARY,
	CONTENT,
	NAME,
	EMAIL,
	TAG,
	IMAGE,
	ENCLOSURE,
	PUBLISHED,
	LANGUAGE,
	FEED_TITLE,
	FEED_LINK,
};

static const char *
date_text(struct arena *arena, int64_t when)
{
	struct str text = STR_INIT;
	const char *kept;

	if (when == INSTANT_NONE)
		return NULL;
	date_write_iso(&text, when);
	kept = arena_span(arena, str_span(&text));
	str_clear(&text);
	return kept;
}

static const char *
field_text(struct arena *a, const struct feed *feed, enum field field)
{
	static const struct feed_entry none = {.id = NULL};
	const struct feed_entry *e = feed->entry_count ? feed->entries : &none;

	switch (field) {
	case COUNTED:
		return arena_printf(a, "%zu", feed->entry_count);
	case TITLE:
		return e->title;
	case TITLE_HTML:
		return e->title_html;
	case ID:
		return e->id;
	case LINK:
		return e->link;
	case SUMMARY:
		return e->summary.html;
	case CONTENT:
		return e->content.html;
	case NAME:
		return e->author_count ? e->authors[0].name : NULL;
	case EMAIL:
		return e->author_count ? e->authors[0].email : NULL;
	case TAG:
		return e->tag_count ? e->tags[e->tag_count - 1] : NULL;
	case IMAGE:
		return e->image;
	case ENCLOSURE:
		return e->enclosure_count ? e->enclosures[0].url : NULL;
	case PUBLISHED:
		return date_text(a, e->published);
	case LANGUAGE:
		return e->language;
	case FEED_TITLE:
		return feed->title;
	default:
		return feed->link;
	}
}

#define RSS(x) "<rss version='2.0'><channel><item>" x "</item></channel></rss>"
#define ATOM(x)                                                    \
	"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='tr'>" \
	"<entry>" x "</entry></feed>"
#define JSON(x)                                                        \
	"{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":" \
	"\"News\",\"items\":[{" x "}]}"

static const struct {
	const char *text;
	enum field field;
	const char *want;
} cases[] = {
	{RSS("<title>A &amp;amp; B</title>"), TITLE, "A & B"},
	{RSS("<title>a &lt; b</title>"), TITLE, "a < b"},
	{RSS("<title>The &lt;blink&gt; tag</title>"), TITLE, "The <blink> tag"},
	{RSS("<title>An &lt;b&gt;old&lt;/b&gt; one</title>"), TITLE,
		"An old one"},
	{RSS("<title>An &lt;b&gt;old&lt;/b&gt; one</title>"), TITLE_HTML,
		"An <strong>old</strong> one"},
	{RSS("<title>a &lt; b</title>"), TITLE_HTML, "a &lt; b"},
	{RSS("<title>caf&eacute;</title>"), TITLE, "café"},
	{RSS("<title>R&D at AT&T</title>"), TITLE, "R&D at AT&T"},
	{RSS("<media:title>M</media:title><title>T</title>"), TITLE, "T"},
	{RSS("<title>bell \x07 rings</title>"), TITLE, "bell rings"},
	{RSS("<link>/a?b=1&c=2</link>"), LINK, "https://example.org/a?b=1&c=2"},
	{RSS("<link>javascript:alert(1)</link>"), LINK, NULL},
	{RSS("<link>java\nscript:alert(1)</link>"), LINK, NULL},
	{RSS("<link>\nhttps://example.org/\n\ta\x7f</link>"), LINK,
		"https://example.org/a"},
	{RSS("<guid>https://example.org/g</guid>"), LINK,
		"https://example.org/g"},
	{RSS("<guid isPermaLink='false'>https://example.org/g</guid>"), LINK,
		NULL},
	{RSS("<guid>17</guid>"), LINK, NULL},
	{RSS("<guid>17</guid>"), ID, "17"},
	{RSS("<guid>x</guid><link>/l</link>"), LINK, "https://example.org/l"},
	{RSS("<description>plain</description>"), SUMMARY, "<p>plain</p>\n"},
	{RSS("<description>&lt;script>x&lt;/script></description>"), SUMMARY,
		NULL},
	{RSS("<description>&lt;a href='x'>y&lt;/a></description>"), SUMMARY,
		"<p><a href=\"https://example.org/f/x\">y</a></p>\n"},
	{RSS("<content:encoded><![CDATA[<p>All]]></content:encoded>"), CONTENT,
		"<p>All</p>\n"},
	{RSS("<author>jo@example.org (Jo Doe)</author>"), NAME, "Jo Doe"},
	{RSS("<author>jo@example.org (Jo Doe)</author>"), EMAIL,
		"jo@example.org"},
	{RSS("<author>Jo &lt;jo@example.org&gt;</author>"), NAME, "Jo"},
	{RSS("<dc:creator>Jo</dc:creator>"), NAME, "Jo"},
	{RSS("<author>Jo @ home</author>"), NAME, "Jo @ home"},
	{RSS("<category>a</category><category>b</category>"), TAG, "b"},
	{RSS("<itunes:keywords>a, b</itunes:keywords>"), TAG, "b"},
	{RSS("<enclosure url='/s.mp3' length='-1'/>"), ENCLOSURE,
		"https://example.org/s.mp3"},
	{RSS("<media:group><media:thumbnail url='/t'/></media:group>"), IMAGE,
		"https://example.org/t"},
	{RSS("<enclosure url='/i' type='image/png'/>"), IMAGE,
		"https://example.org/i"},
	{RSS("<pubDate>20 Nov 2026 09:00 +0300</pubDate>"), PUBLISHED,
		"2026-11-20T06:00:00Z"},
	{RSS("<dc:date>2026-11-20</dc:date>"), PUBLISHED,
		"2026-11-20T00:00:00Z"},
	{RSS("<x:title xmlns:x='urn:x'>other</x:title>"), TITLE, NULL},
	/* broken */
	{"<rss><channel><item><title>a<item><title>b", COUNTED, "2"},
	{"<rss><channel><item><title>a<item><title>b", TITLE, "a"},
	{"noise <?xml version='1.0'?><rss><item><title>a</title></rss>", TITLE,
		"a"},
	{"<rss><channel><itunes:category text='x'><item/></channel></rss>",
		COUNTED, "1"},
	{"<rss><channel><title>x</title", FEED_TITLE, "x"},
	{"<rss><item><link a a='1' a='2'>/x</link><![CD", LINK,
		"https://example.org/x"},
	{"<!DOCTYPE rss [<!ENTITY me 'us'>]><rss><item><title>&me;</title>"
	 "</item></rss>",
		TITLE, "us"},
	/* Atom */
	{ATOM("<title type='html'>&lt;i>x&lt;/i></title>"), TITLE, "x"},
	{ATOM("<title type='text'>&lt;i>x&lt;/i></title>"), TITLE, "<i>x</i>"},
	{ATOM("<link rel='self' href='/s'/><link href='/a'/>"), LINK,
		"https://example.org/a"},
	{ATOM("<link xml:base='http://example.com/d/' href='a'/>"), LINK,
		"http://example.com/d/a"},
	{ATOM("<id>http://example.org/\n\ta</id>"), LINK,
		"http://example.org/a"},
	{ATOM("<link xml:base='http://example.com/d&#10;/' href='a'/>"), LINK,
		"http://example.com/d/a"},
	{ATOM("<link xml:base='data:x' href='/a'/>"), LINK, NULL},
	{ATOM("<link rel='enclosure' href='/e'/>"), ENCLOSURE,
		"https://example.org/e"},
	{ATOM("<id>urn:x:1</id>"), ID, "urn:x:1"},
	{ATOM("<author><name>Jo</name></author>"), NAME, "Jo"},
	{ATOM("<source><title>not this</title></source>"), TITLE, NULL},
	{ATOM("<summary mode='base64'>SGk=</summary>"), SUMMARY, "Hi"},
	{ATOM("<content type='xhtml'><div>a <b>b</b></div></content>"), CONTENT,
		"<p>a <strong>b</strong></p>\n"},
	{ATOM("<updated>2026-11-20T06:00:00Z</updated>"), PUBLISHED,
		"2026-11-20T06:00:00Z"},
	{ATOM("<title>x</title>"), LANGUAGE, "tr"},
	{ATOM("<title xml:lang='en'>x</title>"), LANGUAGE, "tr"},
	/* others */
	{"<RDF xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
	 "xmlns:r='http://purl.org/rss/1.0/'><r:channel><r:title>N</r:title>"
	 "</r:channel><r:item><r:title>x</r:title></r:item></RDF>",
		TITLE, "x"},
	{"<CHANNEL HREF='/c'><ITEM HREF='/i'/></CHANNEL>", LINK,
		"https://example.org/i"},
	{"<CHANNEL HREF='/c'><ITEM HREF='/i'/></CHANNEL>", FEED_LINK,
		"https://example.org/c"},
	{JSON("\"id\":\"1\",\"url\":\"/x\""), LINK, "https://example.org/x"},
	{JSON("\"content_text\":\"a < b\""), CONTENT, "a &lt; b"},
	{JSON("\"content_text\":\"One.\\n\\n- a\\n- b, "
	      "https://example.org/x\\n\\nTwo.\""),
		CONTENT,
		"<p>One.</p>\n<p>- a<br>\n- b, <a href=\"https://example.org/x\">"
		"https://example.org/x</a></p>\n<p>Two.</p>\n"},
	{JSON("\"title\":\"https://example.org/x\""), TITLE_HTML,
		"https://example.org/x"},
	{ATOM("<content>\n  Wrapped by\n  a program.\n\n  Two.\n</content>"),
		CONTENT, "<p>Wrapped by a program.</p>\n<p>Two.</p>\n"},
	{RSS("<link>https://example.org/one</link><description>a&lt;a "
	     "href='#fn1'>1&lt;/a> &lt;a href='two'>b&lt;/a></description>"),
		SUMMARY,
		"<p>a<a href=\"https://example.org/one#fn1\">1</a> "
		"<a href=\"https://example.org/f/two\">b</a></p>\n"},
	{RSS("<title>one&lt;br&gt;two &lt;p&gt;three&lt;/p&gt;</title>"), TITLE,
		"one two three"},
	{RSS("<title>H&lt;sub&gt;2&lt;/sub&gt;O, &lt;strong&gt;bold"
	     "&lt;/strong&gt;, un&lt;em&gt;real&lt;/em&gt;</title>"),
		TITLE, "H2O, bold, unreal"},
	{JSON("\"tags\":[\"a\",7]"), TAG, "7"},
	{JSON("\"authors\":[{\"name\":\"Jo\"}]"), NAME, "Jo"},
	{JSON("\"date_modified\":\"2026-11-20T06:00:00Z\""), PUBLISHED,
		"2026-11-20T06:00:00Z"},
	{JSON("\"attachments\":[{\"url\":\"/m\"},{}]"), ENCLOSURE,
		"https://example.org/m"},
	{JSON(""), FEED_TITLE, "News"},
};

static void
test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct feed *feed = parse(arena, cases[i].text);

		want_true(cases[i].text, feed != NULL);
		want_text(cases[i].text,
			field_text(arena, feed, cases[i].field), cases[i].want);
		arena_free(arena);
	}
}

/* ----- encodings ----- */

#define BODY(x) "<rss><channel><title>" x "</title></channel></rss>"

static const struct {
	const char *name, *bytes;
	size_t len;
	const char *content_type, *want;
} encodings[] = {
#define CASE(name, bytes, type, want)                     \
	{                                                 \
		name, bytes, sizeof bytes - 1, type, want \
	}
	CASE("utf-8", BODY("ş"), NULL, "ş"),
	CASE("bom", "\xEF\xBB\xBF" BODY("ş"), "text/xml; charset=koi8-r", "ş"),
	CASE("declared",
		"<?xml version='1.0' encoding='iso-8859-9'?>" BODY("\xFE"),
		NULL, "ş"),
	CASE("http", BODY("\xC1"), "text/xml; charset=koi8-r", "а"),
	CASE("lie", "<?xml version='1.0' encoding='utf-8'?>" BODY("\x93x\x94"),
		NULL, "“x”"),
	CASE("slip", BODY("şşşşşşşş \xE9"), NULL, "şşşşşşşş é"),
	CASE("utf-16 said, not meant",
		"<?xml version='1.0' encoding='utf-16'?>" BODY("ş"), NULL, "ş"),
	CASE("utf-16",
		"\xFF\xFE<\0r\0s\0s\0>\0<\0t\0i\0t\0l\0e\0>\0\x5F\1<\0/\0"
		"t\0i\0t\0l\0e\0>\0<\0/\0r\0s\0s\0>\0",
		NULL, "ş"),
#undef CASE
};

static void
test_encodings(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct arena *arena = arena_new();
		struct feed_hints said = {
			.content_type = encodings[i].content_type};
		struct feed *feed = feed_parse(arena, "test",
			(struct span){encodings[i].bytes, encodings[i].len},
			&said, NULL);

		want_true(encodings[i].name, feed != NULL);
		want_text(encodings[i].name, feed->title, encodings[i].want);
		arena_free(arena);
	}
}

/* ----- refused ----- */

static const struct {
	const char *text, *want;
} refused[] = {
	{"", "test: no feed: it is empty"},
	{" \n", "test: no feed: it is empty"},
	{"garbage", "test: no feed: there is no element in it"},
	{"<!doctype html><html><body>Hi<br></body></html>",
		"test: no feed: it is a web page"},
	{"<opml/>",
		"test: no feed: it has none of the elements 'rss', 'feed' and "
		"'RDF'"},
	{"{\"a\":1}", "test: no feed: it is JSON, but no JSON Feed"},
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct arena *arena = arena_new();
		struct error err = ERROR_INIT;

		want_true(refused[i].text,
			!feed_parse(arena, "test", span_of(refused[i].text),
				NULL, &err));
		want_text(refused[i].text, err.text, refused[i].want);
		error_clear(&err);
		arena_free(arena);
	}
}

/* ----- hostile ----- */

static void
repeat(struct str *out, const char *text, size_t times)
{
	while (times--)
		str_add(out, text);
}

/* Each of these, a hundred thousand times over, is read in no time. */
static void
test_bounded(void **state)
{
	static const char *const pieces[] = {"<", "<a", "<a>", "</a", "<!a",
		"&", "<item>", "<![CDATA[", "<title>&lt;a", "<a b='", "]]>",
		"<p><b>", "<author>@a@", "<description>&lt;!--"};
	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct arena *arena = arena_new();
		struct str text = STR_INIT;

		str_add(&text, "<rss><channel><item>");
		repeat(&text, pieces[i], 20000);
		want_true(pieces[i], parse(arena, str_text(&text)) != NULL);
		str_clear(&text);
		arena_free(arena);
	}
}

/* What libxml2 alone would take minutes for. */
static void
test_overloaded(void **state)
{
	struct arena *arena = arena_new();
	struct str text = STR_INIT;

	(void)state;
	str_add(&text, "<rss><channel><item");
	for (int i = 0; i < 60000; i++)
		str_printf(&text, " a%d='1'", i);
	str_add(&text, "/>");
	for (int i = 0; i < 100; i++) {
		str_add(&text, "<b");
		for (int j = 0; j < 500; j++)
			str_printf(&text, " xmlns:n%d-%d='u'", i, j);
		str_add(&text, ">");
	}
	repeat(&text, "<q:a/>", 60000);
	want_true("read", parse(arena, str_text(&text)) != NULL);
	str_clear(&text);
	arena_free(arena);
}

static void
test_entity_bomb(void **state)
{
	struct arena *arena = arena_new();
	struct str text = STR_INIT;
	struct feed *feed;

	(void)state;
	str_add(&text,
		"<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'>"
		"<!ENTITY b '&a;&a;&a;'>]><rss><channel><title>");
	repeat(&text, "&a;&b;", 100000);
	str_add(&text, "</title></channel></rss>");
	feed = parse(arena, str_text(&text));
	want_true("read", feed != NULL);
	want_true("small", strlen(feed->title) < text.len + 64 * 1024);
	str_clear(&text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_overloaded),
		cmocka_unit_test(test_entity_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
