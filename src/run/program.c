#include "run/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/world.h"

enum { READ_SIZE = 16 * 1024, WAIT_STEP = 10 /* milliseconds */ };

/* ----- beginning ----- */

/* A file and no pipe: so that both sides cannot wait for one another. */
static FILE *
file_of(struct span input, struct error *err)
{
	FILE *file = tmpfile();

	if (file && fwrite(input.data, 1, input.len, file) == input.len &&
		fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0)
		return file;
	error_set_errno(err, "a temporary file");
	if (file)
		fclose(file);
	return NULL;
}

/* Its own group, so that what it starts ends with it; and signals as usual, of
 * which we ignore some. */
static int
start(const struct program *p, int input, int output, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t usual;
	int problem;

	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(
		&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	problem = posix_spawnp(child, p->arguments[0], &actions, &attributes,
		(char *const *)p->arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return problem;
}

/* ----- listening ----- */

/* True at the end of its output, false when there is no more time. */
static bool
listen_to(const struct program *p, int pipe, int64_t deadline, struct str *out)
{
	char bytes[READ_SIZE];
	size_t kept = 0;

	for (;;) {
		int64_t left = deadline - world_ticks();
		struct pollfd wanted[] = {{.fd = pipe, .events = POLLIN},
			{.fd = p->stop, .events = POLLIN}};
		ssize_t n;

		if (left <= 0 || poll(wanted, p->stop ? 2 : 1, (int)left) == 0)
			return false;
		if (wanted[1].revents)
			return false;
		n = read(pipe, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return true;
		if ((size_t)n > p->limit - kept)
			n = (ssize_t)(p->limit - kept);
		str_add_bytes(out, bytes, (size_t)n);
		kept += (size_t)n;
	}
}

/* Who closes his output need not be at his end. */
static bool
wait_for(const struct program *p, pid_t child, int64_t deadline, int *status)
{
	struct pollfd stop = {.fd = p->stop, .events = POLLIN};

	for (;;) {
		pid_t ended = waitpid(child, status, WNOHANG);

		if (ended != 0 && !(ended < 0 && errno == EINTR))
			return true;
		if (world_ticks() >= deadline ||
			poll(&stop, p->stop ? 1 : 0, WAIT_STEP) > 0)
			return false;
	}
}

static void
end_group(pid_t child, int *status)
{
	kill(-child, SIGKILL);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
}

static enum program_end
converse(const struct program *p, pid_t child, int pipe, int *status,
	struct str *out)
{
	int64_t deadline = world_ticks() + p->timeout_ms;
	int said = 0;

	if (!listen_to(p, pipe, deadline, out) ||
		!wait_for(p, child, deadline, &said)) {
		end_group(child, &said);
		*status = -1;
		return PROGRAM_LATE;
	}
	*status = WIFEXITED(said) ? WEXITSTATUS(said) : -1;
	return PROGRAM_DONE;
}

bool
program_run(const struct program *p, enum program_end *end, int *status,
	struct str *out, struct error *err)
{
	FILE *input = file_of(p->input, err);
	int ends[2];
	pid_t child;
	int problem;

	if (!input)
		return false;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		fclose(input);
		return error_set_errno(err, "a pipe");
	}
	problem = start(p, fileno(input), ends[1], &child);
	close(ends[1]);
	fclose(input);
	*end = problem ? PROGRAM_MISSING
		       : converse(p, child, ends[0], status, out);
	close(ends[0]);
	return true;
}
