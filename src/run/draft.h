/*
 * Drafts: composed and frozen before their slot, mailed to the editors, opened
 * when one of them has said yes. Nothing opens by accident: what nobody approved
 * in time goes out as nothing at all.
 *
 *     approval: {draft: 18 hours before, unapproved: roll}
 *
 *     slot - draft     `run` composes, freezes and mails it
 *     approve          by its hash: the mailed link, the desk, the command line
 *     slot             `run` opens it as it stands; without approval its
 *                      dispatches wait for the next issue (roll), or are marked
 *                      as read (skip)
 *
 * Sources that change in between change nothing: a refresh makes the draft
 * anew, and what differs then needs a new approval.
 */
#ifndef RUN_DRAFT_H
#define RUN_DRAFT_H

#include "run/compose.h"
#include "run/run.h"
#include "store/draft.h"

struct draft_order {
	const struct list *list;
	struct store *store;
	int64_t list_id, now;
	enum draft_kind kind;
	int64_t slot;
	int64_t deadline;	       /* to be approved before */
	const char *const *dispatches; /* all of an extra or a correction,
					  NULL-terminated; else NULL */
	int64_t corrected;	       /* id of the issue, of a correction */
	size_t unreached;	       /* whom that has yet to reach */
	const char *author;	       /* or authors; NULL: nobody, cron */
	bool settle; /* files that are still written wait, and so does an issue
			that is not due by `schedule.after` */
	struct problems *roster; /* read that first, with what is wrong with
				    it; NULL: `run` has */
	int timeout_scale;	 /* as in struct run_options */
};

/* Makes it an order for an extra of these dispatches (NULL-terminated, to live
 * as long), or, with `corrected`, for a correction of the issue of that number:
 * its slot is now, and it may be approved within `catch_up`. ERROR_INPUT when
 * there is no such issue. */
bool draft_order_beside(struct draft_order *order, const char *const *ids,
	const int *corrected, struct error *err);

enum draft_outcome {
	DRAFT_MADE,
	DRAFT_EMPTY,  /* fewer new dispatches than `select.min` */
	DRAFT_NOBODY, /* nobody is subscribed */
};

/*
 * Composes the draft of this slot and puts it into the store, in place of the
 * one that was there. `c` is what was composed, *draft what was put (nothing
 * unless DRAFT_MADE): composed_clear() and draft_clear() both also after a
 * failure.
 */
bool draft_make(const struct draft_order *order, struct composed *c,
	struct draft *draft, enum draft_outcome *outcome, struct error *err);

/* Appends the hash that the draft of this order would have now, keeping nothing;
 * nothing when there is nothing to draft. What it would differ in is known
 * before its slot only: a later one bears the time at which it is made. */
bool draft_foresee(
	const struct draft_order *order, struct str *hash, struct error *err);

/*
 * The slot that a draft would be for now: one that is due and was not dealt
 * with, else the next. INSTANT_NONE: the list has no schedule any more.
 */
bool draft_slot(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, int64_t *slot, struct error *err);

/* When a draft made now for this slot must be approved at the latest: at the
 * slot; who is told late has as long as others, within `catch_up`. */
int64_t draft_deadline(const struct list *list, int64_t slot, int64_t now);

/* An editor's word. `hash` may be its beginning, eight digits at least. */
struct draft_word {
	const struct log *log; /* told who approved; or NULL */
	const struct list *list;
	struct store *store;
	int64_t list_id, now;
	int number;
	const char *hash;
	const char *by; /* who says it */
};

/* ERROR_INPUT: there is no such draft; ERROR_DATA: it is another one by now, too
 * late, approved already, not his to approve, or would not be opened
 * (run/recheck.h). *draft is the one that was
 * found: draft_clear() also after a failure. */
bool draft_approve(
	const struct draft_word *word, struct draft *draft, struct error *err);

/* Forgets it; its slot gets no issue, for this reason, if it has neither issue
 * nor reason already. With `read` its dispatches are marked as read. */
bool draft_cancel(struct store *store, const struct draft *draft, bool read,
	const char *why, int64_t now, struct error *err);

/* What editors decided ends with the issue, but for what they decided since it
 * was made: that is for the next one. */
bool draft_end_edits(const struct draft *draft, const struct list *list,
	struct store *store, struct error *err);

/* Is he one of its authors ("Ada, Ben"; NULL: there are none)? */
bool draft_is_by(const char *authors, const char *name);

/* Its report, and how many would get it by that. */
const struct value *draft_report(
	struct arena *arena, const struct draft *draft);
size_t draft_recipients(const struct draft *draft);

/* What it says in one language: who approves it approves all of them. */
struct draft_letter {
	const char *language, *text;
	struct draft_letter *next;
};

/* The texts of its first forms in each language, with nobody's name in them; in
 * the arena. NULL without an error when it is no draft any more. */
struct draft_letter *draft_letters(struct arena *arena, struct store *store,
	const struct draft *draft, struct error *err);

/* A link to approve it belongs to one editor and this content, which the second
 * number of its token seals: whose it is, NULL when it is of nobody here. */
const char *draft_editor(
	const struct draft *draft, const struct list *list, uint64_t seal);

/* Mails it to the editors, with what is in it and how it is approved; the draft
 * remembers that they were told. */
bool draft_tell(const struct draft *draft, const struct list *list,
	struct store *store, const struct run_options *options,
	struct error *err);

#endif
