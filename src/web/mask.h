/*
 * An address for a page that others may see, because letters get forwarded:
 * "j•••@e•••.org". Who has it knows it; nobody else learns it.
 */
#ifndef WEB_MASK_H
#define WEB_MASK_H

#include "base/str.h"

/* Appends. The number of dots says nothing of the length. */
void address_mask(struct str *out, struct span address);

#endif
