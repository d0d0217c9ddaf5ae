/*
 * The words of an HTML page, for programs to read: no markup survives, and
 * nothing of it is shown to anybody, so that it need not be sanitised. Internal
 * to inbox.
 */
#ifndef INBOX_PAGE_H
#define INBOX_PAGE_H

#include "base/str.h"

/* Appends them, a line for each block. */
void page_words(struct str *out, struct span html);

#endif
