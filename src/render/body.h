/*
 * Bodies of dispatches, whatever they are written in. Each is parsed once for
 * all letters of an issue (struct bodies of render.h). Inside render/ only.
 */
#ifndef RENDER_BODY_H
#define RENDER_BODY_H

#include "html/link_notes.h"
#include "model/dispatch.h"
#include "render/render.h"

/* The pictures that bodies_new() was given; or NULL. */
const struct inlays *bodies_inlays(const struct bodies *bodies);

/* Appends HTML, its headings below one of `level` without a gap, wherever the
 * author's begin. */
void body_to_html(struct str *out, struct bodies *bodies,
	const struct variant *v, int level);

/* Appends text that may flow (base/text_flow.h); before its first line stands
 * `mark`. */
void body_to_text(struct str *out, struct bodies *bodies,
	const struct variant *v, const char *mark, size_t width,
	struct link_notes *notes);

/* Appends what the body is about: its summary, or how it begins, as plain words
 * of at most `width` columns (passage_lede()). */
void body_lede(struct str *out, struct bodies *bodies, const struct variant *v,
	size_t width);

/* Is it longer than what is read of it? */
bool body_is_cut(const struct variant *v);

/* Does the body say this already? Compared as readers do. */
bool body_has(struct bodies *bodies, const struct variant *v, const char *text);

#endif
