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
	CUT_HEADER, /* as it is, behind a blank or on a line of its own */
	CUT_TEXT,   /* quoted-printable */
	CUT_HTML,   /* escaped for HTML, then quoted-printable */
	CUT_PLACES
};

struct cut {
	size_t at; /* the value goes before this byte */
	enum slot_name slot;
	enum cut_place place;
};

struct form {
	struct str bytes;
	struct cut *cuts; /* by `at` */
	size_t count;
};

void form_add_cut(struct form *form, struct cut cut);

#endif
