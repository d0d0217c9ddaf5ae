#include "unit.h"

#include "source/opml.h"

static const char *
show(struct arena *arena, const char *text)
{
	struct error err = ERROR_INIT;
	struct opml *opml = opml_parse(arena, "a.opml", span_of(text), &err);
	struct str out = STR_INIT;
	const char *shown;

	for (size_t i = 0; opml && i < opml->count; i++) {
		const struct opml_feed *feed = &opml->feeds[i];

		str_printf(&out, "%s[%s] %s", i ? "; " : "",
			feed->title ? feed->title : "", feed->url);
		if (feed->section)
			str_printf(&out, " in %s", feed->section);
	}
	if (opml && opml->left_out)
		str_printf(&out, "; %zu left out", opml->left_out);
	if (err.text)
		str_printf(&out, "error: %s", err.text);
	shown = arena_span(arena, str_span(&out));
	str_clear(&out);
	error_clear(&err);
	return shown;
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"<?xml version='1.0' encoding='UTF-8'?>\n"
		 "<opml version='2.0'><head><title>x</title></head><body>"
		 "<outline text='Harbour Wire' type='rss' "
		 "xmlUrl='https://example.org/feed.xml' "
		 "htmlUrl='https://example.org/'/></body></opml>",
			"[Harbour Wire] https://example.org/feed.xml"},
		{"<opml><body><outline text='Ports'><outline title='A' "
		 "text='B' xmlUrl='http://example.org/a'/><outline "
		 "xmlUrl=' http://example.org/b '/></outline><outline text='C' "
		 "xmlUrl='http://example.org/c'/></body></opml>",
			"[A] http://example.org/a in Ports; "
			"[] http://example.org/b in Ports; "
			"[C] http://example.org/c"},
		{"<OPML><BODY><OUTLINE TITLE='A' XMLURL='http://example.org/a'"
		 "/></BODY></OPML>",
			"[A] http://example.org/a"},
		{"<opml><outline text='A' type='rss' "
		 "url='http://example.org/a'/>"
		 "<outline text='L' type='link' url='http://example.org/l'/>"
		 "</opml>",
			"[A] http://example.org/a"},
		/* each once; feed: is http */
		{"<opml><outline text='A' xmlUrl='http://example.org/a'/>"
		 "<outline text='A2' xmlUrl='feed://example.org/a'/>"
		 "<outline text='B' xmlUrl='feed:https://example.org/b'/>"
		 "</opml>",
			"[A] http://example.org/a; "
			"[B] https://example.org/b"},
		/* bare ampersands, references, entities of HTML */
		{"<opml><outline text='A & B &amp; C &#252; &eacute;' "
		 "xmlUrl='http://example.org/?a=1&b=2&amp;c=3&copy=4'/></opml>",
			"[A & B & C ü é] "
			"http://example.org/?a=1&b=2&c=3&copy=4"},
		{"\n\n<?xml version='1.0' encoding='windows-1254'?><opml>"
		 "<outline text='Liman A\xf0\xfd' "
		 "xmlUrl='http://example.org/a'/></opml>",
			"[Liman Ağı] http://example.org/a"},
		/* cut off, unclosed */
		{"<opml><body><outline text='A' xmlUrl='http://example.org/a'"
		 "/><outline text='B",
			"[A] http://example.org/a"},
		{"<opml><outline text='A' xmlUrl='http://example.org/a'/>"
		 "<outline xmlUrl='file:///etc/passwd'/>"
		 "<outline xmlUrl='javascript:x'/></opml>",
			"[A] http://example.org/a; 2 left out"},
		{"<opml><outline xmlUrl='ftp://example.org/'/></opml>",
			"error: a.opml: names no feed with an http or https "
			"address"},
		{"<opml><body/></opml>", "error: a.opml: names no feed"},
		{"<rss><channel/></rss>",
			"error: a.opml: no list of feeds; export one as OPML "
			"from a feed reader"},
		{"hello",
			"error: a.opml: no list of feeds; export one as OPML "
			"from a feed reader"},
		{"",
			"error: a.opml: no list of feeds; export one as OPML "
			"from a feed reader"},
		{"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml>"
		 "<outline title='&a;' xmlUrl='http://example.org/'/></opml>",
			"[&a;] http://example.org/"},
		{"<opml><!-- <outline xmlUrl='http://example.org/'/> --></opml>",
			"error: a.opml: names no feed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();

		want_text(cases[i].text, show(arena, cases[i].text),
			cases[i].want);
		arena_free(arena);
	}
}

static void
test_hostile(void **state)
{
	static const char *const pieces[] = {
		"<outline text='x'>", "&", "<outline xmlUrl='a", "<!--", "&#"};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct arena *arena = arena_new();
		struct str text = STR_INIT;

		str_add(&text, "<opml>");
		for (int n = 0; n < 20000; n++)
			str_add(&text, pieces[i]);
		want_true(pieces[i],
			strncmp(show(arena, str_text(&text)), "error:", 6) ==
				0);
		str_clear(&text);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
