/*
 * The inside of a run: what run.c, stamping.c, consent.c, slot.c, guarding.c,
 * calling.c, stuck.c, drafting.c, opening.c, sending.c, judging.c,
 * publishing.c and standing.c share. For these thirteen alone.
 */
#ifndef RUN_STATE_H
#define RUN_STATE_H

#include "run/compose.h"
#include "run/draft.h"
#include "run/run.h"
#include "run/signing.h"
#include "store/store.h"

struct delivery_result;

struct run {
	const struct list *list;
	const struct run_options *o;
	int64_t began; /* by world_ticks() */
	struct run_result *result;
	struct store *store;
	int64_t list_id;
	char *owner, *boot_id, *host, *token_key;
	struct signing *signing; /* NULL: not opened yet, or no keys */
	bool helping; /* others compose, this one only sends what is open */
	bool pressed; /* something new waits for what is open, as last looked */
	char *held;   /* why the list is held, as last read; or NULL */
	struct problems notices; /* for the editors */
	int64_t joining; /* in a dry run: by a roster that was not merged */
};

/* The first thing that stands in the way of being done is told. */
void run_keep_why(struct run *r, const char *text);

/* Is it a relay that mail goes to, and not a folder? */
bool run_is_real(const struct run *r);

/* ----- stamping.c ----- */

/* Marks a store that was put back, and says, once a day, that nothing is sent
 * for that. */
bool run_look_for_put_back(struct run *r, struct error *err);

/* Counts once more, after something was sent. */
void run_count_end(struct run *r);

/* ----- consent.c ----- */

/* Who was erased is so in a restored store too, whose pause is over is a reader
 * again, and what nobody needs any more of requests is forgotten. */
bool run_keep_consent(struct run *r, struct error *err);

/* ----- slot.c ----- */

/* Fills the slot that is due; when none is, what feeds show is kept. */
bool run_due(struct run *r, struct error *err);

/* Reads r->pressed: is an issue to be opened, or a draft to be made, by
 * run_due()? */
bool run_read_pressed(struct run *r, struct error *err);

/* Opens, by what was composed or drafted, an issue that may be opened now, and
 * sends it; a list that is held says so. */
struct run_opener {
	bool (*open)(struct run *r, const void *what,
		struct issue_record *issue, struct error *err);
	struct value *(*describe)(struct arena *arena, const void *what);
	/* Is it what was looked at? NULL: nobody else can change it. */
	bool (*is_same)(
		struct run *r, const void *what, bool *same, struct error *err);
	const void *what;
	size_t recipients, dispatches; /* for the guard; 0: it is an extra */
};
bool run_send_new(
	struct run *r, const struct run_opener *opener, struct error *err);

/* The slot has no issue; that is said, and recorded. */
bool run_skip_slot(
	struct run *r, int64_t slot, const char *why, struct error *err);

/*
 * It might have been sent `since` then, or since a release that came later. Has
 * no run come within `catch_up` of that, when it was not quiet to the end? A
 * night, or an editor's hold, makes nothing late.
 */
bool run_is_late(struct run *r, int64_t since, bool *late, struct error *err);

/* What sources had to say. */
void run_keep_gathered(struct run *r, const struct problems *gathered);

/* ----- guarding.c ----- */

/* *stopped: this is so much more than the last issue that the list is held. */
bool run_guard(struct run *r, size_t recipients, size_t dispatches,
	bool *stopped, struct error *err);

/* The list is held for this reason; the editors are told this. Nothing in a dry
 * run but that word. */
bool run_stop(
	struct run *r, const char *why, const char *told, struct error *err);

/* ----- calling.c ----- */

/* *stopped: the operator's hook will not have it, and the list is held. */
bool run_ask_hook(struct run *r, const struct run_opener *opener, bool *stopped,
	struct error *err);

/* What it is told of what was composed, or of a draft. */
struct value *run_describe_issue(struct arena *arena, const void *composed);
struct value *run_describe_draft(struct arena *arena, const void *draft);

/* Tells his other hooks that an issue is finished, or that the run failed. */
void run_tell_issue(struct run *r, const struct issue_record *issue);
void run_tell_failure(struct run *r, enum error_kind kind, const char *why);

/* ----- stuck.c ----- */

/* Another process has the list's lock in this folder. Has it given no sign of
 * life for `stuck_after`? Then that is told. Of a store that could not be opened
 * r->store is NULL, and only the lock's age counts. */
bool run_is_stuck(struct run *r, const char *state);

/* ----- drafting.c ----- */

/* Opens the drafts that are approved and due, and gives up those that nobody
 * approved in time. */
bool run_drafts(struct run *r, struct error *err);

/* One that is approved and due presses (r->pressed). */
bool run_look_for_approved(struct run *r, struct error *err);

/* Has this slot a draft, whose word it waits for? It is reported. */
bool run_draft_waits(
	struct run *r, int64_t slot, bool *waits, struct error *err);

/* Makes the draft for this slot, which has none, and tells the editors. */
bool run_make_draft(struct run *r, int64_t slot, struct error *err);

/* ----- standing.c ----- */

/* Does it stand as it was approved, by its last look (run/recheck.h)? Else it
 * wants another word, and the editors are told. */
bool run_draft_stands(
	struct run *r, const struct draft *d, bool *stands, struct error *err);

/* The same of an issue that is to go on, if no message of it has left yet: else
 * it is paused now. */
bool run_recheck_issue(
	struct run *r, struct issue_record *issue, struct error *err);

/* It goes on whatever it was paused for; only another reason pauses it again. */
bool run_waive(
	struct run *r, const struct issue_record *issue, struct error *err);

/* ----- opening.c ----- */

/* Is all there that an issue wants: keys, and what real mail must say? It
 * changes nothing; ERROR_CONFIG otherwise. */
bool run_may_open(struct run *r, struct error *err);

/* Is it there still, for an issue that was opened before? A letter without the
 * link to leave would go out otherwise. */
bool run_may_go_on(struct run *r, struct error *err);

/* Opens a draft (struct draft) that was approved; likewise. */
bool run_open_draft(struct run *r, const void *draft,
	struct issue_record *issue, struct error *err);

/* Nobody has changed or dropped the draft since it was read, nor said yes to it
 * or taken that back. The other fails when somebody has, and keeps them from it
 * for the rest of the transaction. */
bool run_draft_is_same(
	struct run *r, const void *draft, bool *same, struct error *err);
bool run_demand_draft(
	struct run *r, const struct draft *draft, struct error *err);

/* Opens the issue that was composed (struct composed); *issue is as the store has it then. */
bool run_open_issue(struct run *r, const void *composed,
	struct issue_record *issue, struct error *err);

/* ----- sending.c ----- */

/* Reads the keys, once. Nothing may be opened that could not be signed. */
bool run_open_keys(struct run *r, struct error *err);

/* Sends what is open of an issue, and closes it when nobody is left. */
bool run_send_issue(
	struct run *r, struct issue_record *issue, struct error *err);

/* Reads the record again. */
bool run_reload(struct run *r, struct issue_record *issue, struct error *err);

/* Are these the hours in which nothing is sent, and until when? INSTANT_NONE:
 * they are not, or it is wanted now. */
bool run_is_quiet(const struct run *r);
int64_t run_quiet_until(const struct run *r);

/* Reads r->held. */
bool run_read_held(struct run *r, struct error *err);

/* All issues that are still being sent, the oldest first. */
bool run_send_open_issues(struct run *r, struct error *err);

/* The same, only put into the report: for a dry run. */
bool run_show_open_issues(struct run *r, struct error *err);

/* The mails to single readers that are due, where no `serve` sends them. What
 * is wrong with them is a warning, and keeps no issue back. */
void run_send_post(struct run *r);

/* ----- judging.c ----- */

/* Does another host send it, or did one when this is asked? Whichever is the
 * last closes it. Asked before the record is read: whom nobody sends to then,
 * and who is left in it, waits for another run. */
bool run_others_send(struct run *r, const struct issue_record *issue);

/* Tells what of an issue is still to be done, and why, after an attempt. */
void run_judge_issue(struct run *r, const struct issue_record *issue,
	const struct delivery_result *attempt, bool others);

/* Tells of whom it did not reach for good in this attempt, before which so many
 * had been given up and were held. */
void run_judge_lost(struct run *r, const struct issue_record *issue,
	size_t given_up, size_t held);

/* ----- publishing.c ----- */

/* Brings the archive up to date, with an issue (0: none) that is about to go
 * out, for its readers may look at once. That it fails keeps no letter back; it
 * is told. */
void run_publish(struct run *r, int64_t issue);

#endif
