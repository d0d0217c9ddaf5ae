/*
 * What is told of single rows of a roster: the first hundred by their lines,
 * and how many more there are. They may come in any order, for what stands
 * twice is known at the end only.
 */
#ifndef SUBSCRIBERS_COMPLAINTS_H
#define SUBSCRIBERS_COMPLAINTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/str.h"

enum { COMPLAINTS_MOST = 100 };

/* Where a row stands: in the file of that number, counted from 0. */
uint64_t complaint_place(size_t file, unsigned long line);

struct complaints {
	struct complaint {
		uint64_t place;
		char *text;
	} items[COMPLAINTS_MOST];
	size_t count, untold;
};

#define COMPLAINTS_INIT ((struct complaints){.count = 0})

/* "'what': why"; of what is long the beginning. */
void complaints_add(struct complaints *c, uint64_t place, struct span what,
	const char *why);

/* Adds all as warnings; `files` are the names. */
void complaints_tell(const struct complaints *c, const char *const *files,
	struct problems *problems);
void complaints_clear(struct complaints *c);

#endif
