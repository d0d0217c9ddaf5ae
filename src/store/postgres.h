/*
 * What the files of the PostgreSQL side share: postgres.c has statements and
 * transactions, postgres_open.c opens and closes, postgres_sql.c turns the
 * store's SQL into PostgreSQL's, postgres_value.c turns values into what the
 * wire has, and back, postgres_wait.c waits for answers, hears what others say
 * and sees that nobody is there any more, postgres_upkeep.c looks at the whole.
 *
 * The connection is in pipeline mode from its first statement to its last
 * (PostgreSQL 15 manual, 34.5): a statement within a transaction of which
 * nobody waits for a result is sent with the next one that somebody waits for.
 * What it failed with, that one fails with.
 */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include "store/db.h"

struct pg_conn;
struct pg_result;

enum {
	POSTGRES_SLOTS = 1024, /* of the cache; the store has some hundred */
	POSTGRES_VALUES = 320, /* of one statement */
	UNREAD_MAX = 400,      /* statements sent before they are waited for */
};

/* What is expected of a result where it is no number of rows. */
enum { ANY_ROWS = -1, A_COMMIT = -2, A_SYNC = -3, AN_ANSWER = -4 };

/* A statement as the server knows it. */
struct prepared {
	const char *sql; /* the store's, whose address is its name here */
	char name[16];	 /* there; "" until it is prepared */
};

struct postgres {
	struct db db; /* first: what the store sees of it */
	struct pg_conn *conn;
	int64_t patience_ms;
	bool open;    /* a transaction is */
	bool listens; /* to what others say */
	/* Results on their way that nobody waits for: how many rows each must
	   have, or what else it is. */
	int64_t wants[UNREAD_MAX];
	size_t unread;
	struct error ill; /* what the first of these failed with */
	/* What was asked for, when it is here; and how many results there are
	   to read until it is committed. */
	struct pg_result *answer;
	size_t until_answered;
	struct prepared cache[POSTGRES_SLOTS];
	size_t cached;
};

struct postgres_rows {
	struct db_rows rows; /* first: what the store sees of it */
	struct pg_result *result;
	int at; /* row; -1 before the first */
};

/* The table of functions; `close` lives in postgres_open.c. */
extern const struct db_ops postgres_ops;

/* Makes what the tables need beside themselves, if it is not there, and keeps
 * others from doing the same. */
extern const char postgres_layout[];

void postgres_close(struct db *base);
bool postgres_script(struct db *base, const char *sql, struct error *err);

/* Until there is a result that PQgetResult() need not wait for, or the
 * connection is lost; that it is, it then says. */
void postgres_await(const struct postgres *db);

bool postgres_wait(
	struct db *base, int64_t ms, int fd, bool *said, struct error *err);

bool postgres_is_lost(struct db *base, struct error *err);

/* Turns what the server, or the connection, said into `err`. `result` may be
 * NULL. Returns false. */
bool postgres_fail(const struct postgres *db, const struct pg_result *result,
	struct error *err);

/* ----- the whole (postgres_upkeep.c) ----- */

bool postgres_check(struct db *base, struct error *err);
bool postgres_set_aside(struct db *base, const char *schema,
	const char *const *tables, struct error *err);

/* ----- the dialect (postgres_sql.c) ----- */

/*
 * The store's SQL as PostgreSQL's; yours to free(). `?1` becomes `$1`, a bare
 * `?` the number behind the highest so far, INTEGER becomes BIGINT, BLOB
 * BYTEA; texts sort by their octets; a key of one integer numbers itself. What
 * stands between the signs of POSTGRES_ONLY (db.h) loses them, and what stands
 * between those of SQLITE_ONLY is left out.
 */
char *postgres_sql(const char *sql);

/* ----- values (postgres_value.c) ----- */

/* A statement's values as libpq takes them; texts and blobs are borrowed. */
struct postgres_params {
	int count;
	unsigned types[POSTGRES_VALUES];
	const char *values[POSTGRES_VALUES];
	int lengths[POSTGRES_VALUES], formats[POSTGRES_VALUES];
	char numbers[POSTGRES_VALUES][8];
	struct str made; /* arrays, and texts that were no UTF-8 */
};

void postgres_params_fill(
	struct postgres_params *p, const struct db_value *values, size_t count);
void postgres_params_clear(struct postgres_params *p);

/* Of a column that has a number or a truth value. */
int64_t postgres_number(const struct pg_result *result, int row, int column);

#endif
