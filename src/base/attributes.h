/*
 * "{#anchor .class}" behind a heading of Markdown: Pandoc, kramdown and most
 * makers of sites take it off, and it is for no reader.
 */
#ifndef BASE_ATTRIBUTES_H
#define BASE_ATTRIBUTES_H

#include "base/str.h"

/* The heading without them, and without the blanks before them. */
struct span attributes_drop(struct span heading);

#endif
