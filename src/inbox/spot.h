/*
 * Addresses in what programs write: free text and fields. Whether mail can be
 * sent to one is not asked: a bounce names what somebody once wrote. Internal
 * to inbox.
 */
#ifndef INBOX_SPOT_H
#define INBOX_SPOT_H

#include <stdbool.h>

#include "base/str.h"

/* Takes the next address off `rest`; false when there is none. */
bool spot_next(struct span *rest, struct span *address);

/*
 * The address that a line begins with, behind bullets, brackets, quotes and a
 * label ("Recipient: <jane@example.org>"); *rest is what follows it. False when it
 * begins with something else.
 */
bool spot_first(struct span line, struct span *address, struct span *rest);

/*
 * The address of a field of RFC 3464: "rfc822; <jane@example.org>". False when
 * there is none, or none of this kind (X.400).
 */
bool spot_field(struct span value, struct span *address);

#endif
