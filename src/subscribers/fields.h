/*
 * What a roster says of a reader beyond what we know: his fields, as a JSON
 * object of texts, within the bounds of columns.h. Internal to subscribers
 * (person_fields.c).
 */
#ifndef SUBSCRIBERS_FIELDS_H
#define SUBSCRIBERS_FIELDS_H

#include "base/str.h"
#include "base/value.h"
#include "subscribers/columns.h"

struct fields {
	struct str json; /* the object, which is not closed yet */
	size_t count;
	const char *column; /* that is told of what is lost; NULL: its own */
	struct lost_fields lost;
};

/* Another reader's. Begins as zeros, ends with str_clear() of `json`. */
void fields_begin(struct fields *fields);

/* The members of a map but the empty ones: scalars as they are, lists and maps
 * as JSON. */
void fields_add_members(struct fields *fields, const struct value *map);

/* Says in `person` what they are, borrowed until the next reader's. */
void fields_end(struct fields *fields, struct person *person);

#endif
