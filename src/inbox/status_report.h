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

struct status_report {
	size_t failed, delayed; /* recipients */
	size_t delivered;	/* delivered, relayed, expanded */
};

/*
 * Adds whom the fields say was not reached. An address is the one that the mail
 * was sent to (Original-Recipient) where it is told. `p` is what the report
 * says beside the fields: of an address whose failure they do not explain.
 */
void status_report_read(struct findings *f, struct span fields,
	const struct wording *p, struct status_report *report);

#endif
