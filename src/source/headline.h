/*
 * The title of a dispatch and the body beneath it: each printed once.
 */
#ifndef SOURCE_HEADLINE_H
#define SOURCE_HEADLINE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct headline {
	const char *title; /* on one line; NULL when there is none at all */
	bool from_body;	   /* it is the first sentence, and the body keeps it */
	bool marked;	   /* a mark such as "(Updated)" was taken off */
	struct span body;  /* without the title that it began with */
};

/*
 * `said` is the title of the front matter, or NULL: then it is the heading that
 * the body begins with, else its first sentence. `marks` (NULL-terminated, may
 * be NULL) are taken off the title's end.
 */
void headline_read(struct arena *arena, const char *said, struct span body,
	const char *const *marks, struct headline *out);

#endif
