/*
 * What the files of a merge share: merge.c stages and carries out the whole,
 * merge_known.c walks those who are there, merge_plan.c finds what differs,
 * merge_apply.c writes it.
 */
#ifndef STORE_MERGE_PARTS_H
#define STORE_MERGE_PARTS_H

#include "base/sorter.h"
#include "base/tape.h"
#include "store/barred.h"
#include "store/handle.h"
#include "store/merge.h"

struct merge {
	struct store *store;
	int64_t list;
	struct merge_options options;
	char *proof;
	struct sorter *stage; /* staged rows by their keys */
	struct barred *barred;
	struct tape *plan; /* what is to be done */
	struct str packed; /* a row on its way to either */
	uint64_t rows;	   /* staged so far */
	size_t planned[MERGE_ACTIONS];
	size_t leaving; /* readers among those of MERGE_LEAVE */
	bool doubted;
};

/* ----- staged rows as bytes (merge.c) ----- */

struct staged {
	struct subscriber s;
	uint64_t number; /* counts rows as they came */
	uint64_t place;
};

/* Appends it. */
void staged_pack(struct str *out, const struct staged *row);

/* Borrows from `packed`. */
void staged_unpack(struct span packed, struct staged *row);

/* ----- who is known (merge_known.c) ----- */

/*
 * A page of subscribers at a time, so that no statement stays open for long.
 * Where nobody is struck only the keys that are asked for matter: then a page
 * begins where it is needed, and is as long as the one before was of use.
 */
struct known {
	struct merge *merge;
	struct db_rows *page;
	size_t size, taken; /* rows that the page may have; that it gave */
	size_t asked;	    /* keys looked for in it */
	struct str last;    /* the key of its last row, when it is full */
	bool there, end;    /* `s` holds a row; there is none behind it */
	struct subscriber s;
};

void known_start(struct known *k, struct merge *merge);
void known_end(struct known *k);

/* To the next one whose key is not before `wanted`, which may be NULL; without
 * one `there` is false. */
bool known_advance(struct known *k, const char *wanted, struct error *err);

/* ----- the plan (merge_plan.c) ----- */

struct step {
	enum merge_action action;
	int64_t id;	    /* of whom is there already */
	struct span packed; /* the row; empty of MERGE_STRIKE */
};

/* The states that the merge may change to `now`, as bits. */
unsigned merge_states_to(const struct merge *merge, enum subscriber_state now);

/* Those that a missing row makes `removed`. */
unsigned merge_strikable(const struct merge *merge);

/* Fills merge->plan and counts it, and what is kept out. */
bool merge_make_plan(
	struct merge *merge, struct merge_report *report, struct error *err);

/* Puts a short plan into the order in which its rows came: subscribers of a
 * short file are numbered as they stand in it. */
bool merge_order_plan(struct merge *merge, struct error *err);

/* The next step of the plan; false at the end, or with `err` set. */
bool merge_next_step(
	struct tape_reader *plan, struct step *step, struct error *err);

/* ----- new subscribers (merge_newcomers.c) ----- */

enum { TOGETHER = 32 };

struct newcomers {
	struct str packed; /* rows one behind the other */
	size_t starts[TOGETHER], count;
};

/* Writes them when there are enough, or at once; *added counts those who were
 * not there yet. */
bool newcomers_add(const struct merge *merge, struct newcomers *newcomers,
	struct span packed, size_t *added, struct error *err);
bool newcomers_flush(const struct merge *merge, struct newcomers *newcomers,
	size_t *added, struct error *err);

/* ----- carrying it out (merge_apply.c) ----- */

/* All `steps` of the plan; done[] counts those that were still to be taken. */
bool merge_apply(struct merge *merge, size_t steps, size_t done[MERGE_ACTIONS],
	struct error *err);

#endif
