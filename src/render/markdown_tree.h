/*
 * Markdown as the tree of html/passage.h. Inside render/ only.
 */
#ifndef RENDER_MARKDOWN_TREE_H
#define RENDER_MARKDOWN_TREE_H

#include "html/passage.h"

/* `base` is for relative links, as in struct markdown_options. Never NULL. */
struct passage *markdown_parse(
	struct arena *arena, struct span markdown, const char *base);

/* The table that a paragraph holds, taken out of it: what stood above it stays.
 * NULL, and the paragraph as it was, when there is none. */
struct passage *markdown_find_table(
	struct arena *arena, struct passage *paragraph);

#endif
