#include "base/sentence.h"
#include "source/prose.h"

#include "unit.h"

/* Plain text, then its first sentence (NULL: all of it). */
static const struct {
	const char *text, *sentence;
} sentences[] = {
	{"One sentence without a stop", NULL},
	{"First one. Second one.", "First one."},
	{"Really? Yes!", "Really?"},
	{"He said \u201cStop.\u201d Then he left.",
		"He said \u201cStop.\u201d"},
	{"It closed (at last.) Then it opened.", "It closed (at last.)"},
	{"Wait\u2026 Now go.", "Wait\u2026"},
	/* dots that end nothing */
	{"Dr. J. R. Smith spoke. Then tea.", "Dr. J. R. Smith spoke."},
	{"The U.S. Congress met. Late.", "The U.S. Congress met."},
	{"It costs 3.50 a day. Still.", "It costs 3.50 a day."},
	{"See example.org for more. Bye.", "See example.org for more."},
	{"Version 2.0 is out. Update.", "Version 2.0 is out."},
	{"Am 3. Mai wird gestreikt. Um 9 Uhr.", "Am 3. Mai wird gestreikt."},
	{"Das gilt z. B. f\u00fcr Docker. Ende.",
		"Das gilt z. B. f\u00fcr Docker."},
	{"Sn. Ay\u015fe Do\u00e7. Dr. oldu. Bitti.",
		"Sn. Ay\u015fe Do\u00e7. Dr. oldu."},
	{"Bkz. s. 4. Sonra gelin.", NULL},
	{"They sell nuts, bolts, etc. and more. End.",
		"They sell nuts, bolts, etc. and more."},
	{"Dates: Jan. 5 and Feb. 6. None since 2024. Then more.",
		"Dates: Jan. 5 and Feb. 6. None since 2024."},
	{"It ended in 2024. Nobody knew.", "It ended in 2024."},
	{"\u6e2f\u304c\u958b\u3044\u305f\u3002\u6b21\u306e\u6587\u3002",
		"\u6e2f\u304c\u958b\u3044\u305f\u3002"},
	{"", NULL},
	{"...", NULL},
};

static void
first_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sentences); i++) {
		const char *text = sentences[i].text;
		char *got = span_dup(sentence_first(span_of(text)));

		want_text(text, got,
			sentences[i].sentence ? sentences[i].sentence : text);
		free(got);
	}
}

static const struct {
	const char *markdown, *plain;
} plains[] = {
	{"*Bold* and __strong__ and `code`", "Bold and strong and code"},
	{"snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"},
	{"A [link](https://example.org/a_b_(c)) here", "A link here"},
	{"A [link][1] and [sic] and [a [b] c](d)",
		"A link and [sic] and a [b] c"},
	{"![photo *x*](a.jpg) Text", "Text"},
	{"[![photo](a.jpg)](https://example.org) Text", "Text"},
	{"<b>Tag</b> 3 < 4 > 2 <!-- gone -->end", "Tag 3 < 4 > 2 end"},
	{"<https://example.org/x>", "https://example.org/x"},
	{"Fish &amp; chips&nbsp;here &unknown;", "Fish & chips here &unknown;"},
	{"\\*not bold\\* 5\\_000", "*not bold* 5_000"},
	{"> quoted\n> lines", "quoted lines"},
	{"- item\n- two", "item two"},
	{"## A heading {#id}\ntext", "A heading text"},
	{"{% include x.html %}Text {{ page.x }}", "Text"},
	{"unclosed [bracket", "unclosed [bracket"},
	{"unclosed {% tag", "unclosed {% tag"},
	{"~~gone~~ and ~here~", "gone and ~here~"},
};

static void
plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(plains); i++) {
		struct str got = STR_INIT;

		prose_plain(&got, span_of(plains[i].markdown));
		want_text(plains[i].markdown, str_text(&got), plains[i].plain);
		str_clear(&got);
	}
}

/* Headings are shown with a "#", blocks are parted by "|". */
static const struct {
	const char *body, *blocks;
} bodies[] = {
	{"", ""},
	{"One\ntwo\n\nthree\n", "One\ntwo|three"},
	{"# Title #\nText", "#Title|Text"},
	{"Title\n=====\n\nText\nSub\n---\n", "#Title|#Text\nSub"},
	{"Text\n# Head\nmore", "Text|#Head|more"},
	{"<!-- a\n\nb --> \n***\n- - -\n___\nText", "Text"},
	{"```\n# no\n```\n~~~ x\ny\n~~~\nText", "Text"},
	{"[a]: https://example.org\n[b]:x\nText", "Text"},
	{"{% raw\n%}\n{% endraw %}\nText", "Text"},
	{"- one\n- two", "one|two"},
	{"#hashtag first", "#hashtag first"},
	{"<!-- never closed\n\nText", ""},
};

static void
blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct span body = span_of(bodies[i].body);
		struct str got = STR_INIT;
		struct prose_block b = {.end = 0};

		while (prose_block_next(body, b.end, &b)) {
			if (got.len)
				str_add_char(&got, '|');
			if (b.kind == PROSE_HEADING)
				str_add_char(&got, '#');
			str_add_span(&got, b.text);
		}
		want_text(bodies[i].body, str_text(&got), bodies[i].blocks);
		str_clear(&got);
	}
}

static void
words(void **state)
{
	static const char *const same[][2] = {
		{"\u201cHello\u201d, World \u2013 again!",
			"hello world  AGAIN"},
		{"\u0130STANBUL \u0131\u015f\u0131k", "istanbul i\u015fik"},
		{"a\u00a0b\u2026", "A b"},
		{"\u6e2f\u3001\u958b", "\u6e2f \u958b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++) {
		struct str a = STR_INIT, b = STR_INIT;

		prose_words(&a, span_of(same[i][0]));
		prose_words(&b, span_of(same[i][1]));
		want_text(same[i][0], str_text(&a), str_text(&b));
		str_clear(&a);
		str_clear(&b);
	}
}

/* A megabyte of opening brackets takes its length, not its square. */
static void
no_square(void **state)
{
	static const char *const bits[] = {"[", "{%", "<", "<!--", "![", "\\",
		"*", "[a](", "`", "{{", "&amp", "<a "};

	(void)state;
	for (size_t i = 0; i < COUNT(bits); i++) {
		struct str text = STR_INIT, out = STR_INIT;

		while (text.len < 200 * 1024)
			str_add(&text, bits[i]);
		prose_plain(&out, str_span(&text));
		str_clear(&text);
		str_clear(&out);
	}
}

/* The same text, in both spellings. */
static void
html_words(void **state)
{
	static const char *const same[][2] = {
		{"<p>One <em>bo</em>ld word &amp; more&#39;s.</p>\n"
		 "<p><a href=\"https://example.org/x_y\">two</a><br>\nthree</p>",
			"One *bo*ld word & more's.\n\n"
			"[two](https://example.org/x_y)\nthree"},
		{"<table><tr>\n<td>a</td>\n<td>\u00c7ay</td>\n</table>",
			"a \u00e7AY"},
		{"a&lt;b&gt;c", "a b c"},
		{"plain x\u0301\u015f, y", "PLAIN X\u0301\u015e y"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++) {
		struct str a = STR_INIT, b = STR_INIT;

		prose_html_words(&a, span_of(same[i][0]));
		prose_words(&b, span_of(same[i][1]));
		want_text(same[i][0], str_text(&a), str_text(&b));
		str_clear(&a);
		str_clear(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_sentence),
		cmocka_unit_test(plain),
		cmocka_unit_test(blocks),
		cmocka_unit_test(words),
		cmocka_unit_test(html_words),
		cmocka_unit_test(no_square),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
