/*
 * A letter once more, to one person by itself: made of a form's very bytes, so
 * that a frozen one will do, with some of its headers written anew. It is filled
 * with these values, and all of it literal then.
 */
#ifndef MIME_FORM_AGAIN_H
#define MIME_FORM_AGAIN_H

#include "mime/form.h"

/*
 * A letter of an issue, of this date, for it would be sorted among what its
 * reader has long read. NULL and `err` set when the date cannot be written.
 */
struct form *form_new_reissue(const struct form *letter,
	const struct slot_values *values, const struct list *list, int64_t date,
	struct error *err);

/*
 * A proof: a letter as its readers would get it, but marked as what it is, and
 * leading to no subscription: of this date, with "[Proof]" before its subject
 * and X-Postrider-Proof, and without the headers that mail programs offer
 * leaving by (RFC 2369, 3.2; RFC 8058). What links stand in its text is the
 * caller's, by the values. NULL and `err` set when a header refuses its text.
 */
struct form *form_new_proof(const struct form *letter,
	const struct slot_values *values, const struct list *list, int64_t date,
	struct error *err);

#endif
