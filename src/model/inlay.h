/*
 * Inlays: the pictures of an issue that go inside its letters, made once for
 * all of them. They are known by the variant that shows them and the name it
 * has for them: what stands in its front matter, its Markdown or its HTML.
 */
#ifndef MODEL_INLAY_H
#define MODEL_INLAY_H

#include <stddef.h>

#include "base/str.h"
#include "model/dispatch.h"

enum { INLAY_WIDTH = 576 }; /* CSS pixels: as wide as a letter's text */

struct inlay {
	const char *cid;       /* "a1b2c3@weekly.example.org" */
	const char *type;      /* "image/jpeg" */
	const char *file_name; /* for saving; no path */
	int width, height;     /* pixels */
	struct span bytes;
};

/* As it is shown, in CSS pixels: at most INLAY_WIDTH wide. */
int inlay_shown_width(const struct inlay *inlay);
int inlay_shown_height(const struct inlay *inlay);

struct inlays;

struct inlays *inlays_new(void);
void inlays_free(struct inlays *inlays);

/* Copies it, or finds the one of the same cid. */
const struct inlay *inlays_add(
	struct inlays *inlays, const struct inlay *inlay);

/* `inlay` is what the variant calls so; it must be one of inlays_add(). */
void inlays_place(struct inlays *inlays, const struct variant *v,
	const char *name, const struct inlay *inlay);

/* Borrowed; NULL when there is none. `inlays` and `name` may be NULL. */
const struct inlay *inlays_find(
	const struct inlays *inlays, const struct variant *v, const char *name);
const struct inlay *inlays_find_cid(
	const struct inlays *inlays, const char *cid);

#endif
