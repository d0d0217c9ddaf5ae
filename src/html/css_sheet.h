/*
 * A style sheet as it was understood. Inside html/ only.
 *
 * A selector is a chain of steps, one for each compound in it, and each step
 * knows the one to its left:
 *
 *     .body > p a     .body <--CHILD-- p <--DESCENDANT-- a
 *
 * Steps with the same text are one, so ".body a" and ".body p" share ".body".
 * Each is found by one word of it, the rarest kind there is: "#id", else
 * ".class", else the type; only what is left is tried on every element.
 */
#ifndef HTML_CSS_SHEET_H
#define HTML_CSS_SHEET_H

#include "base/arena.h"
#include "base/map.h"
#include "html/css.h"

/* ----- declarations ----- */

struct css_property {
	const char *name; /* lower case, but for "--Name" */
	size_t number;	  /* of its own in this sheet */
};

struct css_declaration {
	const struct css_property *property; /* NULL: not in this sheet */
	const char *name, *value;	     /* squeezed */
	bool important;
};

struct css_block {
	struct css_declaration *items;
	size_t count;
};

/* Takes the next of the declarations off `rest`, untrimmed. */
bool css_take_declaration(struct span *rest, struct span *text);

/* False when it is none. */
bool css_read_declaration(
	struct arena *arena, struct span text, struct css_declaration *out);

/* Why it may not stand in a letter; NULL when it may. */
const char *css_threat(const struct css_declaration *d);

/* A property that the sheet sets, made when it is new; and one found. */
const struct css_property *css_property(struct css *css, const char *name);
const struct css_property *css_property_find(
	const struct css *css, const char *name);

void css_add_declaration(
	struct arena *arena, struct css_block *block, struct css_declaration d);

/* What goes into a <style>: text that does not end it; and "selector{…}", its
 * declarations important unless they are `weak`, if there are any. */
void css_write_kept(struct str *out, const char *text);
void css_write_block(struct str *out, const char *selector,
	const struct css_block *block, bool weak);

/* ----- selectors ----- */

enum css_test_kind {
	CSS_ID,
	CSS_CLASS,
	CSS_FIRST_CHILD,
	CSS_HAS, /* an attribute, and how its value is compared: */
	CSS_EQUALS,
	CSS_WORD,
	CSS_DASH,
	CSS_PREFIX,
	CSS_SUFFIX,
	CSS_PART,
};

struct css_test {
	enum css_test_kind kind;
	const char *name;
	struct span value;
	struct css_test *next;
};

enum css_combinator { CSS_DESCENDANT, CSS_CHILD, CSS_ADJACENT, CSS_SIBLING };

struct css_rule {
	size_t order;
	struct css_block block;
};

struct css_use {
	const struct css_rule *rule;
	struct css_use *next;
};

#define CSS_NO_BIT ((size_t)-1)

struct css_step {
	const char *type; /* lower case; NULL: any */
	struct css_test *tests;
	struct css_step *left; /* or NULL */
	enum css_combinator combinator;
	unsigned specificity; /* up to here */
	size_t number;
	size_t bit; /* for those to its right; CSS_NO_BIT: there are none */
	struct css_use *uses;  /* the rules whose selector ends here */
	struct css_step *next; /* found by the same word */
};

/* Is the selector one for a <style>? `text` is squeezed. */
bool css_has_pseudo(struct span text);

/* The last step of a selector; NULL when it is not understood. */
struct css_step *css_read_selector(struct css *css, struct span text);

/* ----- the sheet ----- */

struct css {
	struct arena *arena;
	struct map *properties;
	struct map *steps;    /* by their text */
	struct map *words;    /* "#id", ".class", "type": a list of steps */
	struct css_step *any; /* those without */
	size_t step_count, bit_count, rule_count;
	struct str kept; /* for the <style> */
};

#endif
