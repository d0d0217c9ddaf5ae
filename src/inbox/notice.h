/*
 * Bounces in words: what the programs of many makers write to people, in their
 * languages. Internal to inbox.
 */
#ifndef INBOX_NOTICE_H
#define INBOX_NOTICE_H

#include <stdbool.h>

#include "inbox/findings.h"
#include "inbox/incoming.h"
#include "inbox/prose.h"

/* Is it the mail of a mail system that reports a failure or a delay? Said by
 * its sender and its subject, or by one of them and its words; a person's mail
 * about a bounce is none. */
bool notice_is_certain(const struct incoming *in, const struct prose *p);

/* Does it say that delivery is still being tried? */
bool notice_is_delay(const struct incoming *in, const struct prose *p);

/* Does the text say that something was not delivered? */
bool notice_says_failure(const struct prose *p);

/* From a mail system, to all appearances: a null sender, or a mailer-daemon. */
bool notice_is_daemon(const struct message *m);

/*
 * Adds the addresses that the text names as those not reached, or else the only
 * one that what is returned was sent to. Of a mail that is certainly a bounce.
 */
void notice_read(
	struct findings *f, const struct incoming *in, const struct prose *p);

#endif
