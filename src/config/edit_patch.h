/*
 * A text on its way to another in which something was put between. Of
 * config/edit alone.
 */
#ifndef CONFIG_EDIT_PATCH_H
#define CONFIG_EDIT_PATCH_H

#include "config/edit.h"
#include "config/edit_lines.h"

struct patch {
	const struct edit *edit;
	struct span text;
	size_t done; /* so much of it is in `out` */
	struct str *out;
	const char *eol; /* of this file */
	bool quoted;	 /* keys: the file is one {…} */
};

/* All up to there goes as it is. */
void patch_keep(struct patch *p, size_t to);

/* What edit_insert() makes of sources in brackets; the bracket is at `at`. False
 * when it is never closed. */
bool flow_add_to_list(struct patch *p, size_t at);
bool flow_add_to_map(struct patch *p, size_t at);
bool flow_add_key(struct patch *p, size_t at);

#endif
