/*
 * What became of one recipient, and what an SMTP reply says about whom.
 */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

/* States of a recipient in an issue's ledger; the numbers are stored. */
enum recipient_state {
	RECIPIENT_DUE = 0,
	RECIPIENT_WIRE = 1,
	RECIPIENT_HELD = 2,
	RECIPIENT_SENT = 3,
	RECIPIENT_REFUSED = 4,
	RECIPIENT_DROPPED = 5,
	RECIPIENT_EXPIRED = 6,
	RECIPIENT_STATES
};

const char *recipient_state_name(enum recipient_state state);

/* What a permanent reply is about. Only RECIPIENT refuses a recipient. */
enum reply_scope {
	SCOPE_RECIPIENT,
	SCOPE_MESSAGE,
	SCOPE_SENDER,
	SCOPE_RELAY,
};

const char *reply_scope_name(enum reply_scope scope);

enum verdict_kind {
	VERDICT_SENT,	   /* 2xx after the final dot */
	VERDICT_LATER,	   /* a temporary refusal: due again, with a wait */
	VERDICT_REFUSED,   /* permanent, and about the recipient */
	VERDICT_PAUSE,	   /* permanent, and about something else: due, and the
			      issue is paused */
	VERDICT_DOUBT,	   /* the connection died while his body was out */
	VERDICT_UNTOUCHED, /* the connection died before his body: due as he was
			    */
};

struct outcome {
	enum verdict_kind verdict;
	enum reply_scope scope;
	int code;	      /* 250; 0 when there was no reply */
	const char *enhanced; /* "5.1.1", or "" (RFC 3463) */
	const char *text;     /* of the reply, one line; or what we saw */
};

#endif
