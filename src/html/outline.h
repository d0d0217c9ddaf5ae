/*
 * The elements of a page by where they stand in its source, so that pieces can
 * be cut out of it and all else stays as it is, octet by octet.
 *
 * For pages that this program made: an element without an end tag ends where
 * the one around it does, and nothing else of what browsers mend is mended.
 */
#ifndef HTML_OUTLINE_H
#define HTML_OUTLINE_H

#include <stddef.h>

#include "base/arena.h"
#include "html/token.h"

enum { OUTLINE_TOP = -1 };

struct element {
	struct token tag;    /* its start */
	size_t start, inner; /* of the tag; behind it */
	size_t close, end;   /* of the end tag; behind that */
	int parent;	     /* an index; OUTLINE_TOP */
};

struct outline {
	struct span html;
	struct element *elements; /* in order of their start tags */
	size_t count;
};

/* In the arena; `html` is borrowed, as in token_start(). */
struct outline *outline_new(struct arena *arena, struct span html);

/* The first of this name; NULL. */
const struct element *outline_find(const struct outline *o, const char *name);

/* What stands between its tags. */
struct span outline_inner(const struct outline *o, const struct element *e);

/* Is `name` with this value among its attributes? */
bool element_has(const struct element *e, const char *name, const char *value);

/* Is it not shown, by `hidden` or by its style? */
bool element_is_hidden(const struct element *e);

/* ----- cutting ----- */

/* Octets from `from` and before `to` give way to the text. */
struct cut {
	size_t from, to;
	struct span text;
};

/* Appends the page without what is cut. Where cuts lie within one another the
 * outer one counts; otherwise they must not overlap. Sorts them. */
void outline_cut(
	struct str *out, struct span html, struct cut *cuts, size_t count);

#endif
