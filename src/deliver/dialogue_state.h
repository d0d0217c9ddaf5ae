/*
 * The inside of a dialogue: what dialogue.c, which writes, and
 * dialogue_reply.c, which reads, share. For these two alone.
 */
#ifndef DELIVER_DIALOGUE_STATE_H
#define DELIVER_DIALOGUE_STATE_H

#include "deliver/dialogue.h"

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
	struct str sender, recipient;
	bool utf8;
	size_t size;
	enum smtp_step next; /* of the envelope, to be written; in QUEUED */
	bool accepted;	     /* MAIL was: a refusal leaves something to RSET */
	bool refused;	     /* by `reply` at `step` */
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
		uint64_t end; /* of the command, as an octet ever written */
		enum smtp_step step;
		struct mail *mail; /* NULL for RSET and QUIT */
	} expected[EXPECTED_MAX];
	size_t expected_first, expected_count;

	/* Once `out` has been shown it does not move until it is sent; what is
	   written meanwhile waits in `later`. */
	struct rope out, later;
	bool shown;
	uint64_t taken;	     /* octets ever taken */
	uint64_t body_end;   /* that count at the end of the last body's dot */
	struct str in;	     /* the line that has not ended yet */
	struct reply reply;  /* the one being read */
	size_t reply_octets; /* of its lines so far */

	struct pending_event events[EVENTS_MAX];
	size_t event_first, event_count;
	char *given; /* text of the event given last */

	bool reset_due; /* an envelope was refused after its MAIL */
	bool finishing, closed;
	/* The last progress: octets that left, or a whole reply. One that comes
	   octet by octet is none until it ends. */
	int64_t since;
	int64_t heard; /* when the last octets came */
};

/* The recipient whose body is next or on its way, and the one behind him. */
struct mail *dialogue_front(struct dialogue *d);
struct mail *dialogue_back(struct dialogue *d);
/* It is idle again, and keeps its memory. */
void mail_empty(struct mail *m);

/* Where output is written now. */
struct rope *dialogue_writer(struct dialogue *d);
/* Is anything written that has not left? */
bool dialogue_has_output(const struct dialogue *d);
/* What was written last is to be answered, at this step. */
void dialogue_expect(struct dialogue *d, enum smtp_step step, struct mail *m);
/* Writes what can be written now. */
void dialogue_advance(struct dialogue *d);

void dialogue_push_event(struct dialogue *d, enum dialogue_event_kind kind,
	uint64_t token, enum smtp_step step, const struct outcome *outcome);
/* The connection is no more: the mail ends as far as it came. */
void dialogue_conclude_broken(
	struct dialogue *d, struct mail *m, const char *why);

extern const char dialogue_stopped[];

#endif
