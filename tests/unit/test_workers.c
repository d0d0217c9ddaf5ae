/* Jobs come back done, each once, however many there are. */
#include "unit.h"

#include "base/workers.h"

enum { JOBS = 500 };

static void
add_one(void *job)
{
	++*(int *)job;
}

static void
each_once(void **state)
{
	struct workers *w = workers_new(add_one);
	int jobs[JOBS] = {0}, taken = 0;

	(void)state;
	want_true("empty", workers_take(w, false) == NULL);
	want_true("empty", workers_take(w, true) == NULL);
	want_true("capacity", workers_capacity(w) > 0);
	for (int i = 0; i < JOBS; i++) {
		while (workers_count(w) >= workers_capacity(w)) {
			add_one(workers_take(w, true));
			taken++;
		}
		workers_put(w, &jobs[i]);
		for (int *job; (job = workers_take(w, false)); taken++)
			add_one(job);
	}
	for (int *job; (job = workers_take(w, true)); taken++)
		add_one(job);
	want_int("taken", taken, JOBS);
	for (int i = 0; i < JOBS; i++)
		want_int("done and taken", jobs[i], 2);
	workers_free(w);
}

static void
left_behind(void **state)
{
	struct workers *w = workers_new(add_one);
	int jobs[JOBS] = {0};

	(void)state;
	for (int i = 0; i < JOBS; i++)
		workers_put(w, &jobs[i]);
	workers_free(w); /* neither waits for ever, nor touches them later */
	workers_free(workers_new(add_one));
	workers_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_once),
		cmocka_unit_test(left_behind),
	};

	return cmocka_run_group_tests_name("workers", tests, NULL, NULL);
}
