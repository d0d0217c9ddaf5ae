/* Plain text as passages, and wrapped. */
#include "unit.h"

#include "html/plain.h"

static void
to_html(void **state)
{
	static const char *const pairs[][2] = {
		{"one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n"},
		{"see https://example.org/a_b.",
			"<p>see <a href=\"https://example.org/a_b\">"
			"https://example.org/a_b</a>.</p>\n"},
		{"1 < 2\n  a\tb\x01", "<p>1 &lt; 2<br>\n\u00a0\u00a0a b</p>\n"},
		{"\tx",
			"<p>\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0x"
			"</p>\n"},
		{"", ""},
		{"(https://example.org/Dock_(maritime)), HTTPS://EXAMPLE.org!",
			"<p>(<a href=\"https://example.org/Dock_(maritime)\">"
			"https://example.org/Dock_(maritime)</a>), "
			"<a href=\"HTTPS://EXAMPLE.org\">HTTPS://EXAMPLE.org</a>"
			"!</p>\n"},
		{"请看https://example.org/a。然后（https://example.org/b）谢谢",
			"<p>请看<a href=\"https://example.org/a\">"
			"https://example.org/a</a>。然后（"
			"<a href=\"https://example.org/b\">"
			"https://example.org/b</a>）谢谢</p>\n"},
		{"„https://example.org/a“ «https://example.org/b» "
		 "https://example.org/c، http://",
			"<p>„<a href=\"https://example.org/a\">"
			"https://example.org/a</a>“ "
			"«<a href=\"https://example.org/b\">"
			"https://example.org/b</a>» "
			"<a href=\"https://example.org/c\">"
			"https://example.org/c</a>، http://</p>\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct arena *arena = arena_new();
		struct str out = STR_INIT;

		passage_to_html(
			&out, plain_parse(arena, span_of(pairs[i][0])), 0);
		want_text(pairs[i][0], str_text(&out), pairs[i][1]);
		str_clear(&out);
		arena_free(arena);
	}
}

/* Would take hours if they were counted for each from the beginning. */
static void
test_brackets(void **state)
{
	enum { MANY = 1000000 };
	struct arena *arena = arena_new();
	struct str text = STR_INIT, out = STR_INIT;

	(void)state;
	str_add(&text, "https://example.org/(a)");
	for (size_t i = 0; i < MANY; i++)
		str_add(&text, ")]");
	passage_to_html(&out, plain_parse(arena, str_span(&text)), 0);
	want_true("link",
		span_starts(str_span(&out),
			"<p><a href=\"https://example.org/(a)\">"
			"https://example.org/(a)</a>)])]"));
	str_clear(&text);
	str_clear(&out);
	arena_free(arena);
}

/* The shape: "(" a quote ")", and "/" between paragraphs. */
static void
write_shape(struct str *out, const struct passage *p)
{
	for (p = p->first; p; p = p->next) {
		if (p->kind == PASSAGE_QUOTE) {
			str_add_char(out, '(');
			write_shape(out, p);
			str_add_char(out, ')');
		} else {
			passage_words(out, p);
			str_add_char(out, '/');
		}
	}
}

static void
quotes(void **state)
{
	static const char *const pairs[][2] = {
		{"a\n> b\n> c\nd", "a/(b\nc/)d/"},
		{">> b\n> c\n>\n> d", "((b/)c/d/)"},
		{"> > b\n>c", "((b/)c/)"},
		{"a > b", "a > b/"},
		{">   > b", "((b/))"},
		{">    > b", "(\u00a0\u00a0\u00a0> b/)"},
		{">>>>>>>>>>> deep", "((((((((>>> deep/))))))))"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct arena *arena = arena_new();
		struct str out = STR_INIT;

		write_shape(&out, plain_parse(arena, span_of(pairs[i][0])));
		want_text(pairs[i][0], str_text(&out), pairs[i][1]);
		str_clear(&out);
		arena_free(arena);
	}
}

static void
wrapped(void **state)
{
	static const struct {
		const char *text, *mark, *want;
	} cases[] = {
		{"one two three four five six seven", NULL,
			"one two three four five six\nseven\n"},
		{"> one two three four five six seven\nyes", NULL,
			"> one two three four five\n> six seven\nyes\n"},
		{">>one two three four five six seven\n\nyes", "1. ",
			"1. >>one two three four five\n   >>six seven\n\n"
			"   yes\n"},
		{"  a  b", "- ", "-   a  b\n"},
		/* What stands before each line must not be long. */
		{">            >one two three four five six", NULL,
			"> >one two three four five\n> six\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct passage_layout layout = {
			.width = 28, .mark = cases[i].mark};
		struct str out = STR_INIT;

		plain_to_text(&out, span_of(cases[i].text), &layout);
		want_text(cases[i].text, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(to_html),
		cmocka_unit_test(test_brackets),
		cmocka_unit_test(quotes),
		cmocka_unit_test(wrapped),
	};

	return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
