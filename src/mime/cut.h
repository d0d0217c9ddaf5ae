/*
 * What a form is made of: one run of bytes, and the places in it where slots
 * are filled in. Internal to mime.
 */
#ifndef MIME_CUT_H
#define MIME_CUT_H

#include "base/str.h"
#include "mime/form.h"

/* How a value is written where it stands. */
enum cut_place {
	CUT_HEADER,  /* as it is, behind a blank or on a line of its own */
	CUT_SUBJECT, /* in the subject; see below */
	CUT_TEXT,    /* quoted-printable */
	CUT_HTML,    /* escaped for HTML, then quoted-printable */
	CUT_PLACES
};

struct cut {
	size_t at; /* the value goes before this byte */
	enum slot_name slot;
	size_t field; /* of SLOT_FIELD: index */
	enum cut_place place;
};

/* A column of the roster, and what stands for an empty one. */
struct form_field {
	char *name, *fallback;
};

/*
 * A subject with slots stands in `bytes` as text, since a value may change what
 * of it has to be encoded and where it is folded: all that becomes a header for
 * each recipient.
 *
 *     … CR LF | Subject: Dear ^, the quay is open | CR LF …
 *               subject       a cut                 subject_end
 */
struct form {
	struct str bytes;
	struct cut *cuts; /* by `at` */
	size_t count;
	unsigned slots;		     /* of the cuts: form_slots() */
	size_t guess;		     /* octets that their values will have */
	size_t subject, subject_end; /* equal: its subject has no slots */
	struct form_field *fields;
	size_t field_count;
	char *own_name;	  /* what stands for no name; NULL: nothing */
	char *date_words; /* of SLOT_SINCE; NULL: ISO */
};

void form_add_cut(struct form *form, struct cut cut);

/* The index of the column, which is added with this fallback when it is not
 * known. */
size_t form_add_field(
	struct form *form, struct span name, struct span fallback);

/*
 * Finds the subject when its cuts are there. False when they do not stand in
 * one line of that name, with no other cut among them: of a stored form that is
 * damaged.
 */
bool form_find_subject(struct form *form);

#endif
