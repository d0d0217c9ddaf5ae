/*
 * Sorts more records than memory holds: by the octets of a key, those of one
 * key in the order in which they came. What does not fit goes to a tape in
 * sorted runs, which are merged as they are read.
 */
#ifndef BASE_SORTER_H
#define BASE_SORTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct sorter;

/* Up to twice as much is kept in memory, and some more while a thread sorts. */
struct sorter *sorter_new(size_t memory);
void sorter_free(struct sorter *sorter);

/* Both are copied. ERROR_IO when the disk is full. */
bool sorter_add(struct sorter *sorter, struct span key, struct span value,
	struct error *err);

/* All have been added: to be called once, before the first is asked for. */
bool sorter_sort(struct sorter *sorter, struct error *err);

/* The next one in order, a NUL behind key and value, both borrowed until the
 * one behind it; false at the end, or with `err` set. */
bool sorter_next(struct sorter *sorter, struct span *key, struct span *value,
	struct error *err);

#endif
