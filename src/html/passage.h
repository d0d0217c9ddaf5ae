/*
 * Text with structure, as a tree that is safe by construction: what is not in
 * these kinds was left out when it was made, links have been checked and made
 * absolute, controls are gone, and no path is deeper than PASSAGE_DEPTH nodes.
 * What is written comes from the tree alone, never from the input.
 *
 *     Markdown  --markdown_parse-->                 --passage_to_html--> safe
 * HTML struct passage HTML      --html_parse------> --passage_to_text--> plain
 * text
 */
#ifndef HTML_PASSAGE_H
#define HTML_PASSAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "html/link_notes.h"
#include "model/inlay.h"

enum { PASSAGE_DEPTH = 64 };

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
	PASSAGE_STRIKE,
	PASSAGE_SUBSCRIPT,
	PASSAGE_SUPERSCRIPT,
	PASSAGE_PICTURE,
};

enum cell_align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

struct passage {
	enum passage_kind kind;
	enum cell_align align; /* of a cell */
	bool ordered, tight;   /* of a list */
	int number; /* level of a HEADING, first number of a LIST; SUPERSCRIPT:
		       of the note that it leads to, or 0 */
	struct span text; /* of TEXT, CODE, CODE_BLOCK; PICTURE: of it */
	const char *url;  /* of a LINK or a PICTURE */
	const struct inlay *inlay; /* of a PICTURE that goes with the letter;
				      then `url` may be NULL */
	struct passage *first, *last, *next;
};

/* ----- making ----- */

/* Who knows which pictures go with the letter. */
struct picture_finder {
	/* `name` as it was written; `url` is what that means on the web, or
	 * NULL. NULL: this picture does not, and becomes a link. */
	const struct inlay *(*find)(
		void *data, const char *name, const char *url);
	void *data;
};

/* A new last child; `parent` may be NULL. */
struct passage *passage_add(
	struct arena *arena, struct passage *parent, enum passage_kind kind);

/* Those from `first` to `last`, if there are any, become the last children. */
void passage_append(
	struct passage *parent, struct passage *first, struct passage *last);

/* `s` without controls; a tab is a blank unless `tabs`: only code keeps its
 * columns. */
struct span passage_clean(struct arena *arena, struct span s, bool tabs);

/* ----- writing ----- */

/* Appends HTML. A heading of level 1 becomes <h1 + heading_shift>; none is
 * beyond h6. */
void passage_to_html(
	struct str *out, const struct passage *p, int heading_shift);

struct passage_layout {
	size_t width;
	const char *mark; /* stands before the first line, which the others are
			     indented under; or NULL */
	bool flows;	  /* says which lines may flow (base/text_flow.h) */
};

/* Appends text wrapped at a width, links as "words [3]", numbered on in
 * `notes`; ends with one line end. */
void passage_to_text(struct str *out, const struct passage *p,
	const struct passage_layout *layout, struct link_notes *notes);

/* Appends the words inside a passage, as one piece of text, without numbers of
 * notes; a line break is a "\n". */
void passage_words(struct str *out, const struct passage *p);

/*
 * Appends what it begins with, on one line: the first whole sentences of its
 * first paragraph, at most `width` columns; a paragraph of a few words (a
 * dateline) takes the next one along. A first sentence that is wider ends
 * behind a word, with an ellipsis. Quotes and lists speak only when there is
 * nothing else.
 */
void passage_lede(struct str *out, const struct passage *p, size_t width);

#endif
