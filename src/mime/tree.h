/*
 * The tree of a message's parts, built and written by libetpan. Its encoders
 * are unusable (see encode.h), so every part comes encoded, and what it writes
 * of headers is only what cannot go wrong: types, boundaries, encodings.
 * Internal to mime.
 */
#ifndef MIME_TREE_H
#define MIME_TREE_H

#include <stdbool.h>

#include "base/str.h"
#include "mime/encode.h"

struct tree;

struct tree_part {
	const char *type; /* "text/html"; texts are UTF-8 */
	bool flowed;	  /* of a text: format=flowed */
	enum encoding encoding;
	struct span body;	 /* encoded, CR LF; must outlive the tree */
	const char *id;		 /* Content-ID without its brackets; or NULL */
	const char *disposition; /* the header's value, folded; or NULL */
};

struct tree *tree_new_part(const struct tree_part *part);

/*
 * A part that is a message itself: its headers, an empty line, its body, all
 * encoded; CR LF. An address beyond ASCII in its headers makes it an
 * international one (RFC 6532, 3.7). It must outlive the tree.
 */
struct tree *tree_new_message(struct span message);

/* `kind` is "alternative", "related", "mixed" or "digest"; `first_type` the type
 * of the part that the others belong to (RFC 2387), or NULL. */
struct tree *tree_new_multipart(
	const char *kind, const char *boundary, const char *first_type);
void tree_add_take(struct tree *multipart, struct tree *part);

void tree_free(struct tree *tree);

/* Appends the tree's own MIME headers, an empty line, and the body. */
void tree_write(const struct tree *tree, struct str *out);

#endif
