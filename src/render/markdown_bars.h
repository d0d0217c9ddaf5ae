/*
 * Bars that are escaped: "\|" stands for a bar that parts no cells of a table,
 * but cmark, which knows no tables, would undo the escape before we see it. So
 * it goes through cmark as a mark. Inside render/ only.
 */
#ifndef RENDER_MARKDOWN_BARS_H
#define RENDER_MARKDOWN_BARS_H

#include "base/arena.h"
#include "base/str.h"

enum { BAR_MARK = '\x1f' }; /* a control, which no text may have */

/* Each "\|" becomes a mark; what else is such a control goes. */
void bars_mark(struct str *markdown);

/* The marks of `text`, which may be NULL, as `bar`: "|" where escapes count,
 * "\|" in code. The text itself when it has none. */
const char *bars_restore(
	struct arena *arena, const char *text, const char *bar);

#endif
