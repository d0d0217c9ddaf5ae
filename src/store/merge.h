/*
 * Merging a roster or an import into a list: rows are staged, in any order and
 * number, then merged in short transactions, so that memory stays flat and a
 * send that goes on meanwhile is not held up.
 *
 * - New keys become active, `removed` ones return. Who is gone, erased,
 *   bounced, suppressed or has yet to confirm is left alone, whatever the rows
 *   say (invariant 12): he is kept out, and counted by the reason.
 * - Whom the file brought (ACTOR_FILE, ORIGIN_FILE) has what it says, NULL too;
 *   of all others a NULL says nothing.
 * - What a reader chose himself (name, format, language) stays as he chose it.
 * - A row whose state is `gone` says that he left where it comes from. Who is
 *   a reader here, or was, is gone here as well; who is unknown is noted as
 *   gone, so that a later import does not bring him back. But who confirmed by
 *   himself here (ORIGIN_WEB, ORIGIN_MAIL) stays, unless he left there after
 *   that: row.since is when.
 * - A row whose state is `bounced` says that mail did not reach him there. Who
 *   is unknown is noted as bounced; all others stay as they are: only mail
 *   that comes back here says that they are not reached.
 * - A row whose state is `paused` says that he gets no mail there for now. Who
 *   pauses here, too, has a row by it, so that he is not struck; else it is as
 *   if it were not there.
 * - Of several rows with one key the first counts; but when any of them says
 *   that he left, he left.
 *
 * Invariant 13, the guard: strikes of more than a fifth of those whom a missing
 * row strikes change nothing until told; nor do strikes and readers who are to
 * be gone, of more than a fifth of all readers of the list.
 */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include "store/store.h"

enum merge_action {
	MERGE_KEEP_OUT,
	MERGE_ADD,
	MERGE_CHANGE,
	MERGE_RETURN,
	MERGE_STRIKE,
	MERGE_LEAVE, /* becomes gone */
	MERGE_NOTE,  /* is new, as gone or bounced */
	MERGE_ACTIONS
};

/* "add", "change", "strike", … */
const char *merge_action_name(enum merge_action action);

struct merge_options {
	enum actor actor;
	enum subscriber_origin origin; /* of new ones */
	bool only_new; /* who is a reader already is not changed */
	bool strike;   /* who is missing and of this origin becomes removed */
	bool accept;   /* although it is more than a fifth */
	bool dry_run;
	const char *proof;
	int64_t at;

	/* Called from store_merge_finish(), in order of the keys; either may
	   be NULL. A row whose key stood in an earlier one: */
	void (*on_duplicate)(void *data, uint64_t place, const char *address);
	/* What is going to be done, or would be: `state` is his, before it;
	   of those who are new, what they become. */
	void (*on_plan)(void *data, enum merge_action action,
		const char *address, enum subscriber_state state);
	void *data;
};

struct merge_report {
	size_t staged, duplicates; /* keys; rows of a key that was staged */
	size_t added, changed, returned, struck, left, noted;
	size_t kept_out; /* rows of readers-to-be: the sum of these */
	size_t kept[SUBSCRIBER_STATES], suppressed;
	size_t confirmed; /* left there, but confirmed here by themselves */
	/* When the guard refused: strikes of the people whom a file brought
	   or, with would_leave, both of all readers. */
	size_t would_strike, would_leave, of;
	bool guarded;
};

struct merge;

/* One merge at a time for each handle, and none within store_together(). */
struct merge *store_merge_new(
	struct store *store, int64_t list, const struct merge_options *options);

/* `s->state` GONE, BOUNCED or PAUSED: see above; whatever else: he is to be a
 * reader, with us since `s->since` when he is new. `place` is for
 * on_duplicate(). */
bool store_merge_add(struct merge *merge, const struct subscriber *s,
	uint64_t place, struct error *err);

/* What is merged is empty, which for a file kept by hand is hardly meant: the
 * guard asks also when there are few to strike. */
void store_merge_doubt(struct merge *merge);

/* Merges. A guarded merge changes nothing and returns true with
 * report->guarded. What was written before a failure stays, and does no harm:
 * the next merge does the rest. */
bool store_merge_finish(
	struct merge *merge, struct merge_report *report, struct error *err);
void store_merge_free(struct merge *merge);

#endif
