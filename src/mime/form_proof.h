/*
 * A proof: a letter as its readers would get it, but marked as what it is, and
 * leading to no subscription. Made of a form's very bytes, so that a frozen one
 * can be proved, too.
 */
#ifndef MIME_FORM_PROOF_H
#define MIME_FORM_PROOF_H

#include "mime/form.h"

/*
 * The letter, filled with these values, all of it literal: of this date, with
 * "[Proof]" before its subject and X-Postrider-Proof, and without the headers
 * that mail programs offer leaving by (RFC 2369, 3.2; RFC 8058). What links
 * stand in its text is the caller's, by the values. NULL and `err` set when a
 * header refuses its text.
 */
struct form *form_new_proof(const struct form *letter,
	const struct slot_values *values, const struct list *list, int64_t date,
	struct error *err);

#endif
