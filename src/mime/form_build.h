/*
 * What the builders of forms share: form_new.c, form_digest.c, form_post.c.
 * Internal to mime.
 */
#ifndef MIME_FORM_BUILD_H
#define MIME_FORM_BUILD_H

#include "mime/encode.h"
#include "mime/form.h"
#include "mime/tree.h"

/* A text and its slots. */
struct content {
	const char *type;
	bool flowed;
	struct str body; /* encoded */
	enum encoding encoding;
	size_t slots;
};

/* Of a content that has its type; `mark` is "" where there are no slots. False
 * and `err` set when the mark stands in the text but in slots. `body` is to be
 * cleared in any case. */
bool content_encode(struct content *c, const char *text, const char *mark,
	struct error *err);

/* Borrows the content. */
struct tree *content_tree(const struct content *c);

/* "=_…", the same for the same seed and name; yours. */
char *form_boundary(const char *seed, const char *name);

/*
 * The form of the headers and the tree. Of the slots in the tree the first
 * `texts` stand in plain text, the others in HTML.
 */
struct form *form_of_tree(const struct form_input *in, const struct tree *tree,
	size_t texts, struct error *err);

/* Of a FORMAT_MIME_DIGEST. */
struct form *form_new_digest(const struct form_input *in, struct error *err);

#endif
