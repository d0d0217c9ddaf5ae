/*
 * Markdown (CommonMark, through cmark) as the tree of html/passage.h, which is
 * safe by construction. Blocks of HTML are read as those of feeds are (html.h);
 * of tags within lines <br>, <img>, and the pairs of a link or of emphasis are
 * (phrase.h); of others the words between them stay. Addresses that are written
 * out are links, too; ~~words~~ are struck out, and footnotes
 * (markdown_notes.h) stand at the end; what names a heading, "{#quay}", goes.
 * Links go only to http, https and mailto, and are plain words otherwise;
 * pictures become links with their alternative text. What lies behind 1 MiB is
 * left out, what is deeper than 64 levels is moved up to them. Inside render/
 * only.
 */
#ifndef RENDER_MARKDOWN_TREE_H
#define RENDER_MARKDOWN_TREE_H

#include "html/passage.h"

/* `base` is for relative links; without one (NULL) they are plain words. What
 * `pictures` (or NULL) finds stays a picture. Never returns NULL. */
struct passage *markdown_parse(struct arena *arena, struct span markdown,
	const char *base, const struct picture_finder *pictures);

/* `number` of a text that is one bar, and was escaped: it parts no cells. */
enum { ESCAPED_BAR = 1 };

/* The table that a paragraph holds, taken out of it: what stood above it stays.
 * NULL, and the paragraph as it was, when there is none. */
struct passage *markdown_find_table(
	struct arena *arena, struct passage *paragraph);

#endif
