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

/* Appends "Date:", in the list's time zone. */
bool form_add_date(struct str *out, const struct list *list, int64_t date,
	struct error *err);

/* Appends "Content-Language:" (RFC 3282) when `language` is a tag; it may be
 * NULL. */
bool form_add_language(
	struct str *out, const char *language, struct error *err);

#endif
