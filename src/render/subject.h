/*
 * Subject lines. What a mail reader shows of one is short, so the lead's title
 * gives way, at words, until the line is within 78 columns (RFC 5322, 2.1.1),
 * where that leaves enough of it. Inside render/ only.
 */
#ifndef RENDER_SUBJECT_H
#define RENDER_SUBJECT_H

#include "render/mustache.h"

/* Appends the subject, on one line. */
bool subject_render(const struct mustache *t, struct arena *arena,
	struct value *view, struct str *out, struct error *err);

#endif
