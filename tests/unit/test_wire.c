/*
 * Opening a wire to somebody who says nothing. The clock is the test's own:
 * libcurl, which looks at the real one, has all the time in the world.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/wire.h"

enum { TIMEOUT = 30000 };

/* A socket that listens on loopback and never accepts. */
static int
listen_silently(int *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void
ignore(void *data, struct span line)
{
	(void)data;
	(void)line;
}

/* Whatever libcurl thinks of the time that is left, it is over. */
static void
opening_ends(void **state)
{
	struct server server = {.host = "127.0.0.1", .tls = TLS_NONE};
	struct error err = ERROR_INIT;
	int fd = listen_silently(&server.port);
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	struct wire_options options = {
		.scheme = "smtp",
		.server = &server,
		.path = "me.example.org",
		.timeout = TIMEOUT,
		.epoll_fd = epoll_fd,
		.line = ignore,
	};
	struct wire *wire = wire_new(&options, 0);

	(void)state;
	want_int("at first", wire_work(wire, 0), WIRE_OPENING);
	want_true("it asks to be called", wire_deadline(wire) < 2 * TIMEOUT);
	want_int("before the time", wire_work(wire, TIMEOUT - 1), WIRE_OPENING);
	want_int("behind it", wire_work(wire, 2 * TIMEOUT), WIRE_CLOSED);
	wire_explain(wire, "relay", "", &err);
	want_int("kind", err.kind, ERROR_LATER);
	want_text("why", err.text,
		"relay: Timeout was reached; is it running, and the port "
		"right?");
	error_clear(&err);
	wire_free(wire);
	close(epoll_fd);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_ends),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
