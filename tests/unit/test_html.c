#include "base/text.h"
#include "html/html.h"

#include "unit.h"

static char *
sanitise(const char *html, bool keep_pictures)
{
	struct html_options options = {.base = "https://www.example.org/a/b",
		.keep_pictures = keep_pictures};
	struct str out = STR_INIT;

	html_sanitise(&out, span_of(html), &options);
	while (out.len && out.data[out.len - 1] == '\n')
		str_truncate(&out, out.len - 1);
	return str_take(&out);
}

/* ----- what is kept ----- */

static void
test_structure(void **state)
{
	static const struct {
		const char *html, *wanted;
	} cases[] = {
		{"", ""},
		{"just words", "<p>just words</p>"},
		{"a < b & c > d <3", "<p>a &lt; b &amp; c &gt; d &lt;3</p>"},
		{"Hello <world", "<p>Hello &lt;world</p>"},
		{"<p>one<p>two", "<p>one</p>\n<p>two</p>"},
		{"one<br>two<br><br>three<br>",
			"<p>one<br>\ntwo</p>\n<p>three</p>"},
		{"<p>&nbsp;</p><p>a</p><p> </p>", "<p>a</p>"},
		{"<b>a <i>b</b> c</i>",
			"<p><strong>a <em>b</em></strong><em> c</em></p>"},
		{"<b><p>a</p><p>b</p></b>",
			"<p><strong>a</strong></p>\n<p><strong>b</strong></p>"},
		{"a: <ul><li>b <br><i> c</i> </ul>",
			"<p>a:</p>\n<ul>\n<li>b<br>\n<em>c</em></li>\n</ul>"},
		{"<b></b><a href='http://x.example/'> </a>x", "<p>x</p>"},
		{"<ul><li>a<li>b</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"},
		{"<ol start=3><li><p>a<p>b</ol>",
			"<ol start=\"3\">\n<li><p>a</p>\n<p>b</p>\n</li>\n"
			"</ol>"},
		{"<li>a", "<ul>\n<li>a</li>\n</ul>"},
		{"H<sub>2</sub>O, m<sup>2</sup>, <del>no</del>",
			"<p>H<sub>2</sub>O, m<sup>2</sup>, <s>no</s></p>"},
		{"<q>so</q> he", "<p>\u201cso\u201d he</p>"},
		{"a<unknown>b</unknown>c<o:p>d</o:p>", "<p>abcd</p>"},
		{"<dl><dt>a<dd>b</dl>", "<p><strong>a</strong></p>\n<p>b</p>"},
		{"<hr>a", "<hr>\n<p>a</p>"},
		{"<ul></ul><blockquote></blockquote>a", "<p>a</p>"},
		{"&#147;x&#x94; &eacute;&hellip;&copy 2 &bogus;",
			"<p>\u201cx\u201d \u00e9\u2026\u00a9 2 "
			"&amp;bogus;</p>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = sanitise(cases[i].html, true);

		want_text(cases[i].html, got, cases[i].wanted);
		free(got);
	}
}

/* Text is looked at eight bytes at a time: what is odd is found wherever it
 * stands. */
static void
test_places(void **state)
{
	static const struct {
		const char *odd, *wanted;
	} cases[] = {
		{"  ", " "},
		{"\n", " "},
		{"\t ", " "},
		{"\x01", ""},
		{"\x7f", ""},
		{"\xc2\x85", ""},
		{"\xc3\x85", "\u00c5"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t at = 1; at < 24; at++) {
			char html[64], wanted[64], *got;
			const char *letters = "abcdefghijklmnopqrstuvwx";

			snprintf(html, sizeof html, "%.*s%s%s", (int)at,
				letters, cases[i].odd, letters + at);
			snprintf(wanted, sizeof wanted, "<p>%.*s%s%s</p>",
				(int)at, letters, cases[i].wanted,
				letters + at);
			got = sanitise(html, false);
			want_text(html, got, wanted);
			free(got);
		}
}

/* ----- what is not ----- */

static void
test_attacks(void **state)
{
	static const struct {
		const char *html, *wanted;
	} cases[] = {
		{"a<script>b</script>c", "<p>ac</p>"},
		{"a<SCRIPT >b</scripty></script x>c", "<p>ac</p>"},
		{"a<style><p>b</style>c<!-- d --!>e<!-->f", "<p>acef</p>"},
		{"a<iframe><p>b</iframe>c<noscript>d</noscript>", "<p>ac</p>"},
		{"a<svg><b>x</b><script>y</script></svg>b", "<p>ab</p>"},
		{"a<svg><div>b", "<p>a</p>\n<p>b</p>"},
		{"a<template><p>b</template>c<object>d<p>e</object>f",
			"<p>acf</p>"},
		{"<p onclick=x style='a:b'>a", "<p>a</p>"},
		{"<a href=' java\nscript:x'>a</a>", "<p>a</p>"},
		{"<a href='&#106;avascript&colon;x'>a</a>", "<p>a</p>"},
		{"<a href='data:text/html,x'>a</a>", "<p>a</p>"},
		{"<a href='\"><script>'>a</a>",
			"<p><a href=\"https://www.example.org/a/"
			"%22%3E%3Cscript%3E\">a</a></p>"},
		{"<a href='c?d=1&amp;e'>a</a>",
			"<p><a href=\"https://www.example.org/a/"
			"c?d=1&amp;e\">a</a></p>"},
		{"<a href=mailto:b@example.org>a",
			"<p><a href=\"mailto:b@example.org\">a</a></p>"},
		{"a<div hidden>b<div>c</div></div>d", "<p>a</p>\n<p>d</p>"},
		{"a<span style='Display : none'>b<span>c</span></span>d",
			"<p>ad</p>"},
		{"a<span style='mso-hide:all'>b</span>c", "<p>ac</p>"},
		{"a<img src=x.gif width=1 height=1>b"
		 "<img src=y.gif style='height:0'>",
			"<p>ab</p>"},
		{"<img src=x.png alt='\" onerror=y'>",
			"<p><img src=\"https://www.example.org/a/x.png\" "
			"alt=\"&quot; onerror&#61;y\" "
			"style=\"max-width:100%;height:auto\"></p>"},
		{"<img src='javascript:x' alt=a>b", "<p>b</p>"},
		{"<img src='mailto:a@example.org' alt=a>b", "<p>b</p>"},
		{"<math><mtext></p><style><img src onerror=x></math>a", ""},
		{"<a title='>'>b", "<p>b</p>"},
		{"<![CDATA[a]]>b<?php c ?>d<!DOCTYPE e>f", "<p>bdf</p>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = sanitise(cases[i].html, true);

		want_text(cases[i].html, got, cases[i].wanted);
		free(got);
	}
}

static void
test_pictures(void **state)
{
	static const struct {
		const char *html, *wanted;
	} cases[] = {
		{"<img src=x.png alt='The mill'>",
			"<p><a href=\"https://www.example.org/a/x.png\">"
			"The mill</a></p>"},
		{"<img src=x.png?y>",
			"<p><a href=\"https://www.example.org/a/x.png?y\">"
			"x.png</a></p>"},
		{"<a href=/m><img src=x.png alt='The mill'></a>",
			"<p><a href=\"https://www.example.org/m\">"
			"The mill</a></p>"},
		{"<a href=/m><img src=x.png></a>", ""},
		{"a <img src=x.png width=16 height=16 alt=':-)'>",
			"<p>a :-)</p>"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = sanitise(cases[i].html, false);

		want_text(cases[i].html, got, cases[i].wanted);
		free(got);
	}
}

/* ----- text ----- */

static void
test_text(void **state)
{
	static const struct {
		const char *html, *wanted;
	} cases[] = {
		{"<h2>A</h2><p>b <a href=http://c.example/>d</a></p>",
			"A\n-\n\nb d [1]\n"},
		{"by <a href=http://c.example/>d </a>to e", "by d [1] to e\n"},
		{"<table><tr><th>Town<th>Loaves<tr><td>Saltmere"
		 "<td align=right>40</table>",
			"Town      Loaves\n--------  ------\n"
			"Saltmere      40\n"},
		{"<table><tr><td>a<td>b<td>c<tr><td>d</table>",
			"a  b  c\n-  -  -\nd\n"},
		{"<table><tr><th>Week<th>Amount<tr><td rowspan=2>1<td>100"
		 "<tr><td>120<tr><td>2<td>7</table>",
			"Week  Amount\n----  ------\n1     100\n      120\n"
			"2     7\n"},
		{"<table><tr><th colspan=2>a<th>b<tr><td>1<td>2<td>3"
		 "<tr><td colspan=99 rowspan=99>all</table>",
			"a       b\n---  -  -\n1    2  3\nall\n"},
		{"x<table><caption>Pay</caption><thead><tr><th>a<th>b</thead>"
		 "<tr><td>1<td>2</table>y",
			"x\n\nPay\n\na  b\n-  -\n1  2\n\ny\n"},
		{"<table><caption>Pay<tr><td>1</table>", "Pay\n\n1\n"},
		{"<table><caption></caption><tr><td>1<td>2<tr><td>3<td>4"
		 "</table>",
			"1  2\n-  -\n3  4\n"},
		{"<table><tr><td><h1>a</h1><td><p>b</table>c",
			"a\n-\n\nb\n\nc\n"},
		{"<table role=presentation><tr><td>a<td>b<tr><td>c<td>d"
		 "</table>",
			"a\n\nb\n\nc\n\nd\n"},
		{"<table><tr><td>a<table><tr><td>b</table>c</table>d",
			"a\n\nb\n\nc\n\nd\n"},
		{"<table>a<tr><td>b</table>", "a\n\nb\n"},
		{"<pre>\n  a\n\tb <b>c</b><br>d</pre>e",
			"      a\n    \tb c\n    d\n\ne\n"},
		{"<blockquote>a<ul><li>b</ul></blockquote>", "> a\n>\n> - b\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct html_options options = {.base = NULL};
		struct passage_layout layout = {.width = 72};
		struct link_notes notes = {.urls = NULL};
		struct arena *arena = arena_new();
		struct str out = STR_INIT;

		passage_to_text(&out,
			html_parse(arena, span_of(cases[i].html), &options),
			&layout, &notes);
		want_text(cases[i].html, str_text(&out), cases[i].wanted);
		link_notes_clear(&notes);
		str_clear(&out);
		arena_free(arena);
	}
}

static void
test_lede(void **state)
{
	static const struct {
		const char *html, *wanted;
	} cases[] = {
		{"<h1>T</h1><p>One here. Two there. Three is far too long.",
			"One here. Two there."},
		{"<p> <img src=a><p>Dr. Doe &amp; Co. came. He left.",
			"Dr. Doe & Co. came. He left."},
		{"<p>No stop in this one but so many words",
			"No stop in this one but so\u2026"},
		{"<ul><li>a<li>b</ul>", "a"},
		{"<blockquote><p>Who spoke.</blockquote><p>Who wrote it.",
			"Who wrote it."},
		{"<blockquote><p>Who spoke.</blockquote>", "Who spoke."},
		{"<p>Ay<p>The strike goes on.", "Ay The strike goes on."},
		{"<table><tr><td>One cell.<td>Two", "One cell."},
		{"<h1>T</h1>", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		html_lede(&out, span_of(cases[i].html), 28);
		want_text(cases[i].html, str_text(&out), cases[i].wanted);
		str_clear(&out);
	}
}

/* Only the beginning of a paragraph is looked at, and where that ends changes
 * nothing. */
static void
test_lede_of_long(void **state)
{
	static const struct {
		const char *begin, *again, *end, *wanted;
	} cases[] = {
		{"One here. Two there. ", "And on it goes ", ".",
			"One here. Two there."},
		{"One here.", " ", "Two there.", "One here. Two there."},
		{"One here. ", "\u202a", "Two there. Three is far too long.",
			"One here. Two there."},
		{"A", ")", ". One.", "A))))))))))))))))))))))))))\u2026"},
		{"\u4e00\u3002", "\u4e00", "\u3002", "\u4e00\u3002"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (int times = 50; times < 400; times++) {
			struct str html = STR_INIT, out = STR_INIT;

			str_add(&html, "<p>");
			str_add(&html, cases[i].begin);
			for (int n = 0; n < times; n++)
				str_add(&html, cases[i].again);
			str_add(&html, cases[i].end);
			html_lede(&out, str_span(&html), 28);
			want_text(cases[i].again, str_text(&out),
				cases[i].wanted);
			str_clear(&html);
			str_clear(&out);
		}
}

/* ----- masses ----- */

/* Each would take minutes, or the stack, if depth or number mattered. */
static void
test_masses(void **state)
{
	static const char *const pieces[] = {"<div>", "<b>", "</x>", "<b></i>",
		"<ul><li>", "<table><tr><td>", "<blockquote>a",
		"<a href=http://x.example/yyyyyyyyyyyyyyyyyyyyy><p>a", "&amp;",
		"<a b=\">\" ", "<!--", "<", "</", "<script>", "<svg>",
		"<span hidden>", "<pre><div>", "<a <", "<q>", "<li>", "&#x"};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct str html = STR_INIT;
		char *got;

		while (html.len < 200000)
			str_add(&html, pieces[i]);
		str_add(&html, "</script></svg>end");
		got = sanitise(str_text(&html), false);
		want_true(pieces[i], strlen(got) < 20 * html.len);
		str_clear(&html);
		free(got);
	}
}

/* The lede is a line, whatever the beginning is made of. */
static void
test_masses_of_words(void **state)
{
	static const char *const pieces[] = {"a", "a ", " ", "\u200b",
		"\u200b \u200b", "\u202a ", "a\u0301", "<p>a", "<p>\u200b",
		". "};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct str html = STR_INIT, lede = STR_INIT;

		str_add(&html, "<p>");
		while (html.len < 1000000)
			str_add(&html, pieces[i]);
		html_lede(&lede, str_span(&html), 28);
		want_true(pieces[i], text_width(str_span(&lede)) <= 28);
		str_clear(&lede);
		str_clear(&html);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_attacks),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_lede),
		cmocka_unit_test(test_lede_of_long),
		cmocka_unit_test(test_masses),
		cmocka_unit_test(test_masses_of_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
