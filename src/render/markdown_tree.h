/*
 * A Markdown text as a tree that is safe by construction: what is not in these
 * kinds was left out when it was made, links have been checked and made
 * absolute, controls are gone, and no path is deeper than 64 nodes. Inside
 * render/ only.
 */
#ifndef RENDER_MARKDOWN_TREE_H
#define RENDER_MARKDOWN_TREE_H

#include <stdbool.h>

#include "base/arena.h"
#include "render/markdown.h"

enum passage_kind {
	/* blocks */
	PASSAGE_DOCUMENT,
	PASSAGE_QUOTE,
	PASSAGE_LIST,
	PASSAGE_ITEM,
	PASSAGE_PARAGRAPH,
	PASSAGE_HEADING,
	PASSAGE_CODE_BLOCK,
	PASSAGE_RULE,
	PASSAGE_TABLE, /* its first row is the header */
	PASSAGE_ROW,
	PASSAGE_CELL,
	/* within lines */
	PASSAGE_TEXT,
	PASSAGE_CODE,
	PASSAGE_EMPHASIS,
	PASSAGE_STRONG,
	PASSAGE_LINK,
	PASSAGE_SOFT_BREAK,
	PASSAGE_LINE_BREAK,
};

enum cell_align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

struct passage {
	enum passage_kind kind;
	enum cell_align align; /* of a cell */
	bool ordered, tight;   /* of a list */
	int number;	       /* level of a heading, first number of a list */
	struct span text;      /* of TEXT, CODE and CODE_BLOCK */
	const char *url;       /* of a LINK */
	struct passage *first, *last, *next;
};

/* Never NULL. */
struct passage *passage_parse(struct arena *arena, struct span markdown,
	const struct markdown_options *options);

/* What markdown_to_html() and its kin do, for a text that has been parsed. */
void passage_to_html(struct str *out, const struct passage *p,
	const struct markdown_options *options);
void passage_to_text(struct str *out, const struct passage *p,
	const struct markdown_options *options, size_t width,
	struct link_notes *notes);
void passage_opening(struct str *out, const struct passage *p, size_t width);

/* The table that a paragraph holds, taken out of it: what stood above it stays.
 * NULL, and the paragraph as it was, when there is none. */
struct passage *passage_find_table(
	struct arena *arena, struct passage *paragraph);

/* Appends the words inside a passage, as one piece of text; a line break is a
 * "\n". */
void passage_words(struct str *out, const struct passage *p);

#endif
