/*
 * What in a mail may be a token of ours (model/token.h). Internal to inbox.
 */
#ifndef INBOX_TOKENS_H
#define INBOX_TOKENS_H

#include "inbox/inbox.h"
#include "inbox/incoming.h"

/* Adds each once. `request` is the line that asks, or empty. */
void tokens_find(struct inbox_mail *mail, const struct incoming *in,
	struct span request);

#endif
