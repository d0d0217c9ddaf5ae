/*
 * Markdown as cmark may be given it. Inside render/ only.
 */
#ifndef RENDER_MARKDOWN_GUARD_H
#define RENDER_MARKDOWN_GUARD_H

#include "base/str.h"

enum { MARKDOWN_OCTETS = 1 << 20 }; /* what is read of a text */

/*
 * Appends at most so much of it, without what cmark takes quadratic time for:
 * hundreds of thousands of quotes or lists opened on one line; blank lines by
 * the thousand inside such; and images that are never closed (measured with
 * 0.30.2). All of that is absurd, so each is limited, far beyond what anybody
 * writes, and what is over the limit is dropped.
 */
void markdown_guard(struct str *out, struct span markdown);

#endif
