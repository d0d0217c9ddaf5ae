/*
 * How much a failure weighs: by the words that servers use, the enhanced status
 * (RFC 3463 and IANA's registry) and the code of SMTP. Internal to inbox.
 *
 * Words count first: servers say 5.1.1 of a full mailbox and 5.0.0 of an
 * unknown user. Only what says that there is no such mailbox or domain, or that
 * it is closed, is hard; what nobody explains is soft. So is what the words say
 * of the sender, "your account has been suspended", and what a status of a rule
 * (5.7.1) comes with, unless it says outright that the recipient is unknown: a
 * relay that will not have us must not lose us our readers.
 */
#ifndef INBOX_FAILURE_H
#define INBOX_FAILURE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "inbox/inbox.h"

struct failure_said {
	struct span status; /* "5.1.1 (bad mailbox)"; empty */
	struct span text;   /* the server's words, codes and all; empty */
	bool delayed;	    /* it is still being tried */
};

/* Sets all of `to` but its address. */
void failure_judge(struct arena *arena, const struct failure_said *said,
	struct returned *to);

#endif
