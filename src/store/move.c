#include "store/move.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/handle.h"
#include "store/lease.h"
#include "store/put_back.h"

#define MOVED_AT "moved_at"

/* ----- the seal ----- */

/*
 * Not DB_SHARD_…, which asks nobody whether it may begin: it is kept out of a
 * sealed store by shards that are not those of their issues.
 */
static bool
hide_shards(struct db *db, struct error *err)
{
	return db_run(db, err,
		"UPDATE shard SET issue = -1 - issue WHERE issue >= 0");
}

static bool
show_shards(struct db *db, struct error *err)
{
	return db_run(
		db, err, "UPDATE shard SET issue = -1 - issue WHERE issue < 0");
}

static bool
note(struct db *db, const char *key, const char *value, struct error *err)
{
	return db_run(db, err,
		"INSERT INTO meta (key, value) VALUES (?1, ?2)"
		" ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		db_text(key), db_text(value));
}

static bool
seal(struct db *db, const char *moved_to, int64_t at, struct error *err)
{
	char *seconds = mem_printf("%lld", (long long)at);
	bool ok = note(db, MOVED_TO, moved_to, err) &&
		note(db, MOVED_AT, seconds, err) && hide_shards(db, err) &&
		db_run(db, err, db->ops->seal);

	free(seconds);
	return ok;
}

static bool
unseal(struct db *db, struct error *err)
{
	return db_run(db, err,
		       "DELETE FROM meta WHERE key IN ('" MOVED_TO
		       "', '" MOVED_AT "')") &&
		show_shards(db, err) && db_run(db, err, db->ops->unseal);
}

/* ----- moving ----- */

static bool
end(struct db *db, bool ok, struct error *err)
{
	if (ok)
		return db->ops->commit(db, err);
	db->ops->rollback(db);
	return false;
}

/* As one would write it into the settings, as far as it is no secret. */
static const char *
name_place(struct arena *arena, const char *url, const struct db *db)
{
	return arena_strdup(arena, store_file(url) ? url : db->title);
}

struct moving {
	struct db *from, *to;
	const char *to_url;
	int64_t now;
	struct move *out;
};

static bool
fill(struct moving *m, const char *from_url, struct error *err)
{
	struct transfer *done = &m->out->done;
	bool ok;

	if (!m->to->ops->begin(m->to, DB_LAYOUT, err))
		return false;
	ok = transfer_all(m->from, m->to, done, err);
	m->out->from = name_place(done->arena, from_url, m->from);
	m->out->to = name_place(done->arena, m->to_url, m->to);
	ok = ok && seal(m->to, m->out->from, m->now, err);
	return end(m->to, ok, err);
}

/* The shards were hidden when they were there already: only then. */
static bool
open_up(struct db *db, struct error *err)
{
	return db->ops->begin(db, DB_ALONE, err) &&
		end(db, unseal(db, err), err);
}

static bool
move(struct moving *m, const char *from_url, struct error *err)
{
	bool ok;

	if (!m->from->ops->begin(m->from, DB_ALONE, err))
		return false;
	ok = lease_is_idle(m->from, err) && fill(m, from_url, err) &&
		seal(m->from, m->out->to, m->now, err);
	return end(m->from, ok, err) && open_up(m->to, err);
}

/* A log alone would be played into the file that is made. */
static bool
has_stray_log(const char *url, struct error *err)
{
	const char *path = store_file(url);
	char *log = path ? mem_printf("%s-wal", path) : NULL;
	bool has = path && !file_exists(path) && file_exists(log);

	if (has)
		error_set(err, ERROR_USAGE,
			"%s: was left by a store that is gone; move it away",
			log);
	free(log);
	return has;
}

bool
store_move(const char *from, const char *to, int64_t now, struct move *out,
	struct error *err)
{
	struct store *store =
		store_open(&(struct store_options){.url = from}, err);
	struct moving m = {.to_url = to, .now = now, .out = out};
	bool ok;

	*out = (struct move){.from = NULL};
	if (!store)
		return false;
	m.from = store->db;
	m.to = has_stray_log(to, err) ? NULL
				      : store_connect(to, DB_CREATE, 0, err);
	ok = m.to && move(&m, from, err);
	if (m.to)
		m.to->ops->close(m.to);
	store_close(store);
	return ok;
}

/* ----- back ----- */

/* *at INSTANT_NONE: it has not. */
static bool
moved_at(struct store *store, int64_t *at, struct error *err)
{
	*at = INSTANT_NONE;
	return db_number(store->db, err, at,
		"SELECT CAST(value AS INTEGER) FROM meta WHERE key = '" MOVED_AT
		"'");
}

static bool
reopen(struct store *store, struct error *err)
{
	int64_t at;

	if (!moved_at(store, &at, err))
		return false;
	if (at == INSTANT_NONE)
		return error_set(err, ERROR_USAGE,
			"%s: is the store that is in use; there is nothing to "
			"reopen",
			store->db->title);
	return unseal(store->db, err) && store_put_back(store, at, at, err);
}

bool
store_reopen(const char *url, struct error *err)
{
	struct store *store = store_open(
		&(struct store_options){.url = url, .moved = true}, err);
	bool ok = store && store_begin(store, DB_ALONE, err);

	ok = ok && store_end(store, "reopen", reopen(store, err), err);
	store_close(store);
	return ok;
}
