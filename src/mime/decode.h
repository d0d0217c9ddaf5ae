/*
 * Transfer encodings undone (RFC 2045, 6), as mail readers do: whatever was
 * broken on the way, what can be read is.
 */
#ifndef MIME_DECODE_H
#define MIME_DECODE_H

#include <stdbool.h>

#include "base/str.h"

/* Appends the octets that the text stands for. What is no "=" and two digits
 * stays as it is. */
void decode_qp(struct str *out, struct span text);

/*
 * Appends the octets. What is no base64 is passed over; behind the padding only
 * whole lines of base64 are taken, for mailing lists put their plain footer
 * there.
 */
void decode_base64(struct str *out, struct span text);

/* By the value of Content-Transfer-Encoding ("Base64 (comment)", "7-bit;"). An
 * unknown encoding is none. */
void decode_transfer(struct str *out, struct span encoding, struct span text);

/* True when the encoding changes what it encodes. */
bool decode_is_needed(struct span encoding);

#endif
