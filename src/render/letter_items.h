/*
 * The digest forms of a letter (letter_format_is_digest()), in which each
 * dispatch is a message of its own. Inside render/ only.
 */
#ifndef RENDER_LETTER_ITEMS_H
#define RENDER_LETTER_ITEMS_H

#include "render/templates.h"
#include "render/view.h"

/* Fills the letter's text, items and foot, which must be NULL, from the view of
 * the edition. False and `err` set when a template fails. */
bool letter_items_render(struct letter *letter, const struct templates *t,
	const struct view_input *in, struct value *view, struct arena *arena,
	struct error *err);

#endif
