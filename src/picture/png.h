/*
 * PNG's chunks (PNG, 5.3): what is in them is for the decoder. Inside picture/
 * only.
 */
#ifndef PICTURE_PNG_H
#define PICTURE_PNG_H

#include "base/str.h"

/* Appends the file with nothing but what the picture needs. libpng reads all
 * the rest, too, and prints what it thinks of it; many a program writes colour
 * profiles that are wrong. What is no chunk is left as it is, to be found
 * broken. */
void png_write_bare(struct str *out, struct span bytes);

#endif
