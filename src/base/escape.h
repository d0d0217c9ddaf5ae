/*
 * Text into HTML and XML.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stdbool.h>

#include "base/str.h"

/* Has it any of the five that escape_html() writes otherwise? */
bool escape_is_needed(struct span text);

/* Appends `text` with & < > " ' written as references: fit for text and for
 * attributes in quotes. */
void escape_html(struct str *out, struct span text);

/* The same for those of the five alone that `which` names: text that will be
 * read as markup again needs fewer. */
void escape_only(struct str *out, struct span text, const char *which);

#endif
