/*
 * What a POST says: the fields of a form, as application/x-www-form-urlencoded
 * (WHATWG URL, 5.1) or multipart/form-data (RFC 7578), which one-click requests
 * also come as (RFC 8058, 3.2). Pure.
 *
 * Values are as they were sent, which is no promise that they are fit for
 * anything; submission_line() gives those that are one line of text.
 */
#ifndef WEB_SUBMISSION_H
#define WEB_SUBMISSION_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum {
	SUBMISSION_LIMIT = 8192, /* octets of a body, usually; the
				    caller's to keep */
	SUBMISSION_FIELDS = 32,	 /* those behind are left out */
};

struct submission {
	struct arena *arena;
	struct submitted {
		struct span name, value;
	} fields[SUBMISSION_FIELDS];
	size_t count;
};

/*
 * Reads a body, which must live as long as the arena; `type` is Content-Type, or
 * NULL: as urlencoded. False when it is neither kind; what is broken within is
 * read as far as it goes.
 */
bool submission_read(struct submission *s, struct arena *arena,
	const char *type, struct span body);

/* The first of that name; false when there is none. */
bool submission_find(
	const struct submission *s, const char *name, struct span *value);

/* The first of that name on one line (text_flatten()): without controls, line
 * breaks and bidirectional overrides, "" when it is longer than `most` octets.
 * NULL when there is none. In the arena. */
const char *submission_line(
	const struct submission *s, const char *name, size_t most);

/* Is there a field of that name and value, in any case of letters? */
bool submission_says(
	const struct submission *s, const char *name, const char *value);

#endif
