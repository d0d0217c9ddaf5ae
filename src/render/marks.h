/*
 * What rendering must know of the marks of slots in what it made: how wide they
 * are in a line, where in HTML they may stand, and what a line looks like to
 * nobody in particular. Pure.
 */
#ifndef RENDER_MARKS_H
#define RENDER_MARKS_H

#include "base/error.h"
#include "model/list.h"

/*
 * As text_shorten(), for a line (without controls) that may have marks: each
 * counts as a short name does, and none is cut.
 */
void marks_shorten(
	struct str *out, struct span line, const char *mark, size_t width);

/* Appends the line as lists of issues show it: with the defaults of the
 * language in place of marks, or an ellipsis. */
void marks_show(struct str *out, struct span line, const char *mark,
	const struct list *list, const char *language);

/*
 * Values that come from readers are fit for text, and nowhere else: ERROR_DATA
 * when one would stand in a tag, a comment, a style or a script.
 */
bool marks_check_html(struct span html, const char *mark, struct error *err);

#endif
