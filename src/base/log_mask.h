/*
 * What must not stand in a log that is kept for years: the addresses of
 * readers, and the tokens with which they are let in (model/token.h).
 */
#ifndef BASE_LOG_MASK_H
#define BASE_LOG_MASK_H

#include "base/str.h"

/*
 * Appends the text; "(address)" stands for what looks like an address, also as
 * it stands in a URL ("%40"), "(token)" for twenty letters and digits or more
 * in a row. Rather too much than too little.
 */
void log_mask(struct str *out, struct span text);

#endif
