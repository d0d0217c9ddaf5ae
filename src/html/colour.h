/*
 * Colours of style sheets (CSS Color 4, 4 and 5), and how well one is read on
 * another (WCAG 2.1, 1.4.3). Inside html/, and for who tells of them.
 */
#ifndef HTML_COLOUR_H
#define HTML_COLOUR_H

#include <stdbool.h>

#include "base/str.h"

struct colour {
	unsigned char red, green, blue;
	unsigned char alpha; /* 255: nothing shines through */
};

/*
 * Reads "#abc", "#aabbccdd", "rgb(1, 2, 3)", "rgba(1 2 3 / 50%)" and the names
 * of CSS 2.1, in any case. False for all else, "transparent" and "hsl()" among
 * it: then the colour is not known.
 */
bool colour_parse(struct span text, struct colour *out);

/* What is seen where `front` lies on `back`, which has an alpha of 255. */
struct colour colour_over(struct colour front, struct colour back);

/* Hundredths, rounded down: 100 for the same twice, 2100 for black on white.
 * Without regard to their alpha. */
int colour_contrast(struct colour a, struct colour b);

/* Appends "#1f2328". */
void colour_write(struct str *out, struct colour c);

#endif
