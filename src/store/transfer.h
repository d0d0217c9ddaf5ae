/*
 * All of a store into another database: every table of the layout, with every
 * row and column as it is, numbers included, and then held against the first by
 * a hash of each table. It holds a few MB in memory however large the store is.
 *
 * Only what belongs to one database alone is not copied: PostgreSQL's count of
 * changes. Where a table gives out numbers, the copy goes on behind the highest,
 * which is the last that was given (invariant 15 in store.h).
 */
#ifndef STORE_TRANSFER_H
#define STORE_TRANSFER_H

#include "base/hash.h"
#include "store/db.h"

struct transferred {
	const char *name;
	int64_t rows;
	unsigned char sum[HASH_SIZE];
};

/*
 * What became of it. `mended` texts were not UTF-8, or had a NUL in them, which
 * PostgreSQL does not take: they are repaired there, as they would have been had
 * they been written there in the first place; `first` names a row that has one.
 */
struct transfer {
	struct arena *arena;
	struct transferred *tables;
	size_t count;
	int64_t rows, mended;
	const char *first; /* or NULL */
};

/*
 * Within a transaction of each: DB_SNAPSHOT or DB_ALONE, and DB_LAYOUT, in which
 * the tables are made. *out is yours to transfer_clear(), also after a failure.
 *
 * ERROR_IO when what was written is not what was read, ERROR_USAGE when there is
 * something in `to` already.
 */
bool transfer_all(struct db *from, struct db *to, struct transfer *out,
	struct error *err);
void transfer_clear(struct transfer *t);

#endif
