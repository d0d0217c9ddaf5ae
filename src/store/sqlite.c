/*
 * SQLite behind the table of store/db.h.
 *
 * WAL, so that who reads does not stop who sends. BEGIN IMMEDIATE always: a
 * transaction that starts reading and then wants to write fails in the middle
 * when another process wrote meanwhile, and no patience helps. Memory is
 * bounded by two page caches of 2 MB, one for the database and one for
 * temporary tables, which spill to a file.
 */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"

enum {
	SLOTS = 512, /* of the statement cache; the store has some hundred */
	SYNC_NORMAL = 1,
	SYNC_FULL = 2,
	WAL_PAUSE_MS = 10,
};

struct statement {
	struct db_rows rows; /* first: what the store sees of it */
	const char *sql;
	sqlite3_stmt *stmt;
	bool busy;
};

struct sqlite {
	struct db db; /* first: what the store sees of it */
	sqlite3 *handle;
	char *path;
	int64_t patience_ms;
	int synchronous;
	/* Prepared once, found by the address of their text. */
	struct statement *cache[SLOTS];
	size_t cached;
};

static const char setup_any[] =
	"PRAGMA cache_size = -2048;"
	"PRAGMA mmap_size = 0;"
	"PRAGMA temp_store = FILE;"
	"PRAGMA temp.cache_size = -2048;";

/* A checkpoint every thousand pages keeps the log near 4 MB; after a large
 * transaction the file is cut back to 16 MB. */
static const char setup_write[] =
	"PRAGMA synchronous = FULL;"
	"PRAGMA wal_autocheckpoint = 1000;"
	"PRAGMA journal_size_limit = 16777216;";

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

/* What the system said, for codes that hide it. */
static int
code_of_errno(int code, int number)
{
	if (code != SQLITE_IOERR && code != SQLITE_CANTOPEN)
		return code;
	if (number == ENOSPC || number == EDQUOT)
		return SQLITE_FULL;
	if (number == EROFS || number == EACCES || number == EPERM)
		return SQLITE_READONLY;
	return code;
}

static bool
fail_busy(const struct sqlite *db, struct error *err)
{
	struct str waited = STR_INIT;

	duration_write(&waited, db->patience_ms / 1000);
	error_set(err, ERROR_LATER,
		"%s: another run is using it, and was not done after %s; try "
		"again later", db->path,
		db->patience_ms < 1000 ? "a moment" : str_text(&waited));
	str_clear(&waited);
	return false;
}

/* Turns what the handle failed with into `err`. Returns false. */
static bool
fail(const struct sqlite *db, struct error *err)
{
	int number = sqlite3_system_errno(db->handle);
	int code = code_of_errno(
		sqlite3_errcode(db->handle) & 0xff, number);

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return fail_busy(db, err);
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (failures[i].code == code)
			return error_set(err, failures[i].kind, "%s: %s",
				db->path, failures[i].text);
	if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
		return error_set(err, ERROR_IO, "%s: %s: %s", db->path,
			sqlite3_errmsg(db->handle),
			number ? strerror(number) : "for no known reason");
	return error_set(err, ERROR_BUG, "%s: %s", db->path,
		sqlite3_errmsg(db->handle));
}

/* ----- statements ----- */

static struct sqlite *
sqlite_of(struct db *db)
{
	return (struct sqlite *)db;
}

static bool
sqlite_script(struct db *base, const char *sql, struct error *err)
{
	struct sqlite *db = sqlite_of(base);

	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, err);
	return true;
}

static struct statement **
find_slot(struct sqlite *db, const char *sql)
{
	size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b97f4a7c15u >> 32;

	while (db->cache[at % SLOTS] && db->cache[at % SLOTS]->sql != sql)
		at++;
	return &db->cache[at % SLOTS];
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
		fail(db, err);
		free(s);
		return NULL;
	}
	assert(db->cached < SLOTS / 2);
	db->cached++;
	*slot = s;
	return s;
}

static void
bind_value(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	switch (v->kind) {
	case DB_NULL:
		sqlite3_bind_null(stmt, at);
		break;
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
		fail(sqlite_of(rows->db), err);
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
	return (struct span){
		data, (size_t)sqlite3_column_bytes(stmt, column)};
}

/* ----- transactions ----- */

static bool
set_synchronous(struct sqlite *db, int level, struct error *err)
{
	if (db->synchronous == level)
		return true;
	if (!sqlite_script(&db->db, level == SYNC_FULL ?
			"PRAGMA synchronous = FULL" :
			"PRAGMA synchronous = NORMAL", err))
		return false;
	db->synchronous = level;
	return true;
}

/* The level must be set before BEGIN; inside a transaction it is ignored. */
static bool
sqlite_begin(struct db *base, enum db_mode mode, struct error *err)
{
	struct sqlite *db = sqlite_of(base);

	if (mode == DB_TEMPORARY)
		return db_run(base, err, "BEGIN");
	return set_synchronous(db, mode == DB_NOW ? SYNC_FULL : SYNC_NORMAL,
			err) && db_run(base, err, "BEGIN IMMEDIATE");
}

/* After a full disk SQLite may have rolled back by itself. */
static void
sqlite_rollback(struct db *base)
{
	struct sqlite *db = sqlite_of(base);

	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

static bool
sqlite_commit(struct db *base, struct error *err)
{
	if (db_run(base, err, "COMMIT"))
		return true;
	sqlite_rollback(base);
	return false;
}

/* ----- opening and closing ----- */

static void
close_handle(struct sqlite *db)
{
	for (size_t i = 0; i < SLOTS; i++) {
		if (db->cache[i])
			sqlite3_finalize(db->cache[i]->stmt);
		free(db->cache[i]);
		db->cache[i] = NULL;
	}
	db->cached = 0;
	sqlite3_close(db->handle);
	db->handle = NULL;
}

static void
sqlite_close(struct db *base)
{
	struct sqlite *db = sqlite_of(base);

	close_handle(db);
	free(db->path);
	free(db);
}

static const struct db_ops sqlite_ops = {
	.tables = "SELECT name FROM sqlite_master WHERE type = 'table'",
	.close = sqlite_close,
	.script = sqlite_script,
	.run = sqlite_run,
	.query = sqlite_query,
	.next = sqlite_next,
	.done = sqlite_done,
	.is_null = sqlite_is_null,
	.number = sqlite_number,
	.bytes = sqlite_bytes,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
};

static bool
open_handle(struct sqlite *db, const char *name, int flags, struct error *err)
{
	int code = sqlite3_open_v2(name, &db->handle,
		flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return fail(db, err);
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, (int)db->patience_ms);
	return sqlite_script(&db->db, setup_any, err);
}

/*
 * Makes an empty file that others cannot read: a roster is nobody's business.
 * Only one that does not exist is ever opened here: closing it again would
 * drop the locks that this process holds on it through another handle (POSIX
 * locks belong to the process).
 */
static bool
make_file(const char *path, struct error *err)
{
	char *folder;
	bool ok;
	int fd;

	if (file_exists(path))
		return true;
	folder = mem_dup(path, (size_t)(file_name(path) - path));
	ok = !*folder || file_make_folders(folder, 0750, err);
	free(folder);
	if (!ok)
		return false;
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);
	if (fd < 0 && errno != EEXIST)
		return error_set_errno(err, "%s", path);
	if (fd >= 0)
		close(fd);
	return true;
}

/*
 * Nobody is waited for in this one (SQLite fears a deadlock between two that
 * both read and want to switch), so first runs at once have to try again by
 * themselves. Later it changes nothing and takes no lock.
 */
static bool
switch_to_wal(struct sqlite *db, struct error *err)
{
	for (int64_t waited = 0;; waited += WAL_PAUSE_MS) {
		int code = sqlite3_exec(db->handle,
			"PRAGMA journal_mode = WAL", NULL, NULL, NULL);

		if (code == SQLITE_OK)
			return true;
		if ((code & 0xff) != SQLITE_BUSY || waited >= db->patience_ms)
			return fail(db, err);
		sqlite3_sleep(WAL_PAUSE_MS);
	}
}

static bool
open_to_write(struct sqlite *db, struct error *err)
{
	if (!make_file(db->path, err))
		return false;
	db->synchronous = SYNC_FULL;
	return open_handle(db, db->path, SQLITE_OPEN_READWRITE, err) &&
		switch_to_wal(db, err) && sqlite_script(&db->db, setup_write, err);
}

/* "file:" and the path with everything escaped that means something in a URI.
 */
static char *
immutable_uri(const char *path)
{
	struct str uri = STR_INIT;

	str_add(&uri, "file:");
	for (const char *p = path; *p; p++) {
		if (strchr("%?#", *p))
			str_printf(&uri, "%%%02X", (unsigned)*p);
		else
			str_add_char(&uri, *p);
	}
	str_add(&uri, "?immutable=1");
	return str_take(&uri);
}

static bool
log_is_empty(const char *path)
{
	char *log = mem_printf("%s-wal", path);
	struct stat st;
	bool empty = stat(log, &st) < 0 || st.st_size == 0;

	free(log);
	return empty;
}

/*
 * Reading a WAL database needs its shared index beside it. Where the folder
 * cannot be written and nobody has made one, the file as it stands is the
 * whole truth, unless a log was left behind.
 */
static bool
open_unwritable(struct sqlite *db, struct error *err)
{
	char *uri = immutable_uri(db->path);
	bool ok;

	close_handle(db);
	ok = open_handle(db, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
		err) && sqlite_script(&db->db,
			"SELECT count(*) FROM sqlite_master", err);
	free(uri);
	return ok;
}

static bool
open_to_read(struct sqlite *db, struct error *err)
{
	struct error trouble = ERROR_INIT;
	struct stat st;
	int code;

	if (stat(db->path, &st) < 0 && errno != ENOENT)
		return error_set_errno(err, "%s", db->path);
	if (!file_exists(db->path) || st.st_size == 0)
		return open_handle(db, ":memory:",
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	if (open_handle(db, db->path, SQLITE_OPEN_READONLY, &trouble) &&
		sqlite_script(&db->db, "SELECT count(*) FROM sqlite_master",
			&trouble))
		return true;
	code = sqlite3_errcode(db->handle) & 0xff;
	if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) &&
		log_is_empty(db->path)) {
		error_clear(&trouble);
		return open_unwritable(db, err);
	}
	return error_move(err, &trouble);
}

struct db *
sqlite_open(const char *path, enum db_open how, int64_t patience_ms,
	struct error *err)
{
	struct sqlite *db = mem_new(sizeof *db);
	bool ok;

	db->db.ops = &sqlite_ops;
	db->path = mem_strdup(path);
	db->patience_ms = patience_ms;
	ok = how == DB_CREATE ? open_to_write(db, err) : open_to_read(db, err);
	if (ok)
		return &db->db;
	sqlite_close(&db->db);
	return NULL;
}
