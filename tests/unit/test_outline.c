#include "unit.h"

#include "html/outline.h"

/* Each element as NAME(what is in it), in order. */
static void
test_elements(void **state)
{
	static const struct {
		const char *label, *html, *want;
	} rows[] = {
		{"nested", "<div id=a><p>x</p></div>", "div(<p>x</p>) p(x) "},
		{"empty ones", "<p>a<br>b<img src=x></p>",
			"p(a<br>b<img src=x>) br() img() "},
		{"an end of the outer ends the inner", "<ul><li>a</ul>b",
			"ul(<li>a) li(a) "},
		{"an end of nothing", "<p>a</i></p>", "p(a</i>) "},
		{"no end", "<div><p>a", "div(<p>a) p(a) "},
		{"style is no markup", "<style>p>a{}</style><p>b</p>",
			"style(p>a{}) p(b) "},
		{"case", "<P>a</p>", "P(a) "},
		{"comments", "<p><!-- <b> -->a</p>", "p(<!-- <b> -->a) "},
		{"nothing", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_new();
		struct outline *o = outline_new(arena, span_of(rows[i].html));
		struct str got = STR_INIT;

		for (size_t k = 0; k < o->count; k++) {
			str_add_span(&got, o->elements[k].tag.name);
			str_add_char(&got, '(');
			str_add_span(&got, outline_inner(o, &o->elements[k]));
			str_add(&got, ") ");
		}
		want_text(rows[i].label, str_text(&got), rows[i].want);
		str_clear(&got);
		arena_free(arena);
	}
}

static void
test_asking(void **state)
{
	struct arena *arena = arena_new();
	struct outline *o = outline_new(arena,
		span_of("<div><a href='?a&amp;b'>x</a></div><p>y</p><i style='display:none'>z</i>"));
	const struct element *a = outline_find(o, "a");

	(void)state;
	want_true("attribute", element_has(a, "href", "?a&b"));
	want_true("another", !element_has(a, "href", "?a"));
	want_true("shown", !element_is_hidden(a));
	want_true("hidden", element_is_hidden(outline_find(o, "i")));
	want_true("none", outline_find(o, "table") == NULL);
	arena_free(arena);
}

static void
test_cutting(void **state)
{
	struct cut cuts[] = {
		{6, 8, {"", 0}},
		{4, 5, {"lost", 4}}, /* within the next */
		{2, 6, {"-", 1}},
	};
	struct str got = STR_INIT;

	(void)state;
	outline_cut(&got, span_of("0123456789"), cuts, 3);
	want_text("cut", str_text(&got), "01-89");
	str_clear(&got);
	outline_cut(&got, span_of("0123"), NULL, 0);
	want_text("nothing is cut", str_text(&got), "0123");
	str_clear(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_asking),
		cmocka_unit_test(test_cutting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
