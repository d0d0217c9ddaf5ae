/* What CommonMark does not have and people write: footnotes, words that are
 * struck out, and names of headings. */
#include "unit.h"

#include "render/markdown_tree.h"

struct written {
	const char *markdown, *html, *text;
};

static void
check(const struct written *cases, size_t count)
{
	const struct passage_layout layout = {.width = 60};

	for (size_t i = 0; i < count; i++) {
		struct link_notes notes = {.count = 0};
		struct arena *arena = arena_new();
		struct str out = STR_INIT;
		struct passage *p = markdown_parse(
			arena, span_of(cases[i].markdown), NULL, NULL);

		passage_to_html(&out, p, 0);
		want_text(cases[i].markdown, str_text(&out), cases[i].html);
		str_truncate(&out, 0);
		passage_to_text(&out, p, &layout, &notes);
		if (cases[i].text)
			want_text(cases[i].markdown, str_text(&out),
				cases[i].text);
		link_notes_clear(&notes);
		str_clear(&out);
		arena_free(arena);
	}
}

static void
struck(void **state)
{
	static const struct written cases[] = {
		{"~~four~~ five", "<p><s>four</s> five</p>\n",
			"~~four~~ five\n"},
		{"a~~b *c*\n`d`~~",
			"<p>a<s>b <em>c</em>\n<code>d</code></s></p>\n", NULL},
		{"~~a *~~b~~* c~~", "<p><s>a <em><s>b</s></em> c</s></p>\n",
			NULL},
		{"~~$40~~, ~~40%~~.", "<p><s>$40</s>, <s>40%</s>.</p>\n", NULL},
		{"~~https://x.example~~",
			"<p><s><a href=\"https://x.example\">https://x.example"
			"</a></s></p>\n",
			NULL},
		{"~~a <b>b~~ c</b>", "<p><s>a b</s> c</p>\n", NULL},
		{"~~a</s> b~~", "<p><s>a b</s></p>\n", NULL},
		/* Nothing ends them, or nothing begins. */
		{"~~a ~~b", "<p>~~a ~~b</p>\n", "~~a ~~b\n"},
		{"a~~ b~~", "<p>a~~ b~~</p>\n", NULL},
		{"*~~a* b~~", "<p><em>~~a</em> b~~</p>\n", NULL},
		{"~a~ ~~~b~~~ ~~~~", "<p>~a~ ~~~b~~~ ~~~~</p>\n", NULL},
		{"\\~~a~~ \\~\\~b~~ `~~c~~`",
			"<p>~~a~~ ~~b~~ <code>~~c~~</code></p>\n", NULL},
		{"`\\~~` [a](https://x.example/\\~b)",
			"<p><code>\\~~</code> <a href=\"https://x.example/~b\">"
			"a</a></p>\n",
			NULL},
		/* A cell ends them. */
		{"~~a|b~~|~~c~~\n-|-|-\n",
			"<table cellpadding=\"6\" class=\"narrow\">\n<tr>\n<th scope="
			"\"col\" align=\"left\">~~a</th>\n<th scope=\"col\" "
			"align=\"left\">b~~</th>\n<th scope=\"col\" align=\"left\">"
			"<s>c</s></th>\n</tr>\n</table>\n",
			NULL},
	};

	(void)state;
	check(cases, COUNT(cases));
}

#define ONE "<p>a<sup>1</sup></p>\n"
#define NOTE(words) "<hr>\n<ol>\n<li>" words "</li>\n</ol>\n"

static void
notes(void **state)
{
	static const struct written cases[] = {
		{"a[^1]\n\n[^1]: The *note*.", ONE NOTE("The <em>note</em>."),
			"a\u00b9\n\n----------\n\n1. The note.\n"},
		/* In the order in which they are referred to. */
		{"[^b]: B[^c]\n[^u]: U\n[^a]: A\n[^c]: C\n\nx[^a] y[^b] z[^a]",
			"<p>x<sup>1</sup> y<sup>2</sup> z<sup>1</sup></p>\n<hr>\n"
			"<ol>\n<li>A</li>\n<li>B<sup>3</sup></li>\n<li>C</li>\n"
			"<li>U</li>\n</ol>\n",
			"x\u00b9 y\u00b2 z\u00b9\n\n----------\n\n1. A\n2. B\u00b3\n"
			"3. C\n4. U\n"},
		/* As many lines as it has. */
		{"a[^1]\n\n[^1]: one\ntwo\n    three\n\n    four\n\nfive",
			"<p>a<sup>1</sup></p>\n<p>five</p>\n<hr>\n<ol>\n<li>"
			"<p>one\ntwo\nthree</p>\n<p>four</p>\n</li>\n</ol>\n",
			NULL},
		{"a[^1]\n\n[^1]:\n\tone\n# b",
			"<p>a<sup>1</sup></p>\n<h1>b</h1>\n" NOTE("one"), NULL},
		{"a[^1]\n[^1]: one\n\nb",
			"<p>a<sup>1</sup></p>\n<p>b</p>\n" NOTE("one"), NULL},
		{"a[^1]\n\n[^1]: one\n*two*\n**three**\n- b\n\n* * *",
			ONE "<ul>\n<li>b</li>\n</ul>\n<hr>\n" NOTE(
				"one\n<em>two</em>\n<strong>three</strong>"),
			NULL},
		/* An address alone is not that of a link. */
		{"a[^1]\n\n[^1]: https://x.example/",
			ONE NOTE("<a href=\"https://x.example/\">"
				 "https://x.example/</a>"),
			NULL},
		/* Whatever the text ends with. */
		{"a[^1]\n\n[^1]: n\n\n- b",
			ONE "<ul>\n<li>b</li>\n</ul>\n" NOTE("n"), NULL},
		{"a[^1]\n\n[^1]: n\n\n````\n[^2]: b\n```",
			ONE
			"<pre><code>[^2]: b\n```\n</code></pre>\n" NOTE("n"),
			NULL},
		{"a[^1]\n\n[^1]: n m\n\n<script>\nb",
			"<p>a[^1]</p>\n<p>[^1]: n m</p>\n", NULL},
		{"[^1]: n", "<ol>\n<li>n</li>\n</ol>\n", NULL},
		/* These are none. */
		{"a[^1] b[^]", "<p>a[^1] b[^]</p>\n", NULL},
		{"`[^1]` \\[^1] [^2] b[^1]\n\n[^1]: n",
			"<p><code>[^1]</code> [^1] [^2] b<sup>1</sup></p>\n" NOTE(
				"n"),
			NULL},
		{"    [^1]: n\n\n> [^1]: n m\n\n[^1 2]: n m",
			"<pre><code>[^1]: n\n</code></pre>\n<blockquote>\n"
			"<p>[^1]: n m</p>\n</blockquote>\n<p>[^1 2]: n m</p>\n",
			NULL},
		{"a[^1]\n\n[^1]: n\n\n[^1]: m", ONE NOTE("n</li>\n<li>m"),
			NULL},
	};

	(void)state;
	check(cases, COUNT(cases));
}

static void
attributes(void **state)
{
	static const struct written cases[] = {
		{"## The *quay* {#quay}", "<h2>The <em>quay</em></h2>\n", NULL},
		{"Quay {: .wide}\n===", "<h1>Quay</h1>\n", NULL},
		{"# Quay {#a-b .c lang=en} #", "<h1>Quay</h1>\n", NULL},
		/* These are words. */
		{"# {#quay}\n\n## A {.5}\n\n### {#a} b\n\n#### A {b}\n\nc {#d}",
			"<h1>{#quay}</h1>\n<h2>A {.5}</h2>\n<h3>{#a} b</h3>\n"
			"<h4>A {b}</h4>\n<p>c {#d}</p>\n",
			NULL},
	};

	(void)state;
	check(cases, COUNT(cases));
}

/* What is told of a text has no numbers without their notes. */
static void
words(void **state)
{
	struct arena *arena = arena_new();
	struct str out = STR_INIT;

	(void)state;
	passage_lede(&out,
		markdown_parse(arena,
			span_of("The light was out.[^1] So it was.\n\n[^1]: n"),
			NULL, NULL),
		60);
	want_text("lede", str_text(&out), "The light was out. So it was.");
	str_clear(&out);
	arena_free(arena);
}

/* As long as they like: what is sought in vain is sought once. */
static void
many(void **state)
{
	static const char *const pieces[] = {"~~a ", "~~a|", "*~~b* ~~a ",
		"[^a", "[^a]", "[^a]: ~~b\n", "~~a~~", "~~a <b>"};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct arena *arena = arena_new();
		struct str text = STR_INIT;

		while (text.len < 1 << 20)
			str_add(&text, pieces[i]);
		assert_non_null(
			markdown_parse(arena, str_span(&text), NULL, NULL));
		str_clear(&text);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(struck),
		cmocka_unit_test(notes),
		cmocka_unit_test(attributes),
		cmocka_unit_test(words),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
