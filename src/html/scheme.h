/*
 * A finished page as it is seen in the light and in the dark: what its <style>
 * says for that scheme is written into the elements, over what stands there.
 * Inside html/ only.
 */
#ifndef HTML_SCHEME_H
#define HTML_SCHEME_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Appends the page with the rules of its <style> elements in place: those
 * outside of @media, and for `dark` those in "@media (prefers-color-scheme:
 * dark)", too. False, and nothing appended, when the page says nothing of the
 * dark: then each mail reader has its own way with it.
 */
bool scheme_apply(struct str *out, struct span page, bool dark);

#endif
