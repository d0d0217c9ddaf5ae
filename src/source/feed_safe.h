/*
 * Outside HTML as HTML that may be stored and shown.
 */
#ifndef SOURCE_FEED_SAFE_H
#define SOURCE_FEED_SAFE_H

#include "base/str.h"

/* Pictures stay, for the list to decide. `base` and `page` (html.h) may
 * be NULL. */
void feed_safe_html(
	struct str *out, struct span html, const char *base, const char *page);

#endif
