#include "unit.h"

#include "render/marks.h"

#define MARK "q7zslot"
#define NAME MARK "name."
#define CITY MARK "field_city."

/* ----- lines ----- */

static const struct {
	const char *name, *line;
	size_t width;
	const char *want;
} lines[] = {
	{"no mark", "The quay is open", 10, "The quay\u2026"},
	{"fits", "Dear " NAME, 17, "Dear " NAME},
	{"its letters do not count", "Dear " CITY, 17, "Dear " CITY},
	{"too wide by one", "Dear " NAME, 16, "Dear\u2026"},
	{"cut before it", "The quay is open, " NAME, 20,
		"The quay is open\u2026"},
	{"cut behind it", NAME ", the quay is open", 22, NAME ", the\u2026"},
	{"one of two", NAME " and " CITY " too", 20, NAME " and\u2026"},
	{"both", NAME " and " CITY " too", 32, NAME " and " CITY "\u2026"},
	{"no blank to cut at", "(" NAME CITY ")", 16, "(" NAME "\u2026"},
	{"x behind it", NAME "xx xxxxxx", 16, NAME "xx\u2026"},
	{"x at the cut", NAME "xxxxxx", 15, NAME "xx\u2026"},
	{"beyond ASCII", "Merhaba " NAME ", ışıklar söndü", 31,
		"Merhaba " NAME ", ışıklar\u2026"},
	{"unknown", "Dear " MARK "nobody. and all", 12, "Dear\u2026"},
};

static void
test_shorten(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct str out = STR_INIT;

		marks_shorten(
			&out, span_of(lines[i].line), MARK, lines[i].width);
		want_text(lines[i].name, str_text(&out), lines[i].want);
		str_clear(&out);
	}
}

static void
test_show(void **state)
{
	static struct field_default own[] = {{"tr", "okur"}, {NULL, "Reader"}};
	static struct list_field fields[] = {
		{"name", own, COUNT(own)}, {"city", NULL, 0}};
	static const struct list list = {.language = "en",
		.fields = fields,
		.field_count = COUNT(fields)};
	static const struct {
		const char *language, *line, *want;
	} cases[] = {
		{"en", "Dear " NAME ", " CITY "!", "Dear Reader, \u2026!"},
		{"tr", "Dear " NAME, "Dear okur"},
		{"en", MARK "address. " MARK "since.", "\u2026 \u2026"},
		{"en", "plain", "plain"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		marks_show(&out, span_of(cases[i].line), MARK, &list,
			cases[i].language);
		want_text(cases[i].line, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

/* ----- HTML ----- */

static const struct {
	const char *name, *html, *culprit; /* NULL: none */
} pages[] = {
	{"text", "<p title=\"x\">Dear " NAME ", " CITY "</p>", NULL},
	{"the first thing", NAME "<br>", NULL},
	{"title", "<title>" NAME "</title><style>p{}</style>" CITY, NULL},
	{"a link's words", "<a href='https://example.org'>" NAME "</a>", NULL},
	{"links have their own", "<a href=\"" MARK "unsubscribe_url.\">x</a>",
		NULL},
	{"quoted attribute", "<p title=\"" NAME "\">x</p>", "name"},
	{"bare attribute", "<p title=" CITY ">x</p>", "fields.city"},
	{"a '>' in the attribute before", "<p a='>' b='" NAME "'>x</p>",
		"name"},
	{"name of an attribute", "<p " NAME "=1>x</p>", "name"},
	{"name of a tag", "<b" NAME ">x</b>", "name"},
	{"end tag", "<b>x</b " NAME ">", "name"},
	{"mail link", "<a href='mailto:" MARK "address.'>x</a>", "address"},
	{"style", "<style>p::before{content:\"" CITY "\"}</style>",
		"fields.city"},
	{"script", "<SCRIPT>var a = '" MARK "since.';</SCRIPT>", "since"},
	{"comment", "a <!-- " NAME " --> b", "name"},
	{"behind a good one", NAME "<i title='" CITY "'>" NAME "</i>",
		"fields.city"},
};

static void
test_html(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pages); i++) {
		struct error err = ERROR_INIT;
		bool ok = marks_check_html(span_of(pages[i].html), MARK, &err);
		char *want = NULL;

		want_int(pages[i].name, ok, pages[i].culprit == NULL);
		if (ok)
			continue;
		want_true("memory",
			asprintf(&want, "'{{subscriber.%s}}'",
				pages[i].culprit) > 0);
		want_true(pages[i].name, strstr(err.text, want) != NULL);
		want_int(pages[i].name, err.kind, ERROR_DATA);
		free(want);
		error_clear(&err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shorten),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
