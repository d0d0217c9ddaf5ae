/*
 * The SMTP dialogue after EHLO, as a pure state machine: octets and time in,
 * octets and events out. No sockets, no clock, no store: every fault plan can
 * be run against it in memory.
 *
 * With PIPELINING (RFC 2920) it takes one round trip a message:
 *
 *     C: MAIL RCPT DATA                        the first envelope
 *     S:                250 250 354            -> EVENT_BODY (1)
 *     C: body of 1, dot, MAIL RCPT DATA        ... and the next envelope
 *     S:                250 250 250 354        -> EVENT_OUTCOME (1), BODY (2)
 *
 * Without it, one command at a time.
 *
 * Invariants
 *
 *  1. A body's octets leave only after dialogue_body(), which the caller calls
 *     when `wire` is committed, and only behind a 354 that answered DATA.
 *  2. Each offered recipient gets exactly one EVENT_OUTCOME.
 *  3. At most one recipient is between EVENT_BODY and his outcome, so at most
 *     one is in doubt when the connection dies.
 *  4. Addresses hold no controls, blanks or angle brackets: checked at the
 *     offer, whatever was checked before.
 *  5. A reply that answers nothing, that never ends, or that is none, is a
 *     broken server: the dialogue closes.
 *  6. A reply counts only when all octets of what it answers have been
 *     handed over; 421 may come at any time.
 *  7. Output does not move between the first octet taken and the last (TLS
 *     libraries hold on to it).
 */
#ifndef DELIVER_DIALOGUE_H
#define DELIVER_DIALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rope.h"
#include "deliver/reply.h"
#include "model/outcome.h"

/* What the server announced in its last EHLO reply (RFC 5321, 4.1.1.1). */
struct capabilities {
	bool pipelining, size_given, eightbit, smtputf8;
	uint64_t size; /* RFC 1870; 0: no fixed limit */
};

/* `enhanced` of our own refusal for what the server cannot do: international
 * addresses (RFC 6531, 3.5). */
#define DIALOGUE_LACKS "5.6.7"

/* Reads one line of an EHLO reply, without code and line end. */
void capabilities_read(struct capabilities *c, struct span line);

/* Milliseconds; RFC 5321, 4.5.3.2. `connect` is all that comes before the
 * dialogue: a name, a connection, TLS, the greeting, EHLO and a password. */
struct dialogue_timeouts {
	int64_t connect, mail, rcpt, data, block, body;
};

extern const struct dialogue_timeouts dialogue_timeouts_default;

/* For tests: divides them all, down to half a second; by 0 they stay. */
void dialogue_timeouts_shorten(struct dialogue_timeouts *t, int by);

struct envelope {
	uint64_t token;		       /* the caller's name for the recipient */
	struct span sender, recipient; /* as on the wire; copied */
	bool utf8;		       /* an address needs SMTPUTF8 */
	size_t size;		       /* of the message, for SIZE */
};

enum dialogue_event_kind {
	EVENT_NONE,
	EVENT_BODY,    /* the server waits for the body of `token` */
	EVENT_OUTCOME, /* `token` is done */
	EVENT_CLOSED,  /* nothing more will come; `outcome.text` says why */
};

struct dialogue_event {
	enum dialogue_event_kind kind;
	uint64_t token;
	enum smtp_step step;	/* that decided an outcome; STEP_EHLO: nothing
				   was said of him yet */
	struct outcome outcome; /* texts borrowed until the next call */
};

struct dialogue;

struct dialogue *dialogue_new(const struct capabilities *caps,
	const struct dialogue_timeouts *timeouts, int64_t now);
void dialogue_free(struct dialogue *d);

/* Is there room for another envelope? With pipelining one may be offered
 * ahead, while a body is on its way. */
bool dialogue_wants(const struct dialogue *d);

/* Offers one; dialogue_wants() must hold. */
void dialogue_offer(struct dialogue *d, const struct envelope *e, int64_t now);

/* All output is to be one run of octets, as TLS wants it: bodies are copied. */
void dialogue_keep_whole(struct dialogue *d);

/* After EVENT_BODY: append the message (without the dot) to what this returns,
 * then call dialogue_body_end(). What follows goes out with it. What is lent
 * must stay until the recipient's outcome. */
struct rope *dialogue_body(struct dialogue *d);
void dialogue_body_end(struct dialogue *d, int64_t now);

/* No more will be offered: QUIT goes out when all is answered. Bodies that
 * were asked for but never given end as VERDICT_UNTOUCHED. */
void dialogue_finish(struct dialogue *d, int64_t now);

/* What came from the server; `len` 0: it closed the connection. */
void dialogue_input(
	struct dialogue *d, const char *data, size_t len, int64_t now);

/* The connection broke, with our words for it. */
void dialogue_break(struct dialogue *d, const char *why, int64_t now);

/* What is to be sent, in so many runs; none when nothing is. They stay where
 * they are until all of it has been sent. */
size_t dialogue_output(struct dialogue *d, struct span *runs, size_t max);
void dialogue_sent(struct dialogue *d, size_t n, int64_t now);

bool dialogue_has_event(const struct dialogue *d);

/* The next event; EVENT_NONE when there is none yet. */
struct dialogue_event dialogue_event(struct dialogue *d);

/* When dialogue_tick() must be called at the latest, in the milliseconds of
 * `now`; INT64_MAX: never. */
int64_t dialogue_deadline(const struct dialogue *d);
void dialogue_tick(struct dialogue *d, int64_t now);

bool dialogue_is_closed(const struct dialogue *d);

#endif
