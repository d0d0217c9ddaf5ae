/*
 * What the two files of the SQLite side share: sqlite.c has statements and
 * transactions, sqlite_open.c opens and closes.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/db.h"

struct sqlite3;
struct sqlite3_stmt;

enum {
	SQLITE_SLOTS = 512, /* of the cache; the store has some hundred */
	SYNC_NORMAL = 1,
	SYNC_FULL = 2,
};

/* What kind of pointer an array of values is (sqlite3_bind_pointer()). */
#define SQLITE_ARRAY "array"

struct statement {
	struct db_rows rows; /* first: what the store sees of it */
	const char *sql;
	struct sqlite3_stmt *stmt;
	bool busy;
};

struct sqlite {
	struct db db; /* first: what the store sees of it */
	struct sqlite3 *handle;
	int64_t patience_ms;
	int synchronous;
	/* Prepared once, found by the address of their text. */
	struct statement *cache[SQLITE_SLOTS];
	size_t cached;
};

/* The table of functions; all but `close` live in sqlite.c. */
extern const struct db_ops sqlite_ops;

void sqlite_close(struct db *base);
bool sqlite_script(struct db *base, const char *sql, struct error *err);

/* Turns what the handle failed with into `err`. Returns false. */
bool sqlite_fail(const struct sqlite *db, struct error *err);

#endif
