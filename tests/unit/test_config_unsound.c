/*
 * What is known of a list whose settings have mistakes.
 */
#include "config_unit.h"

/* Of a list with mistakes: only where somebody wrote it, and rightly. */
static void
test_unsound_store(void **state)
{
	static const struct {
		const char *name, *defaults, *list;
		bool known;
	} cases[] = {
		{"written", "{}", "store: postgresql://h/x\nx: 1\n", true},
		{"of all", "store: postgresql://h/x\n", "x: 1\n", true},
		{"nowhere", "{}", "x: 1\n", false},
		{"wrong", "store: postgresql://h/x\n", "store: mysql:x\n",
			false},
		{"no text", "store: postgresql://h/x\n", "store: [x]\n", false},
		{"broken", "store: postgresql://h/x\n", "x: [\n", false},
		{"broken for all", "x: [\n", "store: postgresql://h/x\n",
			false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct site site;

		put("lists/defaults.yaml", cases[i].defaults);
		put("lists/a/list.yaml", cases[i].list);
		free(load_problems(&site));
		want_int(cases[i].name, site.unsound_count, 1);
		want_true(cases[i].name,
			(site.unsound[0]->store != NULL) == cases[i].known);
		site_clear(&site);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unsound_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
