/*
 * What the program runs with: libraries and their versions as they are loaded,
 * which need not be those it was built with. For reports of mistakes.
 */
#ifndef RUN_LIBRARIES_H
#define RUN_LIBRARIES_H

#include <stddef.h>

enum { LIBRARIES = 13 };

struct library {
	const char *name;
	/* "" when it is loaded only when needed, and missing */
	char version[64];
};

void libraries_find(struct library out[LIBRARIES]);

#endif
