/*
 * Dispatches as values, to be kept as JSON in the pool and read back the same.
 * What only a folder knows (its picture files, the file's time) is not kept.
 */
#ifndef MODEL_DISPATCH_VALUE_H
#define MODEL_DISPATCH_VALUE_H

#include "model/dispatch.h"

/* The body of the first variant stands apart: whoever keeps this keeps that
 * beside it. */
struct value *dispatch_to_value(struct arena *arena, const struct dispatch *d);

/* Appends the dispatch to `all`, its first variant with `body_apart`. NULL when the value is none: no id, or no
 * variant with a title. */
struct dispatch *dispatch_from_value(
	struct dispatches *all, const struct value *v);

#endif
