/* A process that is not to outlive an instant: each case is a child. */
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "base/watchdog.h"

enum { SOON = 50, LATER = 10 * 1000, NAP = 150 }; /* ms */

static const char message[] = "the time is over\n";

static void
set(int64_t in)
{
	if (!watchdog_set(watchdog_clock() + in, message, NULL))
		_exit(70);
}

static void
nap(void)
{
	int64_t end = watchdog_clock() + NAP;

	while (watchdog_clock() < end)
		usleep(1000);
}

static void
sleeps(void)
{
	set(SOON);
	nap();
}

static void
works(void)
{
	set(SOON);
	for (;;)
		;
}

static void
moves_it_on(void)
{
	set(SOON);
	set(LATER);
	nap();
}

static void
stops_it(void)
{
	set(SOON);
	watchdog_stop();
	nap();
}

static void
sets_it_again(void)
{
	set(SOON);
	watchdog_stop();
	set(SOON);
	nap();
}

static void
comes_too_late(void)
{
	set(-LATER);
	nap();
}

static void
never_set_it(void)
{
	watchdog_stop();
}

/* What the child says goes to *said; its exit status. */
static int
run_child(void (*what)(void), bool stop, struct str *said)
{
	char buffer[256];
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	want_int("pipe", pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		what();
		_exit(0);
	}
	close(ends[1]);
	if (stop) {
		usleep(SOON * 1000 / 5);
		kill(pid, SIGSTOP);
		usleep(2 * NAP * 1000);
		kill(pid, SIGCONT);
	}
	while ((n = read(ends[0], buffer, sizeof buffer)) > 0)
		str_add_span(said, (struct span){buffer, (size_t)n});
	close(ends[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
test_watchdog(void **state)
{
	static const struct {
		const char *name;
		void (*what)(void);
		bool stop;
		int status;
	} cases[] = {
		{"it sleeps", sleeps, false, 75},
		{"it works", works, false, 75},
		{"moved on", moves_it_on, false, 0},
		{"stopped", stops_it, false, 0},
		{"set again", sets_it_again, false, 75},
		{"set too late", comes_too_late, false, 75},
		{"never set", never_set_it, false, 0},
		{"it was stopped meanwhile", works, true, 75},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str said = STR_INIT;

		want_int(cases[i].name,
			run_child(cases[i].what, cases[i].stop, &said),
			cases[i].status);
		want_text(cases[i].name, str_text(&said),
			cases[i].status ? message : "");
		str_clear(&said);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests_name("watchdog", tests, NULL, NULL);
}
