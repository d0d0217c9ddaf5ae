/*
 * Drafts as commands show them.
 */
#ifndef CMD_DRAFTS_H
#define CMD_DRAFTS_H

#include "cmd/site.h"
#include "store/draft.h"

/* {number, subject, hash, …}, in the arena. */
struct value *draft_value(struct arena *arena, const struct draft *draft);

/* Prints those of the list; with --json appends them to `items`. */
bool drafts_show(struct invocation *in, const struct list_context *c,
	struct arena *arena, struct value *items, struct error *err);

#endif
