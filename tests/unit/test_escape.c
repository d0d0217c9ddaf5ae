#include "unit.h"

#include "base/escape.h"

static void
escaping(void **state)
{
	static const struct {
		const char *text, *which, *want;
	} cases[] = {
		{"", "&<>\"'", ""},
		{"&<>\"'", "&<>\"'", "&amp;&lt;&gt;&quot;&#39;"},
		{"a & b", "&", "a &amp; b"},
		{"<a href=\"x\">'&'", "&<>", "&lt;a href=\"x\"&gt;'&amp;'"},
		{"<\"'>", "&<", "&lt;\"'>"},
		{"plain ğ\n", "&<>n", "plain ğ\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		escape_only(&out, span_of(cases[i].text), cases[i].which);
		want_text(cases[i].text, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
html(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	escape_html(&out, span_of("a<b>\"c\" & 'd'"));
	want_text("html", str_text(&out),
		"a&lt;b&gt;&quot;c&quot; &amp; &#39;d&#39;");
	str_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escaping),
		cmocka_unit_test(html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
