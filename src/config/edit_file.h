/*
 * What all that edits settings shares: whether the new text means what it
 * should, and putting it in place of the old. Of config/edit alone.
 */
#ifndef CONFIG_EDIT_FILE_H
#define CONFIG_EDIT_FILE_H

#include "base/error.h"
#include "base/value.h"

enum { EDIT_FILE_LIMIT = 1 << 20 }; /* as for reading it (site.c) */

/* Text by text, however they are written. */
bool edit_is_same(const struct value *a, const struct value *b);

/* Where links lead, with the rights and, as far as we may, the owner that it
 * has. */
bool edit_replace(const char *path, struct span bytes, struct error *err);

#endif
