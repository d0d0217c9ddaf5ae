/*
 * The elements that are open at a place in a page, and what ends them: the tags
 * of HTML as far as selectors see them (HTML standard, 13.2.6). Inside html/
 * only.
 */
#ifndef HTML_CSS_OPEN_H
#define HTML_CSS_OPEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "html/css.h"

/* What an element is to others. */
enum css_role {
	ROLE_PARAGRAPH = 1 << 0,
	ROLE_ITEM = 1 << 1,
	ROLE_TERM = 1 << 2, /* of a definition list, and what it means */
	ROLE_OPTION = 1 << 3,
	ROLE_CELL = 1 << 4,
	ROLE_ROW = 1 << 5,
	ROLE_ROWS = 1 << 6, /* a group of them */
	ROLE_CAPTION = 1 << 7,
	ROLE_SCOPE = 1 << 8,  /* keeps the paragraphs around it open */
	ROLE_HOLDER = 1 << 9, /* keeps the items around it open */
	ROLE_BLOCK = 1 << 10,
	ROLE_VOID = 1 << 11,
	ROLE_RAW = 1 << 12,   /* what is in it is text */
	ROLE_HEAD = 1 << 13,  /* stands in a head, or around it */
	ROLE_PLAIN = 1 << 14, /* is never seen: no style */
	ROLE_TABLE = 1 << 15,
};

struct css_tag {
	const char *name;
	unsigned is;
	unsigned closes; /* those of these roles … */
	unsigned within; /* … up to the innermost of these */
};

/* `name` is in lower case. Never NULL: nobody minds a tag that is unknown. */
const struct css_tag *css_tag(const char *name);

/* Bit sets, of the steps of selectors: see css_match.c. */
struct css_sets {
	uint64_t *here;	  /* that the element matches */
	uint64_t *above;  /* that it or one around it matches */
	uint64_t *before; /* that any child of it so far matches */
	uint64_t *last;	  /* that its latest child matches */
};

struct css_element {
	char *name; /* lower case */
	unsigned is;
	size_t children; /* so far */
	struct css_sets sets;
};

struct css_open {
	struct css_element items[CSS_DEPTH]; /* [0] is the page */
	size_t depth;			     /* never 0 */
	size_t beyond;	/* elements open that are not in `items` */
	uint64_t *bits; /* of all sets */
	size_t words;	/* of one set */
};

void css_open_init(struct css_open *open, size_t bits);
void css_open_clear(struct css_open *open);

/* The innermost. */
struct css_element *css_open_top(struct css_open *open);

/* Ends what a start tag ends. */
void css_open_close_for(struct css_open *open, const struct css_tag *tag);

/* The element that must stand between the innermost and a part of a table, as
 * <tbody> before a <tr>; NULL when none is missing, or none fits. */
const char *css_open_missing(struct css_open *open, const struct css_tag *tag);

/* Opens one; its sets but `before` and `last`, which are empty, are as they
 * were. NULL when it is too deep. */
struct css_element *css_open_push(
	struct css_open *open, const char *name, const struct css_tag *tag);

/* Ends what an end tag ends. */
void css_open_end(struct css_open *open, const char *name);

#endif
