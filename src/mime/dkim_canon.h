/*
 * What is hashed of a message for its signature: canonical forms (RFC 6376,
 * 3.4). A blank is a space or a tab; lines end with CR LF, and a CR or LF alone
 * is a character like others. Internal to mime's DKIM.
 */
#ifndef MIME_DKIM_CANON_H
#define MIME_DKIM_CANON_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/str.h"

/*
 * The hash of a body, simple (3.4.3) or relaxed (3.4.4). One that does not end
 * with CR LF is taken as if it did, for on the wire it will.
 */
void dkim_hash_body(
	struct span body, bool simple, unsigned char out[HASH_SIZE]);

/* Appends a header field, relaxed (3.4.2), without its line end: name in lower
 * case, unfolded, blanks made one. */
void dkim_add_field(struct str *out, struct span field);

#endif
