/*
 * IMAP behind the login, as far as reading a folder needs it (RFC 3501; RFC
 * 9051 changes nothing of it): a pure machine, octets in, octets and mails out.
 *
 *     C: P1 EXAMINE "INBOX"
 *     C: P2 UID SEARCH UID 120:*        the first time: SINCE 24-May-2026
 *     C: P3 UID FETCH 120,121 (UID BODY.PEEK[]<0.16777216>)
 *     C: P4 LOGOUT
 *
 * Invariants
 *
 *  1. No command changes anything: EXAMINE opens read-only, PEEK marks nothing.
 *  2. The position never passes a mail that was not handed out, unless the
 *     server no longer has it.
 *  3. A reply that is too long, or answers nothing, ends it as IMAP_FAILED.
 */
#ifndef MAILBOX_IMAP_H
#define MAILBOX_IMAP_H

#include <stdint.h>

#include "base/str.h"

struct imap_options {
	const char *folder;   /* in UTF-8, "News/Members" */
	const char *position; /* of the last time; NULL: the first */
	int64_t since;	      /* the first time, mails of that day and later */
	size_t largest;	      /* octets of a mail; what is beyond is cut */
	size_t most;	      /* mails at a time; the rest waits */
};

enum imap_event_kind {
	IMAP_NONE, /* more input is needed */
	IMAP_MAIL,
	IMAP_DONE,
	IMAP_FAILED, /* imap_trouble() says why */
};

struct imap_event {
	enum imap_event_kind kind;
	uint32_t uid;	   /* of a MAIL */
	struct span bytes; /* likewise; borrowed until the next call */
};

struct imap;

struct imap *imap_new(const struct imap_options *options);
void imap_free(struct imap *imap);

/* What came from the server; `len` 0: it closed the connection. */
void imap_input(struct imap *imap, const char *data, size_t len);

/* What that makes; to be called until IMAP_NONE. */
struct imap_event imap_next(struct imap *imap);

/* What is to be sent; it stays where it is until all of it has been. */
struct span imap_output(struct imap *imap);
void imap_sent(struct imap *imap, size_t n);

/* How far it was read: all of it when it is IMAP_DONE, before that up to the
 * last command that was answered whole. NULL: no farther than before. Yours to
 * free(). */
char *imap_position(const struct imap *imap);

/* With the server's words as they came: for error_set(), which defuses them. */
const char *imap_trouble(const struct imap *imap);

/* Appends the folder's name as the protocol spells it (RFC 3501, 5.1.3:
 * modified UTF-7), in quotes. */
void imap_write_folder(struct str *out, const char *folder);

#endif
