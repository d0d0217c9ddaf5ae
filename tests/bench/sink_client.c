/*
 * A connection of fastsink. Nothing blocks; the whole sink is one thread.
 *
 *     accept -> (TLS) -> greeting -> octets in -> replies, at once or late
 *
 * With STARTTLS the socket changes hands when the 220 has left. What TLS
 * exchanges itself is never late.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/sink.h"

enum { READ_SIZE = 256 * 1024 };

static const uint64_t second_ns = 1000000000;

uint64_t
sink_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * second_ns + (uint64_t)t.tv_nsec;
}

double
sink_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ----- TLS ----- */

void
sink_load_tls(struct sink *sink)
{
	const struct sink_options *o = &sink->options;
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	if (!tls ||
		SSL_CTX_use_certificate_chain_file(tls, o->certificate) != 1 ||
		SSL_CTX_use_PrivateKey_file(tls,
			o->key ? o->key : o->certificate,
			SSL_FILETYPE_PEM) != 1) {
		ERR_print_errors_fp(stderr);
		exit(2);
	}
	/* Many records with one call of the kernel. */
	SSL_CTX_set_read_ahead(tls, 1);
	SSL_CTX_set_default_read_buffer_len(tls, READ_SIZE);
	sink->tls = tls;
}

static void
begin_tls(struct client *c)
{
	c->starting_tls = false;
	c->tls = SSL_new(c->sink->tls);
	if (!c->tls || SSL_set_fd(c->tls, c->fd) != 1)
		exit(1);
	SSL_set_accept_state(c->tls);
	c->sink->stats.secured++;
}

/* What a read or a write under TLS came to: octets, 0 for "later", or -1. */
static ssize_t
tls_result(struct client *c, int n)
{
	if (n > 0)
		return n;
	return SSL_get_error(c->tls, n) == SSL_ERROR_WANT_READ ? 0 : -1;
}

/* ----- octets ----- */

/* 0: nothing now; -1: the client is gone. */
static ssize_t
receive(struct client *c, char *data, size_t size)
{
	ssize_t n;

	if (c->tls) {
		ERR_clear_error();
		return tls_result(c, SSL_read(c->tls, data, (int)size));
	}
	n = recv(c->fd, data, size, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n > 0 ? n : -1;
}

static ssize_t
send_some(struct client *c, const char *data, size_t size)
{
	ssize_t n;

	if (c->tls) {
		ERR_clear_error();
		return tls_result(c, SSL_write(c->tls, data, (int)size));
	}
	n = send(c->fd, data, size, MSG_NOSIGNAL);
	return n < 0 && errno == EINTR ? 0 : n;
}

static void
forget_late(struct sink *sink, struct client *c)
{
	struct client *before = NULL;

	for (struct client **p = &sink->late_first; *p; p = &(*p)->next) {
		if (*p == c) {
			*p = c->next;
			if (sink->late_last == c)
				sink->late_last = before;
			return;
		}
		before = *p;
	}
}

static void
client_free(struct client *c)
{
	if (c->queued)
		forget_late(c->sink, c);
	SSL_free(c->tls);
	close(c->fd);
	c->sink->stats.open--;
	free(c);
}

/* Replies are tiny: where there is no room for them nobody reads. False when
 * the client is gone. */
static bool
flush(struct client *c)
{
	size_t done = 0;

	while (done < c->out_len) {
		ssize_t n = send_some(c, c->out + done, c->out_len - done);

		if (n < 0)
			break;
		done += (size_t)n;
	}
	if (done < c->out_len || c->closing) {
		if (c->tls && done == c->out_len)
			SSL_shutdown(c->tls);
		client_free(c);
		return false;
	}
	c->out_len = 0;
	if (c->starting_tls)
		begin_tls(c);
	return true;
}

/* ----- late replies ----- */

static void
arm_timer(struct sink *sink)
{
	struct itimerspec t = {0};
	const struct client *first = sink->late_first;

	if (first) {
		t.it_value.tv_sec = (time_t)(first->due_ns / second_ns);
		t.it_value.tv_nsec = (long)(first->due_ns % second_ns);
	}
	timerfd_settime(sink->timer_fd, TFD_TIMER_ABSTIME, &t, NULL);
}

static void
send_late(struct client *c)
{
	struct sink *sink = c->sink;

	if (c->queued)
		return;
	c->queued = true;
	c->due_ns = sink_now_ns() + sink->options.delay_ns;
	c->next = NULL;
	if (sink->late_last)
		sink->late_last->next = c;
	else
		sink->late_first = c;
	sink->late_last = c;
	if (sink->late_first == c)
		arm_timer(sink);
}

void
sink_send_late(struct sink *sink)
{
	uint64_t fired, now = sink_now_ns();

	if (read(sink->timer_fd, &fired, sizeof fired) < 0)
		fired = 0; /* somebody else's hour has come already */
	while (sink->late_first && sink->late_first->due_ns <= now) {
		struct client *c = sink->late_first;

		forget_late(sink, c);
		c->queued = false;
		flush(c);
	}
	arm_timer(sink);
}

/* False when the client is gone. */
static bool
send_replies(struct client *c)
{
	if (c->out_len == 0 && !c->closing)
		return true;
	if (c->out_len == 0 || c->sink->options.delay_ns == 0)
		return flush(c);
	send_late(c);
	return true;
}

/* ----- what the loop calls ----- */

/* False when the client is gone. */
static bool
shake_hands(struct client *c)
{
	ERR_clear_error();
	if (tls_result(c, SSL_accept(c->tls)) < 0) {
		client_free(c);
		return false;
	}
	if (!SSL_is_init_finished(c->tls) || c->greeted)
		return true;
	dialogue_greet(c);
	return send_replies(c);
}

/* The kernel forgets it: said again each time. */
static void
acknowledge_at_once(struct client *c)
{
	int one = 1;

	setsockopt(c->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
}

void
client_readable(struct client *c)
{
	static char data[READ_SIZE];
	ssize_t n;

	if (c->tls && !SSL_is_init_finished(c->tls) && !shake_hands(c))
		return;
	do {
		n = receive(c, data, sizeof data);
		if (n < 0) {
			client_free(c);
			return;
		}
		if (c->sink->options.quickack)
			acknowledge_at_once(c);
		dialogue_take(c, data, (size_t)n);
		if (!send_replies(c))
			return;
	} while (n > 0 && c->tls && SSL_has_pending(c->tls));
}

static void
client_new(struct sink *sink, int fd)
{
	struct client *c = calloc(1, sizeof *c);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	struct sink_stats *s = &sink->stats;
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (!c || epoll_ctl(sink->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
		perror("fastsink: a new client");
		exit(1);
	}
	c->sink = sink;
	c->fd = fd;
	s->connections++;
	if (++s->open > s->peak_open)
		s->peak_open = s->open;
	if (sink->tls && sink->options.tls_first) {
		begin_tls(c);
		return;
	}
	dialogue_greet(c);
	send_replies(c);
}

void
sink_accept(struct sink *sink, int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL,
			SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		client_new(sink, fd);
}
