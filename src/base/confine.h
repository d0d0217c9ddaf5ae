/*
 * Giving up what a process will not need again, for a mistake of ours must not
 * become somebody else's machine: files are made and changed below some folders
 * only (landlock(7), Linux 5.19 and later), no program is started, and system
 * calls that none of our work needs are refused (seccomp(2)).
 */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stdbool.h>

/* What the kernel took. Another kernel, or a container, may forbid it. */
struct confined {
	bool files, calls;
};

/*
 * From now on this thread, and those that it starts, may write below `places`
 * (NULL-terminated; of a file, or what is not there yet, below the next folder
 * above it) and below those for temporary files and devices. What is open stays
 * open. It cannot be undone. A refused call fails as if rights were missing
 * (EPERM, EACCES).
 */
struct confined confine(const char *const *places);

#endif
