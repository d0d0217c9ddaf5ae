/*
 *     we                            the porter
 *     order, input    ──────────►
 *                                   runs it; ends it when we go
 *                     ◄──────────   answer, output
 */
#include "run/porter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	READ_SIZE = 16 * 1024,
	GRACE = 10 * 1000, /* ms, behind the time that a program has */
};

struct porter {
	const char *const *const *programs;
	int socket; /* -1: it has ended */
	pid_t process;
};

/* Both are of one program: they need no form of their own. */
struct order {
	size_t which, input, limit;
	int64_t timeout_ms;
};

struct answer {
	bool ok;
	enum program_end end;
	int status;
	size_t size;
};

/* ----- octets ----- */

static bool
say(int socket, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t n = send(socket, at, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static bool
hear(int socket, void *data, size_t size)
{
	char *at = data;

	while (size) {
		ssize_t n = recv(socket, at, size, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static bool
hear_text(int socket, struct str *out, size_t size)
{
	char bytes[READ_SIZE];

	while (size) {
		size_t n = size < sizeof bytes ? size : sizeof bytes;

		if (!hear(socket, bytes, n))
			return false;
		str_add_bytes(out, bytes, n);
		size -= n;
	}
	return true;
}

/* ----- the porter ----- */

static size_t
count_programs(const char *const *const *programs)
{
	size_t n = 0;

	while (programs[n])
		n++;
	return n;
}

static bool
serve_order(const char *const *const *programs, int socket,
	const struct order *order, struct span input)
{
	struct program program = {.arguments = programs[order->which],
		.input = input,
		.timeout_ms = order->timeout_ms,
		.stop = socket, /* we say nothing more until it answers */
		.limit = order->limit};
	struct answer answer = {.status = -1};
	struct str out = STR_INIT;
	bool ok;

	answer.ok =
		program_run(&program, &answer.end, &answer.status, &out, NULL);
	answer.size = out.len;
	ok = say(socket, &answer, sizeof answer) &&
		say(socket, str_text(&out), out.len);
	str_clear(&out);
	return ok;
}

/* Until we are gone. */
static void
serve(const char *const *const *programs, int socket)
{
	size_t count = count_programs(programs);
	struct order order;
	bool ok = true;

	while (ok && hear(socket, &order, sizeof order)) {
		struct str input = STR_INIT;

		ok = order.which < count &&
			hear_text(socket, &input, order.input) &&
			serve_order(programs, socket, &order, str_span(&input));
		str_clear(&input);
	}
}

/* Nothing that whoever started us waits for is held open. */
static void
let_go(void)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; nothing >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(nothing, fd);
	if (nothing > STDERR_FILENO)
		close(nothing);
}

struct porter *
porter_start(const char *const *const *programs, struct error *err)
{
	struct porter *p;
	int ends[2];
	pid_t process;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		error_set_errno(err, "a socket");
		return NULL;
	}
	process = fork();
	if (process == 0) {
		close(ends[0]);
		let_go();
		serve(programs, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	if (process < 0) {
		error_set_errno(err, "a process");
		close(ends[0]);
		return NULL;
	}
	p = mem_new(sizeof *p);
	*p = (struct porter){programs, ends[0], process};
	return p;
}

static void
dismiss(struct porter *p)
{
	if (p->socket < 0)
		return;
	close(p->socket);
	p->socket = -1;
	while (waitpid(p->process, NULL, 0) < 0 && errno == EINTR)
		;
}

void
porter_end(struct porter *p)
{
	if (!p)
		return;
	dismiss(p);
	free(p);
}

/* ----- asking it ----- */

/* False: there is none, or we are not to wait for it. */
static bool
wait_for_answer(const struct porter *p, const struct program *program)
{
	struct pollfd wanted[] = {{.fd = p->socket, .events = POLLIN},
		{.fd = program->stop ? program->stop : -1, .events = POLLIN}};
	int ready;

	do
		ready = poll(wanted, 2, (int)(program->timeout_ms + GRACE));
	while (ready < 0 && errno == EINTR);
	return ready > 0 && wanted[0].revents && !wanted[1].revents;
}

static bool
ask(struct porter *p, const struct order *order, const struct program *program,
	struct answer *answer, struct str *out)
{
	*answer =
		(struct answer){.ok = true, .end = PROGRAM_LATE, .status = -1};
	if (!say(p->socket, order, sizeof *order) ||
		!say(p->socket, program->input.data, program->input.len))
		return false;
	if (!wait_for_answer(p, program)) {
		dismiss(p); /* it ends the program */
		return true;
	}
	return hear(p->socket, answer, sizeof *answer) &&
		answer->size <= program->limit &&
		hear_text(p->socket, out, answer->size);
}

bool
porter_run(struct porter *p, const struct program *program,
	enum program_end *end, int *status, struct str *out, struct error *err)
{
	struct order order = {.input = program->input.len,
		.limit = program->limit,
		.timeout_ms = program->timeout_ms};
	struct answer answer;

	if (!p)
		return program_run(program, end, status, out, err);
	while (p->programs[order.which] &&
		p->programs[order.which] != program->arguments)
		order.which++;
	if (p->socket < 0 || !ask(p, &order, program, &answer, out)) {
		dismiss(p);
		return error_set(err, ERROR_IO,
			"'%s' cannot be started any more: start again",
			program->arguments[0]);
	}
	*end = answer.end;
	*status = answer.status;
	return answer.ok || error_set(err, ERROR_IO, "a temporary file");
}
