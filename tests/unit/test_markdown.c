#include "unit.h"

#include <time.h>

#include "base/text.h"
#include "render/markdown_tree.h"

struct rendered {
	const char *markdown, *want;
};

static const char base[] = "https://example.org/news/one.html";

static void
to_html(struct str *out, struct span markdown, const char *base_url, int shift)
{
	struct arena *arena = arena_new();

	passage_to_html(
		out, markdown_parse(arena, markdown, base_url, NULL), shift);
	arena_free(arena);
}

static void
to_text(struct str *out, struct span markdown, const char *base_url,
	size_t width)
{
	struct passage_layout layout = {.width = width};
	struct link_notes notes = {.count = 0};
	struct arena *arena = arena_new();

	passage_to_text(out, markdown_parse(arena, markdown, base_url, NULL),
		&layout, &notes);
	link_notes_clear(&notes);
	arena_free(arena);
}

static void
check_html(const struct rendered *cases, size_t count, const char *base_url,
	int shift)
{
	for (size_t i = 0; i < count; i++) {
		struct str out = STR_INIT;

		to_html(&out, span_of(cases[i].markdown), base_url, shift);
		want_text(cases[i].markdown, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
html(void **state)
{
	static const struct rendered cases[] = {
		{"", ""},
		{"one\ntwo", "<p>one\ntwo</p>\n"},
		{"# A *b*",
			"<h3>A "
			"<em>b</em></h3>\n"},
		{"##### deep", "<h6>deep</h6>\n"},
		{"a  \nb\\\nc<br>d<BR />e",
			"<p>a<br>\nb<br>\nc<br>\nd<br>\ne</p>\n"},
		{"`<b>` **x**",
			"<p><code>&lt;b&gt;"
			"</code> <strong>x</strong></p>\n"},
		{"- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
		{"3. a\n\n4. b",
			"<ol start=\"3\">\n<li><p>a</p>\n</li>\n"
			"<li><p>b</p>\n</li>\n</ol>\n"},
		{"***", "<hr>\n"},
		{"AT&amp;T \"q\" 'a' &lt;",
			"<p>AT&amp;T &quot;q&quot; "
			"&#39;a&#39; &lt;</p>\n"},
		{"a\x1b[1mb", "<p>a[1mb</p>\n"},
		{"a\xff", "<p>a\xef\xbf\xbd</p>\n"},
	};

	(void)state;
	check_html(cases, COUNT(cases), NULL, 2);
}

/* "\|" is a bar that parts no cells. */
static void
escaped_bars(void **state)
{
	static const struct rendered cases[] = {
		{"a \\| b \\\\| c", "<p>a | b \\| c</p>\n"},
		{"`a \\| b` [c](https://example.org/d\\|e)",
			"<p><code>a \\| b</code> <a href=\"https://example.org/d%7Ce\">"
			"c</a></p>\n"},
		{"```\na \\| b\n```", "<pre><code>a \\| b\n</code></pre>\n"},
		{"a\x1f\\|", "<p>a|</p>\n"},
	};

	(void)state;
	check_html(cases, COUNT(cases), NULL, 0);
}

/* Blocks of HTML, as sites have them whose generator lets them through. */
static void
html_blocks(void **state)
{
	static const struct rendered cases[] = {
		{"a\n\n<table>\n<tr><th>Grade</th><th>Wage</th></tr>\n"
		 "<tr><td>1</td><td>2,100</td></tr>\n</table>\n\nb",
			"<p>a</p>\n<table cellpadding=\"6\" class=\"narrow\">\n"
			"<tr>\n<th scope=\"col\" align=\"left\">Grade</th>\n"
			"<th scope=\"col\" align=\"left\">Wage</th>\n</tr>\n"
			"<tr>\n<td align=\"left\">1</td>\n"
			"<td align=\"left\">2,100</td>\n</tr>\n</table>\n"
			"<p>b</p>\n"},
		{"<p align=\"center\" onclick=\"x()\">On <b>Monday</b>.</p>",
			"<p>On <strong>Monday</strong>.</p>\n"},
		{"<!--more-->The second half.\n\nEnd.",
			"<p>The second half.</p>\n<p>End.</p>\n"},
		{"<details>\n<summary>More</summary>\n\n*b*\n\n</details>",
			"<p>More</p>\n<p><em>b</em></p>\n"},
		{"<figure><img src=\"https://example.org/q.jpg\" alt=\"quay\">"
		 "<figcaption>The quay</figcaption></figure>",
			"<p><a href=\"https://example.org/q.jpg\">quay</a></p>\n"
			"<p>The quay</p>\n"},
		{"- a\n\n  <blockquote>b</blockquote>\n",
			"<ul>\n<li><p>a</p>\n<blockquote>\n<p>b</p>\n"
			"</blockquote>\n</li>\n</ul>\n"},
		{"<iframe src=\"https://example.org\"></iframe>\n\n"
		 "<form>\n<input value=x>\n</form>\n\n<style>\n\np{}\n\n"
		 "</style>\n\na",
			"<p>a</p>\n"},
		{"<div><a href=\"javascript:x\">a</a></div>", "<p>a</p>\n"},
	};

	(void)state;
	check_html(cases, COUNT(cases), NULL, 0);
}

/* Within lines: pairs, and pictures. */
static void
html_in_lines(void **state)
{
	static const struct rendered cases[] = {
		{"Read <a class=x href=\"https://example.org/r\">the *whole* "
		 "report</a>.",
			"<p>Read <a href=\"https://example.org/r\">the <em>whole"
			"</em> report</a>.</p>\n"},
		{"10<sup>6</sup> H<SUB>2</SUB>O <s>a</s> <i>b</i> <u>c</u>",
			"<p>10<sup>6</sup> H<sub>2</sub>O <s>a</s> <em>b</em> "
			"c</p>\n"},
		{"# A <b>b</b>", "<h1>A <strong>b</strong></h1>\n"},
		{"<b>a <i>b</i></b> c",
			"<p><strong>a <em>b</em></strong> c</p>\n"},
		{"a <img src=\"https://example.org/q.jpg\" alt=quay> b",
			"<p>a <a href=\"https://example.org/q.jpg\">quay</a> "
			"b</p>\n"},
		/* None within another. */
		{"[a <a href=\"https://x.example\">b</a> c](https://y.example)",
			"<p><a href=\"https://y.example\">a b c</a></p>\n"},
		{"<a href=\"https://x.example\">a [b](https://y.example) "
		 "<img src=\"https://example.org/q.jpg\" alt=q></a> "
		 "[c](https://z.example)",
			"<p><a href=\"https://x.example\">a b q</a> "
			"<a href=\"https://z.example\">c</a></p>\n"},
		/* Nothing ends them, or begins them, or in the wrong place. */
		{"<b>a *b", "<p>a *b</p>\n"},
		{"*a <b>b* c</b>", "<p><em>a b</em> c</p>\n"},
		{"<b>a <i>b</b> c</i>", "<p><strong>a b</strong> c</p>\n"},
		{"<b>a\n\nb</b>", "<p>a</p>\n<p>b</p>\n"},
		{"<a href=\"https://x.example\">a\n\n[b](https://y.example)",
			"<p>a</p>\n<p><a href=\"https://y.example\">b</a></p>"
			"\n"},
		{"a <a href=\"javascript:x\">b</a> <a name=c>c</a> <span>d"
		 "</span><!-- e -->",
			"<p>a b c d</p>\n"},
	};
	struct str deep = STR_INIT, out = STR_INIT;

	(void)state;
	check_html(cases, COUNT(cases), NULL, 0);
	for (int i = 0; i < 100000; i++)
		str_add(&deep, "<b>x");
	for (int i = 0; i < 100000; i++)
		str_add(&deep, "<i></b>");
	to_html(&out, str_span(&deep), NULL, 0);
	want_true("deep", out.len > 100000);
	str_clear(&deep);
	str_clear(&out);
}

static void
html_in_tables(void **state)
{
	static const struct rendered cases[] = {
		{"<b>a | b\n--|--\n1 | <i>2</i>",
			"<table cellpadding=\"6\" class=\"narrow\">\n<tr>\n"
			"<th scope=\"col\" align=\"left\">a</th>\n"
			"<th scope=\"col\" align=\"left\">b</th>\n</tr>\n<tr>\n"
			"<td align=\"left\">1</td>\n"
			"<td align=\"left\"><em>2</em></td>\n</tr>\n"
			"</table>\n"},
	};

	(void)state;
	check_html(cases, COUNT(cases), NULL, 0);
}

/* What must not come through. */
static void
safety(void **state)
{
	static const struct rendered cases[] = {
		{"<script>alert(1)</script>", ""},
		{"a <img src=x onerror=y> b", "<p>a  b</p>\n"},
		{"<div>\n\nkept\n\n</div>", "<p>kept</p>\n"},
		{"<!-- note -->", ""},
		{"[a](javascript:alert(1))", "<p>a</p>\n"},
		{"[a](JAVA&#115;cript:x)", "<p>a</p>\n"},
		{"[a](&#1;javascript:x)", "<p>a</p>\n"},
		{"[a](java&#x0A;script:x)", "<p>a</p>\n"},
		{"[a](data:text/html,x)", "<p>a</p>\n"},
		{"<javascript:x>", "<p>javascript:x</p>\n"},
		{"[a](https://example.org/\"onclick=x)",
			"<p><a href=\"https://example.org/%22onclick=x\">a</a>"
			"</p>\n"},
		{"[a](page.html)", "<p>a</p>\n"},
		{"[a](https://example.org \"title\")",
			"<p><a href=\"https://example.org\">a</a></p>\n"},
	};

	(void)state;
	check_html(cases, COUNT(cases), NULL, 0);
}

static void
links_and_pictures(void **state)
{
	static const struct rendered cases[] = {
		{"[a](two.html)",
			"<p><a href=\"https://example.org/news/"
			"two.html\">a</a></p>\n"},
		{"[a](#top)",
			"<p><a href=\"https://example.org/news/"
			"one.html#top\">a</a></p>\n"},
		{"![the *quay*](q.jpg)",
			"<p><a href=\"https://example.org/news/q.jpg\">the "
			"<em>quay</em></a></p>\n"},
		{"![](https://example.org/p/pixel.gif?u=1)",
			"<p><a href=\"https://example.org/p/pixel.gif?u=1\">"
			"pixel.gif</a></p>\n"},
		{"[![quay](q.jpg)](/more)",
			"<p><a href=\"https://example.org/more\">quay</a></p>\n"},
	};
	static const struct rendered without[] = {
		{"![the quay](q.jpg)", "<p>the quay</p>\n"},
	};

	(void)state;
	check_html(cases, COUNT(cases), base, 0);
	check_html(without, COUNT(without), NULL, 0);
}

/* What people do not put into brackets. */
static void
bare_addresses(void **state)
{
	static const struct rendered cases[] = {
		{"See https://example.org/a_b?c=d&e=f. Or (http://x.example).",
			"<p>See <a href=\"https://example.org/a_b?c=d&amp;e=f\">"
			"https://example.org/a_b?c=d&amp;e=f</a>. Or (<a "
			"href=\"http://x.example\">http://x.example</a>).</p>\n"},
		{"**https://x.example**\nhttps://y.example\n",
			"<p><strong><a href=\"https://x.example\">"
			"https://x.example</a></strong>\n<a href=\""
			"https://y.example\">https://y.example</a></p>\n"},
		/* Not where one is around it, or where it may go on. */
		{"[at https://x.example](https://y.example)",
			"<p><a href=\"https://y.example\">at https://x.example"
			"</a></p>\n"},
		{"<a href=\"https://y.example\">https://x.example</a>",
			"<p><a href=\"https://y.example\">https://x.example"
			"</a></p>\n"},
		{"`https://x.example` https:// javascript://x",
			"<p><code>https://x.example</code> https:// "
			"javascript://x</p>\n"},
		{"https://x.example/_a_/b",
			"<p>https://x.example/<em>a</em>/b</p>\n"},
	};
	static const char table[] = "|https://x.example|b|\n|--|--|\n|c|d|";
	struct str out = STR_INIT;

	(void)state;
	check_html(cases, COUNT(cases), NULL, 0);
	to_text(&out, span_of(table), NULL, 72);
	want_text(table, str_text(&out),
		"https://x.example  b\n-----------------  -\n"
		"c                  d\n");
	str_clear(&out);
}

static void
text(void **state)
{
	static const struct rendered cases[] = {
		{"", ""},
		{"*one* **two** `three`", "one two three\n"},
		{"10<sup>6</sup> or 10<sup>\u2212*12*</sup>",
			"10\u2076 or 10\u207b\u00b9\u00b2\n"},
		{"1<sup>st</sup> x<sup></sup> 2<sup>1a</sup>", "1st x 21a\n"},
		{"a rather long line that is wrapped",
			"a rather long line that is\nwrapped\n"},
		{"one\n\ntwo", "one\n\ntwo\n"},
		{"# Title\ntext", "Title\n-----\n\ntext\n"},
		{"- one that is quite long enough\n- two\n  - three",
			"- one that is quite long\n  enough\n- two\n"
			"  - three\n"},
		{"1. a\n\n   b\n2. c", "1. a\n\n   b\n\n2. c\n"},
		{"9. nine\n10. ten", "9. nine\n10. ten\n"},
		{"> quoted words, really long\n>\n> - x",
			"> quoted words, really\n> long\n>\n> - x\n"},
		{"- > a\n- b", "- > a\n- b\n"},
		{"- - a\n  - b", "- - a\n  - b\n"},
		{"```\na  b\n\nc\n```", "    a  b\n\n    c\n"},
		{"- ```\n  x\n  ```", "-     x\n"},
		{"a\n\n---\n\nb", "a\n\n----------\n\nb\n"},
		{"a  \nb", "a\nb\n"},
		/* Nothing is left of blocks that hold no words. */
		{"a\n\n<p> </p>\n\n- <!-- x -->\n\n> <i></i>\n\nb", "a\n\nb\n"},
		{"[words](https://example.org/) <https://example.org/x>",
			"words [1]\nhttps://example.org/x\n"},
		{"[a](https://example.org/1) [b](https://example.org/2) "
		 "[c](https://example.org/1)",
			"a [1] b [2] c [1]\n"},
		{"<ada@example.org> [Ada](mailto:ada@example.org)",
			"ada@example.org Ada [1]\n"},
		{"![alt](https://example.org/p.jpg)", "alt [1]\n"},
		{"|Option|Meaning|\n|---|---|\n|a \\| b|either|\n"
		 "|`c \\| d`|`e|f`|\n",
			"Option  Meaning\n------  -------\na | b   either\n"
			"c | d   e|f\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		to_text(&out, span_of(cases[i].markdown), NULL, 26);
		want_text(cases[i].markdown, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
tables(void **state)
{
	static const struct {
		const char *markdown, *html, *text;
	} cases[] = {
		{"| a | *b* |\n|---|--:|\n| 1 | 22 |\n| x |",
			"TABLE\nROW\n<th scope=\"col\" align=\"left\">a</th>\n"
			"<th scope=\"col\" align=\"right\"><em>b</em></th>\n</tr>\n"
			"ROW\n<td align=\"left\">1</td>\n"
			"<td align=\"right\">22</td>\n</tr>\n"
			"ROW\n<td align=\"left\">x</td>\n</tr>\n</table>\n",
			"a   b\n-  --\n1  22\nx\n"},
		{"above\na|b\n:-:|-\n`1`|",
			"<p>above\n</p>\nTABLE\nROW\n"
			"<th scope=\"col\" align=\"center\">a</th>\n<th scope=\"col\" align=\"left\">b"
			"</th>\n</tr>\nROW\n<td align=\"center\">"
			"<code>1</code></td>\n"
			"</tr>\n</table>\n",
			"above\n\na  b\n-  -\n1\n"},
		{"name | words\n-|-\none | far too wide for the page, this",
			NULL,
			"name: one\nwords: far too wide for the\n  page, this\n"},
		{"first | second\n-|-\n"
		 "unbreakable | considerably-longer-words",
			"<table cellpadding=\"6\">\nROW\n"
			"<th scope=\"col\" align=\"left\">first</th>\n"
			"<th scope=\"col\" align=\"left\">second</th>\n</tr>\nROW\n"
			"<td align=\"left\">unbreakable</td>\n"
			"<td align=\"left\">considerably-longer-words</td>\n"
			"</tr>\n</table>\n",
			"first: unbreakable\n"
			"second: considerably-longer-words\n"},
		{"a | b\nc | d", "<p>a | b\nc | d</p>\n", "a | b c | d\n"},
		{"a | b\n--|--|--", "<p>a | b\n--|--|--</p>\n",
			"a | b --|--|--\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT, want = STR_INIT;
		const char *rest = cases[i].html;

		to_text(&out, span_of(cases[i].markdown), NULL, 28);
		want_text(cases[i].markdown, str_text(&out), cases[i].text);
		str_truncate(&out, 0);
		to_html(&out, span_of(cases[i].markdown), NULL, 0);
		for (; rest && *rest; rest++)
			if (strncmp(rest, "TABLE", 5) == 0) {
				str_add(&want,
					"<table cellpadding=\"6\""
					" class=\"narrow\">");
				rest += 4;
			} else if (strncmp(rest, "ROW", 3) == 0) {
				str_add(&want, "<tr>");
				rest += 2;
			} else {
				str_add_char(&want, *rest);
			}
		if (rest)
			want_text(cases[i].markdown, str_text(&out),
				str_text(&want));
		str_clear(&out);
		str_clear(&want);
	}
}

static void
words(void **state)
{
	static const struct rendered cases[] = {
		{"# One\n\ntwo *three*\n- four\n- five [six](https://x.example)",
			"One two three four five six"},
		{"<b>bold</b>", "bold"},
		{"```\ncode\n```", "code"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct str said = STR_INIT, out = STR_INIT;

		passage_words(&said,
			markdown_parse(
				arena, span_of(cases[i].markdown), NULL, NULL));
		text_flatten(&out, str_span(&said));
		want_text(cases[i].markdown, str_text(&out), cases[i].want);
		str_clear(&said);
		str_clear(&out);
		arena_free(arena);
	}
}

static void
notes(void **state)
{
	struct link_notes n = {.count = 0};

	(void)state;
	want_int("first", link_notes_number(&n, "https://example.org/a"), 1);
	want_int("second", link_notes_number(&n, "https://example.org/b"), 2);
	want_int("again", link_notes_number(&n, "https://example.org/a"), 1);
	want_text("url", n.urls[1], "https://example.org/b");
	link_notes_clear(&n);
}

/* Each of these took minutes, gigabytes, or the stack at some time. */
static void
absurd_input(void **state)
{
	static const struct {
		const char *front, *repeated, *back;
	} cases[] = {
		{"", "![[]()", ""},
		{"", "![", "[]()[]()[]()"},
		{"", "> ", "x"},
		{"", "- ", "\n\n\n\n\nx"},
		{"", "1. ", "\n\n\n\n\nx"},
		{"- a\n  - b\n    - c", "\n", "x"},
		{"", "*a _b ", ""},
		{"", "[a](", ""},
		{"a|b|c|d|e|f|g|h\n-|-|-|-|-|-|-|-\n", "|\n", ""},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|b\n-|-\n",
			"x|\n", ""},
		{"", "|-|\n|-|-|\n", ""},
		{"> > > > > > > > > > > > > > > > - - - - - - -", " x", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str in = STR_INIT, out = STR_INIT, plain = STR_INIT;
		clock_t start = clock();

		str_add(&in, cases[i].front);
		while (in.len < 100 * 1000)
			str_add(&in, cases[i].repeated);
		str_add(&in, cases[i].back);
		to_html(&out, str_span(&in), base, 0);
		to_text(&plain, str_span(&in), base, 72);
		want_true(cases[i].repeated, out.len < 50 * in.len);
		want_true(cases[i].repeated, plain.len < 50 * in.len);
		want_true(cases[i].repeated,
			clock() - start < 2 * CLOCKS_PER_SEC);
		str_clear(&in);
		str_clear(&out);
		str_clear(&plain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html),
		cmocka_unit_test(html_blocks),
		cmocka_unit_test(escaped_bars),
		cmocka_unit_test(html_in_lines),
		cmocka_unit_test(html_in_tables),
		cmocka_unit_test(safety),
		cmocka_unit_test(links_and_pictures),
		cmocka_unit_test(bare_addresses),
		cmocka_unit_test(text),
		cmocka_unit_test(tables),
		cmocka_unit_test(words),
		cmocka_unit_test(notes),
		cmocka_unit_test(absurd_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
