/*
 * Subject lines. What a mail reader shows of one is short, so the lead's title
 * gives way, at words, until the line is within 78 columns (RFC 5322, 2.1.1),
 * where that leaves enough of it. Inside render/ only.
 */
#ifndef RENDER_SUBJECT_H
#define RENDER_SUBJECT_H

#include "model/list.h"
#include "render/mustache.h"

struct subject_input {
	const struct mustache *t;
	const struct list *list; /* its defaults say how wide a mark is */
	const char *language;
	const char *mark; /* of the slots */
};

/* Appends what a template makes of the view, as one line of at most `width`
 * columns; it may have marks. */
bool line_render(const struct mustache *t, const struct value *view,
	const char *mark, size_t width, struct str *out, struct error *err);

/* Appends the subject, on one line; it may have marks. */
bool subject_render(const struct subject_input *in, struct arena *arena,
	struct value *view, struct str *out, struct error *err);

#endif
