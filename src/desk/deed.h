/*
 * What an editor does from the page: decides about the next issue, makes its
 * draft, approves it, holds the list. The store is opened for writing for that moment alone, and
 * takes all of it or nothing.
 */
#ifndef DESK_DEED_H
#define DESK_DEED_H

#include "desk/composer.h"
#include "web/submission.h"

struct deed {
	const struct composition *now; /* what he may have seen */
	const struct submission *said; /* the form that he sent */
	const char *by;
	int64_t at;
	const struct log *log;
};

/* One dispatch, its `id`, by a `verb`: "first", "up", "down", "hold", "drop",
 * "undo"; or all of them: "unorder", "clear". ERROR_DATA when there is no such
 * thing, else as editing_apply(). */
bool deed_decide(const struct deed *deed, struct error *err);

/* The `subject` line, or the `note`; "" takes it away. */
bool deed_write(const struct deed *deed, struct error *err);

/* The draft of the next slot, made or made anew. ERROR_CONFIG while something
 * is wrong: what is shown is not what there is. */
bool deed_draft(const struct deed *deed, struct error *err);

/* Draft `number` as he saw it, by its `hash`: as draft_approve(). */
bool deed_approve(const struct deed *deed, struct error *err);

/* A draft of the dispatches chosen, each in `ids[]`: an extra, or, with a number in
 * `corrected`, a correction of that issue. ERROR_DATA when none was chosen. */
bool deed_beside(const struct deed *deed, struct error *err);

/* Takes the dispatches chosen back, for the reason `why`, which may be empty; and
 * undoes that for the one that `id` names. As retract(), one after the other. */
bool deed_retract(const struct deed *deed, struct error *err);
bool deed_restore(const struct deed *deed, struct error *err);

/* Drops draft `number` as he saw it, by its `hash`. */
bool deed_cancel(const struct deed *deed, struct error *err);

/* Nothing more is sent or opened, for the reason `why`, which may be empty, and
 * in his name; and on it goes. As list_hold() and list_release(). Of `now` they
 * need the list alone. */
bool deed_hold(const struct deed *deed, struct error *err);
bool deed_release(const struct deed *deed, struct error *err);

/* Sends a proof (run/proof.h) `to` these addresses, as the subscriber `as` gets
 * it, in the form `shown` ("en.html"; "": his): the draft, or, with `what`
 * "shown", what is composed. */
bool deed_proof(const struct deed *deed, struct error *err);

/* ----- within ----- */

/* The store of the list; store_close() also after a failure. False, too, when
 * there is no issue. */
bool deed_open(const struct deed *deed, struct store **store, int64_t *list_id,
	struct error *err);

/* The same, whether there is an issue or not. */
bool deed_open_list(const struct deed *deed, struct store **store,
	int64_t *list_id, struct error *err);

/* In the log: "held", by whom. */
void deed_note(const struct deed *deed, const char *what);

/* What was chosen by `ids[]`, NULL-terminated; the form's. NULL, and ERROR_DATA,
 * when some were lost on the way, or there are none. */
const char *const *deed_chosen(const struct deed *deed, struct error *err);

#endif
