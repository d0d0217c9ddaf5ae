#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

enum { MUCH = 1 << 20, SIGNALS = 3, PAUSE = 20000 };

static void
do_nothing(int signal)
{
	(void)signal;
}

/* More than a pipe holds, and signals that end a write early: the first when
 * part of it is written, the others when nothing is. */
static size_t
read_with_signals(int fd)
{
	char piece[4096];
	size_t total = 0;
	ssize_t n;

	for (int i = 0; i < SIGNALS; i++) {
		usleep(PAUSE);
		kill(getppid(), SIGUSR1);
	}
	while ((n = read(fd, piece, sizeof piece)) > 0)
		for (ssize_t i = 0; i < n; i++)
			total += piece[i] == (char)('a' + total % 26);
	return total;
}

static void
writes_all_whatever_comes_between(void **state)
{
	struct sigaction action = {.sa_handler = do_nothing}, old;
	char *bytes = malloc(MUCH);
	int ends[2], status = -1;
	pid_t child;
	bool ok;

	(void)state;
	for (size_t i = 0; i < MUCH; i++)
		bytes[i] = (char)('a' + i % 26);
	want_int("a pipe", pipe(ends), 0);
	sigaction(SIGUSR1, &action, &old);
	child = fork();
	if (child == 0) {
		close(ends[1]);
		_exit(read_with_signals(ends[0]) != MUCH);
	}
	close(ends[0]);
	ok = file_write_all(ends[1], (struct span){bytes, MUCH});
	close(ends[1]);
	waitpid(child, &status, 0);
	sigaction(SIGUSR1, &old, NULL);
	free(bytes);
	want_true("written", ok);
	want_int("all of it arrived", status, 0);
}

static void
says_what_cannot_be_written(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	want_true("no room", !file_write_all(full, span_of("text")));
	want_int("why", errno, ENOSPC);
	want_true("nothing needs none", file_write_all(full, span_of("")));
	close(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_all_whatever_comes_between),
		cmocka_unit_test(says_what_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
