/*
 * Editing the next issue of a list: for `edit`, and for whoever else lets
 * editors decide.
 */
#ifndef RUN_EDITING_H
#define RUN_EDITING_H

#include <stdint.h>

#include "base/error.h"
#include "model/edits.h"
#include "model/list.h"
#include "store/store.h"

enum editing_verb {
	EDITING_NONE,
	EDITING_FIRST, /* before those that were pinned so far */
	EDITING_ORDER, /* in place of the order so far; no ids: none */
	EDITING_UP,    /* one place, of what was `shown` (editing_move.h) */
	EDITING_DOWN,
	EDITING_HOLD,
	EDITING_DROP,
	EDITING_UNDO, /* ids that nothing has are no error */
};

struct editing {
	const struct list *list;
	struct store *store;
	int64_t list_id, now;
	enum editing_verb verb;
	const char *const *ids;
	size_t id_count;
	const char *const *shown; /* the issue as the editor saw it, in order */
	size_t shown_count;
	bool clear;	     /* first of all; what is named here holds then */
	const char *subject; /* NULL: as it is; "": none of its own */
	const char *note;    /* likewise */
	/* The marks of what the editor saw (edits_mark()), who then does not
	   write over what others wrote meanwhile; NULL: he does. */
	const char *saw_subject, *saw_note;
	const char *by; /* who decides */
};

/*
 * Decides all of it or nothing, and gives what is decided now: yours to
 * edits_free(). ERROR_DATA for an id that no source shows (the pool is looked
 * at first; feeds are asked only when it does not have it), ERROR_CONFIG, as for
 * one in list.yaml, for a subject that cannot be rendered.
 */
struct edits *editing_apply(const struct editing *e, struct error *err);

#endif
