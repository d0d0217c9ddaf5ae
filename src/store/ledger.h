/*
 * The ledger as a whole: who got which issue, and for how long that is kept.
 *
 * Where the database has partitions (PostgreSQL), the ledger is cut into parts
 * of so many issues, which are tables of their own: recipient_FIRST_LAST. An
 * issue of ten million is one, and small ones share theirs. What is forgotten
 * then goes with a part, not row by row, and ten years of issues leave those of
 * this week as fast as the first was.
 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/db.h"
#include "store/store.h"

/* The table that the rows of an issue are written to. */
struct ledger_part {
	char table[56];
	int64_t issue;
	bool fresh;	     /* it is of no ledger yet, and has no index */
	int64_t first, last; /* of these issues */
};

/*
 * Finds it, or makes it for about so many rows. All of them are written, and
 * then ledger_end() makes it a part of the ledger: what comes at once needs no
 * index meanwhile. The transaction is the caller's.
 *
 * Without partitions, the rows of the issue, which is the newest, are numbered
 * by themselves: until ledger_end() whoever is written without an id is the
 * next one. It fails if the last of them is not the so-manieth.
 */
bool ledger_begin(struct db *db, int64_t issue, int64_t recipients,
	struct ledger_part *out, struct error *err);
bool ledger_end(struct db *db, const struct ledger_part *part,
	int64_t recipients, struct error *err);

/* Makes the parts of all issues that have rows in another database. */
bool ledger_cover_all(struct db *from, struct db *to, struct error *err);

/*
 * Forgets who got those issues of a list that ended before; what is counted of
 * them stays. Not of issues that a draft looks back at. In short transactions:
 * what a failure leaves is for the next time. *count of them.
 */
bool store_ledgers_forget(struct store *store, int64_t list, int64_t before,
	int64_t now, size_t *count, struct error *err);

#endif
