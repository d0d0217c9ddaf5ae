/*
 * JPEG's markers (ITU-T T.81, B.1): what stands between them is for the
 * decoder. Inside picture/ only.
 */
#ifndef PICTURE_JPEG_H
#define PICTURE_JPEG_H

#include "picture/picture_header.h"

/* Walks to the end of the image. False and `err` set when there is none, or two
 * frames, or so many scans that decoding would take for ever. */
bool jpeg_header_read(
	struct span bytes, struct picture_header *out, struct error *err);

/* Appends the image without what it says about itself: gd writes its name and
 * the quality into each. */
void jpeg_write_bare(struct str *out, struct span bytes);

#endif
