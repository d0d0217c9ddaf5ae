/*
 * Where in a text of YAML something is added to `sources`, and in which style.
 * Of config/edit alone.
 *
 * What comes out is a good guess: a '#' in a folded text looks like a comment
 * from here. It must be parsed and compared.
 */
#ifndef CONFIG_EDIT_INSERT_H
#define CONFIG_EDIT_INSERT_H

#include "base/value.h"
#include "config/edit.h"

/* `root` is the text's value. False when it is in no style that is known. */
bool edit_insert(const struct edit *e, struct span text,
	const struct value *root, struct str *out);

/* Appends {feed: "https://…"}; with `quoted` its keys are, too, as in JSON. */
void edit_add_flow(struct str *out, const struct edit_source *s, bool quoted);

#endif
