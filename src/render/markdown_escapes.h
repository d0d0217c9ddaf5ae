/*
 * Escapes of what cmark does not know: "\|" stands for a bar that parts no cells
 * of a table, "\~" for a tilde that strikes nothing, "\[" for the beginning of
 * no note. cmark would undo the escape before we see it, so such a character
 * goes through cmark as a mark. Inside render/ only.
 */
#ifndef RENDER_MARKDOWN_ESCAPES_H
#define RENDER_MARKDOWN_ESCAPES_H

#include "base/arena.h"
#include "base/str.h"

/* Controls, which no text may have. */
enum { BAR_MARK = '\x1f', TILDE_MARK = '\x1e', BRACKET_MARK = '\x1d' };

/* Each escape becomes a mark; what else is such a control goes. */
void escapes_mark(struct str *markdown);

/* The marks of `text`, which may be NULL, as what they stand for; `escaped`: with
 * the backslash, as in code, where it does not escape. The text itself when it
 * has none. */
const char *escapes_restore(
	struct arena *arena, const char *text, bool escaped);

#endif
