/*
 * Pictures for mail: any file becomes a JPEG or PNG that is small, upright and
 * says nothing but what it shows.
 *
 * JPEG, PNG, GIF (its first frame) and WebP are known by their first octets,
 * never by their names; all else is refused. What they would need is read from
 * their headers before anything is decoded. Everything is written anew: EXIF
 * with its places and cameras, comments, thumbnails and colour profiles stay
 * behind, so that a picture in a wide colour space looks a little paler.
 */
#ifndef PICTURE_PICTURE_H
#define PICTURE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

enum {
	PICTURE_OCTETS = 20 * 1000 * 1000, /* of a file that is read at all */
	PICTURE_PIXELS = 50 * 1000 * 1000,
	PICTURE_SIDE = 32767, /* pixels of one side */
};

/* What it may become; 0: the usual. */
struct picture_limits {
	int width; /* pixels; 1200: twice what is shown, for dense screens */
	size_t octets; /* 150,000 */
};

struct picture_made {
	const char *type;      /* "image/jpeg" or "image/png" */
	const char *extension; /* "jpg" or "png" */
	int width, height;     /* pixels, upright */
	struct str bytes;
};

/*
 * Turns the picture as its EXIF orientation says (Exif 2.32, 4.6.4), scales it
 * down to the width, never up, and writes it: with transparency or few colours
 * (a logo, a diagram) as PNG if that is within the octets, else as JPEG, whose
 * quality and then width step down until it is.
 *
 * False, and `err` set (ERROR_DATA), when it cannot be: the text goes on where
 * the picture's name stands, "is an SVG, which …; save it as PNG or JPEG".
 * `out` is for picture_made_clear() also then. Takes at most some 500 MB for a
 * moment; several threads may make pictures at once.
 */
bool picture_make(struct span bytes, const struct picture_limits *limits,
	struct picture_made *out, struct error *err);

void picture_made_clear(struct picture_made *made);

/* Of libgd; NULL when it is not there. */
const char *picture_library_version(void);

#endif
