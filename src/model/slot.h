/*
 * Slots: the places of a letter that differ per recipient. While an issue is
 * rendered they are marks in the text:
 *
 *     <mark>NAME.      e.g.  zq4k7w2mpx9dslotunsubscribe_url.
 *
 * where <mark> is random per issue (lower-case letters and digits, so that no
 * escaping touches it and no line is broken in it) and NAME is of [a-z0-9_]:
 * one of the table below, or "field_city" for a column of the roster (see
 * field.h). Content that contains the mark is an error. `mime` cuts the encoded
 * form at the marks; filling is copying.
 */
#ifndef MODEL_SLOT_H
#define MODEL_SLOT_H

#include <stdbool.h>

#include "base/str.h"

enum slot_name {
	SLOT_TO,	       /* the To header: name and address */
	SLOT_MESSAGE_ID,       /* with its angle brackets */
	SLOT_LIST_UNSUBSCRIBE, /* the header's value, folded */
	SLOT_UNSUBSCRIBE_URL,
	SLOT_PREFERENCES_URL,
	SLOT_NAME,    /* of the subscriber; merge field rules apply */
	SLOT_ADDRESS, /* masked is not our business here: his own */
	SLOT_SINCE,   /* the date he joined, as the form writes dates */
	SLOT_COUNT,
	SLOT_FIELD = SLOT_COUNT, /* a column of the roster: there are many */
};

/* Which slot: its name, and of SLOT_FIELD the column ("city"), borrowed from
 * the text it was found in. */
struct slot {
	enum slot_name name;
	struct span field;
};

/* "unsubscribe_url"; not of SLOT_FIELD. */
const char *slot_text(enum slot_name name);

/* Appends the name, "field_city" too; and back. */
void slot_write(struct str *out, struct slot slot);
bool slot_find(struct span name, struct slot *out);

/* Is it something about the reader, and no link or header? Such a value may
 * stand in text, and in the subject, but not inside a tag of HTML. */
bool slot_is_personal(enum slot_name name);

/* Appends the mark of a slot. */
void slot_mark(struct str *out, const char *mark, struct slot slot);

/*
 * Looks for the next mark in `s`. True with where it starts, how long it is,
 * and which slot; false at the end. An unknown name counts as none.
 */
bool slot_next(struct span s, const char *mark, size_t *at, size_t *len,
	struct slot *slot);

/* What one recipient's slots are filled with; borrowed, never NULL but for
 * `fields`. */
struct slot_values {
	struct span value[SLOT_COUNT];
	/* Of the columns, in the order of the form's (see mime/form.h); NULL:
	 * he has none of them. */
	const struct span *fields;
};

#endif
