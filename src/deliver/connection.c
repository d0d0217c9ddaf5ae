/*
 * An SMTP connection: the wire opens it, and our dialogue speaks on it.
 */
#include "deliver/channel.h"

#include <stdlib.h>

#include "base/mem.h"
#include "net/wire.h"

enum { READ_SIZE = 16 * 1024, REFUSAL_MAX = 300 };

struct connection {
	struct channel channel; /* first */
	struct channel_options options;
	struct wire *wire;
	int64_t now;

	struct capabilities caps;
	bool ehlo_open;	    /* between the lines of a 250 reply */
	bool greeted;	    /* EHLO or HELO got its 250 since the last 220 */
	bool put_off;	    /* EHLO, with 4xx */
	bool logged_in;	    /* AUTH got its 235 since then */
	struct str refusal; /* "554 5.7.1 …": the last 4xx or 5xx line */

	struct dialogue *dialogue;
};

static struct connection *
connection_of(const struct channel *c)
{
	return (struct connection *)(void *)c;
}

/* ----- opening ----- */

/* libcurl reports the code at most; the words tell the operator what to do. */
static void
keep_refusal(struct connection *c, struct span line)
{
	str_truncate(&c->refusal, 0);
	str_add_span(&c->refusal, span_slice(line, 0, REFUSAL_MAX));
}

/*
 * Every line of the server while libcurl speaks. Each EHLO starts anew: what
 * was announced before STARTTLS counts for nothing (RFC 3207, 4.2).
 */
static void
on_line(void *data, struct span line)
{
	struct connection *c = data;
	struct span text;
	bool last;
	int code;

	if (!reply_line(line, &code, &last, &text))
		return;
	if (code >= 400)
		keep_refusal(c, line);
	if (code == 220)
		c->greeted = c->ehlo_open = c->put_off = false;
	if (code >= 400 && code < 500 && !c->greeted)
		c->put_off = true;
	if (code == 235)
		c->logged_in = true;
	if (code != 250)
		return;
	c->greeted |= last;
	c->logged_in = false;
	if (!c->ehlo_open)
		c->caps = (struct capabilities){.size = 0};
	else
		capabilities_read(&c->caps, text);
	c->ehlo_open = !last;
}

static void
fail(struct connection *c)
{
	char *who = mem_printf("relay %s", c->options.relay->text);

	c->channel.state = CHANNEL_CLOSED;
	wire_explain(c->wire, who, str_text(&c->refusal), &c->channel.error);
	free(who);
}

/* What libcurl is content with, and we are not. */
static void
refuse(struct connection *c, enum error_kind kind, const char *why)
{
	c->channel.state = CHANNEL_CLOSED;
	error_set(&c->channel.error, kind, "relay %s: %s",
		c->options.relay->text, why);
	wire_close(c->wire);
}

/*
 * libcurl takes any 2xx for the reply to EHLO, also a second greeting: from
 * then on every reply would be taken for that to another command. It says HELO
 * to a server that is busy, which then seems to have no extensions. And where
 * the server announces no AUTH, it goes on as if there were no user.
 */
static bool
is_acceptable(struct connection *c)
{
	if (!c->greeted)
		refuse(c, ERROR_LATER, "it did not answer EHLO with 250");
	else if (c->put_off)
		refuse(c, ERROR_LATER, "it did not answer EHLO for now");
	else if (c->options.relay->server.user && !c->logged_in)
		refuse(c, ERROR_REFUSED,
			"it offers no way to log in (no AUTH), and a user is "
			"set; many offer it behind TLS alone: is 'tls' none, "
			"or has somebody on the way taken TLS out?");
	return c->channel.state == CHANNEL_OPENING;
}

static void
work_opening(struct connection *c)
{
	enum wire_state state = wire_work(c->wire, c->now);

	if (state == WIRE_CLOSED)
		fail(c);
	if (state != WIRE_OPEN || !is_acceptable(c))
		return;
	c->dialogue = dialogue_new(&c->caps, c->options.timeouts, c->now);
	if (!wire_is_plain(c->wire))
		dialogue_keep_whole(c->dialogue);
	c->channel.state = CHANNEL_OPEN;
}

/* ----- speaking ----- */

static void
broken(struct connection *c, const char *doing, const char *trouble)
{
	char *why =
		mem_printf("the connection broke while %s: %s", doing, trouble);

	dialogue_break(c->dialogue, why, c->now);
	free(why);
}

/* Until it would block. */
static void
receive(struct connection *c)
{
	char data[READ_SIZE];

	while (!dialogue_is_closed(c->dialogue)) {
		size_t n;
		enum wire_result result =
			wire_receive(c->wire, data, sizeof data, &n);

		if (result == WIRE_AGAIN)
			return;
		if (result == WIRE_BROKEN)
			broken(c, "reading", wire_trouble(c->wire));
		else
			dialogue_input(c->dialogue, data, n, c->now);
		if (n < sizeof data && wire_is_plain(c->wire))
			return;
	}
}

/* A server that closes with octets unread resets the connection, and the next
 * write fails; but why it closed ("552 Too big") is still there to be read. */
static void
hear_last_words(struct connection *c)
{
	char *why = mem_strdup(wire_trouble(c->wire));

	receive(c);
	if (!dialogue_is_closed(c->dialogue))
		broken(c, "writing", why);
	free(why);
}

static void
flush(struct connection *c)
{
	struct span runs[WIRE_RUNS_MOST];
	size_t count = 0;

	while (!dialogue_is_closed(c->dialogue)) {
		enum wire_result result;
		size_t n;

		count = dialogue_output(c->dialogue, runs, WIRE_RUNS_MOST);
		if (count == 0)
			break;
		result = wire_send(c->wire, runs, count, &n);
		if (result == WIRE_AGAIN)
			break;
		if (result == WIRE_BROKEN)
			hear_last_words(c);
		else
			dialogue_sent(c->dialogue, n, c->now);
	}
	if (!dialogue_is_closed(c->dialogue))
		wire_watch_room(c->wire, count > 0);
}

static void
close_if_done(struct connection *c)
{
	if (c->channel.state != CHANNEL_OPEN ||
		!dialogue_is_closed(c->dialogue))
		return;
	c->channel.state = CHANNEL_CLOSED;
	wire_close(c->wire);
}

/* ----- the table ----- */

static void
connection_work(struct channel *channel, int64_t now)
{
	struct connection *c = connection_of(channel);

	c->now = now;
	if (channel->state == CHANNEL_OPENING)
		work_opening(c);
	/* What is known already comes first. */
	if (channel->state != CHANNEL_OPEN || dialogue_has_event(c->dialogue))
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

static struct rope *
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
		return wire_deadline(c->wire);
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

	wire_free(c->wire);
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
	struct wire_options wire = {
		.scheme = "smtp",
		.server = &options->relay->server,
		.path = options->ehlo_name,
		.timeout = options->timeouts->connect,
		.epoll_fd = options->epoll_fd,
		.epoll_data = c,
		.line = on_line,
		.data = c,
	};

	c->channel.ops = &connection_ops;
	c->channel.state = CHANNEL_OPENING;
	c->options = *options;
	c->now = now;
	c->wire = wire_new(&wire, now);
	if (wire_work(c->wire, now) == WIRE_CLOSED)
		fail(c);
	return &c->channel;
}
