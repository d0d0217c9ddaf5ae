/*
 * The style attribute that an element gets. Inside html/ only.
 */
#ifndef HTML_CSS_CASCADE_H
#define HTML_CSS_CASCADE_H

#include "html/css_match.h"

struct css_cascade;

struct css_cascade *css_cascade_new(const struct css *css);
void css_cascade_free(struct css_cascade *c);

/* Appends the declarations of the rules and of the element's `own` style,
 * which has no references any more: escaped for double quotes. */
void css_cascade_write(struct css_cascade *c, const struct css_matcher *m,
	struct span own, struct str *out);

#endif
