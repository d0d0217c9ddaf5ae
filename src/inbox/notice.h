/*
 * Bounces in words: what the programs of many makers write to people, in their
 * languages. Internal to inbox.
 */
#ifndef INBOX_NOTICE_H
#define INBOX_NOTICE_H

#include <stdbool.h>

#include "inbox/findings.h"
#include "inbox/incoming.h"
#include "inbox/wording.h"

/* Is it the mail of a mail system that reports a failure or a delay? Said by
 * its sender and its subject, or by one of them and its words; a person's mail
 * about a bounce is none. */
bool notice_is_certain(const struct incoming *in, const struct wording *p);

/* Does a line name somebody whom a server refused, by a code or by words that
 * can mean nothing else? Whatever the language of the rest. */
bool notice_names_refused(const struct incoming *in, const struct wording *p);

/* Does it say that delivery is still being tried? */
bool notice_is_delay(const struct incoming *in, const struct wording *p);

/* From a mail system, to all appearances: a null sender, or a mailer-daemon. */
bool notice_is_daemon(const struct message *m);

/*
 * Adds the addresses that a mail which is certainly a bounce names as those not
 * reached. False when it names none.
 */
bool notice_read_named(
	struct findings *f, const struct incoming *in, const struct wording *p);

/*
 * The same of one that nothing is said of: the only one in the text or in the
 * subject, or whom what is returned was sent to.
 */
bool notice_read_guessed(
	struct findings *f, const struct incoming *in, const struct wording *p);

#endif
