/*
 * CSS as characters: where a piece ends, names, blanks (CSS Syntax 3, 4).
 * Inside html/ only.
 */
#ifndef HTML_CSS_TEXT_H
#define HTML_CSS_TEXT_H

#include <stdbool.h>

#include "base/str.h"

/* Where a byte of `stops` stands first outside of comments, strings and
 * brackets; `s.len` when it does not. */
size_t css_find(struct span s, const char *stops);

/* Is each string and each bracket closed? */
bool css_is_whole(struct span s);

/* Without the blanks and comments at its front. */
struct span css_skip_blanks(struct span s);

/*
 * Appends `s` without comments, ends trimmed, with one blank where there are
 * several and none beside a comma. Strings get single quotes, unless they hold
 * one.
 */
void css_squeeze(struct str *out, struct span s);

/* ASCII letters in lower case, in place. */
void css_lower(char *text);

/* Takes an identifier off `rest`; appends it, its escapes undone. False when
 * none begins there. */
bool css_take_name(struct span *rest, struct str *name);

/* The same of a string in quotes. */
bool css_take_string(struct span *rest, struct str *text);

/* How long what begins here is: a comment, a string (with its quotes, or up to
 * where it breaks off), an escape, or one byte. `s` is not empty. */
size_t css_piece(struct span s);

#endif
