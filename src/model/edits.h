/*
 * What editors decided about the next issue of a list: what comes first, in
 * which order, what waits for a later one and what is never carried, the
 * subject line and a note of their own. It holds for one issue: the store
 * keeps it (store/edits.h) until that opens.
 *
 * Ids of dispatches that are gone are kept: a feed may show them again. A
 * dispatch is pinned, held back or dropped, one of them at most.
 *
 * Written as JSON (RFC 8259). Everything is bounded, for it may be read from a
 * page on which anybody could lean on a key.
 */
#ifndef MODEL_EDITS_H
#define MODEL_EDITS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/value.h"

enum {
	EDITS_IDS_MOST = 1000,	     /* in each of the lists */
	EDITS_ID_MOST = 2000,	     /* octets of an id */
	EDITS_SUBJECT_MOST = 500,    /* octets */
	EDITS_NOTE_MOST = 64 * 1024, /* octets */
	EDITS_BY_MOST = 20,	     /* names; the oldest give way */
};

struct edited {
	const char **items;
	size_t count;
};

/* Fields are for reading; all of it lives in the arena. */
struct edits {
	struct arena *arena;
	struct edited order;   /* these stand so among themselves */
	struct edited pinned;  /* they come first, in this order */
	struct edited held;    /* they wait for a later issue */
	struct edited dropped; /* they are never carried */
	struct edited by;      /* names of those who decided */
	const char *subject;   /* a template, as in list.yaml; NULL: none */
	const char *note;      /* Markdown; NULL: none */
};

struct edits *edits_new(void);
void edits_free(struct edits *edits);

/* Has nothing been decided? Who looked does not count. */
bool edits_are_empty(const struct edits *edits);

bool edited_has(const struct edited *ids, const char *id);

/* ----- deciding: ERROR_DATA, and nothing changed, past the bounds ----- */

enum edit_verb {
	EDIT_PIN,  /* behind those that are pinned */
	EDIT_HOLD, /* and the three that follow take it out of the other two */
	EDIT_DROP,
	EDIT_UNDO, /* neither of these */
};

bool edits_decide(struct edits *edits, enum edit_verb verb, const char *id,
	struct error *err);

/* Replaces the order; an id that comes twice counts once. None: no order. */
bool edits_set_order(struct edits *edits, const char *const *ids, size_t count,
	struct error *err);

/* Likewise for what comes first; it is neither held back nor dropped then. */
bool edits_set_pinned(struct edits *edits, const char *const *ids, size_t count,
	struct error *err);

/* Set the text, or with NULL and "" take it away. A subject is one line. */
bool edits_set_subject(
	struct edits *edits, const char *subject, struct error *err);
bool edits_set_note(struct edits *edits, struct span note, struct error *err);

/*
 * A subject or note that stands for what an editor saw when he began to write,
 * in the arena: the same text has the same. NULL is as "".
 */
const char *edits_mark(struct arena *arena, const char *text);

/*
 * Of the text that was just set, where it was `before`, by an editor who saw the
 * one of the mark `saw` (NULL: whatever it was): what he left as he saw it stays
 * as it was. ERROR_DATA when somebody else has changed it since, to another one
 * than his; `what` is its name.
 */
bool edits_settle(struct edits *edits, const char **text, const char *before,
	const char *saw, const char *what, struct error *err);

/* Notes who decided, on one line; once. */
void edits_sign(struct edits *edits, const char *name);

/* ----- JSON ----- */

/* {order, pinned, held, dropped, subject, note, by}, without those that say
 * nothing. */
struct value *edits_to_value(struct arena *arena, const struct edits *edits);

/* Appends it; nothing decided is "{}". */
void edits_write(struct str *out, const struct edits *edits);

/* Yours to edits_free(). NULL and ERROR_DATA when it is no such JSON, or past
 * the bounds. Keys it does not know are passed over. */
struct edits *edits_read(struct span json, struct error *err);

#endif
