#include "unit.h"

#include "html/survey.h"

static void
add_link(void *data, const char *href)
{
	str_add_all(data, href, " ", NULL);
}

static void
links(void **state)
{
	static const struct {
		const char *page, *want;
	} cases[] = {
		{"<a href='/x?a&amp;b'>x</a><A HREF=y>y</A>", "/x?a&b y "},
		{"<area href='#z'><img src=a><link href=b><a name=c>", "#z "},
		{"<!-- <a href=x> --><p>a href=x</p>", ""},
		{"<a href='x", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str got = STR_INIT;

		survey_links(span_of(cases[i].page), add_link, &got);
		want_text(cases[i].page, str_text(&got), cases[i].want);
		str_clear(&got);
	}
}

static void
preheaders(void **state)
{
	static const struct {
		const char *page, *want; /* NULL: it has none */
	} cases[] = {
		{"<body><div style='display:none'>A &amp; b</div><p>x",
			"A & b"},
		{"<body><table><tr><td><span hidden>A</span>x", "A"},
		{"<body><div style='display:none'>A<div>b</div> c</div>d",
			"Ab c"},
		{"<body>\n<div style='display:none'>A&nbsp;b&#8199;&#847;"
		 "&zwnj;&nbsp;</div>",
			"A b"},
		{"<body><div style='display:none'>&zwnj;&nbsp; </div>x", NULL},
		{"<body><div style='display:none'></div>x", NULL},
		{"<body><p>x<div style='display:none'>A</div>", NULL},
		{"<head hidden>A</head><body>x", NULL},
		{"<body><p>x", NULL},
		{"<body><div style='display:none'>A", "A"},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str got = STR_INIT;
		bool has = survey_preheader(span_of(cases[i].page), &got);

		want_text(cases[i].page, has ? str_text(&got) : NULL,
			cases[i].want);
		want_int(cases[i].page, got.len > 0, has);
		str_clear(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),
		cmocka_unit_test(preheaders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
