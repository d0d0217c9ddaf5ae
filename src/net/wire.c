/*
 * One multi handle each: removing the easy handle closes the connection, and
 * newer libcurls prune idle connections of a shared one.
 */
#include "net/wire.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/mem.h"
#include "net/authorities.h"
#include "net/wire_state.h"

/* ms that libcurl may take to notice that time is up */
enum { GRACE = 1000 };

static_assert(WIRE_TROUBLE_SIZE >= CURL_ERROR_SIZE, "libcurl writes as much");

/* ----- libcurl's callbacks ----- */

static size_t
on_header(char *data, size_t size, size_t n, void *user)
{
	struct wire *w = user;

	w->options.line(
		w->options.data, span_trim((struct span){data, size * n}));
	return size * n;
}

static size_t
on_body(char *data, size_t size, size_t n, void *user)
{
	(void)data;
	(void)user;
	return size * n;
}

/* False: the kernel has no room for it. */
static bool
watch(struct wire *w, int fd, uint32_t events)
{
	struct epoll_event e = {
		.events = events, .data.ptr = w->options.epoll_data};
	int epoll_fd = w->options.epoll_fd;

	return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &e) == 0 ||
		(errno == ENOENT &&
			epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0);
}

static void
forget(struct wire *w, int fd)
{
	epoll_ctl(w->options.epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	for (size_t i = 0; i < w->socket_count; i++)
		if (w->sockets[i] == fd)
			w->sockets[i] = w->sockets[--w->socket_count];
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *mine)
{
	struct wire *w = user;
	bool known = false;

	(void)easy;
	(void)mine;
	if (what == CURL_POLL_REMOVE) {
		forget(w, fd);
		return 0;
	}
	for (size_t i = 0; i < w->socket_count; i++)
		known |= w->sockets[i] == fd;
	if (!known && w->socket_count == SOCKETS_MAX)
		return -1;
	if (!known)
		w->sockets[w->socket_count++] = fd;
	if (!watch(w, fd,
		    (what & CURL_POLL_IN ? EPOLLIN : 0u) |
			    (what & CURL_POLL_OUT ? EPOLLOUT : 0u)))
		w->unwatched = true;
	return 0;
}

static int
on_timer(CURLM *multi, long ms, void *user)
{
	struct wire *w = user;

	(void)multi;
	w->timer = ms < 0 ? INT64_MAX : w->now + ms;
	return 0;
}

/* ----- opening ----- */

static const long tls_options[] = {
	[TLS_NONE] = CURLUSESSL_NONE,
	[TLS_TRY] = CURLUSESSL_TRY,
	[TLS_REQUIRED] = CURLUSESSL_ALL,
};

static char *
make_url(const struct wire_options *o)
{
	const struct server *s = o->server;
	bool v6 = strchr(s->host, ':') != NULL;

	return mem_printf("%s%s://%s%s%s:%d/%s", o->scheme,
		s->implicit_tls ? "s" : "", v6 ? "[" : "", s->host,
		v6 ? "]" : "", s->port, o->path);
}

/* What stands for the password is a token where the mechanism takes one (RFC
 * 7628). */
static void
set_login(CURL *e, const struct server *server)
{
	const char *password = server->password ? server->password : "";
	const char *mechanism = server->mechanism ? server->mechanism : "";
	bool bearer = strcmp(mechanism, "XOAUTH2") == 0 ||
		strcmp(mechanism, "OAUTHBEARER") == 0;
	char *options;

	curl_easy_setopt(e, CURLOPT_USERNAME, server->user);
	curl_easy_setopt(e, bearer ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD,
		password);
	if (!*mechanism)
		return;
	options = mem_printf("AUTH=%s", mechanism);
	curl_easy_setopt(e, CURLOPT_LOGIN_OPTIONS, options);
	free(options);
}

static void
set_security(struct wire *w)
{
	const struct server *server = w->options.server;
	CURL *e = w->easy;

	curl_easy_setopt(e, CURLOPT_USE_SSL, tls_options[server->tls]);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_CERTINFO, 1L);
	authorities_set(e);
	if (server->user)
		set_login(e, server);
}

static void
set_options(struct wire *w)
{
	char *url = make_url(&w->options);
	long timeout = (long)w->options.timeout;
	CURL *e = w->easy;

	curl_easy_setopt(e, CURLOPT_URL, url);
	free(url);
	curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, w->trouble);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, timeout);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, timeout);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, w);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
	set_security(w);
	curl_multi_setopt(w->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(w->multi, CURLMOPT_SOCKETDATA, w);
	curl_multi_setopt(w->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(w->multi, CURLMOPT_TIMERDATA, w);
}

static void
fail(struct wire *w, CURLcode code)
{
	w->state = WIRE_CLOSED;
	w->code = code;
}

static void
take_over(struct wire *w)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	curl_easy_getinfo(w->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD) {
		fail(w, CURLE_COULDNT_CONNECT);
		return;
	}
	while (w->socket_count)
		forget(w, w->sockets[0]);
	w->fd = fd;
	w->watched = EPOLLIN;
	w->timer = INT64_MAX;
	if (watch(w, fd, EPOLLIN))
		w->state = WIRE_OPEN;
	else
		fail(w, CURLE_OUT_OF_MEMORY);
}

static void
let_libcurl_work(struct wire *w, int64_t now)
{
	int sockets[SOCKETS_MAX], running;
	size_t count = w->socket_count;

	memcpy(sockets, w->sockets, sizeof sockets);
	if (now >= w->timer) {
		w->timer = INT64_MAX;
		curl_multi_socket_action(
			w->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	for (size_t i = 0; i < count; i++)
		curl_multi_socket_action(w->multi, sockets[i], 0, &running);
}

enum wire_state
wire_work(struct wire *w, int64_t now)
{
	CURLMsg *message;
	int left;

	w->now = now;
	if (w->state != WIRE_OPENING)
		return w->state;
	let_libcurl_work(w, now);
	if (w->unwatched) {
		fail(w, CURLE_OUT_OF_MEMORY);
		return w->state;
	}
	while ((message = curl_multi_info_read(w->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		if (message->data.result == CURLE_OK)
			take_over(w);
		else
			fail(w, message->data.result);
		break;
	}
	/* Its last timer may fire a moment early: then it finds some time left,
	   and sets no other (7.88). */
	if (w->state == WIRE_OPENING && now >= w->give_up)
		fail(w, CURLE_OPERATION_TIMEDOUT);
	return w->state;
}

int64_t
wire_deadline(const struct wire *w)
{
	if (w->state != WIRE_OPENING)
		return INT64_MAX;
	return w->timer < w->give_up ? w->timer : w->give_up;
}

struct wire *
wire_new(const struct wire_options *options, int64_t now)
{
	struct wire *w = mem_new(sizeof *w);

	w->options = *options;
	w->fd = -1;
	w->now = now;
	w->timer = INT64_MAX;
	w->give_up = now + options->timeout + GRACE;
	w->multi = curl_multi_init();
	w->easy = curl_easy_init();
	if (!w->multi || !w->easy) {
		fail(w, CURLE_FAILED_INIT);
		return w;
	}
	set_options(w);
	curl_multi_add_handle(w->multi, w->easy); /* asks for the timer */
	return w;
}

/* ----- speaking ----- */

static enum wire_result
result_of(struct wire *w, CURLcode code)
{
	if (code == CURLE_OK)
		return WIRE_DONE;
	if (code == CURLE_AGAIN)
		return WIRE_AGAIN;
	w->code = code;
	return WIRE_BROKEN;
}

/* Without TLS there is nothing between us and the socket. */
static enum wire_result
result_of_socket(struct wire *w, ssize_t done, size_t *n)
{
	*n = done > 0 ? (size_t)done : 0;
	if (done >= 0)
		return WIRE_DONE;
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return WIRE_AGAIN;
	snprintf(w->trouble, sizeof w->trouble, "%s", strerror(errno));
	return WIRE_BROKEN;
}

enum wire_result
wire_receive(struct wire *w, char *data, size_t size, size_t *n)
{
	*n = 0;
	if (wire_is_plain(w))
		return result_of_socket(
			w, recv(w->fd, data, size, MSG_DONTWAIT), n);
	return result_of(w, curl_easy_recv(w->easy, data, size, n));
}

static enum wire_result
send_runs(struct wire *w, const struct span *runs, size_t count, size_t *n)
{
	struct iovec parts[WIRE_RUNS_MOST];
	struct msghdr message = {.msg_iov = parts};

	for (size_t i = 0; i < count && i < WIRE_RUNS_MOST; i++)
		parts[message.msg_iovlen++] = (struct iovec){
			(char *)(uintptr_t)runs[i].data, runs[i].len};
	return result_of_socket(
		w, sendmsg(w->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL), n);
}

enum wire_result
wire_send(struct wire *w, const struct span *runs, size_t count, size_t *n)
{
	*n = 0;
	if (wire_is_plain(w))
		return send_runs(w, runs, count, n);
	return result_of(
		w, curl_easy_send(w->easy, runs[0].data, runs[0].len, n));
}

void
wire_watch_room(struct wire *w, bool yes)
{
	uint32_t want = EPOLLIN | (yes ? EPOLLOUT : 0u);

	if (want != w->watched && w->state == WIRE_OPEN) {
		w->watched = want;
		if (!watch(w, w->fd, want))
			shutdown(w->fd, SHUT_RDWR); /* that is seen */
	}
}

bool
wire_is_plain(const struct wire *w)
{
	const struct server *server = w->options.server;

	return server->tls == TLS_NONE && !server->implicit_tls;
}

void
wire_close(struct wire *w)
{
	if (w->fd >= 0)
		epoll_ctl(w->options.epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
	w->fd = -1;
	if (w->state == WIRE_OPEN)
		curl_multi_remove_handle(w->multi, w->easy); /* closes it */
	w->state = WIRE_CLOSED;
}

void
wire_free(struct wire *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		epoll_ctl(w->options.epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
	curl_multi_remove_handle(w->multi, w->easy);
	curl_easy_cleanup(w->easy);
	curl_multi_cleanup(w->multi);
	free(w);
}
