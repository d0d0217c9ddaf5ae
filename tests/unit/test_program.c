#include "unit.h"

#include <poll.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include "run/porter.h"
#include "run/world.h"

#define SH(script) ((const char *const[]){"sh", "-c", script, NULL})

static void
programs(void **state)
{
	const struct {
		const char *name;
		const char *const *arguments;
		enum program_end end;
		int status;
		const char *out;
	} cases[] = {
		{"input", (const char *const[]){"cat", NULL}, PROGRAM_DONE, 0,
			"what it is given"},
		{"status", SH("echo x; exit 7"), PROGRAM_DONE, 7, "x\n"},
		{"a signal", SH("kill -9 $$"), PROGRAM_DONE, -1, ""},
		{"complaints", SH("echo x; echo y >&2"), PROGRAM_DONE, 0,
			"x\n"},
		{"unread", SH("exec 0<&-; echo x"), PROGRAM_DONE, 0, "x\n"},
		{"limit", SH("printf 12345678901234567890"), PROGRAM_DONE, 0,
			"1234567890123456"},
		{"a pipe that breaks", SH("yes | head -n 1"), PROGRAM_DONE, 0,
			"y\n"},
		{"missing", (const char *const[]){"no-such-program", NULL},
			PROGRAM_MISSING, 99, ""},
		{"late", SH("echo x; sleep 30; echo y"), PROGRAM_LATE, -1,
			"x\n"},
		{"late in silence", SH("exec >&-; sleep 30"), PROGRAM_LATE, -1,
			""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct program p = {.arguments = cases[i].arguments,
			.input = span_of("what it is given"),
			.timeout_ms =
				cases[i].end == PROGRAM_LATE ? 150 : 20000,
			.limit = 16};
		enum program_end end = PROGRAM_DONE;
		int status = 99;
		struct str out = STR_INIT;
		struct error err = ERROR_INIT;

		want_true(cases[i].name,
			program_run(&p, &end, &status, &out, &err));
		want_int(cases[i].name, end, cases[i].end);
		want_int(cases[i].name, status, cases[i].status);
		want_text(cases[i].name, str_text(&out), cases[i].out);
		str_clear(&out);
		error_clear(&err);
	}
}

/* What it has started ends with it: else the pipe would be held open by it. */
static void
offspring(void **state)
{
	int64_t began = world_ticks();
	struct program p = {.arguments = SH("sleep 30 & echo $!; wait"),
		.timeout_ms = 150,
		.limit = 100};
	enum program_end end = PROGRAM_DONE;
	int status = 0;
	struct str out = STR_INIT;
	struct error err = ERROR_INIT;
	char path[64];
	bool gone = false;

	(void)state;
	want_true("run", program_run(&p, &end, &status, &out, &err));
	want_int("end", end, PROGRAM_LATE);
	want_true("in time", world_ticks() - began < 10000);
	snprintf(path, sizeof path, "/proc/%d/fd", atoi(str_text(&out)));
	for (int i = 0; i < 100 && !gone; i++) {
		gone = access(path, R_OK) != 0;
		poll(NULL, 0, 20);
	}
	want_true("gone", gone);
	str_clear(&out);
	error_clear(&err);
}

/* What it leaves behind holds its pipes, and is not waited for: its own end is
 * what counts, with all that it said up to then. */
static void
left_behind(void **state)
{
	const struct {
		const char *const *arguments;
		int status;
	} cases[] = {
		{SH("yes | head -c 50000; yes | head -c 50000 >&2;"
		    "sleep 1000 & echo $!; exit 3"),
			3},
		{SH("yes | head -c 50000; yes | head -c 50000 >&2;"
		    "sleep 1000 & echo $!; kill -9 $$"),
			-1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT, complaints = STR_INIT;
		struct program p = {.arguments = cases[i].arguments,
			.timeout_ms = 20000,
			.limit = 60000,
			.complaints = &complaints};
		enum program_end end = PROGRAM_LATE;
		int status = 0;
		struct error err = ERROR_INIT;
		pid_t left;

		want_true("run", program_run(&p, &end, &status, &out, &err));
		want_int("end", end, PROGRAM_DONE);
		want_int("status", status, cases[i].status);
		want_true("what it said", out.len > 50000);
		want_int("complaints", (int)complaints.len, 50000);
		left = atoi(str_text(&out) + 50000);
		want_true("it goes on", left > 1 && kill(left, SIGKILL) == 0);
		str_clear(&complaints);
		str_clear(&out);
		error_clear(&err);
	}
}

/* Told so before it has begun, so that nothing hangs on a time. */
static void
stopped(void **state)
{
	const char *const *const scripts[] = {
		SH("sleep 30"), SH("exec >&-; sleep 30")};
	int ends[2];

	(void)state;
	want_int("a pipe", pipe(ends), 0);
	want_int("told", write(ends[1], "x", 1), 1);
	for (size_t i = 0; i < COUNT(scripts); i++) {
		struct program p = {.arguments = scripts[i],
			.timeout_ms = 60000,
			.stop = ends[0],
			.limit = 16};
		enum program_end end = PROGRAM_DONE;
		int64_t began = world_ticks();
		int status = 0;
		struct str out = STR_INIT;
		struct error err = ERROR_INIT;

		want_true("run", program_run(&p, &end, &status, &out, &err));
		want_int("end", end, PROGRAM_LATE);
		want_true("in time", world_ticks() - began < 10000);
		str_clear(&out);
		error_clear(&err);
	}
	close(ends[0]);
	close(ends[1]);
}

/* It starts what it was told of, and nothing else. */
static void
porters(void **state)
{
	static const char *const cat[] = {"cat", NULL};
	static const char *const slow[] = {"sleep", "30", NULL};
	static const char *const none[] = {"no-such-program", NULL};
	static const char *const other[] = {"cat", NULL};
	static const char *const *const told[] = {cat, slow, none, NULL};
	static const struct {
		const char *const *arguments;
		enum program_end end;
		int status;
		const char *out;
	} cases[] = {
		{cat, PROGRAM_DONE, 0, "what it is given"},
		{none, PROGRAM_MISSING, -1, ""},
		{slow, PROGRAM_LATE, -1, ""},
		{cat, PROGRAM_DONE, 0, "what it is given"},
	};
	struct error err = ERROR_INIT;
	struct porter *porter = porter_start(told, &err);
	struct program p = {.input = span_of("what it is given"),
		.timeout_ms = 20000,
		.limit = 16};
	struct str out = STR_INIT;
	enum program_end end;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		p.arguments = cases[i].arguments;
		p.timeout_ms = cases[i].end == PROGRAM_LATE ? 150 : 20000;
		str_truncate(&out, 0);
		want_true(p.arguments[0],
			porter_run(porter, &p, &end, &status, &out, &err));
		want_int(p.arguments[0], end, cases[i].end);
		want_int(p.arguments[0], status, cases[i].status);
		want_text(p.arguments[0], str_text(&out), cases[i].out);
	}
	p.arguments = other;
	want_true(
		"another", !porter_run(porter, &p, &end, &status, &out, &err));
	want_text("another", err.text,
		"'cat' cannot be started any more: start again");
	porter_end(porter);
	str_clear(&out);
	error_clear(&err);
}

/* Who is to wait no longer does not, and neither does what was started. */
static void
porters_are_stopped(void **state)
{
	static const char *const slow[] = {"sleep", "30", NULL};
	static const char *const *const told[] = {slow, NULL};
	struct error err = ERROR_INIT;
	struct porter *porter = porter_start(told, &err);
	struct str out = STR_INIT;
	enum program_end end;
	int status, stop[2];
	struct program p = {
		.arguments = slow, .timeout_ms = 60000, .limit = 16};

	(void)state;
	want_int("pipe", pipe(stop), 0);
	want_int("write", (int)write(stop[1], "x", 1), 1);
	p.stop = stop[0];
	want_true("stopped", porter_run(porter, &p, &end, &status, &out, &err));
	want_int("stopped", end, PROGRAM_LATE);
	want_true("it is gone",
		!porter_run(porter, &p, &end, &status, &out, &err));
	porter_end(porter);
	close(stop[0]);
	close(stop[1]);
	str_clear(&out);
	error_clear(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs),
		cmocka_unit_test(offspring),
		cmocka_unit_test(left_behind),
		cmocka_unit_test(stopped),
		cmocka_unit_test(porters),
		cmocka_unit_test(porters_are_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
