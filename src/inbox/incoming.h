/*
 * A mail taken apart for the question of what it is: what its sender says, what
 * a program says in fields, and what is returned with it. Internal to inbox.
 */
#ifndef INBOX_INCOMING_H
#define INBOX_INCOMING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "mime/message.h"

struct incoming {
	struct arena *arena;
	const struct message *m;
	struct span text;     /* the sender's words, up to what he returns; the
				 words of an HTML page where there is no other
				 text */
	struct span status;   /* the message/delivery-status parts (RFC 3464),
				 one behind the other; empty: none */
	struct span feedback; /* the message/feedback-report (RFC 5965) */
	struct span receipt;  /* the message/disposition-notification
				 (RFC 8098) */
	const struct message *original; /* what is returned, or its headers, be
					   it as a part or in the text; NULL */
};

/* What lies inside a returned message is not looked at: it may be a bounce
 * itself, but somebody else's. */
void incoming_read(
	struct incoming *in, struct arena *arena, const struct message *m);

/* The next header of that name behind `*at`, which starts at 0; NULL behind the
 * last. */
const char *incoming_header(
	const struct message *m, const char *name, size_t *at);

#endif
