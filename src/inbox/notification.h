/*
 * Bounces and complaints as JSON, by Amazon SES through its notification
 * service. Internal to inbox.
 */
#ifndef INBOX_NOTIFICATION_H
#define INBOX_NOTIFICATION_H

#include <stdbool.h>

#include "inbox/findings.h"
#include "inbox/incoming.h"

/* False when it is none. */
bool notification_read(
	struct findings *f, const struct incoming *in, enum inbox_kind *kind);

#endif
