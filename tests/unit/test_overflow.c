#include "unit.h"

#include "run/overflow.h"

/* Each once, whatever the language; where some lead somewhere, the others. */
static void
titles_that_lead_nowhere(void **state)
{
	struct variant linked = {.title = "A", .link = "https://example.org/a"};
	struct variant bare = {.title = "B"}, turkish = {.title = "Be"};
	struct dispatch a = {.id = "a"}, b = {.id = "b"};
	struct entry english[] = {{.dispatch = &a, .variant = &linked},
		{.dispatch = &b, .variant = &bare}};
	struct entry other[] = {{.dispatch = &b, .variant = &turkish}};
	struct edition editions[] = {
		{.titles = english, .title_count = 1},
		{.entries = other, .entry_count = 1},
	};
	struct list list = {.name = "weekly"};
	struct issue issue = {
		.list = &list, .editions = editions, .edition_count = 2};
	struct problems problems = PROBLEMS_INIT;

	(void)state;
	overflow_warn(&issue, &problems);
	want_int("all lead somewhere", problems.count, 0);
	editions[0].title_count = 2;
	editions[1].titles = other;
	editions[1].title_count = 1;
	overflow_warn(&issue, &problems);
	want_int("told once", problems.count, 1);
	want_text("how", problems.items[0].text,
		"list 'weekly': over the maximum, and without a 'link' to read "
		"more than the title: 1, 'B' first; set 'overflow: roll', or "
		"raise 'max'");
	problems_clear(&problems);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_that_lead_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
