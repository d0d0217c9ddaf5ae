/*
 * Tokens of HTML become passages: what html_parse() is made of. Inside html/
 * only.
 *
 * Two things are open at any time: elements, on a stack, and at most one
 * paragraph, which begins with its first word and ends with the block around
 * it or the next block in it. Emphasis and links are elements; each gets its
 * passage only when a word comes, anew in every paragraph, so that none is
 * empty and none holds a block.
 */
#ifndef HTML_BUILD_H
#define HTML_BUILD_H

#include "html/html.h"
#include "html/tag.h"
#include "html/token.h"

enum { OPEN_LIMIT = 256 };

struct element {
	struct span name;
	const struct tag *tag;		 /* NULL: not one of ours */
	bool silent;			 /* what is in it shows nothing */
	struct passage *block;		 /* it became; or NULL */
	struct passage *parent, *before; /* of `block` */
	struct passage *style;		 /* in the open paragraph */
	const char *url;		 /* of a link */
	bool taken;			 /* it has had a passage already */
	bool arranges;			 /* of a table: it says so itself */
};

struct build {
	struct arena *arena;
	const struct html_options *options;
	struct passage *document;
	struct element open[OPEN_LIMIT];
	size_t depth;
	size_t level;		   /* of blocks */
	struct passage *paragraph; /* open; or NULL */
	struct passage *last_text; /* of its line, when nothing is behind it */
	unsigned breaks;	   /* that no word has followed yet */
	bool blank;		   /* no blank is wanted before the next word */
	size_t repeated;	   /* bytes of links taken up again */
	size_t code_depth;	   /* of CODE elements */
	size_t pre;		   /* elements open below the outermost <pre> */
	struct str code;	   /* inside that */
};

/* ----- build_text.c ----- */

void build_text(struct build *b, struct span source);
void build_words(struct build *b, const char *words);
void build_break(struct build *b);
void build_picture(struct build *b, const struct token *tag);
void build_end_paragraph(struct build *b);

/* Where the next block, or paragraph, goes. */
struct passage *build_parent(struct build *b);

/* ----- build_close.c ----- */

bool build_is_type(const struct element *e, enum tag_type type);

/* The innermost element ends. */
void build_pop(struct build *b);

/* A style ends wherever it is; those above it go on. */
void build_end_style(struct build *b, size_t at);

/* Ends what `tag` cannot stand in: an item by the next one. */
void build_close_for(struct build *b, const struct tag *tag);

void build_end_tag(struct build *b, const struct token *token);

/* ----- build_table.c ----- */

/* How many columns and rows it covers is kept in it until its table is settled. */
void build_note_spans(struct passage *cell, const struct token *token);

/* A table that is complete: data stays a table, made even; an arrangement gives
 * its blocks to the parent. */
void build_settle_table(struct arena *arena, const struct element *table);

#endif
