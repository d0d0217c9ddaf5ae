/*
 * Opening SQLite: to write, to read, and where nothing may be written.
 *
 * WAL, so that who reads does not stop who sends. Memory is bounded by two page
 * caches of 2 MB, one for the database and one for temporary tables, which
 * spill to a file.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/file.h"
#include "base/mem.h"

enum { WAL_PAUSE_MS = 10 };

static const char setup_any[] = "PRAGMA cache_size = -2048;"
				"PRAGMA mmap_size = 0;"
				"PRAGMA temp_store = FILE;"
				"PRAGMA temp.cache_size = -2048;";

/* What is erased is overwritten (Debian's library does so by itself). A
 * checkpoint every thousand pages keeps the log near 4 MB; after a large
 * transaction the file is cut back to 16 MB. */
static const char setup_write[] = "PRAGMA synchronous = FULL;"
				  "PRAGMA secure_delete = ON;"
				  "PRAGMA wal_autocheckpoint = 1000;"
				  "PRAGMA journal_size_limit = 16777216;";

static void
close_handle(struct sqlite *db)
{
	for (size_t i = 0; i < SQLITE_SLOTS; i++) {
		if (db->cache[i])
			sqlite3_finalize(db->cache[i]->stmt);
		free(db->cache[i]);
		db->cache[i] = NULL;
	}
	db->cached = 0;
	sqlite3_close(db->handle);
	db->handle = NULL;
}

void
sqlite_close(struct db *base)
{
	struct sqlite *db = (struct sqlite *)base;

	close_handle(db);
	db_clear(&db->db);
	free(db);
}

/*
 * SQLite's own way of waiting looks again after up to 100 ms, and finds the
 * lock taken by the next transaction of an import. Sending needs it a hundred
 * times a second.
 */
static int
wait_a_moment(void *data, int looked)
{
	const struct sqlite *db = data;

	if (looked >= db->patience_ms)
		return 0;
	sqlite3_sleep(1);
	return 1;
}

/* ITEM() of db.h: NULL where the array has no such place. */
static void
item(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct db_value *array =
		sqlite3_value_pointer(values[0], SQLITE_ARRAY);
	int64_t at = sqlite3_value_int64(values[1]) - 1;
	const char *text;

	(void)count;
	if (!array || at < 0 || (size_t)at >= array->count)
		return;
	if (array->kind == DB_INTS) {
		sqlite3_result_int64(
			context, ((const int64_t *)array->items)[at]);
		return;
	}
	text = ((const char *const *)array->items)[at];
	if (text)
		sqlite3_result_text(context, text, -1, SQLITE_STATIC);
}

static bool
open_handle(struct sqlite *db, const char *name, int flags, struct error *err)
{
	int code = sqlite3_open_v2(
		name, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return sqlite_fail(db, err);
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_handler(db->handle, wait_a_moment, db);
	if (sqlite3_create_function_v2(db->handle, "item", 2,
		    SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, item, NULL, NULL,
		    NULL) != SQLITE_OK)
		return sqlite_fail(db, err);
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
		int code = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL",
			NULL, NULL, NULL);

		if (code == SQLITE_OK)
			return true;
		if ((code & 0xff) != SQLITE_BUSY || waited >= db->patience_ms)
			return sqlite_fail(db, err);
		sqlite3_sleep(WAL_PAUSE_MS);
	}
}

static bool
open_to_write(struct sqlite *db, struct error *err)
{
	if (!make_file(db->db.title, err))
		return false;
	db->synchronous = SYNC_FULL;
	return open_handle(db, db->db.title, SQLITE_OPEN_READWRITE, err) &&
		switch_to_wal(db, err) &&
		sqlite_script(&db->db, setup_write, err);
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
	char *uri = immutable_uri(db->db.title);
	bool ok;

	close_handle(db);
	ok = open_handle(
		     db, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err) &&
		sqlite_script(
			&db->db, "SELECT count(*) FROM sqlite_master", err);
	free(uri);
	return ok;
}

static bool
open_in_memory(struct sqlite *db, struct error *err)
{
	return open_handle(db,
		":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
}

static bool
open_to_read(struct sqlite *db, struct error *err)
{
	struct error trouble = ERROR_INIT;
	struct stat st;
	int code;

	if (stat(db->db.title, &st) < 0 && errno != ENOENT)
		return error_set_errno(err, "%s", db->db.title);
	if (!file_exists(db->db.title) || st.st_size == 0)
		return open_in_memory(db, err);
	if (open_handle(db, db->db.title, SQLITE_OPEN_READONLY, &trouble) &&
		sqlite_script(&db->db, "SELECT count(*) FROM sqlite_master",
			&trouble))
		return true;
	code = sqlite3_errcode(db->handle) & 0xff;
	if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) &&
		log_is_empty(db->db.title)) {
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
	bool (*const open[])(struct sqlite *, struct error *) = {
		[DB_CREATE] = open_to_write,
		[DB_READ] = open_to_read,
		[DB_MEMORY] = open_in_memory,
	};

	db->db.ops = &sqlite_ops;
	db->db.title = mem_strdup(path);
	db->patience_ms = patience_ms;
	if (open[how](db, err))
		return &db->db;
	sqlite_close(&db->db);
	return NULL;
}
