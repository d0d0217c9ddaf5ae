#include "deliver/dialogue.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/*
 * Two recipients are known at a time: `front`, whose body is next or on its
 * way, and `back`, whose envelope may run ahead of that body's reply.
 *
 *   IDLE -> QUEUED -> ENVELOPE -> READY -> BODY -> IDLE
 *             |          |                   |
 *             +----------+--- refused -------+--> outcome
 *
 * `expected` holds the steps that a reply is still to come for, in the order
 * in which the server must answer (RFC 2920, 3.1).
 */
enum turn {
	TURN_IDLE,
	TURN_QUEUED,   /* offered; its envelope is not (wholly) written */
	TURN_ENVELOPE, /* MAIL, RCPT and DATA are written */
	TURN_READY,    /* 354 came: EVENT_BODY was given */
	TURN_BODY,     /* the body is written; its reply is to come */
};

struct mail {
	enum turn turn;
	uint64_t token;
	char *sender, *recipient;
	bool utf8;
	size_t size;
	enum smtp_step next; /* of the envelope, to be written; in QUEUED */
	bool accepted;       /* MAIL was: a refusal leaves something to RSET */
	bool refused;        /* by `reply` at `step` */
	enum smtp_step step;
	struct reply reply;
};

enum {
	EXPECTED_MAX = 16,
	EVENTS_MAX = 8,
	LINE_LIMIT = 4096,   /* of a reply; RFC 5321, 4.5.3.1.5 wants 512 */
	REPLY_LIMIT = 32768, /* all its lines */
};

struct pending_event {
	struct dialogue_event event;
	char enhanced[16];
	char *text;
};

struct dialogue {
	struct capabilities caps;
	struct dialogue_timeouts timeouts;
	struct mail mails[2];
	int front; /* index into mails */

	struct expected {
		enum smtp_step step;
		struct mail *mail; /* NULL for RSET and QUIT */
	} expected[EXPECTED_MAX];
	size_t expected_first, expected_count;

	/* Once `out` has been shown it does not move until it is sent; what is
	   written meanwhile waits in `later`. */
	struct str out, later;
	size_t out_at; /* octets of `out` already taken */
	bool shown;
	uint64_t taken;    /* octets ever taken */
	uint64_t body_end; /* that count at the end of the last body's dot */
	struct str in;   /* the line that has not ended yet */
	struct reply reply; /* the one being read */

	struct pending_event events[EVENTS_MAX];
	size_t event_first, event_count;
	char *given; /* text of the event given last */

	bool reset_due; /* an envelope was refused after its MAIL */
	bool finishing, closed;
	int64_t since;  /* the last progress */
};

const struct dialogue_timeouts dialogue_timeouts_default = {
	.mail = 5 * 60 * 1000,
	.rcpt = 5 * 60 * 1000,
	.data = 2 * 60 * 1000,
	.block = 3 * 60 * 1000,
	.body = 10 * 60 * 1000,
};

static const char stopped[] = "the sending was stopped";

static void advance(struct dialogue *d);
static void conclude_broken(
	struct dialogue *d, struct mail *m, const char *why);

/* ----- capabilities ----- */

void
capabilities_read(struct capabilities *c, struct span line)
{
	line = span_trim(line);
	if (span_equals_nocase(line, "PIPELINING")) {
		c->pipelining = true;
	} else if (span_equals_nocase(line, "8BITMIME")) {
		c->eightbit = true;
	} else if (span_equals_nocase(line, "SMTPUTF8")) {
		c->smtputf8 = true;
	} else if (line.len >= 4 && strncasecmp(line.data, "SIZE", 4) == 0 &&
		(line.len == 4 || line.data[4] == ' ')) {
		c->size_given = true;
		c->size = 0;
		for (size_t i = 5;
			i < line.len && isdigit((unsigned char)line.data[i]) &&
			c->size < UINT64_MAX / 100;
			i++)
			c->size = c->size * 10 + (uint64_t)(line.data[i] - '0');
	}
}

/* ----- life ----- */

struct dialogue *
dialogue_new(const struct capabilities *caps,
	const struct dialogue_timeouts *timeouts, int64_t now)
{
	struct dialogue *d = mem_new(sizeof *d);

	d->caps = *caps;
	d->timeouts = timeouts ? *timeouts : dialogue_timeouts_default;
	d->since = now;
	return d;
}

static void
mail_clear(struct mail *m)
{
	free(m->sender);
	free(m->recipient);
	reply_clear(&m->reply);
	*m = (struct mail){.turn = TURN_IDLE};
}

void
dialogue_free(struct dialogue *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < 2; i++)
		mail_clear(&d->mails[i]);
	for (size_t i = 0; i < d->event_count; i++)
		free(d->events[(d->event_first + i) % EVENTS_MAX].text);
	free(d->given);
	reply_clear(&d->reply);
	str_clear(&d->in);
	str_clear(&d->out);
	str_clear(&d->later);
	free(d);
}

static struct mail *
front(struct dialogue *d)
{
	return &d->mails[d->front];
}

static struct mail *
back(struct dialogue *d)
{
	return &d->mails[!d->front];
}

/* ----- events ----- */

static void
push_event(struct dialogue *d, enum dialogue_event_kind kind, uint64_t token,
	enum smtp_step step, const struct outcome *outcome)
{
	struct pending_event *e;

	/* Two recipients give at most two events each, and the close one. */
	assert(d->event_count < EVENTS_MAX);
	e = &d->events[(d->event_first + d->event_count++) % EVENTS_MAX];
	*e = (struct pending_event){
		.event = {.kind = kind, .token = token, .step = step}};
	if (!outcome)
		return;
	e->event.outcome = *outcome;
	e->text = mem_strdup(outcome->text ? outcome->text : "");
	if (outcome->enhanced)
		strncat(e->enhanced, outcome->enhanced,
			sizeof e->enhanced - 1);
}

struct dialogue_event
dialogue_event(struct dialogue *d)
{
	struct pending_event *e = &d->events[d->event_first];

	if (d->event_count == 0)
		return (struct dialogue_event){.kind = EVENT_NONE};
	d->event_first = (d->event_first + 1) % EVENTS_MAX;
	d->event_count--;
	free(d->given);
	d->given = e->text;
	e->event.outcome.text = d->given ? d->given : "";
	e->event.outcome.enhanced = e->enhanced;
	return e->event;
}

/* The mail is done. Whoever waits behind it moves up. */
static void
conclude(struct dialogue *d, struct mail *m, enum smtp_step step,
	const struct outcome *outcome)
{
	push_event(d, EVENT_OUTCOME, m->token, step, outcome);
	mail_clear(m);
	if (m == front(d) && back(d)->turn != TURN_IDLE)
		d->front = !d->front;
}

static void
conclude_by_reply(struct dialogue *d, struct mail *m, enum smtp_step step,
	const struct reply *reply)
{
	struct outcome outcome;

	reply_classify(reply, step, &outcome);
	conclude(d, m, step, &outcome);
}

/* ----- writing ----- */

/* Where output is written now. */
static struct str *
writer(struct dialogue *d)
{
	return d->shown ? &d->later : &d->out;
}

static bool
has_output(const struct dialogue *d)
{
	return d->out_at < d->out.len;
}

static void
expect(struct dialogue *d, enum smtp_step step, struct mail *m)
{
	size_t at = (d->expected_first + d->expected_count) % EXPECTED_MAX;

	assert(d->expected_count < EXPECTED_MAX);
	d->expected[at] = (struct expected){step, m};
	d->expected_count++;
}

static void
write_mail(struct dialogue *d, const struct mail *m)
{
	struct str *out = writer(d);

	str_printf(out, "MAIL FROM:<%s>", m->sender);
	if (d->caps.size_given)
		str_printf(out, " SIZE=%zu", m->size);
	if (m->utf8)
		str_add(out, " SMTPUTF8");
	str_add(out, "\r\n");
}

/* Writes the next command of an envelope. */
static void
write_command(struct dialogue *d, struct mail *m)
{
	if (m->next == STEP_MAIL && d->reset_due) {
		str_add(writer(d), "RSET\r\n");
		expect(d, STEP_RSET, NULL);
		d->reset_due = false;
		return;
	}
	expect(d, m->next, m);
	switch (m->next) {
	case STEP_MAIL:
		write_mail(d, m);
		m->next = STEP_RCPT;
		break;
	case STEP_RCPT:
		str_printf(writer(d), "RCPT TO:<%s>\r\n", m->recipient);
		m->next = STEP_DATA;
		break;
	default:
		str_add(writer(d), "DATA\r\n");
		m->turn = TURN_ENVELOPE;
		break;
	}
}

/*
 * Writes what can be written now: with pipelining a whole envelope as soon as
 * nothing stands before it but a body that is out; without, one command when
 * all before it has been answered.
 */
static void
advance(struct dialogue *d)
{
	struct mail *m = front(d);

	if (d->closed)
		return;
	if (m->turn == TURN_BODY)
		m = back(d);
	while (m->turn == TURN_QUEUED &&
		(d->caps.pipelining || d->expected_count == 0))
		write_command(d, m);
	if (d->finishing && front(d)->turn == TURN_IDLE &&
		d->expected_count == 0) {
		str_add(writer(d), "QUIT\r\n");
		expect(d, STEP_QUIT, NULL);
	}
}

/* An address that is to stand between < and >. */
static bool
is_safe(struct span s, bool utf8)
{
	if (s.len > 320)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];

		if (c <= ' ' || c == 0x7f || c == '<' || c == '>' ||
			(c >= 0x80 && !utf8))
			return false;
	}
	return true;
}

/* Refusals that need no server. */
static bool
refuse_offer(struct dialogue *d, const struct envelope *e)
{
	struct outcome o = {.verdict = VERDICT_REFUSED,
		.scope = SCOPE_RECIPIENT, .enhanced = "5.6.7"};
	char *text = NULL;

	if (!is_safe(e->recipient, e->utf8) || e->recipient.len == 0) {
		o.enhanced = "5.1.3";
		o.text = "the address cannot stand in an SMTP command";
	} else if (!is_safe(e->sender, e->utf8)) {
		o.verdict = VERDICT_PAUSE;
		o.scope = SCOPE_SENDER;
		o.enhanced = "5.1.7";
		o.text = "the sender cannot stand in an SMTP command";
	} else if (e->utf8 && !d->caps.smtputf8) {
		o.text = "the relay does not take international addresses "
			 "(no SMTPUTF8)";
	} else if (d->caps.size && e->size > d->caps.size) {
		o.verdict = VERDICT_PAUSE;
		o.scope = SCOPE_MESSAGE;
		o.enhanced = "5.3.4";
		o.text = text = mem_printf("the message has %zu octets, the "
					   "relay takes at most %" PRIu64,
			e->size, d->caps.size);
	} else {
		return false;
	}
	push_event(d, EVENT_OUTCOME, e->token, STEP_MAIL, &o);
	free(text);
	return true;
}

bool
dialogue_wants(const struct dialogue *d)
{
	const struct mail *first = &d->mails[d->front];
	const struct mail *second = &d->mails[!d->front];

	if (d->closed || d->finishing || d->event_count > EVENTS_MAX - 4)
		return false;
	if (first->turn == TURN_IDLE)
		return true;
	return d->caps.pipelining && second->turn == TURN_IDLE;
}

void
dialogue_offer(struct dialogue *d, const struct envelope *e, int64_t now)
{
	struct mail *m = front(d)->turn == TURN_IDLE ? front(d) : back(d);

	assert(dialogue_wants(d));
	if (refuse_offer(d, e))
		return;
	*m = (struct mail){
		.turn = TURN_QUEUED,
		.token = e->token,
		.sender = span_dup(e->sender),
		.recipient = span_dup(e->recipient),
		.utf8 = e->utf8,
		.size = e->size,
		.next = STEP_MAIL,
	};
	if (d->expected_count == 0)
		d->since = now;
	advance(d);
}

struct str *
dialogue_body(struct dialogue *d)
{
	assert(front(d)->turn == TURN_READY && !d->closed);
	return writer(d);
}

void
dialogue_body_end(struct dialogue *d, int64_t now)
{
	struct mail *m = front(d);
	struct str *out = writer(d);

	assert(m->turn == TURN_READY);
	if (!span_ends(str_span(out), "\r\n"))
		str_add(out, "\r\n");
	str_add(out, ".\r\n");
	d->body_end = d->taken + (d->out.len - d->out_at) + d->later.len;
	m->turn = TURN_BODY;
	expect(d, STEP_BODY, m);
	d->since = now;
	advance(d);
}

void
dialogue_finish(struct dialogue *d, int64_t now)
{
	if (d->closed || d->finishing)
		return;
	d->finishing = true;
	d->since = now;
	if (front(d)->turn == TURN_READY) {
		/* After 354 only a body or a closed connection is possible. */
		dialogue_break(d, stopped, now);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (d->mails[i].turn == TURN_QUEUED &&
			d->mails[i].next == STEP_MAIL)
			conclude_broken(d, &d->mails[i], stopped);
	advance(d);
}

/* ----- closing ----- */

static void
conclude_broken(struct dialogue *d, struct mail *m, const char *why)
{
	struct outcome o = {.scope = SCOPE_RELAY, .enhanced = "", .text = why};
	/* Without its dot nobody may deliver it (RFC 5321, 4.1.1.4). */
	bool whole = m->turn == TURN_BODY && d->taken >= d->body_end;

	if (m->turn == TURN_IDLE)
		return;
	if (whole)
		o.verdict = VERDICT_DOUBT;
	else if (m->turn == TURN_BODY)
		o.verdict = VERDICT_LATER;
	else
		o.verdict = VERDICT_UNTOUCHED;
	push_event(d, EVENT_OUTCOME, m->token,
		m->turn == TURN_BODY ? STEP_BODY : STEP_MAIL, &o);
	mail_clear(m);
}

void
dialogue_break(struct dialogue *d, const char *why, int64_t now)
{
	struct outcome o = {.text = why, .enhanced = ""};
	struct mail *first = front(d), *second = back(d);

	if (d->closed)
		return;
	d->closed = true;
	d->since = now;
	conclude_broken(d, first, why);
	conclude_broken(d, second, why);
	push_event(d, EVENT_CLOSED, 0, STEP_QUIT, &o);
	d->expected_count = 0;
	d->out_at = d->out.len; /* whatever was left will not be sent */
	str_truncate(&d->later, 0);
}

bool
dialogue_is_closed(const struct dialogue *d)
{
	return d->closed;
}

/* ----- replies ----- */

/* Remembers the first refusal of an envelope; what follows inherits it. */
static void
note_refusal(struct mail *m, enum smtp_step step, struct reply *reply)
{
	if (m->refused)
		return;
	m->refused = true;
	m->step = step;
	m->reply = *reply;
	*reply = REPLY_INIT; /* moved */
}

static void
conclude_refused(struct dialogue *d, struct mail *m)
{
	struct reply reply = m->reply;
	enum smtp_step step = m->step;

	d->reset_due |= m->accepted;
	m->reply = REPLY_INIT;
	conclude_by_reply(d, m, step, &reply);
	reply_clear(&reply);
}

static void
on_envelope_reply(struct dialogue *d, struct mail *m, enum smtp_step step,
	struct reply *reply)
{
	if (reply->code / 100 == 2) {
		m->accepted |= step == STEP_MAIL;
		return;
	}
	note_refusal(m, step, reply);
	/* Without pipelining, nothing more of it has been written. */
	if (m->turn == TURN_QUEUED)
		conclude_refused(d, m);
}

static void
on_data_reply(struct dialogue *d, struct mail *m, struct reply *reply)
{
	bool go = reply->code == 354;

	if (!go && reply->code / 100 < 4) {
		dialogue_break(d, "the server answered DATA with neither 354 "
				  "nor a refusal", d->since);
		return;
	}
	if (!go)
		note_refusal(m, STEP_DATA, reply);
	if (!m->refused && d->finishing) {
		dialogue_break(d, stopped, d->since);
		return;
	}
	if (!m->refused) {
		m->turn = TURN_READY;
		push_event(d, EVENT_BODY, m->token, STEP_DATA, NULL);
		return;
	}
	if (go) {
		/* Nobody is left to receive it, yet it waits for a message
		   (RFC 2920, 3.1). */
			str_add(writer(d), ".\r\n");
		expect(d, STEP_EMPTY, NULL);
		m->accepted = false; /* the dot ends the transaction */
	}
	conclude_refused(d, m);
}

static void
on_body_reply(struct dialogue *d, struct mail *m, struct reply *reply)
{
	bool early = d->taken < d->body_end;

	if (early && reply->code / 100 == 2) {
		dialogue_break(d, "the server accepted the message before its "
				  "end was sent", d->since);
		return;
	}
	conclude_by_reply(d, m, STEP_BODY, reply);
	/* Nobody knows where the server stands in the rest of that body. */
	if (early)
		dialogue_break(d, "the server answered before the end of the "
				  "message", d->since);
}

static void
on_reply(struct dialogue *d, struct expected e, struct reply *reply)
{
	switch (e.step) {
	case STEP_MAIL:
	case STEP_RCPT:
		on_envelope_reply(d, e.mail, e.step, reply);
		break;
	case STEP_DATA:
		on_data_reply(d, e.mail, reply);
		break;
	case STEP_BODY:
		on_body_reply(d, e.mail, reply);
		break;
	case STEP_QUIT:
		dialogue_break(d, "", d->since);
		break;
	case STEP_RSET:
		if (reply->code / 100 != 2)
			dialogue_break(d, "the server refused RSET", d->since);
		break;
	default: /* STEP_EMPTY: whatever it thinks of no message */
		break;
	}
}

/* 421 at any time: the server is about to close (RFC 5321, 3.8). It decides
 * for the recipient it answers and for nobody else. */
static void
on_shutdown(struct dialogue *d, struct expected e, struct reply *reply)
{
	char *why = mem_printf("the server closed the connection: %d %s",
		reply->code, str_text(&reply->text));

	if (e.mail && !e.mail->refused)
		conclude_by_reply(d, e.mail, e.step, reply);
	else if (e.mail)
		conclude_refused(d, e.mail);
	dialogue_break(d, why, d->since);
	free(why);
}

static void
take_reply(struct dialogue *d)
{
	struct reply reply = d->reply;
	struct expected e;

	d->reply = REPLY_INIT;
	if (d->expected_count == 0) {
		char *why = mem_printf("the server said what nobody asked "
				       "for: %d %s",
			reply.code, str_text(&reply.text));

		dialogue_break(d, why, d->since);
		free(why);
		reply_clear(&reply);
		return;
	}
	e = d->expected[d->expected_first];
	d->expected_first = (d->expected_first + 1) % EXPECTED_MAX;
	d->expected_count--;
	if (reply.code == 421)
		on_shutdown(d, e, &reply);
	else if (reply.code / 100 == 3 && e.step != STEP_DATA)
		dialogue_break(d, "the server answered out of turn with 3xx",
			d->since);
	else
		on_reply(d, e, &reply);
	reply_clear(&reply);
	advance(d);
}

static void
take_line(struct dialogue *d, struct span line)
{
	bool last = false;

	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	if (!reply_add_line(&d->reply, line, &last)) {
		dialogue_break(d, "the server sent what is no SMTP reply",
			d->since);
		return;
	}
	if (d->reply.text.len > REPLY_LIMIT)
		dialogue_break(d, "the server's reply never ends", d->since);
	else if (last)
		take_reply(d);
}

void
dialogue_input(
	struct dialogue *d, const char *data, size_t len, int64_t now)
{
	struct span rest = {data, len};

	if (d->closed)
		return;
	if (len == 0) {
		dialogue_break(d, "the server closed the connection", now);
		return;
	}
	d->since = now;
	while (rest.len && !d->closed) {
		size_t n = span_find(rest, '\n');
		bool whole = n < rest.len;

		if (d->in.len + n > LINE_LIMIT) {
			dialogue_break(
				d, "the server's reply line never ends", now);
			break;
		}
		if (whole && d->in.len == 0) {
			take_line(d, span_slice(rest, 0, n));
		} else {
			str_add_bytes(&d->in, rest.data, n);
			if (whole) {
				take_line(d, str_span(&d->in));
				str_truncate(&d->in, 0);
			}
		}
		rest = span_from(rest, n + 1);
	}
}

/* ----- output and time ----- */

struct span
dialogue_output(struct dialogue *d)
{
	d->shown = has_output(d);
	return span_from(str_span(&d->out), d->out_at);
}

void
dialogue_sent(struct dialogue *d, size_t n, int64_t now)
{
	assert(n <= d->out.len - d->out_at);
	d->out_at += n;
	d->taken += n;
	if (n)
		d->since = now;
	if (has_output(d))
		return;
	str_truncate(&d->out, 0);
	d->out_at = 0;
	d->shown = false;
	if (d->later.len) {
		struct str sent = d->out;

		d->out = d->later;
		d->later = sent;
	}
}

static int64_t
step_timeout(const struct dialogue_timeouts *t, enum smtp_step step)
{
	switch (step) {
	case STEP_RCPT:
		return t->rcpt;
	case STEP_DATA:
		return t->data;
	case STEP_BODY:
	case STEP_EMPTY:
		return t->body;
	default:
		return t->mail;
	}
}

static int64_t
patience(const struct dialogue *d)
{
	if (has_output(d))
		return d->timeouts.block;
	return step_timeout(
		&d->timeouts, d->expected[d->expected_first].step);
}

int64_t
dialogue_deadline(const struct dialogue *d)
{
	if (d->closed ||
		(!has_output(d) && d->expected_count == 0))
		return INT64_MAX;
	return d->since + patience(d);
}

void
dialogue_tick(struct dialogue *d, int64_t now)
{
	char *why;

	if (now < dialogue_deadline(d))
		return;
	if (has_output(d))
		why = mem_printf("the server took nothing for %" PRId64 " s",
			patience(d) / 1000);
	else
		why = mem_printf("no reply to %s within %" PRId64 " s",
			smtp_step_name(d->expected[d->expected_first].step),
			patience(d) / 1000);
	dialogue_break(d, why, now);
	free(why);
}
