/*
 * Quoted strings (RFC 5322, 3.2.4). Internal to mime.
 */
#ifndef MIME_QUOTED_H
#define MIME_QUOTED_H

#include "base/str.h"

/* Appends `text` in quotes, with a backslash before each quote and backslash.
 * It has no line breaks. */
void quoted_add(struct str *out, struct span text);

#endif
