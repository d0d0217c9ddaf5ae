#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/network.h"

enum { FIRST_HANDED_OVER = 3, BACKLOG = 1024 };

/* ----- handed over ----- */

static bool
is_handed_over(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	return pid && fds && atoll(pid) == (long long)getpid() &&
		strcmp(fds, "1") == 0;
}

static bool
take_over(struct listening *l, struct error *err)
{
	int flags = fcntl(FIRST_HANDED_OVER, F_GETFL);

	if (flags < 0 ||
		fcntl(FIRST_HANDED_OVER, F_SETFL, flags | O_NONBLOCK) < 0 ||
		fcntl(FIRST_HANDED_OVER, F_SETFD, FD_CLOEXEC) < 0)
		return error_set_errno(err, "the socket of LISTEN_FDS");
	l->fd = FIRST_HANDED_OVER;
	l->text = mem_strdup("the socket handed over by LISTEN_FDS");
	return true;
}

/* ----- a port ----- */

static socklen_t
fill_address(struct sockaddr_storage *out, const struct endpoint *e)
{
	struct sockaddr_in four = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)e->port)};
	struct sockaddr_in6 six = {
		.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)e->port)};

	memset(out, 0, sizeof *out);
	if (machine_is_ipv4(&e->machine)) {
		memcpy(&four.sin_addr, e->machine.octets + 12, 4);
		memcpy(out, &four, sizeof four);
		return sizeof four;
	}
	memcpy(&six.sin6_addr, e->machine.octets, 16);
	memcpy(out, &six, sizeof six);
	return sizeof six;
}

/* The port may have been ours to choose: 0. */
static void
name_port(struct listening *l, const struct endpoint *e)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} got = {.six = {.sin6_port = 0}};
	socklen_t size = sizeof got;
	struct str text = STR_INIT;
	bool four = machine_is_ipv4(&e->machine);
	in_port_t port;

	getsockname(l->fd, &got.any, &size);
	port = four ? got.four.sin_port : got.six.sin6_port;
	str_add(&text, four ? "" : "[");
	machine_write(&text, &e->machine);
	str_printf(&text, "%s:%d", four ? "" : "]", ntohs(port));
	l->text = str_take(&text);
}

static bool
open_port(struct listening *l, const struct endpoint *e, struct error *err)
{
	struct sockaddr_storage address;
	socklen_t size = fill_address(&address, e);
	int on = 1;

	l->fd = socket(address.ss_family,
		SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return error_set_errno(err, "no socket");
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(l->fd, (struct sockaddr *)&address, size) < 0)
		return error_set_errno(err, "cannot listen there");
	name_port(l, e);
	return true;
}

/* ----- a path ----- */

/* A socket that nobody listens on is left over from a crash; what is none is
 * not ours. */
static bool
remove_stale(const struct sockaddr_un *address, struct error *err)
{
	struct stat st;
	int fd;
	bool alive, stale;

	if (lstat(address->sun_path, &st) < 0)
		return true;
	if (!S_ISSOCK(st.st_mode))
		return error_set(err, ERROR_CONFIG,
			"%s: there is a file that is no socket; name another "
			"path",
			address->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	alive = connect(fd, (const struct sockaddr *)address,
			sizeof *address) == 0;
	stale = !alive && errno == ECONNREFUSED;
	close(fd);
	if (alive)
		return error_set(err, ERROR_LATER,
			"another process serves there already");
	if (stale)
		unlink(address->sun_path);
	return true;
}

static bool
open_path(struct listening *l, const char *path, mode_t mode, struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof address.sun_path)
		return error_set(err, ERROR_CONFIG, "the path is too long");
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (!remove_stale(&address, err))
		return false;
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0 ||
		bind(l->fd, (struct sockaddr *)&address, sizeof address) < 0)
		return error_set_errno(err, "cannot listen there");
	l->path = mem_strdup(path);
	l->text = mem_printf("unix:%s", path);
	if (chmod(path, mode) < 0)
		return error_set_errno(err, "%s", path);
	return true;
}

static bool
open_where(
	struct listening *l, const struct listen_options *o, struct error *err)
{
	struct endpoint e;
	char *below, *path;
	bool ok;

	if (!endpoint_parse(span_of(o->where), &e))
		return error_set(err, ERROR_CONFIG,
			"this is no address and port, nor unix:PATH");
	if (!e.path.len) {
		if (!machine_is_loopback(&e.machine) && !o->proxies_named)
			return error_set(err, ERROR_CONFIG,
				"that is not this machine: name the proxies "
				"that may connect in serve.trusted_proxies, or "
				"listen on 127.0.0.1");
		return open_port(l, &e, err);
	}
	below = span_dup(e.path);
	path = file_join(o->site, below);
	ok = open_path(l, path, o->mode, err);
	free(path);
	free(below);
	return ok;
}

bool
listening_open(
	struct listening *l, const struct listen_options *o, struct error *err)
{
	*l = (struct listening){.fd = -1};
	if (!o->own && is_handed_over())
		return take_over(l, err);
	if (open_where(l, o, err) &&
		(listen(l->fd, BACKLOG) == 0 ||
			error_set_errno(err, "cannot listen there")))
		return true;
	error_wrap(err, "%s: %s", o->setting, o->where);
	if (l->fd >= 0)
		close(l->fd);
	listening_clear(l);
	return false;
}

void
listening_leave(struct listening *l)
{
	if (l->path)
		unlink(l->path);
	free(l->path);
	l->path = NULL;
}

void
listening_clear(struct listening *l)
{
	listening_leave(l);
	free(l->text);
	*l = (struct listening){.fd = -1};
}
