/*
 * A database, at the level of prepared statements and transactions: what the
 * store's SQL, which is written once, runs on. A `struct db_ops` stands for
 * each kind of database: sqlite.c and postgres.c.
 *
 * The SQL keeps to what SQLite (3.39) and PostgreSQL (15) both understand:
 * parameters `?1`, `?2`, … (postgres_sql.c makes `$1` of them), upserts,
 * RETURNING, UPDATE … FROM, IS DISTINCT FROM, window functions. All integers
 * have eight octets but for CAST(… AS INT), which the right side of a shift has
 * to be; sum() is CAST to INTEGER, for PostgreSQL's is a NUMERIC. A statement's
 * text is a literal: the pointer to it is its name in the cache of prepared
 * statements.
 *
 *     rows = db_query(db, err, "SELECT key FROM subscriber WHERE id = ?1",
 *             db_int(id));
 *     while (db_next(rows, err))
 *             use(row_text(rows, 0));
 *     return db_done(rows);
 *
 * A query that failed to start gives NULL, which db_next() and db_done() take
 * for a failed one, so there is one place to look at.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/* ----- values bound to a statement ----- */

enum db_kind { DB_INT, DB_TEXT, DB_BLOB, DB_INTS, DB_TEXTS };

/* What is NULL has a kind too: PostgreSQL wants to know of each parameter. */
struct db_value {
	enum db_kind kind;
	bool null;
	int64_t number;
	struct span bytes; /* borrowed until the statement is done */
	const void *items; /* likewise: of DB_INTS, DB_TEXTS */
	size_t count;
};

static inline struct db_value
db_int(int64_t number)
{
	return (struct db_value){.kind = DB_INT, .number = number};
}

static inline struct db_value
db_no_int(void)
{
	return (struct db_value){.kind = DB_INT, .null = true};
}

/* NULL is NULL. */
static inline struct db_value
db_text(const char *text)
{
	return (struct db_value){
		.kind = DB_TEXT, .null = !text, .bytes = span_of(text)};
}

static inline struct db_value
db_blob(struct span bytes)
{
	return (struct db_value){.kind = DB_BLOB, .bytes = bytes};
}

/* One value that is many, for ITEM(). A text may be NULL. */
static inline struct db_value
db_ints(const int64_t *items, size_t count)
{
	return (struct db_value){
		.kind = DB_INTS, .items = items, .count = count};
}

static inline struct db_value
db_texts(const char *const *items, size_t count)
{
	return (struct db_value){
		.kind = DB_TEXTS, .items = items, .count = count};
}

/* INSTANT_NONE is NULL. */
struct db_value db_instant(int64_t instant);

/*
 * Pieces of a statement that are of one alone: what is PostgreSQL's SQLite takes
 * for a comment, and what is SQLite's is left out there (postgres.h). In SQLite
 * one writer keeps out all others, in PostgreSQL rows have locks: those of the
 * shards, which stand for their recipients, and one for all the rest, which
 * DB_SOON and DB_NOW take.
 */
#define POSTGRES_ONLY(sql) "/*+" sql "*/"
#define SQLITE_ONLY(sql) "/*-*/" sql "/*=*/"
#define FOR_UPDATE POSTGRES_ONLY(" FOR UPDATE")

/* Of a parameter that is an array (db_ints(), db_texts()): the one at `place`,
 * which counts from 1. SQLite knows no arrays: there item() is a function of
 * ours. */
#define ITEM(array, place)                              \
	SQLITE_ONLY("item")                             \
	"(" array POSTGRES_ONLY(")[") SQLITE_ONLY(", ") \
		place POSTGRES_ONLY("]") SQLITE_ONLY(")")

/* ----- the table of functions ----- */

/* How durable a transaction is, and whom it keeps out. */
enum db_mode {
	DB_TEMPORARY,  /* touches temporary tables only: locks nobody out */
	DB_SHARD_SOON, /* on the disk with the next that is NOW at the latest;
			  it locks the rows of shards by itself, and writes to
			  nothing but these, their recipients and what a
			  refusal means to the roster */
	DB_SOON,       /* the same, of anything */
	DB_SHARD_NOW,  /* on the disk when the commit returns; else as
			  DB_SHARD_SOON */
	DB_NOW,	       /* the same, of anything */
	DB_LAYOUT,     /* as DB_NOW; may change the tables */
	DB_SNAPSHOT,   /* reads all of it as it is at one moment, while others
			  write */
	DB_ALONE,      /* as DB_NOW; nobody writes meanwhile, DB_SHARD_…
			  neither. Also of what is sealed */
};

struct map;

struct db {
	const struct db_ops *ops;
	bool missed;	  /* a db_expect() was not met */
	char *title;	  /* what messages call it, without a password */
	struct map *kept; /* texts of db_keep(); or NULL */
	/* How many commits of commit_later() there were, and how many of the
	   first of them are known to be good. */
	int64_t later, later_good;
};

struct db_rows {
	struct db *db;
	bool failed;
};

struct db_ops {
	/* A query for the names of all tables that are not temporary. */
	const char *tables;
	/* A query for the names of the parts of the ledger (ledger.h); NULL: it
	   has no partitions. */
	const char *parts;
	/* A query for a number that changes when others commit something but
	   what DB_SHARD_… are for; it may change in other cases too. */
	const char *others;
	/* A statement behind which nobody begins to write any more
	   (db_fail_moved()), but for DB_LAYOUT, DB_ALONE, and DB_SHARD_…, which
	   find no shards then; and one that takes it back. */
	const char *seal, *unseal;
	/* A statement, of no transaction, that tells the database of many new
	   rows of the roster, which it would find out about by itself some
	   minutes later; NULL: it does not plan by numbers of rows. */
	const char *recount;
	/* A statement that writes all of it into the SQLite file ?1; NULL: it
	   has none. */
	const char *copy;
	bool repairs; /* texts that are not UTF-8 are given to it repaired */
	/* Do several hosts write to it? Then shards have leases. */
	bool shared;
	/* A query that wakes those who wait, when it is committed; or NULL. */
	const char *say;
	/* Waits for that, for so long, or until `fd` is readable; what was said
	   between two calls counts for the second. NULL where nobody says. */
	bool (*wait)(struct db *db, int64_t ms, int fd, bool *said,
		struct error *err);

	void (*close)(struct db *db);
	/* Runs several statements without parameters or results. */
	bool (*script)(struct db *db, const char *sql, struct error *err);
	/* `values` are for ?1, ?2, … A database with pipelines may put off
	   what goes wrong to the commit when `changed` is NULL. */
	bool (*run)(struct db *db, struct error *err, int64_t *changed,
		const char *sql, const struct db_value *values, size_t count);
	/* A statement that has to touch, or to give, so many rows. */
	bool (*expect)(struct db *db, struct error *err, int64_t want,
		const char *sql, const struct db_value *values, size_t count);
	struct db_rows *(*query)(struct db *db, struct error *err,
		const char *sql, const struct db_value *values, size_t count);
	/* False at the end, and on failure with rows->failed set. */
	bool (*next)(struct db_rows *rows, struct error *err);
	void (*done)(struct db_rows *rows);
	bool (*is_null)(const struct db_rows *rows, int column);
	int64_t (*number)(const struct db_rows *rows, int column);
	struct span (*bytes)(const struct db_rows *rows, int column);

	/* One at a time, never nested. After a failed commit it is rolled
	   back. */
	bool (*begin)(struct db *db, enum db_mode mode, struct error *err);
	/* Has all been met that was expected? The server of a database knows
	   nothing of that, and would commit without. */
	bool (*ready)(struct db *db, struct error *err);
	bool (*commit)(struct db *db, struct error *err);
	/* Where the server works while others do: commits, without a word of
	   what became of it; a failure is that of a later call. NULL where
	   nothing is won by it. */
	bool (*commit_later)(struct db *db, struct error *err);
	/* Has it not yet answered to all of that? */
	bool (*is_busy)(struct db *db);
	/* Readable when some of an answer has come. */
	int (*fd)(struct db *db);
	/* Asks, as the last statement of a transaction that commit_later()
	   ends: one question at a time. `answer` waits for what it gave, which
	   is committed then. */
	bool (*ask)(struct db *db, struct error *err, const char *sql,
		const struct db_value *values, size_t count);
	struct db_rows *(*answer)(struct db *db, struct error *err);
	/* Would that wait? As far as is_busy() has looked. */
	bool (*is_waiting)(struct db *db);
	void (*rollback)(struct db *db);
	/* Is a transaction open? One that failed may have been taken back. */
	bool (*is_open)(struct db *db);
	/* Is there no server at the other end any more? Then `err` says why.
	   NULL where there never is one. */
	bool (*is_lost)(struct db *db, struct error *err);

	/* Is all of it as it was written, as far as the database can tell? */
	bool (*check)(struct db *db, struct error *err);
	/* Within DB_LAYOUT: moves those of the tables (up to a NULL) that are
	   there, with their parts, into a schema of that name. NULL: it has no
	   schemas. */
	bool (*set_aside)(struct db *db, const char *schema,
		const char *const *tables, struct error *err);
};

/* ----- what the store calls ----- */

/* The values of a statement as two arguments: the array (its first item fills
 * the place of a ?0) and its length. */
#define DB_VALUES(...)                                                \
	(const struct db_value[]){{.null = true}, ##__VA_ARGS__} + 1, \
		sizeof((const struct db_value[]){                     \
			{.null = true}, ##__VA_ARGS__}) /             \
			sizeof(struct db_value) -                     \
		1

/* Runs a statement that gives no rows. */
#define db_run(db, err, sql, ...) \
	(db)->ops->run((db), (err), NULL, (sql), DB_VALUES(__VA_ARGS__))

/* Likewise; *changed is how many rows it touched. */
#define db_change(db, err, changed, sql, ...) \
	(db)->ops->run((db), (err), (changed), (sql), DB_VALUES(__VA_ARGS__))

/*
 * Runs a statement that has to touch, or to give, `want` rows. When it does not
 * it fails, with ERROR_DATA and `db->missed`, at once or at the next statement
 * that is waited for, which is the commit at the latest.
 */
#define db_expect(db, err, want, sql, ...) \
	(db)->ops->expect((db), (err), (want), (sql), DB_VALUES(__VA_ARGS__))

/* Sets that failure. Returns false. */
bool db_fail_expected(struct db *db, struct error *err);

#define db_query(db, err, sql, ...) \
	(db)->ops->query((db), (err), (sql), DB_VALUES(__VA_ARGS__))

#define db_ask(db, err, sql, ...) \
	(db)->ops->ask((db), (err), (sql), DB_VALUES(__VA_ARGS__))

/* The first column of the first row; *out stays as it was when there is no
 * row, or NULL in it. For "… RETURNING id" too. */
#define db_number(db, err, out, sql, ...) \
	db_take_number(db_query(db, err, sql, __VA_ARGS__), out, err)

bool db_take_number(struct db_rows *rows, int64_t *out, struct error *err);

/* The first column of all rows, yours to free() also after a failure. */
bool db_take_numbers(
	struct db_rows *rows, int64_t **out, size_t *count, struct error *err);

/* False at the end and on failure. */
bool db_next(struct db_rows *rows, struct error *err);

/* Ends the query, at its end or before. False when it had failed. */
bool db_done(struct db_rows *rows);

/* Columns count from 0. Texts and blobs are borrowed until the next step. */
int64_t row_int(const struct db_rows *rows, int column); /* NULL: 0 */
bool row_is_null(const struct db_rows *rows, int column);
const char *row_text(const struct db_rows *rows, int column); /* NULL: NULL */
struct span row_blob(const struct db_rows *rows, int column);
int64_t row_instant(const struct db_rows *rows, int column);

/* Where to begin to look for a statement in the cache of prepared ones. */
static inline size_t
db_slot(const char *sql)
{
	return (uintptr_t)sql * 0x9e3779b97f4a7c15u >> 32;
}

/* ----- databases ----- */

/* A text that is made at run time, as one that lives as long as the handle: what
 * caches of statements need. Equal ones have one pointer. */
const char *db_keep(struct db *db, const char *sql);

/* Frees what all databases have. For `close`. */
void db_clear(struct db *db);

/* In `meta`: where the store is, when it is not here. */
#define MOVED_TO "moved_to"

/* Says that. Returns false. */
bool db_fail_moved(struct db *db, struct error *err);

/* What each says of a lock that it waited for in vain. Returns false. */
bool db_fail_busy(const struct db *db, int64_t patience_ms, struct error *err);

enum db_open {
	DB_CREATE, /* makes the file, and its folders, when missing */
	DB_READ,   /* reads a file that exists; gives an empty database in
		      memory when there is none */
	DB_MEMORY, /* an empty one in memory; the path stands in messages */
};

/* `patience_ms`: how long to wait for a lock of another process. */
struct db *sqlite_open(const char *path, enum db_open how, int64_t patience_ms,
	struct error *err);

/* `url` is what libpq takes: "postgresql://…" (PostgreSQL 15 manual, 34.1.1.2).
 * It makes no database; DB_MEMORY is no mode of it. */
struct db *postgres_open(const char *url, enum db_open how, int64_t patience_ms,
	struct error *err);

#endif
