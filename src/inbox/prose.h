/*
 * A text as lines and, for phrases that are wrapped anywhere, as one long line.
 * Internal to inbox.
 */
#ifndef INBOX_PROSE_H
#define INBOX_PROSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct prose {
	struct span *lines; /* as written */
	size_t *starts;	    /* where each begins in `flat` and `low` */
	size_t line_count;
	struct span flat; /* all lines, a blank between words and "\n" for an
			     empty line: no phrase goes over that */
	struct span low;  /* the same with ASCII in lower case */
};

void prose_read(struct prose *p, struct arena *arena, struct span text);

/* Where the phrase (lower case) ends behind `from`; 0 when it does not occur.
 */
size_t prose_find(const struct prose *p, const char *phrase, size_t from);

/* Does any phrase, up to a NULL, occur? */
bool prose_has(const struct prose *p, const char *const *phrases);

/* The line that holds this place of `flat`. */
size_t prose_line(const struct prose *p, size_t at);

#endif
