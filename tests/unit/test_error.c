#include "unit.h"

#include "base/problem.h"

/* What is quoted comes from outside. */
static const struct {
	const char *quoted, *want;
} cases[] = {
	{"two  blanks", "two  blanks"},
	{"K\xc3\xb6\xc5\x9fk", "K\xc3\xb6\xc5\x9fk"},
	{"one\r\ntwo", "one two"},
	{"\x1b[2Jred\a\x7f", "[2Jred"},
	{"\xffx", "\xef\xbf\xbdx"},
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;
		char want[64];

		error_set(&err, ERROR_DATA, "%s", cases[i].quoted);
		want_text(cases[i].quoted, err.text, cases[i].want);
		error_wrap(&err, "%s", cases[i].quoted);
		snprintf(want, sizeof want, "%s: %s", cases[i].want,
			cases[i].want);
		want_text(cases[i].quoted, err.text, want);
		error_add_lines(&err, "\n - ours");
		error_wrap(&err, "x");
		want_true("lines", strstr(err.text, "\n - ours") != NULL);
		error_clear(&err);
	}
}

static void
test_problems(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct problems problems = PROBLEMS_INIT;
		char want[64];

		problem_add(&problems, SEVERITY_WARNING, "x.md", 3, 0, "%s",
			cases[i].quoted);
		snprintf(want, sizeof want, "x.md:3: %s", cases[i].want);
		want_text(cases[i].quoted, problems.items[0].text, want);
		problems_clear(&problems);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
