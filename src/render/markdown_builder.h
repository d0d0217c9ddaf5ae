/*
 * The tree of a Markdown text while it is made: the path down to where we are.
 * Inside render/ only.
 */
#ifndef RENDER_MARKDOWN_BUILDER_H
#define RENDER_MARKDOWN_BUILDER_H

#include "html/passage.h"

struct cmark_node;
struct markdown_notes;

enum { BUILDER_DEEPEST = 48 }; /* below are the styles of Markdown's own */

struct builder {
	struct arena *arena;
	const char *base;		       /* for relative links */
	const struct picture_finder *pictures; /* or NULL */
	struct passage *open[PASSAGE_DEPTH];
	bool by_tag[PASSAGE_DEPTH];	      /* was it opened by a tag? */
	const char *struck_to[PASSAGE_DEPTH]; /* … by tildes: where it ends */
	bool unstruck[PASSAGE_DEPTH];	      /* below it nothing ends any */
	size_t depth;
	size_t in_link; /* links and pictures around us: they do not nest */
	struct markdown_notes *notes; /* or NULL */
};

/* ----- markdown_tree.c ----- */

/* A new last child of where we are. */
struct passage *builder_add(struct builder *b, enum passage_kind kind);

/* A block of HTML, or a picture: as safe and small as that of a feed. */
struct passage *builder_read_html(struct builder *b, struct span html);

/* ----- markdown_words.c ----- */

void builder_add_words(struct builder *b, struct cmark_node *text);

/* ----- markdown_tags.c ----- */

/* A tag within a line; what means nothing there is left out, and the words
 * around it stay. */
void builder_add_tag(struct builder *b, const char *literal);

/* Tildes strike out what follows, up to those at `end`. */
void builder_start_struck(struct builder *b, const char *end);
bool builder_is_struck(const struct builder *b);
bool builder_struck_ends(const struct builder *b, const char *tildes);
void builder_end_struck(struct builder *b);

/* The level of the innermost that Markdown opened. */
size_t builder_container(const struct builder *b);

/* Leaves the innermost that Markdown opened. Tags within it that nothing ended
 * mean nothing. */
void builder_leave(struct builder *b);

#endif
