/*
 * A form: a letter encoded as a MIME message once, cut at its slots. Filling it
 * for a recipient is copying. The bytes are the wire bytes: CR LF, no line
 * starts with a dot, so nothing is stuffed or re-encoded afterwards.
 *
 * A form is frozen by form_save() and lives on in the store: what was approved
 * goes out whatever happens to templates, settings or this program.
 */
#ifndef MIME_FORM_H
#define MIME_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/rope.h"
#include "model/letter.h"
#include "model/list.h"
#include "model/slot.h"

struct form;

enum form_purpose {
	FORM_ISSUE,
	FORM_NOTICE, /* to editors; leads to no subscription */
};

/* What the headers say beside the letter's own. */
struct form_input {
	const struct list *list;
	const struct letter *letter;
	const char *mark; /* of the slots */
	int number;	  /* of the issue */
	int64_t date;	  /* when the issue opens */
	enum form_purpose purpose;
	const char *boundary_seed; /* boundaries derive from it */
};

/* NULL and `err` set when a header refuses its text, or content contains the
 * mark. */
struct form *form_new(const struct form_input *in, struct error *err);
void form_free(struct form *form);

/*
 * Appends the whole message for one recipient, without the final dot. The
 * values of SLOT_TO, SLOT_MESSAGE_ID and SLOT_LIST_UNSUBSCRIBE are header text
 * already; the others are plain and encoded for their place here. A name or a
 * field that is empty gives way to the list's default, which the form keeps.
 */
void form_fill(const struct form *form, const struct slot_values *values,
	struct str *out);

/* The same; large runs that are in every message are lent, as long as the form
 * lives. */
void form_lend(const struct form *form, const struct slot_values *values,
	struct rope *out);

/* Which slots it has: bit 1 << name. The others' values need not be made. */
unsigned form_slots(const struct form *form);

/* The columns of the roster that it has slots for: slot_values.fields are
 * theirs, in this order. */
size_t form_field_count(const struct form *form);
const char *form_field_name(const struct form *form, size_t i);

/* How SLOT_SINCE is written (model/date_words.h); NULL: ISO 8601. */
const char *form_date_words(const struct form *form);

/* Octets of a message, for SIZE (RFC 1870): what its slots will hold is
 * guessed, generously. */
size_t form_size(const struct form *form);

/* For the store: the bytes with their slots, and back. form_load() gives NULL
 * and `err` when they are no form of a version we know. */
void form_save(const struct form *form, struct str *out);
struct form *form_load(struct span bytes, struct error *err);

#endif
