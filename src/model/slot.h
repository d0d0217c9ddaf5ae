/*
 * Slots: the places of a letter that differ per recipient. While an issue is
 * rendered they are marks in the text:
 *
 *     <mark>NAME.      e.g.  zq4k7w2mpx9dslotunsubscribe_url.
 *
 * where <mark> is random per issue (lower-case letters and digits, so that no
 * escaping touches it and no line is broken in it) and NAME is of [a-z_]. The
 * names known are in the table below; content that contains the mark is an
 * error. `mime` cuts the encoded form at the marks; filling is copying.
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
	SLOT_SINCE,   /* the date he joined, ISO */
	SLOT_COUNT
};

/* "unsubscribe_url" */
const char *slot_text(enum slot_name name);
bool slot_find(struct span name, enum slot_name *out);

/* Appends the mark of a slot. */
void slot_mark(struct str *out, const char *mark, enum slot_name name);

/*
 * Looks for the next mark in `s`. True with where it starts, how long it is,
 * and which slot; false at the end. An unknown name counts as none.
 */
bool slot_next(struct span s, const char *mark, size_t *at, size_t *len,
	enum slot_name *name);

/* What one recipient's slots are filled with; borrowed, never NULL. */
struct slot_values {
	struct span value[SLOT_COUNT];
};

#endif
