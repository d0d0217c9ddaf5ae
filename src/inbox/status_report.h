/*
 * Delivery status in fields (RFC 3464, 2; RFC 6533, 3), also where programs
 * wrote them into a text, or put a blank line too many. Internal to inbox.
 */
#ifndef INBOX_STATUS_REPORT_H
#define INBOX_STATUS_REPORT_H

#include <stdbool.h>

#include "base/str.h"
#include "inbox/findings.h"
#include "inbox/wording.h"
#include "mime/message.h"

struct status_report {
	size_t failed, delayed; /* recipients */
	size_t delivered;	/* delivered, relayed, expanded */
	size_t nameless;	/* failed, under no address: "rfc822; jane" */
	struct span status, diagnostic; /* of the last such; empty: none */
};

/* What is read, and what explains it. */
struct status_source {
	struct span fields;
	const struct wording *p; /* what the report says beside them: of an
				    address whose failure they do not explain */
	const struct message *original; /* what is returned; NULL */
};

/*
 * Adds whom the fields say was not reached. An address is the one that the mail
 * was sent to (Original-Recipient) where it is told, unless what is returned was
 * written to the other one: then a relay behind us has told its own.
 */
void status_report_read(struct findings *f, const struct status_source *source,
	struct status_report *report);

#endif
