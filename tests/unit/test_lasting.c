/* What the log says of a store that goes and comes, however many hold it. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "web/lasting.h"

/* What happens, in order: it is seen by one whose connection, or whose try to
 * have one, is `at` old; or, with no `why`, somebody has it back then. */
struct moment {
	int64_t at;
	const char *why;
};

#define AWAY(why) "postrider: the store is away: " why "\n"
#define BACK "postrider: the store is back\n"

static const struct {
	const char *name;
	struct moment moments[6];
	const char *wanted;
} cases[] = {
	{"one", {{5, "shut down"}, {9, NULL}}, AWAY("shut down") BACK},
	{"told once", {{5, "shut down"}, {7, "refused"}, {8, "refused"}},
		AWAY("shut down")},
	{"two find it at once", {{5, "shut down"}, {5, "lost"}, {9, NULL}},
		AWAY("shut down") BACK},
	{"two come back", {{5, "shut down"}, {9, NULL}, {11, NULL}},
		AWAY("shut down") BACK},
	{"the second finds it later",
		{{5, "shut down"}, {9, NULL}, {6, "lost"}},
		AWAY("shut down") BACK},
	{"the second is not let in",
		{{5, "shut down"}, {9, NULL}, {6, "lost"}, {12, "full"},
			{20, NULL}},
		AWAY("shut down") BACK AWAY("full") BACK},
	{"again", {{5, "shut down"}, {9, NULL}, {9, "lost"}, {12, NULL}},
		AWAY("shut down") BACK AWAY("lost") BACK},
	{"never lost", {{5, NULL}, {9, NULL}}, ""},
};

static void
test_what_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *told = NULL;
		size_t size;
		struct log log = {.out = open_memstream(&told, &size),
			.level = LOG_NORMAL};
		struct outage *outage = outage_new(&log);

		for (const struct moment *m = cases[i].moments; m->at; m++)
			if (m->why)
				outage_begin(outage, m->at, m->why);
			else
				outage_end(outage, m->at);
		outage_free(outage);
		fclose(log.out);
		want_text(cases[i].name, told, cases[i].wanted);
		free(told);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
