/*
 * What was retracted of the issues of a list, as `issue`, `issues` and `status`
 * show it: the dated note beside what readers have had.
 */
#ifndef CMD_RECALLS_H
#define CMD_RECALLS_H

#include <stdio.h>

#include "base/value.h"
#include "model/list.h"
#include "store/store.h"

struct recalls;

/* Yours to recalls_free(); NULL when the store fails. */
struct recalls *recalls_load(
	struct store *store, int64_t list, struct error *err);
void recalls_free(struct recalls *recalls);

/* Prints those of this issue, a line each; none is nothing. */
void recalls_print(const struct recalls *recalls, int64_t issue,
	const struct list *list, FILE *out);

/* Sets "retracted" in `v`: [{id, at, by, why}]. */
void recalls_add(const struct recalls *recalls, int64_t issue,
	struct arena *arena, struct value *v);

#endif
