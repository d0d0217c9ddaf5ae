/*
 * What a person's mail asks for, by its subject or the first line of its text.
 * Internal to inbox.
 */
#ifndef INBOX_REQUEST_H
#define INBOX_REQUEST_H

#include "inbox/inbox.h"
#include "inbox/incoming.h"

/*
 * An absence note bears the subject that we wrote: no program's answer asks for
 * anything, and none of their mails joins or confirms. To leave a mail program
 * may ask by itself (RFC 2369, List-Unsubscribe). *said is the subject or the
 * line that asks.
 */
enum request_verb request_read(const struct incoming *in, struct span *said);

/* What one line asks for: "unsubscribe", "Re: confirm k3…", "unsubscribe me,
 * please"; not "Leave the date of the congress open, I pray you". */
enum request_verb request_line_verb(struct span line);

/* Whose words those of a mail are that asks to leave. */
enum request_echo request_echo(const struct incoming *in);

#endif
