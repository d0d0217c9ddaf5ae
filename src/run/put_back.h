/*
 * What to do about a store that was put back (store/put_back.h). Nothing of its
 * lists is sent, as if an editor held them, until an operator has said what
 * became of the time that the store knows nothing of:
 *
 *     put back ──► held ──► unsent: the next run goes on as it stands
 *                      └──► sent:   open issues close, due drafts and slots
 *                                   are past, what is there now is read
 */
#ifndef RUN_PUT_BACK_H
#define RUN_PUT_BACK_H

#include "base/error.h"
#include "base/problem.h"
#include "base/value.h"
#include "model/list.h"

struct store;

/* Why nothing is sent, yours to free(); NULL: it was not put back, or that is
 * settled (`err` not set), or a failure (`err` set). */
char *put_back_held(struct store *store, const char *list, struct error *err);

struct put_back {
	const struct list *list;
	struct store *store;
	int64_t list_id, now;
};

/*
 * What may have gone out: {"list", "since", "issues": open ones with their
 * recipients by state, "drafts": those that were due, "slots": those that came
 * since}. NULL and `err` not set: the list was not put back.
 */
struct value *put_back_report(
	struct arena *arena, const struct put_back *p, struct error *err);

/* Nothing of it went out; the next run sends it. */
bool put_back_unsent(const struct put_back *p, struct error *err);

/*
 * All of it went out. When a slot came since, dispatches that are there now
 * count as read, but for those dated after that slot; *marked of them. `last`
 * is the number of the last issue that went out: the next is the one behind it;
 * 0: not known. ERROR_LATER when a run is at work on the list.
 */
bool put_back_sent(const struct put_back *p, int last, size_t *marked,
	struct problems *problems, struct error *err);

#endif
