/*
 * A mail to the inbox, as far as it matters when its octets are gone: many are
 * sorted first and then acted upon in one transaction. Private to the mailroom.
 */
#ifndef RUN_ARRIVAL_H
#define RUN_ARRIVAL_H

#include "inbox/inbox.h"

struct arrival {
	struct inbox_mail mail;
	const char *where; /* for messages */
	const char *id;	   /* its Message-ID, without brackets; or NULL */
	const char *known; /* a hash of that, else of all of it: to know it by
			      when it is read again */
	const char *name;  /* of the sender; or NULL */
	int64_t came;	   /* by the clock of the server that took it last (the
			 topmost Received); INSTANT_NONE: nobody says */
	const char **to;   /* whom it was sent to, by all headers that say so */
	size_t to_count;
};

/* All in the arena; nothing of `bytes` is borrowed. */
struct arrival *arrival_read(
	struct arena *arena, struct span bytes, const char *where);

/* Did it come before that? Clocks differ by some minutes; what nobody knows the
 * time of did not. */
bool arrival_is_before(const struct arrival *a, int64_t instant);

#endif
