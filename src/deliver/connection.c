/*
 * An SMTP connection: libcurl opens it (DNS, proxy, TLS or STARTTLS with
 * verification, EHLO, SASL) and hands it over; from then on our dialogue
 * speaks.
 *
 * One multi handle each: removing the easy handle closes the connection, and
 * newer libcurls prune idle connections of a shared one.
 */
#include "deliver/channel.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"

enum { SOCKETS_MAX = 4, READ_SIZE = 16 * 1024, REFUSAL_MAX = 300 };

struct connection {
	struct channel channel; /* first */
	struct channel_options options;
	CURLM *multi;
	CURL *easy;
	char trouble[CURL_ERROR_SIZE];

	/* While libcurl is opening: the sockets it waits for. */
	int sockets[SOCKETS_MAX];
	size_t socket_count;
	int64_t timer; /* ms; INT64_MAX: none */
	int64_t now;

	struct capabilities caps;
	bool ehlo_open;	    /* between the lines of a 250 reply */
	struct str refusal; /* "554 5.7.1 …": the last 4xx or 5xx line */

	int fd;
	uint32_t watched; /* epoll events */
	struct dialogue *dialogue;
	struct dialogue_event last;
};

static struct connection *
connection_of(const struct channel *c)
{
	return (struct connection *)(void *)c;
}

/* ----- libcurl's callbacks ----- */

/* libcurl reports the code at most; the words tell the operator what to do. */
static void
keep_refusal(struct connection *c, struct span line)
{
	str_truncate(&c->refusal, 0);
	for (size_t i = 0; i < line.len && i < REFUSAL_MAX; i++) {
		unsigned char byte = (unsigned char)line.data[i];

		str_add_char(&c->refusal,
			byte < 0x20 || byte >= 0x7f ? '?' : line.data[i]);
	}
}

/*
 * Every line of the server while libcurl speaks. Each EHLO starts anew: what
 * was announced before STARTTLS counts for nothing (RFC 3207, 4.2).
 */
static size_t
on_header(char *data, size_t size, size_t n, void *user)
{
	struct connection *c = user;
	struct span line = span_trim((struct span){data, size * n});
	struct span text;
	bool last;
	int code;

	if (!reply_line(line, &code, &last, &text))
		return size * n;
	if (code >= 400)
		keep_refusal(c, line);
	if (code != 250)
		return size * n;
	if (!c->ehlo_open)
		c->caps = (struct capabilities){.size = 0};
	else
		capabilities_read(&c->caps, text);
	c->ehlo_open = !last;
	return size * n;
}

static size_t
on_body(char *data, size_t size, size_t n, void *user)
{
	(void)data;
	(void)user;
	return size * n;
}

static void
watch(struct connection *c, int fd, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = c};

	if (epoll_ctl(c->options.epoll_fd, EPOLL_CTL_MOD, fd, &e) < 0 &&
		errno == ENOENT)
		epoll_ctl(c->options.epoll_fd, EPOLL_CTL_ADD, fd, &e);
}

static void
forget(struct connection *c, int fd)
{
	epoll_ctl(c->options.epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	for (size_t i = 0; i < c->socket_count; i++)
		if (c->sockets[i] == fd)
			c->sockets[i] = c->sockets[--c->socket_count];
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *mine)
{
	struct connection *c = user;
	bool known = false;

	(void)easy;
	(void)mine;
	if (what == CURL_POLL_REMOVE) {
		forget(c, fd);
		return 0;
	}
	for (size_t i = 0; i < c->socket_count; i++)
		known |= c->sockets[i] == fd;
	if (!known && c->socket_count == SOCKETS_MAX)
		return -1;
	if (!known)
		c->sockets[c->socket_count++] = fd;
	watch(c, fd,
		(what & CURL_POLL_IN ? EPOLLIN : 0u) |
			(what & CURL_POLL_OUT ? EPOLLOUT : 0u));
	return 0;
}

static int
on_timer(CURLM *multi, long ms, void *user)
{
	struct connection *c = user;

	(void)multi;
	c->timer = ms < 0 ? INT64_MAX : c->now + ms;
	return 0;
}

/* ----- opening ----- */

static const long tls_options[] = {
	[TLS_NONE] = CURLUSESSL_NONE,
	[TLS_TRY] = CURLUSESSL_TRY,
	[TLS_REQUIRED] = CURLUSESSL_ALL,
};

static void
set_options(struct connection *c)
{
	const struct relay *relay = c->options.relay;
	bool v6 = strchr(relay->host, ':') != NULL;
	char *url = mem_printf(v6 ? "%s://[%s]:%d/%s" : "%s://%s:%d/%s",
		relay->implicit_tls ? "smtps" : "smtp", relay->host,
		relay->port, c->options.ehlo_name);
	CURL *e = c->easy;

	curl_easy_setopt(e, CURLOPT_URL, url);
	free(url);
	curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->trouble);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
		(long)c->options.timeouts->connect);
	curl_easy_setopt(
		e, CURLOPT_TIMEOUT_MS, (long)c->options.timeouts->connect);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(e, CURLOPT_USE_SSL, tls_options[relay->tls]);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* A relay of the house is often signed by the house: OpenSSL's variable
	   names the authorities, which libcurl itself does not read. */
	if (getenv("SSL_CERT_FILE"))
		curl_easy_setopt(e, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
	if (relay->user) {
		curl_easy_setopt(e, CURLOPT_USERNAME, relay->user);
		curl_easy_setopt(e, CURLOPT_PASSWORD,
			relay->password ? relay->password : "");
	}
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
}

/* What an operator has to mend, and what time may mend. */
static enum error_kind
trouble_kind(const struct connection *c, CURLcode code)
{
	char class = str_text(&c->refusal)[0];

	/* STARTTLS and AUTH have their "later", too (454: RFC 3207, 4 and RFC
	   4954, 4.7.12). */
	if (class == '4' && code != CURLE_PEER_FAILED_VERIFICATION)
		return ERROR_LATER;
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_USE_SSL_FAILED:
	case CURLE_LOGIN_DENIED:
	case CURLE_NOT_BUILT_IN:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return ERROR_REFUSED;
	case CURLE_WEIRD_SERVER_REPLY:	 /* to the greeting */
	case CURLE_REMOTE_ACCESS_DENIED: /* to EHLO */
		return class == '5' ? ERROR_REFUSED : ERROR_LATER;
	default:
		return ERROR_LATER;
	}
}

static const char *
trouble_advice(CURLcode code)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return "; its certificate must be valid for that name and "
		       "signed by an authority this system knows";
	case CURLE_USE_SSL_FAILED:
		return "; it offers no STARTTLS (set 'tls: none' only for a "
		       "relay on your own machine or network)";
	case CURLE_LOGIN_DENIED:
		return "; check user and password";
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
		return "; is it running, and the port right?";
	case CURLE_COULDNT_RESOLVE_HOST:
		return "; check its name and this machine's DNS";
	default:
		return "";
	}
}

static void
fail(struct connection *c, CURLcode code)
{
	c->channel.state = CHANNEL_CLOSED;
	error_set(&c->channel.error, trouble_kind(c, code),
		"relay %s: %s%s%s%s", c->options.relay->text,
		c->trouble[0] ? c->trouble : curl_easy_strerror(code),
		c->refusal.len ? "; it said: " : "", str_text(&c->refusal),
		trouble_advice(code));
}

static void
take_over(struct connection *c)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	curl_easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD) {
		fail(c, CURLE_COULDNT_CONNECT);
		return;
	}
	while (c->socket_count)
		forget(c, c->sockets[0]);
	c->fd = fd;
	c->watched = EPOLLIN;
	watch(c, fd, EPOLLIN);
	c->timer = INT64_MAX;
	c->dialogue = dialogue_new(&c->caps, c->options.timeouts, c->now);
	c->channel.state = CHANNEL_OPEN;
}

static void
work_opening(struct connection *c)
{
	int sockets[SOCKETS_MAX], running, left;
	size_t count = c->socket_count;
	CURLMsg *message;

	memcpy(sockets, c->sockets, sizeof sockets);
	if (c->now >= c->timer) {
		c->timer = INT64_MAX;
		curl_multi_socket_action(
			c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	for (size_t i = 0; i < count; i++)
		curl_multi_socket_action(c->multi, sockets[i], 0, &running);
	while ((message = curl_multi_info_read(c->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		if (message->data.result == CURLE_OK)
			take_over(c);
		else
			fail(c, message->data.result);
		return;
	}
}

/* ----- speaking ----- */

static void
broken(struct connection *c, CURLcode code, const char *doing)
{
	char *why = mem_printf("the connection broke while %s: %s", doing,
		c->trouble[0] ? c->trouble : curl_easy_strerror(code));

	dialogue_break(c->dialogue, why, c->now);
	free(why);
}

/* What the server says is all in the socket, where epoll sees it. */
static bool
is_plain(const struct connection *c)
{
	const struct relay *relay = c->options.relay;

	return relay->tls == TLS_NONE && !relay->implicit_tls;
}

/* Until it would block: TLS holds decrypted octets that no poll shows. */
static void
receive(struct connection *c)
{
	char data[READ_SIZE];

	while (!dialogue_is_closed(c->dialogue)) {
		size_t n = 0;
		CURLcode code = curl_easy_recv(c->easy, data, sizeof data, &n);

		if (code == CURLE_AGAIN)
			return;
		if (code != CURLE_OK)
			broken(c, code, "reading");
		else
			dialogue_input(c->dialogue, data, n, c->now);
		if (n < sizeof data && is_plain(c))
			return;
	}
}

static void
flush(struct connection *c)
{
	struct span out = SPAN_NONE;
	uint32_t want;

	while (!dialogue_is_closed(c->dialogue)) {
		size_t n = 0;
		CURLcode code;

		out = dialogue_output(c->dialogue);
		if (out.len == 0)
			break;
		code = curl_easy_send(c->easy, out.data, out.len, &n);
		if (code == CURLE_AGAIN)
			break;
		if (code != CURLE_OK)
			broken(c, code, "writing");
		else
			dialogue_sent(c->dialogue, n, c->now);
	}
	want = EPOLLIN | (out.len ? EPOLLOUT : 0u);
	if (want != c->watched && !dialogue_is_closed(c->dialogue)) {
		c->watched = want;
		watch(c, c->fd, want);
	}
}

static void
close_if_done(struct connection *c)
{
	if (c->channel.state != CHANNEL_OPEN ||
		!dialogue_is_closed(c->dialogue))
		return;
	c->channel.state = CHANNEL_CLOSED;
	epoll_ctl(c->options.epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
	c->fd = -1;
	curl_multi_remove_handle(c->multi, c->easy); /* closes it */
}

/* ----- the table ----- */

static void
connection_work(struct channel *channel, int64_t now)
{
	struct connection *c = connection_of(channel);

	c->now = now;
	if (channel->state == CHANNEL_OPENING)
		work_opening(c);
	if (channel->state != CHANNEL_OPEN)
		return;
	receive(c);
	dialogue_tick(c->dialogue, now);
	flush(c);
	close_if_done(c);
}

static bool
connection_wants(const struct channel *channel)
{
	return channel->state == CHANNEL_OPEN &&
		dialogue_wants(connection_of(channel)->dialogue);
}

static void
connection_offer(struct channel *channel, const struct envelope *e, int64_t now)
{
	struct connection *c = connection_of(channel);

	c->now = now;
	dialogue_offer(c->dialogue, e, now);
}

static struct str *
connection_body(struct channel *channel)
{
	return dialogue_body(connection_of(channel)->dialogue);
}

static void
connection_body_end(struct channel *channel, int64_t now)
{
	struct connection *c = connection_of(channel);

	c->now = now;
	dialogue_body_end(c->dialogue, now);
}

static void
connection_flush(struct channel *channel, int64_t now)
{
	struct connection *c = connection_of(channel);

	c->now = now;
	if (channel->state != CHANNEL_OPEN)
		return;
	flush(c);
	close_if_done(c);
}

static struct dialogue_event
connection_event(struct channel *channel)
{
	struct connection *c = connection_of(channel);

	if (!c->dialogue)
		return (struct dialogue_event){.kind = EVENT_NONE};
	return dialogue_event(c->dialogue);
}

static void
connection_finish(struct channel *channel, int64_t now)
{
	struct connection *c = connection_of(channel);

	c->now = now;
	if (channel->state == CHANNEL_OPENING) {
		channel->state = CHANNEL_CLOSED;
		return;
	}
	if (channel->state == CHANNEL_OPEN)
		dialogue_finish(c->dialogue, now);
	connection_flush(channel, now);
}

static int64_t
connection_deadline(const struct channel *channel)
{
	const struct connection *c = connection_of(channel);

	if (channel->state == CHANNEL_OPENING)
		return c->timer;
	/* What an offer or a flush has decided waits for no socket. */
	if (c->dialogue && dialogue_has_event(c->dialogue))
		return 0;
	if (channel->state == CHANNEL_OPEN)
		return dialogue_deadline(c->dialogue);
	return INT64_MAX;
}

static void
connection_free(struct channel *channel)
{
	struct connection *c = connection_of(channel);

	if (c->fd >= 0)
		epoll_ctl(c->options.epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
	curl_multi_remove_handle(c->multi, c->easy);
	curl_easy_cleanup(c->easy);
	curl_multi_cleanup(c->multi);
	dialogue_free(c->dialogue);
	str_clear(&c->refusal);
	error_clear(&channel->error);
	free(c);
}

static const struct channel_ops connection_ops = {
	.work = connection_work,
	.wants = connection_wants,
	.offer = connection_offer,
	.body = connection_body,
	.body_end = connection_body_end,
	.flush = connection_flush,
	.event = connection_event,
	.finish = connection_finish,
	.deadline = connection_deadline,
	.free = connection_free,
};

struct channel *
connection_new(const struct channel_options *options, int64_t now)
{
	struct connection *c = mem_new(sizeof *c);

	c->channel.ops = &connection_ops;
	c->channel.state = CHANNEL_OPENING;
	c->options = *options;
	c->fd = -1;
	c->now = now;
	c->timer = INT64_MAX;
	c->multi = curl_multi_init();
	c->easy = curl_easy_init();
	if (!c->multi || !c->easy) {
		fail(c, CURLE_FAILED_INIT);
		return &c->channel;
	}
	set_options(c);
	curl_multi_add_handle(c->multi, c->easy); /* asks for the timer */
	return &c->channel;
}
