/*
 * JSON in and out of value trees (RFC 8259).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include "base/error.h"
#include "base/value.h"

/*
 * `name` stands in messages. Refuses duplicate keys, nesting deeper than 512,
 * more than 500,000 values, keys among them, and anything behind the value.
 * Where a number is beyond what a machine holds, all that are large are texts, as
 * they were written. NULL and `err` set when it is no JSON.
 */
struct value *json_parse(struct arena *arena, const char *name,
	struct span text, struct error *err);

/*
 * Appends the value, keys in their order, indented by two blanks a level when
 * `pretty`. Bytes that are no UTF-8 come out as U+FFFD, numbers that JSON
 * cannot write (007), or that are too large for most, as text.
 */
void json_write(struct str *out, const struct value *v, bool pretty);

/* Appends the text as a JSON string, with its quotes. */
void json_write_text(struct str *out, struct span text);

#endif
