#include "run/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/world.h"

enum { READ_SIZE = 16 * 1024, WAIT_STEP = 10 /* milliseconds */ };

/* ----- beginning ----- */

static void
close_end(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* A file and no pipe: so that both sides cannot wait for one another. */
static FILE *
file_of(struct span input, struct error *err)
{
	FILE *file = tmpfile();

	if (file &&
		(!input.len ||
			fwrite(input.data, 1, input.len, file) == input.len) &&
		fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0)
		return file;
	error_set_errno(err, "a temporary file");
	if (file)
		fclose(file);
	return NULL;
}

/* What the child has; -1: nothing. */
struct ends {
	int input, output, complaints;
};

enum { EXECUTABLE = 3 };

/* A script is opened by its name again, so the descriptor stays open. */
static const char *
path_of(const struct program *p, posix_spawn_file_actions_t *actions)
{
	if (!p->executable)
		return p->arguments[0];
	posix_spawn_file_actions_adddup2(actions, p->executable, EXECUTABLE);
	return "/proc/self/fd/3";
}

static int
spawn(const struct program *p, posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, pid_t *child)
{
	const char *path = path_of(p, actions);
	char *const *environment =
		p->environment ? (char *const *)p->environment : environ;
	int (*start)(pid_t *, const char *, const posix_spawn_file_actions_t *,
		const posix_spawnattr_t *, char *const[], char *const[]) =
		p->executable ? posix_spawn : posix_spawnp;

	return start(child, path, actions, attributes,
		(char *const *)p->arguments, environment);
}

/* Its own group, so that what it starts ends with it; and signals as usual, of
 * which we ignore some. */
static int
start(const struct program *p, const struct ends *ends, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t usual;
	int problem;

	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends->input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends->output, STDOUT_FILENO);
	if (ends->complaints >= 0)
		posix_spawn_file_actions_adddup2(
			&actions, ends->complaints, STDERR_FILENO);
	else
		posix_spawn_file_actions_addopen(
			&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	problem = spawn(p, &actions, &attributes, child);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return problem;
}

/* ----- listening ----- */

/* What comes through a pipe, up to its end. */
struct ear {
	int pipe; /* -1: it has ended */
	struct str *out;
	size_t kept;
};

static void
hear(const struct program *p, struct ear *ear)
{
	char bytes[READ_SIZE];
	ssize_t n = read(ear->pipe, bytes, sizeof bytes);

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		ear->pipe = -1;
		return;
	}
	if ((size_t)n > p->limit - ear->kept)
		n = (ssize_t)(p->limit - ear->kept);
	str_add_bytes(ear->out, bytes, (size_t)n);
	ear->kept += (size_t)n;
}

/* What it had said when it ended: what it started may have the pipes for long,
 * and is not waited for. */
static void
hear_rest(const struct program *p, struct ear ears[2])
{
	for (int i = 0; i < 2; i++) {
		int left = 0;

		if (ears[i].pipe >= 0)
			ioctl(ears[i].pipe, FIONREAD, &left);
		for (; left > 0 && ears[i].pipe >= 0; left -= READ_SIZE)
			hear(p, &ears[i]);
	}
}

/* True at its end or at that of its output, false when there is no more time.
 * `ended` is -1 where the kernel does not tell of the first. */
static bool
listen_to(const struct program *p, int ended, struct ear ears[2],
	int64_t deadline)
{
	while (ears[0].pipe >= 0 || ears[1].pipe >= 0) {
		int64_t left = deadline - world_ticks();
		struct pollfd wanted[] = {
			{.fd = ears[0].pipe, .events = POLLIN},
			{.fd = ears[1].pipe, .events = POLLIN},
			{.fd = p->stop ? p->stop : -1, .events = POLLIN},
			{.fd = ended, .events = POLLIN}};
		int ready = left > 0 ? poll(wanted, 4, (int)left) : 0;

		if (ready == 0 || wanted[2].revents)
			return false;
		if (ready > 0 && wanted[3].revents) {
			hear_rest(p, ears);
			return true;
		}
		for (int i = 0; i < 2; i++)
			if (ready > 0 && wanted[i].revents)
				hear(p, &ears[i]);
	}
	return true;
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
converse(const struct program *p, pid_t child, struct ear ears[2], int *status)
{
	int64_t deadline = world_ticks() + p->timeout_ms;
	int ended = (int)syscall(SYS_pidfd_open, child, 0);
	int said = 0;
	bool in_time = listen_to(p, ended, ears, deadline) &&
		wait_for(p, child, deadline, &said);

	close_end(ended);
	if (!in_time) {
		end_group(child, &said);
		*status = -1;
		return PROGRAM_LATE;
	}
	*status = WIFEXITED(said) ? WEXITSTATUS(said) : -1;
	return PROGRAM_DONE;
}

/* ----- all of it ----- */

static bool
open_pipe(int ends[2], struct error *err)
{
	if (pipe2(ends, O_CLOEXEC) == 0)
		return true;
	ends[0] = ends[1] = -1;
	return error_set_errno(err, "a pipe");
}

bool
program_run(const struct program *p, enum program_end *end, int *status,
	struct str *out, struct error *err)
{
	FILE *input = file_of(p->input, err);
	int said[2] = {-1, -1}, complained[2] = {-1, -1};
	bool ok = input && open_pipe(said, err) &&
		(!p->complaints || open_pipe(complained, err));

	if (ok) {
		struct ends ends = {fileno(input), said[1], complained[1]};
		struct ear ears[] = {{.pipe = said[0], .out = out},
			{.pipe = complained[0], .out = p->complaints}};
		pid_t child;
		bool missing = start(p, &ends, &child) != 0;

		close_end(said[1]);
		close_end(complained[1]);
		said[1] = complained[1] = -1;
		*end = missing ? PROGRAM_MISSING
			       : converse(p, child, ears, status);
	}
	for (int i = 0; i < 2; i++) {
		close_end(said[i]);
		close_end(complained[i]);
	}
	if (input)
		fclose(input);
	return ok;
}
