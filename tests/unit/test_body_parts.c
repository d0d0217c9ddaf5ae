#include "unit.h"

#include "render/body_parts.h"

static void
add_part(void *data, const struct body_part *part)
{
	struct str *out = data;

	if (part->picture)
		str_printf(out, "picture %s <%s>%s; ", part->name, part->alt,
			part->decorative ? " decorative" : "");
	else
		str_printf(out, "link %s; ", part->name);
}

static void
parts(void **state)
{
	static const struct {
		enum body_kind kind;
		const char *body, *link, *want;
	} cases[] = {
		{BODY_MARKDOWN, "[a](/x) <https://example.org/>", NULL,
			"link /x; link https://example.org/; "},
		{BODY_MARKDOWN, "[a](javascript:x) [b][r]\n\n[r]: ftp://x",
			NULL, "link javascript:x; link ftp://x; "},
		{BODY_MARKDOWN, "![A *red* `crane`](a.jpg)", NULL,
			"picture a.jpg <A red crane>; "},
		{BODY_MARKDOWN,
			"![](a.jpg) ![](b.jpg \"decorative\") "
			"![](c.jpg \"Monday\")",
			NULL,
			"picture a.jpg <>; picture b.jpg <> decorative; "
			"picture c.jpg <>; "},
		{BODY_MARKDOWN, "[![](a.jpg)](/large)", NULL,
			"link /large; picture a.jpg <>; "},
		{BODY_MARKDOWN, "`![](a.jpg)` <img src=b.jpg>", NULL,
			"picture b.jpg <>; "},
		{BODY_MARKDOWN,
			"<p><img src=b.jpg alt=\"\"> <a href=/x>x</a></p>",
			"https://example.org/n/",
			"picture b.jpg <> decorative; link /x; "},
		{BODY_MARKDOWN,
			"See https://example.org/a_b?c&d. `http://x` "
			"[https://y.example](/z)",
			NULL, "link https://example.org/a_b?c&d; link /z; "},
		{BODY_HTML, "<a href='/x?a&amp;b'>x</a><a name=y>", NULL,
			"link /x?a&b; "},
		{BODY_HTML,
			"<img src=a.jpg><img src=b.jpg alt=''>"
			"<IMG SRC=c.jpg ALT='A crane'><img alt=d>",
			"https://example.org/n/",
			"picture https://example.org/n/a.jpg <>; "
			"picture https://example.org/n/b.jpg <> decorative; "
			"picture https://example.org/n/c.jpg <A crane>; "},
		{BODY_HTML, "<img src=a.jpg>", NULL, "picture a.jpg <>; "},
		{BODY_TEXT, "![](a.jpg) <a href=x>", NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct variant v = {.body_kind = cases[i].kind,
			.body = cases[i].body,
			.link = cases[i].link};
		struct str got = STR_INIT;

		body_parts(&v, add_part, &got);
		want_text(cases[i].body, str_text(&got), cases[i].want);
		str_clear(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
