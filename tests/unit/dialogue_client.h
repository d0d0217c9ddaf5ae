/*
 * Drives a dialogue for tests that have a server of their own, and watches
 * that it keeps what dialogue.h promises, whatever that server says:
 *
 *  - each offered recipient gets exactly one outcome, and none comes behind
 *    EVENT_CLOSED;
 *  - a body is asked for only after a 354, once for each;
 *  - SENT only when the final dot was handed over and a 2xx came then;
 *  - UNTOUCHED only when no body was given, LATER without a reply only when
 *    its dot had not left; at most one in doubt;
 *  - what is written is a dialogue: commands of known form in their order, and
 *    nothing behind DATA, or without PIPELINING behind anything, before its
 *    reply.
 *
 * Recipient N is rN@example.org, his body begins with the line "BN".
 */
#ifndef DIALOGUE_CLIENT_H
#define DIALOGUE_CLIENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "deliver/dialogue.h"

enum { CLIENT_MOST = 16 }; /* recipients, from 1 */

struct client_recipient {
	bool named;	   /* his MAIL has left */
	bool asked, given; /* for the body; it was */
	bool gone;	   /* its dot has left */
	bool confirmed;	   /* and a 2xx has come since */
	int outcomes;
	enum verdict_kind verdict;
	int code; /* of the reply that decided */
};

struct client {
	struct dialogue *d;
	struct capabilities caps;
	int64_t now;
	const char *broken; /* the first promise that was not kept, or NULL */
	int offered, done, doubts;
	int body; /* who was asked for and not given yet, or 0 */
	bool closed;
	struct client_recipient who[CLIENT_MOST + 1];

	/* What has left. */
	struct str line;
	char last[5]; /* "MAIL", "RCPT", "DATA", "RSET", "QUIT", "." or "" */
	int envelope; /* of the last MAIL */
	int in_body;  /* whose, or 0 */
	int commands, data_at;

	/* What has come. */
	struct str heard;
	int replies, leaves; /* whole ones; those of 354 */
};

static inline void
client_check(struct client *c, bool holds, const char *promise)
{
	if (!holds && !c->broken)
		c->broken = promise;
}

static inline void
client_init(struct client *c, const struct capabilities *caps)
{
	*c = (struct client){.caps = *caps};
	c->d = dialogue_new(caps, NULL, 0);
}

static inline void
client_clear(struct client *c)
{
	dialogue_free(c->d);
	str_clear(&c->line);
	str_clear(&c->heard);
}

/* ----- what leaves ----- */

/* The N of "<before>N<after>", 0 when it is none of the recipients. */
static inline int
client_number(struct span text, const char *before, const char *after)
{
	size_t head = strlen(before), tail = strlen(after);
	int number = 0;

	if (text.len <= head + tail || !span_starts(text, before) ||
		!span_ends(text, after))
		return 0;
	for (size_t i = head; i < text.len - tail; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return 0;
		number = number * 10 + (text.data[i] - '0');
		if (number > CLIENT_MOST)
			return 0;
	}
	return number;
}

static inline void
client_watch_envelope(struct client *c, struct span line, const char *verb)
{
	if (strcmp(verb, "MAIL") == 0) {
		struct span from =
			span_slice(line, 0, span_find(line, '>') + 1);

		c->envelope =
			client_number(from, "MAIL FROM:<s", "@example.org>");
		client_check(c, c->envelope != 0, "MAIL is well formed");
		c->who[c->envelope].named = true;
		client_check(c, c->caps.size_given == (from.len < line.len),
			"SIZE is said where it was announced");
	} else if (strcmp(verb, "RCPT") == 0) {
		client_check(c,
			client_number(line, "RCPT TO:<r", "@example.org>") ==
				c->envelope,
			"RCPT is of the same envelope");
		client_check(
			c, strcmp(c->last, "MAIL") == 0, "RCPT follows MAIL");
	} else if (strcmp(verb, "DATA") == 0) {
		client_check(
			c, strcmp(c->last, "RCPT") == 0, "DATA follows RCPT");
		c->data_at = c->commands;
	}
}

static inline void
client_watch_command(struct client *c, struct span line)
{
	static const char *const verbs[] = {
		"MAIL", "RCPT", "DATA", "RSET", "QUIT", "."};
	const char *verb = NULL;

	client_check(c, c->data_at == 0 || c->replies >= c->data_at,
		"nothing behind DATA before its reply");
	client_check(c, c->caps.pipelining || c->replies >= c->commands,
		"one command at a time");
	client_check(c, strcmp(c->last, "QUIT") != 0, "nothing behind QUIT");
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (span_starts(line, verbs[i]))
			verb = verbs[i];
	if (!verb) {
		client_check(c, false, "what leaves is a known command");
		return;
	}
	c->commands++;
	client_watch_envelope(c, line, verb);
	if (strcmp(verb, ".") == 0)
		client_check(c, strcmp(c->last, "DATA") == 0 && line.len == 1,
			"a lone dot follows DATA");
	snprintf(c->last, sizeof c->last, "%s", verb);
}

static inline void
client_watch_line(struct client *c, struct span line)
{
	client_check(c, span_ends(line, "\r"), "lines end with CR LF");
	line.len -= line.len > 0;
	if (c->in_body) {
		if (!span_equals(line, "."))
			return;
		c->who[c->in_body].gone = true;
		c->in_body = 0;
		c->commands++;
	} else if (line.len && line.data[0] == 'B') {
		c->in_body = client_number(line, "B", "");
		client_check(c,
			c->in_body && c->who[c->in_body].given &&
				c->in_body == c->envelope &&
				strcmp(c->last, "DATA") == 0,
			"a body follows DATA, of that envelope");
		client_check(c, c->replies >= c->data_at,
			"no body before the reply to DATA");
		snprintf(c->last, sizeof c->last, ".");
	} else {
		client_watch_command(c, line);
	}
}

/* The first run of what is to be sent. */
static inline struct span
client_shown(struct client *c)
{
	struct span run = SPAN_NONE;

	dialogue_output(c->d, &run, 1);
	return run;
}

/* Lets at most `most` octets leave; those are added to `out`. */
static inline void
client_send(struct client *c, size_t most, struct str *out)
{
	struct span shown = client_shown(c);
	size_t n = shown.len < most ? shown.len : most;

	client_check(c, !c->closed || shown.len == 0,
		"nothing leaves a closed dialogue");
	str_add_bytes(out, shown.data, n);
	for (size_t i = 0; i < n; i++) {
		if (shown.data[i] != '\n') {
			str_add_char(&c->line, shown.data[i]);
			continue;
		}
		client_watch_line(c, str_span(&c->line));
		str_truncate(&c->line, 0);
	}
	dialogue_sent(c->d, n, c->now);
}

/* ----- what comes ----- */

static inline void
client_note_line(struct client *c, struct span line)
{
	struct span text;
	bool last;
	int code;

	line = span_ends(line, "\r") ? span_slice(line, 0, line.len - 1) : line;
	if (!reply_line(line, &code, &last, &text) || !last)
		return;
	c->replies++;
	c->leaves += code == 354;
	for (int i = 1; i <= c->offered; i++)
		c->who[i].confirmed |= c->who[i].gone && code / 100 == 2;
}

/* `len` 0: the server closed the connection. */
static inline void
client_hear(struct client *c, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] != '\n') {
			str_add_char(&c->heard, data[i]);
			continue;
		}
		client_note_line(c, str_span(&c->heard));
		str_truncate(&c->heard, 0);
	}
	dialogue_input(c->d, data, len, c->now);
}

/* ----- events ----- */

static inline void
client_watch_outcome(struct client *c, const struct dialogue_event *e)
{
	struct client_recipient *who = &c->who[e->token];

	who->verdict = e->outcome.verdict;
	who->code = e->outcome.code;
	c->done += who->outcomes == 0;
	c->doubts += who->verdict == VERDICT_DOUBT;
	if (c->body == (int)e->token)
		c->body = 0;
	client_check(c, ++who->outcomes == 1, "one outcome each");
	client_check(c, c->doubts <= 1, "at most one in doubt");
	if (who->code && who->code != 421)
		client_check(c, who->named,
			"a reply counts when what it answers has left");
	if (who->verdict == VERDICT_SENT)
		client_check(c, who->gone && who->confirmed,
			"sent is what a 2xx behind the dot confirmed");
	if (who->verdict == VERDICT_UNTOUCHED)
		client_check(c, !who->given, "untouched: no body was given");
	if (who->verdict == VERDICT_DOUBT)
		client_check(c, who->given, "no doubt without a body");
	if (who->verdict == VERDICT_LATER && who->code == 0)
		client_check(c, who->given && !who->gone,
			"later without a reply: the dot had not left");
}

static inline void
client_take_events(struct client *c)
{
	struct dialogue_event e;
	int asked = 0;

	while ((e = dialogue_event(c->d)).kind != EVENT_NONE) {
		client_check(c, !c->closed, "nothing behind EVENT_CLOSED");
		if (e.kind == EVENT_CLOSED) {
			c->closed = true;
			continue;
		}
		client_check(c, e.token >= 1 && e.token <= (uint64_t)c->offered,
			"events are of the offered");
		if (c->broken)
			return;
		if (e.kind == EVENT_OUTCOME) {
			client_watch_outcome(c, &e);
			continue;
		}
		client_check(c, !c->who[e.token].asked, "one body each");
		client_check(c,
			c->envelope == (int)e.token &&
				strcmp(c->last, "DATA") == 0,
			"a body is asked for when DATA has left");
		c->who[e.token].asked = true;
		c->body = (int)e.token;
	}
	for (int i = 1; i <= c->offered; i++)
		asked += c->who[i].asked;
	client_check(c, asked <= c->leaves, "a 354 for each body");
	client_check(c, dialogue_is_closed(c->d) == c->closed,
		"EVENT_CLOSED when it is closed");
}

static inline void
client_offer(struct client *c)
{
	char sender[32], recipient[32];
	struct envelope e = {.token = (uint64_t)++c->offered, .size = 100};

	snprintf(sender, sizeof sender, "s%d@example.org", c->offered);
	snprintf(recipient, sizeof recipient, "r%d@example.org", c->offered);
	e.sender = span_of(sender);
	e.recipient = span_of(recipient);
	dialogue_offer(c->d, &e, c->now);
}

/* Of so many lines; the last may lack its end. */
static inline void
client_give_body(struct client *c, int lines, bool ended)
{
	struct rope *out = dialogue_body(c->d);

	str_printf(rope_own(out), "B%d\r\n", c->body);
	while (lines-- > 0)
		if (lines % 3)
			str_add(rope_own(out), "..a line of the body\r\n");
		else
			rope_lend(out, span_of("..a line that is lent\r\n"));
	if (!ended)
		str_add(rope_own(out), "no end");
	c->who[c->body].given = true;
	c->body = 0;
	dialogue_body_end(c->d, c->now);
}

/* The connection is no more, if it still was: all is settled. */
static inline void
client_end(struct client *c)
{
	dialogue_break(c->d, "the end", c->now);
	client_take_events(c);
	client_check(c, c->closed, "a broken dialogue is closed");
	client_check(c, c->done == c->offered, "an outcome for each");
	client_check(c, dialogue_deadline(c->d) == INT64_MAX,
		"a closed dialogue waits for nothing");
}

#endif
