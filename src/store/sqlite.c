/*
 * SQLite behind the table of store/db.h: statements, transactions, and what
 * its errors mean to people.
 *
 * BEGIN IMMEDIATE always: a transaction that starts reading and then wants to
 * write fails in the middle when another process wrote meanwhile, and no
 * patience helps.
 */
#include "store/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/mem.h"

/* ----- errors ----- */

static const struct {
	int code;
	enum error_kind kind;
	const char *text;
} failures[] = {
	{SQLITE_FULL, ERROR_IO,
		"database or disk is full; free some space, nothing was lost"},
	{SQLITE_READONLY, ERROR_IO,
		"cannot be written; this user needs the right to write it "
		"and its folder"},
	{SQLITE_NOTADB, ERROR_CONFIG,
		"is no postrider database; move it away, or name another one "
		"under 'store'"},
	{SQLITE_CORRUPT, ERROR_IO,
		"is damaged; restore a backup, or try the 'recover' command "
		"of the sqlite3 program"},
};

/* What the system said of the file or of its log, which each keep it; what the
 * connection remembers has often been overwritten since. */
static int
system_error(sqlite3 *handle)
{
	static const int files[] = {
		SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		sqlite3_file *file = NULL;
		int number = 0;

		sqlite3_file_control(handle, "main", files[i], &file);
		if (file && file->pMethods)
			file->pMethods->xFileControl(
				file, SQLITE_FCNTL_LAST_ERRNO, &number);
		if (number)
			return number;
	}
	return sqlite3_system_errno(handle);
}

/* For codes that hide what the system said. A file that cannot be made is then
 * tried to be opened as it is: nothing there. */
static int
code_of_errno(int code, int number)
{
	if (code != SQLITE_IOERR && code != SQLITE_CANTOPEN)
		return code;
	if (number == ENOSPC || number == EDQUOT)
		return SQLITE_FULL;
	if (number == EACCES || number == EPERM ||
		(code == SQLITE_CANTOPEN && number == ENOENT))
		return SQLITE_READONLY;
	return code;
}

bool
sqlite_fail(const struct sqlite *db, struct error *err)
{
	int number = system_error(db->handle);
	int code = code_of_errno(sqlite3_errcode(db->handle) & 0xff, number);

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return db_fail_busy(&db->db, db->patience_ms, err);
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (failures[i].code == code)
			return error_set(err, failures[i].kind, "%s: %s",
				db->db.title, failures[i].text);
	if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
		return error_set(err, ERROR_IO, "%s: %s%s%s", db->db.title,
			sqlite3_errmsg(db->handle), number ? ": " : "",
			number ? strerror(number) : "");
	/* Statements that were tried with every layout: it is the tables. */
	if (code == SQLITE_ERROR)
		return error_set(err, ERROR_IO,
			"%s: is damaged, its tables are not as they were made "
			"(%s); restore a backup",
			db->db.title, sqlite3_errmsg(db->handle));
	return error_set(err, ERROR_BUG, "%s: %s", db->db.title,
		sqlite3_errmsg(db->handle));
}

/* ----- statements ----- */

static struct sqlite *
sqlite_of(struct db *db)
{
	return (struct sqlite *)db;
}

bool
sqlite_script(struct db *base, const char *sql, struct error *err)
{
	struct sqlite *db = sqlite_of(base);

	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fail(db, err);
	return true;
}

static struct statement **
find_slot(struct sqlite *db, const char *sql)
{
	size_t at = db_slot(sql);
	struct statement **slot;

	do
		slot = &db->cache[at++ % SQLITE_SLOTS];
	while (*slot && (*slot)->sql != sql);
	return slot;
}

static struct statement *
find_statement(struct sqlite *db, const char *sql, struct error *err)
{
	struct statement **slot = find_slot(db, sql);
	struct statement *s = *slot;

	if (s)
		return s;
	s = mem_new(sizeof *s);
	s->rows.db = &db->db;
	s->sql = sql;
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
		    &s->stmt, NULL) != SQLITE_OK) {
		sqlite_fail(db, err);
		free(s);
		return NULL;
	}
	assert(db->cached < SQLITE_SLOTS / 2);
	db->cached++;
	*slot = s;
	return s;
}

static void
bind_value(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	if (v->null) {
		sqlite3_bind_null(stmt, at);
		return;
	}
	switch (v->kind) {
	case DB_INT:
		sqlite3_bind_int64(stmt, at, v->number);
		break;
	case DB_TEXT:
		sqlite3_bind_text64(stmt, at, v->bytes.data, v->bytes.len,
			SQLITE_STATIC, SQLITE_UTF8);
		break;
	case DB_BLOB:
		/* A NULL pointer would bind NULL in place of an empty blob. */
		sqlite3_bind_blob64(stmt, at,
			v->bytes.data ? v->bytes.data : "", v->bytes.len,
			SQLITE_STATIC);
		break;
	case DB_INTS:
	case DB_TEXTS:
		sqlite3_bind_pointer(stmt, at, (void *)v, SQLITE_ARRAY, NULL);
		break;
	}
}

static struct statement *
start(struct sqlite *db, const char *sql, const struct db_value *values,
	size_t count, struct error *err)
{
	struct statement *s = find_statement(db, sql, err);

	if (!s)
		return NULL;
	assert(!s->busy);
	assert((size_t)sqlite3_bind_parameter_count(s->stmt) == count);
	s->busy = true;
	s->rows.failed = false;
	for (size_t i = 0; i < count; i++)
		bind_value(s->stmt, (int)i + 1, &values[i]);
	return s;
}

static struct db_rows *
sqlite_query(struct db *base, struct error *err, const char *sql,
	const struct db_value *values, size_t count)
{
	struct statement *s = start(sqlite_of(base), sql, values, count, err);

	return s ? &s->rows : NULL;
}

static bool
sqlite_next(struct db_rows *rows, struct error *err)
{
	struct statement *s = (struct statement *)rows;
	int code = rows->failed ? SQLITE_DONE : sqlite3_step(s->stmt);

	if (code != SQLITE_ROW && code != SQLITE_DONE) {
		rows->failed = true;
		sqlite_fail(sqlite_of(rows->db), err);
	}
	return code == SQLITE_ROW;
}

static void
sqlite_done(struct db_rows *rows)
{
	struct statement *s = (struct statement *)rows;

	sqlite3_reset(s->stmt);
	s->busy = false;
}

static bool
sqlite_run(struct db *base, struct error *err, int64_t *changed,
	const char *sql, const struct db_value *values, size_t count)
{
	struct sqlite *db = sqlite_of(base);
	struct statement *s = start(db, sql, values, count, err);

	if (!s)
		return false;
	sqlite_next(&s->rows, err);
	if (changed)
		*changed = sqlite3_changes64(db->handle);
	return db_done(&s->rows);
}

static bool
sqlite_expect(struct db *base, struct error *err, int64_t want, const char *sql,
	const struct db_value *values, size_t count)
{
	struct sqlite *db = sqlite_of(base);
	struct statement *s = start(db, sql, values, count, err);
	int64_t rows = 0;

	base->missed = false;
	if (!s)
		return false;
	while (sqlite_next(&s->rows, err))
		rows++;
	if (!sqlite3_stmt_readonly(s->stmt))
		rows = sqlite3_changes64(db->handle);
	return db_done(&s->rows) &&
		(rows == want || db_fail_expected(base, err));
}

static bool
sqlite_is_null(const struct db_rows *rows, int column)
{
	sqlite3_stmt *stmt = ((const struct statement *)rows)->stmt;

	return sqlite3_column_type(stmt, column) == SQLITE_NULL;
}

static int64_t
sqlite_number(const struct db_rows *rows, int column)
{
	return sqlite3_column_int64(
		((const struct statement *)rows)->stmt, column);
}

static struct span
sqlite_bytes(const struct db_rows *rows, int column)
{
	sqlite3_stmt *stmt = ((const struct statement *)rows)->stmt;
	const char *data;

	/* The pointer first: asking for the length may not convert. */
	if (sqlite3_column_type(stmt, column) == SQLITE_BLOB)
		data = sqlite3_column_blob(stmt, column);
	else
		data = (const char *)sqlite3_column_text(stmt, column);
	return (struct span){data, (size_t)sqlite3_column_bytes(stmt, column)};
}

/* ----- transactions ----- */

static bool
set_synchronous(struct sqlite *db, int level, struct error *err)
{
	if (db->synchronous == level)
		return true;
	if (!sqlite_script(&db->db,
		    level == SYNC_FULL ? "PRAGMA synchronous = FULL"
				       : "PRAGMA synchronous = NORMAL",
		    err))
		return false;
	db->synchronous = level;
	return true;
}

/* After a full disk SQLite may have rolled back by itself. */
static void
sqlite_rollback(struct db *base)
{
	struct sqlite *db = sqlite_of(base);

	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

/* A number in the head of the file, at hand in each transaction. */
static bool
is_unsealed(struct db *base, struct error *err)
{
	int64_t sealed = 0;

	return db_number(base, err, &sealed, "PRAGMA user_version") &&
		(!sealed || db_fail_moved(base, err));
}

/* The level must be set before BEGIN; inside a transaction it is ignored. */
static bool
sqlite_begin(struct db *base, enum db_mode mode, struct error *err)
{
	struct sqlite *db = sqlite_of(base);

	if (mode == DB_TEMPORARY || mode == DB_SNAPSHOT)
		return db_run(base, err, "BEGIN"); /* no writer is kept out */
	if (!set_synchronous(
		    db, mode < DB_SHARD_NOW ? SYNC_NORMAL : SYNC_FULL, err) ||
		!db_run(base, err, "BEGIN IMMEDIATE"))
		return false;
	if (mode >= DB_LAYOUT || is_unsealed(base, err))
		return true;
	sqlite_rollback(base);
	return false;
}

static bool
sqlite_is_open(struct db *base)
{
	return !sqlite3_get_autocommit(sqlite_of(base)->handle);
}

/* Nothing is put off. */
static bool
sqlite_ready(struct db *base, struct error *err)
{
	(void)base;
	(void)err;
	return true;
}

static bool
sqlite_commit(struct db *base, struct error *err)
{
	if (db_run(base, err, "COMMIT"))
		return true;
	sqlite_rollback(base);
	return false;
}

static bool
sqlite_check(struct db *base, struct error *err)
{
	struct db_rows *rows = db_query(base, err, "PRAGMA quick_check(1)");
	bool sound = true;

	if (db_next(rows, err) && !text_equals(row_text(rows, 0), "ok"))
		sound = error_set(err, ERROR_IO,
			"the store is damaged (%s); restore a backup",
			row_text(rows, 0));
	return db_done(rows) && sound;
}

const struct db_ops sqlite_ops = {
	.tables = "SELECT name FROM sqlite_master WHERE type = 'table'",
	.others = "PRAGMA data_version",
	.seal = "PRAGMA user_version = 1",
	.unseal = "PRAGMA user_version = 0",
	.copy = "VACUUM INTO ?1",
	.close = sqlite_close,
	.script = sqlite_script,
	.run = sqlite_run,
	.expect = sqlite_expect,
	.query = sqlite_query,
	.next = sqlite_next,
	.done = sqlite_done,
	.is_null = sqlite_is_null,
	.number = sqlite_number,
	.bytes = sqlite_bytes,
	.begin = sqlite_begin,
	.ready = sqlite_ready,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.is_open = sqlite_is_open,
	.check = sqlite_check,
};
