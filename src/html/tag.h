/*
 * The HTML elements that mean something to us. Inside html/ only.
 */
#ifndef HTML_TAG_H
#define HTML_TAG_H

#include "html/passage.h"

enum tag_type {
	TAG_BLOCK, /* stands on lines of its own, and that is all */
	TAG_PARAGRAPH,
	TAG_HEADING,
	TAG_QUOTE,
	TAG_LIST,
	TAG_ITEM,
	TAG_TERM, /* of a definition list, and what it means */
	TAG_PRE,
	TAG_TABLE,
	TAG_ROW,
	TAG_CELL,
	TAG_INLINE,
	TAG_CODE,
	TAG_QUOTED,
	TAG_LINK,
	TAG_SILENT, /* shows nothing of what is in it */
	TAG_RAW,    /* the same, and what is in it is no HTML */
	TAG_BREAK,
	TAG_RULE,
	TAG_PICTURE,
	TAG_VOID, /* has no content, and shows nothing */
};

#define TAG_NO_STYLE PASSAGE_DOCUMENT

struct tag {
	const char *name;
	enum tag_type type;
	enum passage_kind style; /* of an INLINE or a TERM; or TAG_NO_STYLE */
	bool ordered;		 /* of a LIST */
	bool foreign;		 /* of a SILENT: not HTML; blocks end it */
	unsigned closes;	 /* 1u << type of those that it ends … */
	unsigned within;	 /* … up to the innermost of these */
};

/* NULL: one that changes nothing, or that nobody knows. */
const struct tag *tag_find(struct span name);

#endif
