#include "unit.h"

#include "render/plural.h"

/* The rules of CLDR 44, of those that differ in kind. */
static const struct language {
	const char *name;
	const char *rules[5]; /* as in plural_names */
} languages[] = {
	{"en", {[1] = "i = 1 and v = 0 @integer 1"}},
	{"tr", {[1] = "n = 1"}},
	{"es",
		{[1] = "n = 1",
			[4] = "e = 0 and i != 0 and i % 1000000 = 0 and v = 0 "
			      "or e != 0..5"}},
	{"ar",
		{"n = 0", "n = 1", "n = 2", "n % 100 = 3..10",
			"n % 100 = 11..99"}},
	{"zh", {NULL}},
	{"ru",
		{[1] = "v = 0 and i % 10 = 1 and i % 100 != 11",
			[3] = "v = 0 and i % 10 = 2..4 and i % 100 != 12..14",
			[4] = "v = 0 and i % 10 = 0 or v = 0 and i % 10 = 5..9 "
			      "or v = 0 and i % 100 = 11..14"}},
	{"pl",
		{[1] = "i = 1 and v = 0",
			[3] = "v = 0 and i % 10 = 2..4 and i % 100 != 12..14",
			[4] = "v = 0 and i != 1 and i % 10 = 0..1 or "
			      "v = 0 and i % 10 = 5..9 or "
			      "v = 0 and i % 100 = 12..14"}},
	{"lt",
		{[1] = "n % 10 = 1 and n % 100 != 11..19",
			[3] = "n % 10 = 2..9 and n % 100 != 11..19",
			[4] = "f != 0"}},
	{"lv",
		{"n % 10 = 0 or n % 100 = 11..19 or v = 2 and f % 100 = 11..19",
			"n % 10 = 1 and n % 100 != 11 or v = 2 and f % 10 = 1 "
			"and f % 100 != 11 or v != 2 and f % 10 = 1"}},
	{"cs",
		{[1] = "i = 1 and v = 0",
			[3] = "i = 2..4 and v = 0",
			[4] = "v != 0"}},
	{"gv", {[3] = "v = 0 and i % 100 = 0,20,40,60,80"}},
};

static const char *
form_of(const char *language, uint64_t number)
{
	const struct language *l = languages;

	while (strcmp(l->name, language) != 0)
		l++;
	for (size_t i = 0; i < COUNT(l->rules); i++) {
		struct error err = ERROR_INIT;

		if (l->rules[i] &&
			plural_takes(span_of(l->rules[i]), number, &err))
			return plural_names[i];
		want_text(l->rules[i], err.text, NULL);
	}
	return "other";
}

static void
forms(void **state)
{
	static const struct {
		const char *language, *form;
		uint64_t numbers[12]; /* up to the next 0, but for the first */
	} cases[] = {
		{"en", "one", {1}},
		{"en", "other", {0, 2, 11, 21, 101, 1000000}},
		{"tr", "one", {1}},
		{"tr", "other", {0, 2, 21, 101}},
		{"es", "one", {1}},
		{"es", "many", {1000000, 2000000}},
		{"es", "other", {0, 2, 21, 999999, 1000001}},
		{"ar", "zero", {0}},
		{"ar", "one", {1}},
		{"ar", "two", {2}},
		{"ar", "few", {3, 10, 103, 110, 1003}},
		{"ar", "many", {11, 26, 99, 111, 1011}},
		{"ar", "other", {100, 102, 200, 202, 1000, 1000000}},
		{"zh", "other", {0, 1, 2, 100}},
		{"ru", "one", {1, 21, 81, 101, 1001}},
		{"ru", "few", {2, 4, 22, 24, 102, 1002}},
		{"ru", "many", {0, 5, 11, 12, 14, 19, 100, 111, 1000}},
		{"pl", "one", {1}},
		{"pl", "few", {2, 4, 22, 102}},
		{"pl", "many", {0, 5, 12, 19, 21, 101, 112, 1000}},
		{"lt", "one", {1, 21, 101}},
		{"lt", "few", {2, 9, 22, 102}},
		{"lt", "other", {0, 10, 11, 20, 30, 111, 1000}},
		{"lv", "zero", {0, 10, 11, 20, 100}},
		{"lv", "one", {1, 21, 101}},
		{"lv", "other", {2, 9, 22, 102}},
		{"cs", "one", {1}},
		{"cs", "few", {2, 3, 4}},
		{"cs", "other", {0, 5, 19, 22, 102}},
		{"gv", "few", {0, 20, 80, 100, 140}},
		{"gv", "other", {10, 19, 30, 81, 101}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t n = 0; n == 0 || cases[i].numbers[n]; n++) {
			char name[64];

			snprintf(name, sizeof name, "%s %llu",
				cases[i].language,
				(unsigned long long)cases[i].numbers[n]);
			want_text(name,
				form_of(cases[i].language, cases[i].numbers[n]),
				cases[i].form);
		}
}

static void
writing(void **state)
{
	static const struct {
		const char *rule;
		uint64_t number;
		bool takes;
	} cases[] = {
		{"n=1", 1, true},
		{" n % 10=2..4,7 ", 47, true},
		{"n % 10 = 2..4, 7", 45, false},
		{"n != 1..3,5", 4, true},
		{"n != 1..3,5", 5, false},
		{"n = 1 or n = 2 and n = 3", 1, true},
		{"n = 1 and n = 2 or n = 3", 3, true},
		{"n = 1 and n = 2 or n = 3", 1, false},
		{"n = 4..2", 3, false},
		{"n = 18446744073709551", 18446744073709551u, true},
		{"c = 0 and t = 0 and w = 0", 9, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;

		want_int(cases[i].rule,
			plural_takes(
				span_of(cases[i].rule), cases[i].number, &err),
			cases[i].takes);
		want_text(cases[i].rule, err.text, NULL);
	}
}

static void
mistakes(void **state)
{
	static const char operand[] = "one of n, i, v, w, f, t, c, e";
	static const struct {
		const char *rule, *found, *wanted;
	} cases[] = {
		{"", NULL, operand},
		{"x = 1", "x", operand},
		{"n", NULL, "'=' or '!='"},
		{"n is 1", "is", "'=' or '!='"},
		{"n =", NULL, "a number"},
		{"n = one", "one", "a number"},
		{"n = -1", "-1", "a number"},
		{"n = 1.5", ".5", "'and' or 'or'"},
		{"n = 2..", NULL, "a number"},
		{"n % 0 = 1", "=", "a divisor other than 0"},
		{"n = 1 and", NULL, operand},
		{"n = 1 n = 2", "n", "'and' or 'or'"},
		{"(n = 1)", "(n", operand},
		{"n = 1 or n =", NULL, "a number"}, /* 1 has its answer */
		{"n = 1234567890123456789", "1234567890123456789", "a number"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;
		char want[128];

		if (cases[i].found)
			snprintf(want, sizeof want,
				"'%s' stands where %s should", cases[i].found,
				cases[i].wanted);
		else
			snprintf(want, sizeof want,
				"it ends where %s should stand",
				cases[i].wanted);
		want_true(cases[i].rule,
			!plural_takes(span_of(cases[i].rule), 1, &err));
		want_text(cases[i].rule, err.text, want);
		want_int(cases[i].rule, err.kind, ERROR_CONFIG);
		error_clear(&err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(writing),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
