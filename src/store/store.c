#include "store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/handle.h"
#include "store/migrate.h"

enum { PATIENCE_MS = 10 * 1000 };

/* ----- opening ----- */

/* What a store's URL may begin with. */
static const struct kind {
	const char *scheme;
	bool file; /* what follows is the path of one, and all that is opened */
	struct db *(*open)(const char *where, enum db_open how,
		int64_t patience_ms, struct error *err);
} kinds[] = {
	{"sqlite:", true, sqlite_open},
	{"postgresql://", false, postgres_open},
	{"postgres://", false, postgres_open},
};

static const struct kind *
find_kind(const char *url)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(url, kinds[i].scheme, strlen(kinds[i].scheme)) == 0)
			return &kinds[i];
	return NULL;
}

const char *
store_file(const char *url)
{
	const struct kind *kind = find_kind(url);

	return kind && kind->file ? url + strlen(kind->scheme) : NULL;
}

char *
store_folder(const char *url, const char *site)
{
	const char *path = store_file(url), *name;

	if (!path)
		return mem_printf("%s/state", site);
	name = file_name(path);
	if (name == path)
		return mem_strdup(".");
	return mem_dup(path, (size_t)(name - path - 1));
}

/* What stands behind the database's is for the connection. */
char *
store_name(const char *url)
{
	size_t len = strcspn(url, "?");
	const char *path = store_file(url), *end = url + len;

	if (path)
		return mem_strdup(file_name(path));
	while (end[-1] != '/')
		end--;
	return end == url + len ? mem_strdup("postgresql")
				: mem_dup(end, (size_t)(url + len - end));
}

struct db *
store_connect(const char *url, enum db_open how, int64_t patience_ms,
	struct error *err)
{
	const struct kind *kind = find_kind(url);

	if (how == DB_MEMORY)
		return sqlite_open(url, how, patience_ms, err);
	if (!kind) {
		error_set(err, ERROR_CONFIG,
			"store '%s': must be sqlite:PATH or postgresql://…",
			url);
		return NULL;
	}
	return kind->open(kind->file ? store_file(url) : url, how,
		patience_ms ? patience_ms : PATIENCE_MS, err);
}

/* Nothing is there to be read yet, and nothing may be made there. */
static bool
read_nothing(struct store *store, struct error *err)
{
	char *title = mem_strdup(store->db->title);

	store->db->ops->close(store->db);
	store->db = sqlite_open(title, DB_MEMORY, 0, err);
	free(title);
	return store->db && migrate_up(store->db, err);
}

bool
store_is_here(struct db *db, struct error *err)
{
	int64_t moved = 0;

	return db_number(db, err, &moved,
		       "SELECT count(*) FROM meta WHERE key = '" MOVED_TO
		       "'") &&
		(!moved || db_fail_moved(db, err));
}

/* An older layout is left alone by readers. */
static bool
check_layout(struct store *store, const struct store_options *options,
	struct error *err)
{
	int schema;

	if (!migrate_schema(store->db, &schema, err) ||
		(schema && !options->moved && !store_is_here(store->db, err)))
		return false;
	if (schema == 0 && options->there)
		return error_set(err, ERROR_INPUT, "%s: there is nothing in it",
			store->db->title);
	if (schema == migrate_newest())
		return true;
	if (store->read_only && schema == 0) {
		store->read_only = false;
		return read_nothing(store, err);
	}
	if (!store->read_only)
		return migrate_up(store->db, err);
	return error_set(err, ERROR_CONFIG,
		"%s: made by an older postrider (schema %d, this one knows "
		"%d); the next 'run' brings it up to date",
		store->db->title, schema, migrate_newest());
}

struct store *
store_open(const struct store_options *options, struct error *err)
{
	struct store *store = mem_new(sizeof *store);

	store->read_only = options->read_only;
	store->url = mem_strdup(options->url);
	store->patience_ms = options->patience_ms;
	store->step = options->step;
	store->step_data = options->step_data;
	store->db = store_connect(options->url,
		options->scratch	     ? DB_MEMORY
			: options->read_only ? DB_READ
					     : DB_CREATE,
		options->patience_ms, err);
	if (store->db && check_layout(store, options, err))
		return store;
	store_close(store);
	return NULL;
}

bool
store_is_read_only(const struct store *store)
{
	return store->read_only;
}

bool
store_is_lost(struct store *store, struct error *err)
{
	const struct db_ops *ops = store->db->ops;

	return ops->is_lost && ops->is_lost(store->db, err);
}

/* In a database that is made anew something is about to be restored. */
bool
store_mend(struct store *store, struct error *err)
{
	struct store_options options = {
		.url = store->url,
		.patience_ms = store->patience_ms,
		.there = true,
	};
	struct db *lost = store->db;
	struct store *fresh;

	if (!store_is_lost(store, NULL))
		return true;
	fresh = store_open(&options, err);
	if (!fresh)
		return false;
	store->db = fresh->db;
	fresh->db = lost;
	store_close(fresh);
	return true;
}

void
store_close(struct store *store)
{
	if (!store)
		return;
	if (store->db)
		store->db->ops->close(store->db);
	hash_key_free(store->hashing);
	free(store->drops);
	free(store->url);
	free(store);
}

/* ----- transactions ----- */

/*
 * A transaction within another is a savepoint. After a full disk the database
 * may have taken back all of the outer one: a savepoint would then begin a new
 * one, and what was told to be part of a whole would be written alone.
 */
static bool
still_open(struct store *store, struct error *err)
{
	return store->db->ops->is_open(store->db) ||
		error_set(err, ERROR_IO,
			"store: the transaction was taken back by the database");
}

static bool
begin_nested(struct store *store, struct error *err)
{
	return still_open(store, err) &&
		db_run(store->db, err, "SAVEPOINT nested");
}

static bool
end_nested(struct store *store, bool ok, struct error *err)
{
	int64_t ignored;

	if (!still_open(store, ok ? err : NULL))
		return false;
	/* Waited for: what failed in it may be told only now. */
	if (ok &&
		db_change(store->db, err, &ignored, "RELEASE SAVEPOINT nested"))
		return true;
	db_run(store->db, NULL, "ROLLBACK TO SAVEPOINT nested");
	db_run(store->db, NULL, "RELEASE SAVEPOINT nested");
	return false;
}

bool
store_begin(struct store *store, enum db_mode mode, struct error *err)
{
	bool ok;

	assert(!store->read_only);
	if (store->depth)
		ok = begin_nested(store, err);
	else
		ok = store->db->ops->begin(store->db, mode, err);
	store->depth += ok;
	return ok;
}

static bool
end_outermost(struct store *store, const char *what, bool ok, struct error *err)
{
	if (!ok || !still_open(store, err) ||
		!store->db->ops->ready(store->db, err)) {
		store->db->ops->rollback(store->db);
		return false;
	}
	if (store->step)
		store->step(store->step_data, what, false);
	if (!store->db->ops->commit(store->db, err))
		return false;
	if (store->step)
		store->step(store->step_data, what, true);
	return true;
}

bool
store_end(struct store *store, const char *what, bool ok, struct error *err)
{
	store->depth--;
	return store->depth ? end_nested(store, ok, err)
			    : end_outermost(store, what, ok, err);
}

bool
store_end_later(struct store *store, const char *what, struct error *err)
{
	assert(store->depth == 1);
	store->depth--;
	if (store->step)
		store->step(store->step_data, what, false);
	if (!store->db->ops->commit_later(store->db, err))
		return false;
	if (store->step)
		store->step(store->step_data, what, true);
	return true;
}

bool
store_together(struct store *store, struct error *err)
{
	return store_begin(store, DB_NOW, err);
}

bool
store_together_end(
	struct store *store, const char *what, bool ok, struct error *err)
{
	return store_end(store, what, ok, err);
}

/* ----- meta ----- */

char *
store_meta(struct store *store, const char *key, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT value FROM meta WHERE key = ?1", db_text(key));
	char *value = NULL;

	if (db_next(rows, err))
		value = mem_strdup(row_text(rows, 0));
	db_done(rows);
	return value;
}

bool
store_set_meta(struct store *store, const char *key, const char *value,
	struct error *err)
{
	return store_write(store, DB_SOON, "meta", err,
		"INSERT INTO meta (key, value) VALUES (?1, ?2)"
		" ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		db_text(key), db_text(value));
}

bool
store_meta_number(
	struct store *store, const char *key, int64_t *value, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *text = store_meta(store, key, &problem);

	if (!text_is_empty(text))
		*value = strtoll(text, NULL, 10);
	free(text);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

bool
store_set_meta_number(
	struct store *store, const char *key, int64_t value, struct error *err)
{
	char *text = mem_printf("%lld", (long long)value);
	bool ok = store_set_meta(store, key, text, err);

	free(text);
	return ok;
}

/* ----- lists ----- */

bool
store_list(
	struct store *store, const char *name, int64_t *id, struct error *err)
{
	bool ok;

	*id = 0;
	if (!db_number(store->db, err, id,
		    "SELECT id FROM list WHERE name = ?1", db_text(name)))
		return false;
	if (*id || store->read_only)
		return true;
	if (!store_begin(store, DB_SOON, err))
		return false;
	ok = db_run(store->db, err,
		     "INSERT INTO list (name) VALUES (?1)"
		     " ON CONFLICT (name) DO NOTHING",
		     db_text(name)) &&
		db_number(store->db, err, id,
			"SELECT id FROM list WHERE name = ?1", db_text(name));
	return store_end(store, "list", ok, err);
}

bool
store_lists_known_as(struct store *store, const char *list_id,
	bool (*each)(void *data, const char *name), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT l.name FROM list l"
		" JOIN meta m ON m.key = '" STORE_LIST_ID "' || l.name"
		" WHERE m.value = ?1 AND (EXISTS"
		" (SELECT 1 FROM issue i WHERE i.list = l.id) OR EXISTS"
		" (SELECT 1 FROM suppressed x WHERE x.list = l.id) OR EXISTS"
		" (SELECT 1 FROM subscriber s WHERE s.list = l.id"
		"  AND (s.state <> ?2 OR s.origin <> ?3)))"
		" ORDER BY l.name",
		db_text(list_id), db_int(SUBSCRIBER_ACTIVE),
		db_int(ORIGIN_FILE));
	bool go_on = true;

	while (go_on && db_next(rows, err))
		go_on = each(data, row_text(rows, 0));
	return db_done(rows);
}
