/*
 * Text into HTML.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/str.h"

/* Appends `text` with & < > " ' written as references: fit for text and for
 * attributes in quotes. */
void escape_html(struct str *out, struct span text);

#endif
