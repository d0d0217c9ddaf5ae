#include "deliver/dialogue.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deliver/dialogue_state.h"

const char dialogue_stopped[] = "the sending was stopped";

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

void
dialogue_keep_whole(struct dialogue *d)
{
	d->out.whole = d->later.whole = true;
}

void
mail_empty(struct mail *m)
{
	reply_clear(&m->reply);
	str_truncate(&m->sender, 0);
	str_truncate(&m->recipient, 0);
	*m = (struct mail){.turn = TURN_IDLE,
		.sender = m->sender,
		.recipient = m->recipient};
}

static void
mail_clear(struct mail *m)
{
	mail_empty(m);
	str_clear(&m->sender);
	str_clear(&m->recipient);
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
	rope_clear(&d->out);
	rope_clear(&d->later);
	free(d);
}

struct mail *
dialogue_front(struct dialogue *d)
{
	return &d->mails[d->front];
}

struct mail *
dialogue_back(struct dialogue *d)
{
	return &d->mails[!d->front];
}

/* ----- events ----- */

void
dialogue_push_event(struct dialogue *d, enum dialogue_event_kind kind,
	uint64_t token, enum smtp_step step, const struct outcome *outcome)
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
		strncat(e->enhanced, outcome->enhanced, sizeof e->enhanced - 1);
}

bool
dialogue_has_event(const struct dialogue *d)
{
	return d->event_count > 0;
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

/* ----- writing ----- */

struct rope *
dialogue_writer(struct dialogue *d)
{
	return d->shown ? &d->later : &d->out;
}

bool
dialogue_has_output(const struct dialogue *d)
{
	return rope_left(&d->out) > 0;
}

static uint64_t
octets_written(const struct dialogue *d)
{
	return d->taken + rope_left(&d->out) + rope_left(&d->later);
}

void
dialogue_expect(struct dialogue *d, enum smtp_step step, struct mail *m)
{
	size_t at = (d->expected_first + d->expected_count) % EXPECTED_MAX;

	assert(d->expected_count < EXPECTED_MAX);
	d->expected[at] = (struct expected){
		.end = octets_written(d), .step = step, .mail = m};
	d->expected_count++;
}

static void
say(struct dialogue *d, const char *text)
{
	str_add(rope_own(dialogue_writer(d)), text);
}

static void
write_mail(struct dialogue *d, const struct mail *m)
{
	struct str *out = rope_own(dialogue_writer(d));

	str_add_all(out, "MAIL FROM:<", str_text(&m->sender), ">", NULL);
	if (d->caps.size_given) {
		str_add(out, " SIZE=");
		str_add_number(out, m->size);
	}
	/* His address stands in the header as it is: 8-bit octets, in what is
	   7-bit for all others. */
	if (m->utf8 && d->caps.eightbit)
		str_add(out, " BODY=8BITMIME");
	if (m->utf8)
		str_add(out, " SMTPUTF8");
	str_add(out, "\r\n");
}

/* Writes the next command of an envelope. */
static void
write_command(struct dialogue *d, struct mail *m)
{
	enum smtp_step step = m->next;

	if (m->next == STEP_MAIL && d->reset_due) {
		say(d, "RSET\r\n");
		dialogue_expect(d, STEP_RSET, NULL);
		d->reset_due = false;
		return;
	}
	switch (step) {
	case STEP_MAIL:
		write_mail(d, m);
		m->next = STEP_RCPT;
		break;
	case STEP_RCPT:
		str_add_all(rope_own(dialogue_writer(d)), "RCPT TO:<",
			str_text(&m->recipient), ">\r\n", NULL);
		m->next = STEP_DATA;
		break;
	default:
		say(d, "DATA\r\n");
		m->turn = TURN_ENVELOPE;
		break;
	}
	dialogue_expect(d, step, m);
}

/*
 * Writes what can be written now: with pipelining a whole envelope as soon as
 * nothing stands before it but a body that is out; without, one command when
 * all before it has been answered.
 */
void
dialogue_advance(struct dialogue *d)
{
	struct mail *m = dialogue_front(d);

	if (d->closed)
		return;
	if (m->turn == TURN_BODY)
		m = dialogue_back(d);
	while (m->turn == TURN_QUEUED &&
		(d->caps.pipelining || d->expected_count == 0))
		write_command(d, m);
	if (d->finishing && dialogue_front(d)->turn == TURN_IDLE &&
		d->expected_count == 0) {
		say(d, "QUIT\r\n");
		dialogue_expect(d, STEP_QUIT, NULL);
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
		.scope = SCOPE_RECIPIENT,
		.enhanced = DIALOGUE_LACKS};
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
	dialogue_push_event(d, EVENT_OUTCOME, e->token, STEP_MAIL, &o);
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
	struct mail *m = dialogue_front(d)->turn == TURN_IDLE
		? dialogue_front(d)
		: dialogue_back(d);

	assert(dialogue_wants(d));
	if (refuse_offer(d, e))
		return;
	mail_empty(m);
	m->turn = TURN_QUEUED;
	m->token = e->token;
	str_add_span(&m->sender, e->sender);
	str_add_span(&m->recipient, e->recipient);
	m->utf8 = e->utf8;
	m->size = e->size;
	m->next = STEP_MAIL;
	if (d->expected_count == 0)
		d->since = now;
	dialogue_advance(d);
}

struct rope *
dialogue_body(struct dialogue *d)
{
	assert(dialogue_front(d)->turn == TURN_READY && !d->closed);
	return dialogue_writer(d);
}

void
dialogue_body_end(struct dialogue *d, int64_t now)
{
	struct mail *m = dialogue_front(d);

	assert(m->turn == TURN_READY);
	if (!rope_ends(dialogue_writer(d), "\r\n"))
		say(d, "\r\n");
	say(d, ".\r\n");
	d->body_end = octets_written(d);
	m->turn = TURN_BODY;
	dialogue_expect(d, STEP_BODY, m);
	d->since = now;
	dialogue_advance(d);
}

void
dialogue_finish(struct dialogue *d, int64_t now)
{
	if (d->closed || d->finishing)
		return;
	d->finishing = true;
	d->since = now;
	if (dialogue_front(d)->turn == TURN_READY) {
		/* After 354 only a body or a closed connection is possible. */
		dialogue_break(d, dialogue_stopped, now);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (d->mails[i].turn == TURN_QUEUED &&
			d->mails[i].next == STEP_MAIL)
			dialogue_conclude_broken(
				d, &d->mails[i], dialogue_stopped);
	dialogue_advance(d);
}

/* ----- output ----- */

size_t
dialogue_output(struct dialogue *d, struct span *runs, size_t max)
{
	d->shown = dialogue_has_output(d);
	return rope_look(&d->out, runs, max);
}

void
dialogue_sent(struct dialogue *d, size_t n, int64_t now)
{
	rope_take(&d->out, n);
	d->taken += n;
	if (n)
		d->since = now;
	if (dialogue_has_output(d))
		return;
	rope_empty(&d->out);
	d->shown = false;
	if (rope_left(&d->later)) {
		struct rope sent = d->out;

		d->out = d->later;
		d->later = sent;
	}
}
