#include "model/list.h"

#include "unit.h"

static void
test_formats(void **state)
{
	enum letter_format got;

	(void)state;
	for (int f = FORMAT_HTML; f <= FORMAT_RFC1153; f++) {
		const char *name = letter_format_name((enum letter_format)f);

		want_true(name, letter_format_find(name, &got));
		want_int(name, got, f);
	}
	want_true("unknown", !letter_format_find("pdf", &got));
}

static void
test_list_free(void **state)
{
	struct arena *arena = arena_new();
	struct list *list = arena_alloc(arena, sizeof *list);

	(void)state;
	list->arena = arena;
	list->schedule.zone = zone_load("Europe/Istanbul", NULL);
	list_free(list);
	list_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_list_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
