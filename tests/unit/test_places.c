/* Words with places to fill in. */
#include "unit.h"

#include "base/places.h"

static bool
write_place(void *data, struct span name, struct str *out)
{
	if (span_equals(name, "none"))
		return false;
	str_add(out, data);
	str_add_span(out, name);
	return true;
}

static void
filling(void **state)
{
	static const struct {
		const char *words, *want;
	} cases[] = {
		{"", ""},
		{"no place", "no place"},
		{"{a}", "{b}a"}, /* not read again */
		{"x{a}{a}y", "x{b}a{b}ay"},
		{"{none} {a}", "{none} {b}a"},
		{"{{a}}", "{{b}a}"},
		{"{} {a b} {a", "{} {a b} {a"},
		{"{", "{"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		places_fill(&out, span_of(cases[i].words), write_place, "{b}");
		want_text(cases[i].words, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
