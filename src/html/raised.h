/*
 * Superscripts in plain text. Inside html/ only.
 */
#ifndef HTML_RAISED_H
#define HTML_RAISED_H

#include "base/str.h"

/* Raises the end of `words` from `start` on, where Unicode can: "10" and "6" are
 * "10⁶", not a hundred and six. What it cannot raise as a whole stays:
 * "1st". */
void raised_end(struct str *words, size_t start);

#endif
