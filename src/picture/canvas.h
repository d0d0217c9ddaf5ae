/*
 * A picture as pixels: decoding, scaling, turning, encoding; all that libgd
 * does for us. Inside picture/ only.
 */
#ifndef PICTURE_CANVAS_H
#define PICTURE_CANVAS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "picture/picture_header.h"

struct canvas;

/* Only what picture_header_read() has let pass. NULL and `err` set (see
 * picture_make()) when it is broken, or libgd is not there. */
struct canvas *canvas_decode(
	struct span bytes, enum picture_kind kind, struct error *err);
void canvas_free(struct canvas *c);

int canvas_width(const struct canvas *c);
int canvas_height(const struct canvas *c);

/* Is any of it transparent, or has it no more than 256 colours? */
bool canvas_is_drawing(const struct canvas *c);

/* These give a new one; NULL when memory runs out. */

/* Each pixel is the mean of those it stands for, weighed by their opacity. */
struct canvas *canvas_scaled(const struct canvas *c, int width, int height);

/* Upright, from an EXIF orientation of 1 to 8. */
struct canvas *canvas_turned(const struct canvas *c, int orientation);

/* On white: JPEG knows no transparency. */
struct canvas *canvas_opaque(const struct canvas *c);

/* Both append; false when memory runs out. */
bool canvas_write_png(const struct canvas *c, struct str *out);
bool canvas_write_jpeg(const struct canvas *c, int quality, struct str *out);

#endif
