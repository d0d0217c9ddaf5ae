#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/mem.h"
#include "deliver/dialogue_state.h"

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

/* ----- closing ----- */

void
dialogue_conclude_broken(struct dialogue *d, struct mail *m, const char *why)
{
	struct outcome o = {.scope = SCOPE_RELAY, .enhanced = "", .text = why};
	/* Without its dot nobody may deliver it (RFC 5321, 4.1.1.4). */
	bool whole = m->turn == TURN_BODY && d->taken >= d->body_end;
	bool silent = m->turn == TURN_QUEUED && m->next == STEP_MAIL;

	if (m->turn == TURN_IDLE)
		return;
	if (whole)
		o.verdict = VERDICT_DOUBT;
	else if (m->turn == TURN_BODY)
		o.verdict = VERDICT_LATER;
	else
		o.verdict = VERDICT_UNTOUCHED;
	dialogue_push_event(d, EVENT_OUTCOME, m->token,
		m->turn == TURN_BODY ? STEP_BODY
			: silent     ? STEP_EHLO
				     : STEP_MAIL,
		&o);
	mail_empty(m);
}

void
dialogue_break(struct dialogue *d, const char *why, int64_t now)
{
	struct outcome o = {.text = why, .enhanced = ""};
	struct mail *first = dialogue_front(d), *second = dialogue_back(d);

	if (d->closed)
		return;
	d->closed = true;
	d->since = now;
	dialogue_conclude_broken(d, first, why);
	dialogue_conclude_broken(d, second, why);
	dialogue_push_event(d, EVENT_CLOSED, 0, STEP_QUIT, &o);
	d->expected_count = 0;
	rope_empty(&d->out); /* whatever was left will not be sent */
	rope_empty(&d->later);
}

bool
dialogue_is_closed(const struct dialogue *d)
{
	return d->closed;
}

/* ----- replies ----- */

/* The mail is done. Whoever waits behind it moves up. */
static void
conclude(struct dialogue *d, struct mail *m, enum smtp_step step,
	const struct outcome *outcome)
{
	dialogue_push_event(d, EVENT_OUTCOME, m->token, step, outcome);
	mail_empty(m);
	if (m == dialogue_front(d) && dialogue_back(d)->turn != TURN_IDLE)
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
		dialogue_break(d,
			"the server answered DATA with neither 354 "
			"nor a refusal",
			d->since);
		return;
	}
	if (!go)
		note_refusal(m, STEP_DATA, reply);
	if (!m->refused && d->finishing) {
		dialogue_break(d, dialogue_stopped, d->since);
		return;
	}
	if (!m->refused) {
		m->turn = TURN_READY;
		dialogue_push_event(d, EVENT_BODY, m->token, STEP_DATA, NULL);
		return;
	}
	if (go) {
		/* Nobody is left to receive it, yet it waits for a message
		   (RFC 2920, 3.1). */
		str_add(rope_own(dialogue_writer(d)), ".\r\n");
		dialogue_expect(d, STEP_EMPTY, NULL);
		m->accepted = false; /* the dot ends the transaction */
	}
	conclude_refused(d, m);
}

/* It lies, or it delivers what it has: then that lies in a mailbox, and to send
 * it again without end would fill that with halves. */
static void
accepted_early(struct dialogue *d, struct mail *m)
{
	static const char why[] =
		"the server accepted the message before its end was sent";
	struct outcome doubt = {.verdict = VERDICT_DOUBT,
		.scope = SCOPE_RELAY,
		.enhanced = "",
		.text = why};

	conclude(d, m, STEP_BODY, &doubt);
	dialogue_break(d, why, d->since);
}

static void
on_body_reply(struct dialogue *d, struct mail *m, struct reply *reply)
{
	bool early = d->taken < d->body_end;

	if (early && reply->code / 100 == 2) {
		accepted_early(d, m);
		return;
	}
	conclude_by_reply(d, m, STEP_BODY, reply);
	/* Nobody knows where the server stands in the rest of that body. */
	if (early)
		dialogue_break(d,
			"the server answered before the end of the "
			"message",
			d->since);
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
	d->reply_octets = 0;
	d->since = d->heard;
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
	if (reply.code != 421 && e.step != STEP_BODY && d->taken < e.end)
		dialogue_break(d,
			"the server answered a command that it had "
			"not been sent",
			d->since);
	else if (reply.code == 421)
		on_shutdown(d, e, &reply);
	else if (reply.code / 100 == 3 && e.step != STEP_DATA)
		dialogue_break(d, "the server answered out of turn with 3xx",
			d->since);
	else
		on_reply(d, e, &reply);
	reply_empty(&reply);
	d->reply = reply; /* for its memory */
	dialogue_advance(d);
}

static void
take_line(struct dialogue *d, struct span line)
{
	bool last = false;

	/* Not its text alone, for lines may be without. */
	d->reply_octets += line.len;
	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	if (!reply_add_line(&d->reply, line, &last)) {
		dialogue_break(
			d, "the server sent what is no SMTP reply", d->since);
		return;
	}
	if (d->reply_octets > REPLY_LIMIT)
		dialogue_break(d, "the server's reply never ends", d->since);
	else if (last)
		take_reply(d);
}

void
dialogue_input(struct dialogue *d, const char *data, size_t len, int64_t now)
{
	struct span rest = {data, len};

	if (d->closed)
		return;
	if (len == 0) {
		dialogue_break(d, "the server closed the connection", now);
		return;
	}
	d->heard = now;
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
