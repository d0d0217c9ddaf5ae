/*
 * Words with places to fill in: "{day} {month}", "Write to {address}".
 */
#ifndef BASE_PLACES_H
#define BASE_PLACES_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Appends the words, and in place of each "{name}" what `write` appends. Where
 * that returns false, having appended nothing, it stays as it stands. What was
 * filled in is not read again.
 */
void places_fill(struct str *out, struct span words,
	bool (*write)(void *data, struct span name, struct str *out),
	void *data);

#endif
