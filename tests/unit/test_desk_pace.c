/*
 * How fast an issue goes, by what was seen of it.
 */
#include "unit.h"

#include "desk/running.h"

static const struct {
	const char *name;
	enum running_state state;
	size_t sent[12]; /* second by second, up to a 0 behind the first */
	size_t due, later;
	double rate;
	int64_t left;
} cases[] = {
	{"seen once", RUNNING_GOING, {5}, 10, 0, 0, -1},
	{"steady", RUNNING_GOING, {5, 7, 9}, 20, 0, 2, 11},
	{"those put off are not waited for", RUNNING_GOING, {5, 7, 9}, 20, 10,
		2, 6},
	{"standing", RUNNING_GOING, {5, 5, 5}, 20, 0, 0, -1},
	{"only the last ten", RUNNING_GOING,
		{1, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100}, 9, 0, 1, 10},
	{"paused", RUNNING_PAUSED, {5, 7, 9}, 20, 0, 0, -1},
	{"all are out", RUNNING_GOING, {5, 7, 9}, 0, 0, 2, -1},
};

static void
test_pace(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct running r = {.id = 1};
		struct pace pace = {.count = 0};

		for (size_t s = 0; s < COUNT(cases[i].sent); s++) {
			if (!cases[i].sent[s])
				break;
			r = (struct running){.state = cases[i].state,
				.id = 1,
				.sent = cases[i].sent[s],
				.due = cases[i].due,
				.later = cases[i].later,
				.left = -1};
			pace_take(&pace, &r, (int64_t)s * 1000);
		}
		want_int(cases[i].name, (int64_t)(r.rate * 1000),
			(int64_t)(cases[i].rate * 1000));
		want_int(cases[i].name, r.left, cases[i].left);
	}
}

/* Another issue begins anew. */
static void
test_another(void **state)
{
	struct pace pace = {.count = 0};
	struct running r = {.state = RUNNING_GOING, .id = 1, .left = -1};

	(void)state;
	pace_take(&pace, &r, 0);
	r = (struct running){
		.state = RUNNING_GOING, .id = 2, .sent = 500, .left = -1};
	pace_take(&pace, &r, 1000);
	want_int("rate", (int64_t)r.rate, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
