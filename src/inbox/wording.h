/*
 * A text as lines and, for phrases that are wrapped anywhere, as one long line.
 * Internal to inbox.
 */
#ifndef INBOX_WORDING_H
#define INBOX_WORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct wording {
	struct span *lines; /* as written */
	size_t *starts;	    /* where each begins in `flat` and `low` */
	size_t line_count;
	struct span flat; /* all lines, a blank between words and "\n" for an
			     empty line: no phrase goes over that */
	struct span low;  /* the same with ASCII in lower case */
};

void wording_read(struct wording *p, struct arena *arena, struct span text);

/* Where the phrase (lower case) ends behind `from`; 0 when it does not occur.
 */
size_t wording_find(const struct wording *p, const char *phrase, size_t from);

/* Does any phrase, up to a NULL, occur? */
bool wording_has(const struct wording *p, const char *const *phrases);

/* The line that holds this place of `flat`. */
size_t wording_line(const struct wording *p, size_t at);

/* "--- Session Transcript ---", "=====": another section begins. */
bool wording_is_rule(struct span line);

/*
 * What is said behind the address that this line begins with (`rest`): up to
 * the next line that begins with one and stands no deeper, or the next section.
 * *next is the line behind it.
 */
struct span wording_words(
	const struct wording *p, size_t line, struct span rest, size_t *next);

/* The same of an address; all of it when no line begins with it. */
struct span wording_about(const struct wording *p, struct span address);

#endif
