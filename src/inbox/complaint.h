/*
 * Complaints: a reader pressed "spam", and his provider tells (RFC 5965; and
 * what providers send in its place). Internal to inbox.
 */
#ifndef INBOX_COMPLAINT_H
#define INBOX_COMPLAINT_H

#include <stdbool.h>

#include "inbox/findings.h"
#include "inbox/incoming.h"

enum complaint_kind {
	COMPLAINT_NONE,
	COMPLAINT_MADE,
	COMPLAINT_OTHER, /* a report of another kind: "not spam", of DMARC */
};

/* Adds whom it is about, "" when nothing tells but what is returned. */
enum complaint_kind complaint_read(
	struct findings *f, const struct incoming *in);

#endif
