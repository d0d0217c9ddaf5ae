/*
 * Adding sources to a list.yaml that people wrote: what stands there stays as
 * it is, octet for octet, with its comments, quotes, indentation and line ends.
 * The new text is read again and must mean the old plus what was added; else
 * nothing is written, and the error says what to add by hand.
 */
#ifndef CONFIG_EDIT_H
#define CONFIG_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "model/list.h"

struct edit_source {
	const char *feed;    /* its URL */
	const char *section; /* one line, or NULL */
	bool allow_private;
};

struct edit {
	const char *file; /* its name, for messages */
	/* The folder that is the source as long as none is written, and has to
	 * be written then; NULL: they are inherited from defaults.yaml. */
	const char *implied;
	const struct edit_source *sources;
	size_t count;
};

/* Appends the text with the sources at the end of `sources`. */
bool edit_text(const struct edit *e, struct span text, struct str *out,
	struct error *err);

/*
 * Adds them to the list.yaml of the list, in one step that a crash does not
 * halve. The file keeps its mode; where a symbolic link leads, is written. With
 * `dry_run` only whether it could be done.
 */
bool edit_list(const struct list *list, const struct edit_source *sources,
	size_t count, bool dry_run, struct error *err);

#endif
