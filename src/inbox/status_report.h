/*
 * Delivery status in fields (RFC 3464, 2; RFC 6533, 3), also where programs
 * wrote them into a text, or put a blank line too many. Internal to inbox.
 */
#ifndef INBOX_STATUS_REPORT_H
#define INBOX_STATUS_REPORT_H

#include <stdbool.h>

#include "base/str.h"
#include "inbox/findings.h"

struct status_report {
	size_t failed, delayed; /* recipients */
	size_t delivered;	/* delivered, relayed, expanded */
};

/*
 * Adds whom the fields say was not reached. An address is the one that the mail
 * was sent to (Original-Recipient) where it is told. `text` is what the report
 * says beside the fields: words where the fields have none, and the only ones
 * that a "2.0.0 failed" has.
 */
void status_report_read(struct findings *f, struct span fields,
	struct span text, struct status_report *report);

#endif
