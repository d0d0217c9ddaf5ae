/*
 * Taking a dispatch back. No issue of the list carries it any more, nor a copy
 * of it, until that is undone; drafts are made anew without it, and issues that
 * are being sent stop.
 *
 *     drafts of the schedule   lose their approval at once, and are made anew;
 *                              with nothing left they are dropped
 *     extras and corrections   are dropped: they were about it
 *     issues being sent        are paused; an operator cancels them, or goes on
 *                              with `run --resume`
 *     issues that were sent    stay as they are; a correction goes to those
 *                              who got them, and the archive is the caller's
 *                              to write (run/archive.h)
 *
 * The word itself and all that keeps it from going out stand in one
 * transaction. Making drafts anew comes after that, for it may fetch: where it
 * fails the draft stays, and cannot go out (run/recheck.h).
 */
#ifndef RUN_RETRACT_H
#define RUN_RETRACT_H

#include "base/log.h"
#include "base/problem.h"
#include "model/list.h"
#include "store/draft.h"

struct retract_order {
	const struct list *list;
	struct store *store;
	int64_t list_id, now;
	const char *id;
	const char *by;	 /* who says it */
	const char *why; /* one line, RETRACTION_WHY_MOST octets; or NULL */
	bool undo;
	bool fetch; /* ask feeds and mailboxes, too, when nothing here knows
		       it: what `preview` shows may not be in the pool */
	const struct log *log; /* of the mails to the editors */
	int timeout_scale;     /* as in struct run_options */
};

enum retract_fate {
	RETRACT_REMADE,	 /* made anew: it wants approval */
	RETRACT_DROPPED, /* nothing is left of it */
	RETRACT_KEPT,	 /* it could not be made anew: `trouble` */
};

struct retract_result {
	bool changed; /* false: it was retracted already */
	struct retract_draft {
		int number;
		enum draft_kind kind;
		enum retract_fate fate;
		char *hash;    /* of RETRACT_REMADE */
		char *trouble; /* of RETRACT_KEPT */
	} *drafts;
	size_t draft_count;
	struct retract_issue {
		int number;
		enum issue_state state;
		int64_t opened;
		size_t sent; /* to so many it has gone out */
		bool paused;
	} *issues; /* that carried it, the oldest first */
	size_t issue_count;
	struct problems problems; /* of drafts that were made anew */
};

void retract_result_clear(struct retract_result *result);

/*
 * Retracts, or with `undo` takes that back: it is as new or as seen as it was;
 * drafts stay without it, and issues paused. The editors are told, by a mail for
 * each draft made anew and one for the rest. ERROR_INPUT when the list does not
 * know it (with the id that may have been meant), or there is nothing to undo;
 * ERROR_DATA for a reason of more than a line. `result` is to be cleared also
 * after a failure.
 */
bool retract(const struct retract_order *order, struct retract_result *result,
	struct error *err);

#endif
