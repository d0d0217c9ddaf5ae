/*
 * Text in any charset to UTF-8, as mail readers take the names: those who wrote
 * "iso-8859-1" meant windows-1252.
 */
#ifndef MIME_CHARSET_H
#define MIME_CHARSET_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Appends the bytes as UTF-8, without NULs. Bytes that mean nothing in the
 * charset become U+FFFD each, and set *broken (which may be NULL). False and
 * nothing appended when the charset is not known.
 */
bool charset_convert(
	struct str *out, struct span charset, struct span bytes, bool *broken);

/* The charset that a page in HTML says at its beginning, <meta charset=…> or the
 * older form of it; borrowed, and SPAN_NONE when it says none, or one of Unicode:
 * were it true that it is in 16 bits, this could not be read. */
struct span charset_of_page(struct span html);

#endif
