/*
 * Verbs of `subscribers` that have files of their own; subscribers.c has the
 * table of all, and their options.
 */
#ifndef CMD_SUBSCRIBERS_H
#define CMD_SUBSCRIBERS_H

#include "cmd/site.h"

bool subscribers_import(
	struct invocation *in, struct list_context *c, struct error *err);
bool subscribers_export(
	struct invocation *in, struct list_context *c, struct error *err);

#endif
