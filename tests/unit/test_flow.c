/* Text that may flow: made of paragraphs, taken back, and sent (RFC 3676). */
#include "unit.h"

#include "base/text.h"
#include "base/text_flow.h"
#include "html/html.h"
#include "html/plain.h"
#include "mime/flowed.h"
#include "model/slot.h"

#define MARK "zq4k7w2mpx9dslot"
#define NAME MARK "name."

static void
flowing(void **state)
{
	static const struct {
		const char *name, *before, *text, *indent, *want;
	} cases[] = {
		{"fits", "", "one two", "", "one two"},
		{"words", "", "one two three four", "", "one two \nthree four"},
		{"blanks at the end", "", "one two   ", "", "one two"},
		{"several blanks", "", "one two   three four", "",
			"one two \nthree four"},
		{"kept breaks", "", "one two three\nfour \n\nfive six seven",
			"", "one two \nthree\nfour\n\nfive six \nseven"},
		{"below another line", "x\n", "one two three", "",
			"x\none two \nthree"},
		{"item", "- ", "one two three", "  ", "- one two\n  three"},
		{"number", "12. ", "one two three", "    ",
			"12. one\n    two\n    three"},
		{"behind words", "Say: ", "one two three", "",
			"Say: one\ntwo three"},
		{"indented", "", "  one two three", "", "one two\nthree"},
		{"quote", "> ", "one two three", "> ", "> one two \n> three"},
		{"quote in a quote", "> > ", "one two three", "> > ",
			"> > one \n> > two \n> > three"},
		{"quote in an item", "  > ", "one two three", "  > ",
			"  > one\n  > two\n  > three"},
		{"chinese", "", "漢字漢字漢字漢字", "", "漢字漢字漢\n字漢字"},
		{"blanks and chinese", "", "one two 漢字漢字漢字", "",
			"one two 漢\n字漢字漢字"},
		{"chinese with blanks", "", "漢字漢字 漢字 漢字", "",
			"漢字漢字 \n漢字 漢字"},
		{"an url", "", "see https://example.org/a, or not", "",
			"see \nhttps://example.org/a, \nor not"},
		{"no quote mark", "", "> 5 and more", "", " > 5 and \nmore"},
		{"no quote mark below", "", "more than > 5", "",
			"more than \n > 5"},
		{"no quote mark in a quote", "> ", ">5 and >7", "> ",
			">  >5 and \n>  >7"},
		{"needs no guard", "- ", "> 5 and > 5 it is", "  ",
			"- > 5 and\n  > 5 it\n  is"},
		{"no signature", "", "-- overlongword", "", "--\noverlongword"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		str_add(&out, cases[i].before);
		text_flow(&out, span_of(cases[i].text), 10, cases[i].indent);
		want_text(cases[i].name, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

/* As if nobody had thought of flowing. */
static void
hardening(void **state)
{
	static const char *const pairs[][2] = {
		{"one \ntwo\n", "one\ntwo\n"},
		{" > 5\n>  > 5\n", "> 5\n> > 5\n"},
		{"> \n>\n  x \n", ">\n>\n  x\n"},
		{"    > code\n", "    > code\n"},
		{"\n\n-- \nx\n", "\n\n-- \nx\n"},
		{"no line end", "no line end\n"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct str out = STR_INIT;

		text_harden(&out, span_of(pairs[i][0]));
		want_text(pairs[i][0], str_text(&out), pairs[i][1]);
		str_clear(&out);
	}
}

static void
sending(void **state)
{
	static const char *const pairs[][2] = {
		{"one \ntwo\n", "one \ntwo\n"},
		{"one  \ntwo\n", "one \ntwo\n"},
		{"one \n\ntwo \n", "one\n\ntwo\n"},
		{"one \n  two\n", "one\n   two\n"},
		{"one \n-- \ntwo\n", "one\n-- \ntwo\n"},
		{" one\n    code\n", "  one\n     code\n"},
		{"From here \nFrom there\n", " From here \n From there\n"},
		{" > 5 \nand\n", " > 5 \nand\n"},
		{"> one \n> two\n>\n> \nx\n", "> one \n> two\n>\n>\nx\n"},
		{"> one \ntwo\n", "> one\ntwo\n"},
		{"> > one \n> > two\n> x\n", ">> one \n>> two\n> x\n"},
		{"> one \n> > two\n", "> one\n>> two\n"},
		{">one\n>>two\n", "> one\n>> two\n"},
		{">  > 5\n>   - x\n", "> > 5\n>   - x\n"},
		{"> From here\n", "> From here\n"},
		/* Names: "", "> x", "From x". */
		{"Dear " NAME "\n", "Dear\u00a0" NAME "\n"},
		{"Dear " NAME ",\n", "Dear " NAME ",\n"},
		{NAME " \nhello\n", " " NAME " \nhello\n"},
		{MARK "address. is " NAME "\n",
			MARK "address. is\u00a0" NAME "\n"},
		{"Dear " NAME NAME "\n", "Dear\u00a0" NAME NAME "\n"},
		{NAME "Dear " MARK "address." NAME "\n",
			" " NAME "Dear " MARK "address." NAME "\n"},
		{"to " MARK "address.\n", "to " MARK "address.\n"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct str out = STR_INIT;

		flowed_add(&out, span_of(pairs[i][0]), MARK);
		want_text(pairs[i][0], str_text(&out), pairs[i][1]);
		str_clear(&out);
	}
}

/* What keeps its lines, and what flows, of passages. */
static void
passages(void **state)
{
	static const struct {
		const char *html, *want;
	} cases[] = {
		{"<p>one two three four five six",
			"one two three four five \nsix\n"},
		{"<h2>one two three four five six</h2>",
			"one two three four five\nsix\n"
			"--------------------------\n"},
		{"<h2>&gt; x</h2>", " > x\n---\n"},
		{"<ul><li>one two three four five six</ul>",
			"- one two three four five\n  six\n"},
		{"<pre>one  \n> two</pre>", "    one\n    > two\n"},
		{"<blockquote><p>one two three four five six<p>"
		 "&gt; x</blockquote>",
			"> one two three four five \n> six\n>\n>  > x\n"},
		{"<p>one<br>two three four five six seven",
			"one\ntwo three four five six \nseven\n"},
		{"<table><tr><th>a<th>b<tr><td>&gt;5<td>6</table>",
			"a   b\n--  -\n >5  6\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct passage_layout layout = {.width = 26, .flows = true};
		struct arena *arena = arena_new();
		struct link_notes notes = {.urls = NULL};
		struct str out = STR_INIT;

		passage_to_text(&out,
			html_parse(arena, span_of(cases[i].html),
				&(struct html_options){.base = NULL}),
			&layout, &notes);
		want_text(cases[i].html, str_text(&out), cases[i].want);
		link_notes_clear(&notes);
		str_clear(&out);
		arena_free(arena);
	}
}

/* Mails keep their own line ends, and not their signature's sign. */
static void
plain_bodies(void **state)
{
	static const char *const pairs[][2] = {
		{"one two three four five six\nx",
			"one two three four five \nsix\nx\n"},
		{"> one two three four five six\n",
			"> one two three four five \n> six\n"},
		{">>one two three four five six",
			">>one two three four five \n>>six\n"},
		{"  one two three four five six",
			"one two three four five\nsix\n"},
		{"yes\n-- \nAda", "yes\n--\nAda\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct passage_layout layout = {.width = 26, .flows = true};
		struct str out = STR_INIT;

		plain_to_text(&out, span_of(pairs[i][0]), &layout);
		want_text(pairs[i][0], str_text(&out), pairs[i][1]);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flowing),
		cmocka_unit_test(hardening),
		cmocka_unit_test(sending),
		cmocka_unit_test(passages),
		cmocka_unit_test(plain_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
