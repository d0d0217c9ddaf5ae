/*
 * Alerts that do not tire: what is wrong at every run, every five minutes, is
 * told once a day, and with it how often it was so. Remembered in the store, by
 * a hash of the text.
 */
#ifndef RUN_TELLING_H
#define RUN_TELLING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"
#include "model/list.h"

struct store;

/*
 * Adds to `fresh` those of the notices that the list's editors were not told
 * within a day, and counts the others. False when that cannot be remembered:
 * then none of them may be told, for the next run would tell it again.
 */
bool telling_sift(const struct list *list, struct store *store,
	const struct problems *notices, int64_t now, struct problems *fresh,
	struct error *err);

#endif
