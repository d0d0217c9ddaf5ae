/*
 * Contrast: words of a finished page that are hard to read on what is behind
 * them (WCAG 2.1, 1.4.3), in the light and in the dark. Pure.
 *
 * A pair is judged only where both colours are known: behind a picture or a
 * gradient, and where a colour is written in a way that colour.h does not read,
 * nothing is said. In the light a page is black on white unless it says so; in
 * the dark each mail reader has colours of its own, and they are not known.
 * Large words are judged like small ones: 4.5 to 1 is asked of all.
 */
#ifndef HTML_CONTRAST_H
#define HTML_CONTRAST_H

#include <stdbool.h>

#include "base/str.h"
#include "html/colour.h"

enum { CONTRAST_LEAST = 450 }; /* hundredths, as of colour_contrast() */

struct faint {
	struct colour words, behind;
	int contrast;
	struct span text; /* the first words of this pair, on one line */
	bool dark;
};

/* Calls `each` once for each pair of colours that is below CONTRAST_LEAST, in
 * each scheme. Hidden words count for nothing. `page` is UTF-8 without NULs. */
void contrast_check(struct span page,
	void (*each)(void *data, const struct faint *faint), void *data);

#endif
