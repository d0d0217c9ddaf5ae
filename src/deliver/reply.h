/*
 * What an SMTP reply says (RFC 5321, 4.2; RFC 2034; RFC 3463), and about whom.
 *
 * A permanent refusal is taken for the recipient's own only when code, enhanced
 * status or words say so; one that is about the message, the sender or the
 * relay must never cost a subscriber.
 */
#ifndef DELIVER_REPLY_H
#define DELIVER_REPLY_H

#include <stdbool.h>

#include "base/str.h"
#include "model/outcome.h"

/* The step of the dialogue that a reply answers. */
enum smtp_step {
	STEP_GREETING,
	STEP_EHLO,
	STEP_AUTH,
	STEP_MAIL,
	STEP_RCPT,
	STEP_DATA,
	STEP_BODY,  /* after the final dot */
	STEP_EMPTY, /* after a lone dot, when nobody was left to receive it */
	STEP_RSET,
	STEP_QUIT,
};

const char *smtp_step_name(enum smtp_step step);

struct reply {
	int code;	   /* 200-599; 0: it was no reply */
	char enhanced[16]; /* "5.1.1", or "" */
	struct str text;   /* all lines without codes, joined by blanks */
};

#define REPLY_INIT ((struct reply){.code = 0})

void reply_clear(struct reply *reply);
void reply_empty(struct reply *reply); /* keeps the memory */

/* One whole line without its line end. *last: no hyphen follows the code.
 * False when it is no reply line. */
bool reply_line(struct span line, int *code, bool *last, struct span *text);

/* Adds a line to a reply. *last is set when it ends it. False when it is no
 * reply line, or has another code than those before it. */
bool reply_add_line(struct reply *reply, struct span line, bool *last);

/* Reads a whole reply such as "550 5.1.1 No such user", one line or several;
 * false when it is none. */
bool reply_parse(struct reply *reply, struct span text);

/*
 * What it means for the recipient it answers. `out` borrows the reply's texts.
 * 552 to RCPT is "later" (RFC 5321, 4.5.3.1.10).
 */
void reply_classify(
	const struct reply *reply, enum smtp_step step, struct outcome *out);

#endif
