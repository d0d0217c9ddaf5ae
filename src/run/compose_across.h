/*
 * once_across: what sibling lists have carried, so that a reader of both gets
 * it once. For compose.c.
 */
#ifndef RUN_COMPOSE_ACROSS_H
#define RUN_COMPOSE_ACROSS_H

#include "run/compose.h"

/* What each sibling has carried of late. */
bool across_load(
	const struct compose_options *o, struct composed *c, struct error *err);

/* The issues of a sibling that carried any of what c->issue is about to. */
bool across_find(const struct compose_options *o, struct composed *c,
	size_t which, struct error *err);

#endif
