/*
 * HTML taken apart as browsers take it (HTML standard, 13.2.5), never refused:
 * text, start tags, end tags. Comments, processing instructions and whatever
 * else shows nothing are passed over. Each byte is looked at a bounded number
 * of times. For html/, and for who needs no tree.
 *
 * libxml2's own HTML parser is not used: it stops for good at 256 levels, and
 * takes quadratic time for many attributes in one tag and for end tags that
 * match nothing.
 */
#ifndef HTML_TOKEN_H
#define HTML_TOKEN_H

#include <stdbool.h>

#include "base/str.h"

enum token_kind { TOKEN_TEXT, TOKEN_START, TOKEN_END };

struct token {
	enum token_kind kind;
	struct span text;	/* of a TEXT, as it stands in the source */
	struct span name;	/* of a tag, in the case it was written in */
	struct span attributes; /* of a START */
};

struct token_reader {
	struct span rest;
	const char *last_close; /* the last ">" of all; NULL: there is none */
};

/* `html` is UTF-8 without NULs, and outlives the tokens. */
void token_start(struct token_reader *r, struct span html);
bool token_next(struct token_reader *r, struct token *token);

/* What stands before the end tag `name`, or before the end; moves behind it. */
struct span token_raw(struct token_reader *r, struct span name);

/* Takes the next attribute off the rest of a tag, its value without quotes and
 * otherwise as it stands in the source. False at ">" or the end; then `rest`
 * begins there. */
bool token_take_attribute(
	struct span *rest, struct span *name, struct span *value);

/* The attribute's value, its references undone, appended to `out`; of several
 * the first counts. False when there is none. */
bool token_attribute(
	const struct token *token, const char *name, struct str *out);

/* Appends `text` with the character references in it undone (13.2.5.72). */
void token_decode(struct str *out, struct span text, bool in_attribute);

#endif
