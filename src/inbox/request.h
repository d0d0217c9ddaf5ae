/*
 * What a person's mail asks for, by its subject or the first line of its text.
 * Internal to inbox.
 */
#ifndef INBOX_REQUEST_H
#define INBOX_REQUEST_H

#include "inbox/inbox.h"
#include "inbox/incoming.h"

/* `said`, unless NULL, is the subject or the line that asks. */
enum request_verb request_read(const struct incoming *in, struct span *said);

#endif
