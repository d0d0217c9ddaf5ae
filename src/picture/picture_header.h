/*
 * What a picture's first octets say: its kind, its size, which way is up. Says
 * no to what must not be decoded. Inside picture/ only.
 */
#ifndef PICTURE_PICTURE_HEADER_H
#define PICTURE_PICTURE_HEADER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

enum picture_kind { PICTURE_JPEG, PICTURE_PNG, PICTURE_GIF, PICTURE_WEBP };

struct picture_header {
	enum picture_kind kind;
	int width, height;   /* as stored */
	int orientation;     /* 1 to 8 as in EXIF; 1: upright. Of JPEG only */
	bool is_progressive; /* a JPEG that is held in memory twice */
};

/* False and `err` set (see picture_make()) for other kinds, for sizes beyond
 * the limits, and for a JPEG that is cut off. */
bool picture_header_read(
	struct span bytes, struct picture_header *out, struct error *err);

#endif
