/*
 * Encoded words (RFC 2047) where they are found. Internal to mime.
 */
#ifndef MIME_WORD_H
#define MIME_WORD_H

#include <stddef.h>

#include "base/str.h"

/* How many octets the encoded word at the front of `s` takes; 0 when there is
 * none. */
size_t word_length(struct span s);

/* Appends a field's value without its line breaks; the blanks behind them
 * stay (RFC 5322, 2.2.3). */
void header_unfold(struct str *out, struct span value);

#endif
