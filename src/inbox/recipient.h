/*
 * The recipient that a field of a report names (RFC 3464, 2.3.1 and 2.3.2;
 * RFC 6533, 3), as mail was sent to it. Internal to inbox.
 */
#ifndef INBOX_RECIPIENT_H
#define INBOX_RECIPIENT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * "rfc822; <jane@example.org>". Undone is what a relay left encoded: "+2B" and
 * "+3D" of an ORCPT (RFC 3461, 4) and "\x{FC}" of an address beyond ASCII. False
 * when there is none, or none of this kind (X.400). *address is a piece of the
 * field or in the arena.
 */
bool recipient_read(
	struct arena *arena, struct span field, struct span *address);

#endif
