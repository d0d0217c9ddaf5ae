/*
 * Which rules of a sheet an element is matched by. Inside html/ only.
 */
#ifndef HTML_CSS_MATCH_H
#define HTML_CSS_MATCH_H

#include "html/css_open.h"
#include "html/css_sheet.h"
#include "html/token.h"

/* An element, as selectors see it; borrowed. */
struct css_subject {
	const char *name;	   /* lower case */
	const struct token *token; /* NULL: it has no attributes */
	const char *id;		   /* or NULL */
	struct span classes;
};

struct css_match {
	unsigned specificity;
	const struct css_rule *rule;
};

struct css_matcher {
	const struct css *css;
	struct css_match *found; /* in the order of the cascade */
	size_t count, room;
	uint64_t *here;	 /* the steps that the element matches */
	unsigned *tried; /* for each step: the run that tried it last */
	unsigned run;
	struct str word; /* for looking up */
};

void css_matcher_init(struct css_matcher *m, const struct css *css);
void css_matcher_clear(struct css_matcher *m);

/* Fills `found` and `here` for the next child of `parent`. */
void css_match(struct css_matcher *m, const struct css_subject *subject,
	const struct css_element *parent);

#endif
