/*
 * Folders that a test makes for itself.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <ftw.h>

#include "unit.h"

static inline int
scratch_remove_one(
	const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

/* With all that is in it. */
static inline void
scratch_remove(const char *folder)
{
	nftw(folder, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
