/*
 * The headers of a letter. Internal to mime.
 */
#ifndef MIME_FORM_HEADERS_H
#define MIME_FORM_HEADERS_H

#include "mime/form.h"

/* Appends all headers but those that describe the content (tree.h), with the
 * marks of the slots. */
bool form_add_headers(
	struct str *out, const struct form_input *in, struct error *err);

#endif
