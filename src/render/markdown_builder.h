/*
 * The tree of a Markdown text while it is made: the path down to where we are.
 * Inside render/ only.
 */
#ifndef RENDER_MARKDOWN_BUILDER_H
#define RENDER_MARKDOWN_BUILDER_H

#include "html/passage.h"

struct builder {
	struct arena *arena;
	const char *base;		       /* for relative links */
	const struct picture_finder *pictures; /* or NULL */
	struct passage *open[PASSAGE_DEPTH];
	bool by_tag[PASSAGE_DEPTH]; /* was it opened by a tag? */
	size_t depth;
	size_t in_link; /* links and pictures around us: they do not nest */
};

/* ----- markdown_tree.c ----- */

/* A new last child of where we are. */
struct passage *builder_add(struct builder *b, enum passage_kind kind);

/* A block of HTML, or a picture: as safe and small as that of a feed. */
struct passage *builder_read_html(struct builder *b, struct span html);

/* ----- markdown_tags.c ----- */

/* A tag within a line; what means nothing there is left out, and the words
 * around it stay. */
void builder_add_tag(struct builder *b, const char *literal);

/* Leaves the innermost that Markdown opened. Tags within it that nothing ended
 * mean nothing. */
void builder_leave(struct builder *b);

#endif
