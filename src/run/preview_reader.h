/*
 * For whom a preview is filled: a made-up reader, or one of the list's. Run
 * only.
 */
#ifndef RUN_PREVIEW_READER_H
#define RUN_PREVIEW_READER_H

#include "model/subscriber.h"
#include "run/compose.h"

struct preview_reader;

/* NULL: a made-up one. Copies nothing: list and subscriber must live on. */
struct preview_reader *preview_reader_new(
	const struct list *list, const struct subscriber *subscriber);
void preview_reader_free(struct preview_reader *reader);

/* The subscriber of the list with this address, yours to subscriber_free().
 * ERROR_INPUT when there is none. */
struct subscriber *preview_reader_find(struct store *store,
	const struct list *list, const char *address, struct error *err);

/* The letter that he would get, by his language and format; NULL when there is
 * none for him. */
const struct composed_form *preview_reader_form(
	const struct preview_reader *reader, const struct composed *composed);

/* Appends the whole message. His links lead nowhere. */
void preview_reader_fill(struct preview_reader *reader, const struct form *form,
	struct str *out);

/* Appends a text of the form's letter for the eye: marks become what they stand
 * for, in HTML escaped. */
void preview_reader_show(struct preview_reader *reader,
	const struct composed_form *form, const char *mark, const char *text,
	bool html, struct str *out);

#endif
