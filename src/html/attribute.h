/*
 * What the attributes of a tag say. Inside html/ only.
 */
#ifndef HTML_ATTRIBUTE_H
#define HTML_ATTRIBUTE_H

#include "html/passage.h"
#include "html/token.h"

/* By `hidden`, or by the ways of CSS that mails use. */
bool attribute_hides(const struct token *tag);

/* The number an attribute begins with; -1 when there is none. */
int attribute_number(const struct token *tag, const char *name);

enum cell_align attribute_align(const struct token *tag);

/* Does the attribute hold this value, in any case? */
bool attribute_is(const struct token *tag, const char *name, const char *value);

/* A link that is safe to offer; NULL when there is none. */
const char *attribute_url(struct arena *arena, const struct token *tag,
	const char *name, const char *base);

/* How wide or high a picture says it is, the smaller of both; -1 when it does
 * not say. */
int attribute_size(const struct token *tag);

#endif
