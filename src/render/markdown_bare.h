/*
 * Addresses that are written out in Markdown, without the brackets that would
 * make them links: they are meant as links, and on a page nobody else makes them
 * such. Inside render/ only.
 */
#ifndef RENDER_MARKDOWN_BARE_H
#define RENDER_MARKDOWN_BARE_H

#include <stdbool.h>

#include "base/str.h"

/*
 * The next one in `text`, which ends where a text of the tree does. `runs_on`:
 * emphasis or code begins there, which may have been part of the address; what
 * reaches up to it is none.
 */
bool markdown_find_bare(
	struct span text, bool runs_on, size_t *at, size_t *len);

#endif
