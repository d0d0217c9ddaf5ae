/*
 * Titles as names of files: lower-case letters of ASCII, digits and hyphens.
 */
#ifndef SOURCE_SLUG_H
#define SOURCE_SLUG_H

#include "base/str.h"

/*
 * Appends "soylesi-isiklar-acik" for "Söyleşi: Işıklar açık". Latin letters
 * lose their accents, Greek and Cyrillic are written in Latin; other scripts
 * leave nothing. At most 60 characters, whole words where there are any.
 */
void slug_write(struct str *out, struct span title);

#endif
