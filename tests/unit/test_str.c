#include "unit.h"

#include "base/str.h"

static void
finding(void **state)
{
	static const struct {
		const char *text;
		size_t first, last; /* of its "@" */
	} cases[] = {
		{"", 0, 0},
		{"none", 4, 4},
		{"@", 0, 0},
		{"@front", 0, 0},
		{"back@", 4, 4},
		{"a@b@c", 1, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span s = span_of(cases[i].text);

		want_int(cases[i].text, span_find(s, '@'), cases[i].first);
		want_int(cases[i].text, span_find_last(s, '@'), cases[i].last);
	}
	want_int("any of them", span_find_any(span_of("ab\xe9-c@"), "@-"), 3);
	want_int("beyond ASCII", span_find_any(span_of("ab\xe9-"), "\xe9"), 2);
	want_int("none of them", span_find_any(span_of("abc"), "@-"), 3);
	want_int("none is asked for", span_find_any(span_of("abc"), ""), 3);
	want_int("no text", span_find_last(SPAN_NONE, '@'), 0);
	want_int("beyond the end", span_find_last((struct span){"a@b", 1}, '@'),
		1);
}

/* Wherever one stands, and whatever stands around it. */
static void
finding_anywhere(void **state)
{
	static const char *const sets[] = {
		"@", "&<>\"@", "<{![]&\\`~*_@", "<{![]&\\`~*_\r\n@", "\xc2@"};
	enum { LONG = 70 };
	char text[LONG];

	(void)state;
	for (size_t set = 0; set < COUNT(sets); set++)
		for (size_t len = 0; len <= LONG; len++)
			for (size_t at = 0; at <= len; at++) {
				for (size_t i = 0; i < LONG; i++)
					text[i] = "ab\xa0?A"[i % 5];
				if (at < len)
					text[at] = text[len - 1] = '@';
				want_int(sets[set],
					span_find_any((struct span){text, len},
						sets[set]),
					at);
			}
}

static void
printable(void **state)
{
	static const char others[] = {0, '\t', 0x1f, 0x7f, '\x80', '\xff'};
	enum { LONG = 40 };
	char text[LONG];

	(void)state;
	for (size_t other = 0; other < COUNT(others); other++)
		for (size_t at = 0; at <= LONG; at++) {
			memset(text, at % 2 ? ' ' : '~', LONG);
			if (at < LONG)
				text[at] = text[LONG - 1] = others[other];
			want_int("printable",
				span_printable((struct span){text, LONG}), at);
		}
}

static void
runs(void **state)
{
	static const struct {
		const char *text;
		size_t want;
	} cases[] = {{"", 0}, {"a", 0}, {"##", 2}, {"# #", 1}, {" #", 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].text, span_run(span_of(cases[i].text), '#'),
			cases[i].want);
}

static void
lowering(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", "Kept"}, {"AZ@[`az{", "Keptaz@[`az{"},
		{"0-9.EXAMPLE", "Kept0-9.example"},
		{"\u0130\u00c9", "Kept\u0130\u00c9"}, /* not of ASCII */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		str_add(&out, "Kept");
		str_add_lower(&out, span_of(cases[i].text));
		want_text(cases[i].text, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
sameness(void **state)
{
	static const struct {
		const char *a, *b;
		bool same, nocase;
	} cases[] = {
		{"", "", true, true},
		{"", "a", false, false},
		{"ab", "ab", true, true},
		{"ab", "aB", false, true},
		{"ab", "abc", false, false},
		{"ab", "ac", false, false},
	};

	(void)state;
	want_true("nothing", span_same(SPAN_NONE, span_of("")));
	want_true("nothing", span_same_nocase(SPAN_NONE, span_of("")));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span a = span_of(cases[i].a), b = span_of(cases[i].b);

		want_int(cases[i].b, span_same(a, b), cases[i].same);
		want_int(cases[i].b, span_same_nocase(a, b), cases[i].nocase);
	}
}

static void
among(void **state)
{
	static const char *const texts[] = {"To", "Cc", NULL};
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{"to", true},
		{"CC", true},
		{"t", false},
		{"too", false},
		{"", false},
		{NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].text,
			span_is_among(span_of(cases[i].text), texts),
			cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finding),
		cmocka_unit_test(finding_anywhere),
		cmocka_unit_test(printable),
		cmocka_unit_test(runs),
		cmocka_unit_test(lowering),
		cmocka_unit_test(sameness),
		cmocka_unit_test(among),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
