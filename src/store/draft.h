/*
 * Drafts: issues that are composed and frozen, and wait for an editor's word.
 * A draft consumes nothing: it stands beside the issues, with all that opening
 * it takes, and is opened as it stands, or not at all.
 *
 *     put ──► approved (by hash) ──► opened: an issue, and no draft any more
 *      ▲ └──── put again: the approval holds if the hash is the same
 *      └── dropped
 */
#ifndef STORE_DRAFT_H
#define STORE_DRAFT_H

#include "store/store.h"

enum draft_kind {
	DRAFT_REGULAR,
	DRAFT_EXTRA,	  /* out of turn: its slot is when it was made */
	DRAFT_CORRECTION, /* of an issue, to those who got it */
};

/* Between the names of authors. */
#define DRAFT_AND ", "

struct draft {
	int64_t id, list;
	enum draft_kind kind;
	int number;
	int64_t corrected; /* id of the issue that it corrects; 0 */
	int64_t slot, made, deadline;
	size_t carried; /* dispatches */
	char *subject;
	char *hash;	  /* of all that would be sent */
	char *report;	  /* composed_report() as JSON, for people */
	char *author;	  /* who made and edited it: "Ada, Ben"; NULL: cron */
	int64_t approved; /* INSTANT_NONE: it is not */
	char *approver;	  /* NULL: it is not */
	bool told;	  /* the editors, of this hash */
};

void draft_clear(struct draft *draft);

struct draft_note {
	enum draft_kind kind;
	int64_t corrected;
	int64_t deadline; /* to be approved before */
	const char *hash, *report, *author;
};

/*
 * Puts what opening it would take; a regular one in place of that of the same
 * list and slot, whose approval stays when the hash is the same. *id may be NULL.
 * ERROR_LATER when the slot was dealt with, or the number or the place taken by
 * another draft, meanwhile.
 */
bool store_draft_put(struct store *store, const struct opening *opening,
	const struct draft_note *note, int64_t *id, struct error *err);

/* *found false when there is none. */
bool store_draft_of_slot(struct store *store, int64_t list, int64_t slot,
	struct draft *out, bool *found, struct error *err);
bool store_draft_numbered(struct store *store, int64_t list, int number,
	struct draft *out, bool *found, struct error *err);
bool store_draft_of_id(struct store *store, int64_t id, struct draft *out,
	bool *found, struct error *err);

/* Calls for each of the list, by slot; it may be changed in the call. Stops when
 * `each` returns false. */
bool store_drafts(struct store *store, int64_t list,
	bool (*each)(void *data, const struct draft *draft), void *data,
	struct error *err);

enum approval_result {
	APPROVAL_GIVEN,
	APPROVAL_ALREADY, /* by somebody, of the same hash */
	APPROVAL_CHANGED, /* it has another hash by now */
	APPROVAL_NONE,	  /* there is no such draft any more */
};

bool store_draft_approve(struct store *store, int64_t id, const char *hash,
	const char *approver, int64_t at, enum approval_result *result,
	struct error *err);

/* The editors know of it, as long as its hash is this. */
bool store_draft_told(
	struct store *store, int64_t id, const char *hash, struct error *err);

/* Is it as it was read: of the same hash, and approved by the same or by nobody?
 * In a transaction it stays so until that ends. */
bool store_draft_is(struct store *store, const struct draft *was, bool *same,
	struct error *err);

/* What of its dispatches issues that were opened since it was made have carried,
 * by id and the issue's number; none of a correction. */
bool store_draft_repeats(struct store *store, int64_t id,
	bool (*each)(void *data, const char *dispatch, int number), void *data,
	struct error *err);

/* Takes back its approval: it wants another word, before this deadline. */
bool store_draft_void(
	struct store *store, int64_t id, int64_t deadline, struct error *err);

/* Appends the bytes of one of its forms, by its place. *found false when it has
 * none there. */
bool store_draft_form(struct store *store, int64_t id, int form,
	struct str *out, bool *found, struct error *err);

/* The n-th language that it has letters in, from 0, and the place of the first
 * form in it. *found false when there are no more. */
bool store_draft_language(struct store *store, int64_t id, int n, int *form,
	struct str *language, bool *found, struct error *err);

/* Likewise the form that a reader would get, by the rule of store_form_for(). */
bool store_draft_form_for(struct store *store, int64_t id,
	const struct form_wish *wish, struct str *out, bool *found,
	struct error *err);

/* Opens it as an issue, and it is a draft no more; ERROR_DATA when it is not
 * approved. One transaction. */
bool store_draft_open(struct store *store, int64_t id, int64_t at,
	int64_t *issue, struct error *err);

/* Forgets it. With `read` its dispatches are marked as read: no issue will carry
 * them. ERROR_LATER when it is no draft any more. */
bool store_draft_drop(struct store *store, int64_t id, bool read, int64_t at,
	struct error *err);

/* The first instant from `slot` on that is of no issue and no draft of the list:
 * for an extra, which has no slot of its own. */
bool store_free_slot(
	struct store *store, int64_t list, int64_t *slot, struct error *err);

/* The next number that neither an issue nor a draft has; that of another slot
 * than this one's draft. */
bool store_draft_number(struct store *store, int64_t list, int64_t slot,
	int *number, struct error *err);

#endif
