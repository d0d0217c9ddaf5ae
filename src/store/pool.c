/*
 * What feeds and mailboxes have shown. An item is stored as its source read it
 * last, and stays in its place in the order: an old one that is touched does
 * not become a new one.
 */
#include "store/store.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/handle.h"

enum { DAY = 86400 };

void
source_state_clear(struct source_state *s)
{
	free(s->etag);
	free(s->modified);
	free(s->position);
	*s = (struct source_state){.retry_at = INSTANT_NONE};
}

bool
store_source(struct store *store, int64_t list, const char *name,
	struct source_state *out, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT etag, modified, position, retry_at, failures, told"
		" FROM source WHERE list = ?1 AND name = ?2",
		db_int(list), db_text(name));

	*out = (struct source_state){.retry_at = INSTANT_NONE};
	if (db_next(rows, err))
		*out = (struct source_state){
			.etag = mem_strdup(row_text(rows, 0)),
			.modified = mem_strdup(row_text(rows, 1)),
			.position = mem_strdup(row_text(rows, 2)),
			.retry_at = row_instant(rows, 3),
			.failures = (int)row_int(rows, 4),
			.told = (unsigned)row_int(rows, 5),
		};
	return db_done(rows);
}

bool
store_sources(struct store *store, int64_t list,
	bool (*each)(void *data, const char *name), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT name FROM source WHERE list = ?1"
		" AND position IS NOT NULL ORDER BY name",
		db_int(list));
	bool go_on = true;

	while (go_on && db_next(rows, err))
		go_on = each(data, row_text(rows, 0));
	return db_done(rows);
}

static bool
write_state(struct store *store, int64_t list, const char *name,
	const struct source_state *s, struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO source (list, name, etag, modified, position,"
		" retry_at, failures, told)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		" ON CONFLICT (list, name) DO UPDATE SET etag = excluded.etag,"
		" modified = excluded.modified, position = excluded.position,"
		" retry_at = excluded.retry_at, failures = excluded.failures,"
		" told = excluded.told",
		db_int(list), db_text(name), db_text(s->etag),
		db_text(s->modified), db_text(s->position),
		db_instant(s->retry_at), db_int(s->failures), db_int(s->told));
}

/* A row that says the same already is left alone: of what feeds show hardly
 * anything is new. Once a day it is seen to be still there. */
static bool
write_item(struct store *store, int64_t list, const char *source,
	const struct pooled *item, int64_t at, struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO pool (list, source, id, at, body, text)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		" ON CONFLICT (list, source, id) DO UPDATE SET"
		" at = excluded.at, body = excluded.body, text = excluded.text"
		" WHERE pool.body <> excluded.body"
		" OR pool.at <= excluded.at - ?7",
		db_int(list), db_text(source), db_text(item->id), db_int(at),
		db_text(item->head), db_text(item->text), db_int(DAY));
}

bool
store_pool_put(struct store *store, int64_t list, const char *source,
	const struct source_state *state, const struct pooled *items,
	size_t count, int64_t at, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_SOON, err))
		return false;
	ok = write_state(store, list, source, state, err);
	for (size_t i = 0; ok && i < count; i++)
		ok = write_item(store, list, source, &items[i], at, err);
	return store_end(store, "gather", ok, err);
}

/* Items are copied: what is being composed may still want their texts. */
static bool
inherit(struct store *store, int64_t list, const char *from, const char *to,
	struct error *err)
{
	return db_run(store->db, err,
		       "INSERT INTO pool (list, source, id, at, body, text)"
		       " SELECT list, ?3, id, at, body, text FROM pool"
		       " WHERE list = ?1 AND source = ?2 ORDER BY n"
		       " ON CONFLICT (list, source, id) DO NOTHING",
		       db_int(list), db_text(from), db_text(to)) &&
		db_run(store->db, err,
			"INSERT INTO source (list, name, first_issue)"
			" SELECT list, ?3, first_issue FROM source"
			" WHERE list = ?1 AND name = ?2"
			" ON CONFLICT (list, name) DO UPDATE SET first_issue ="
			" coalesce(source.first_issue, excluded.first_issue)",
			db_int(list), db_text(from), db_text(to)) &&
		db_run(store->db, err,
			"DELETE FROM source WHERE list = ?1 AND name = ?2",
			db_int(list), db_text(from));
}

bool
store_pool_inherit(struct store *store, int64_t list, const char *from,
	const char *to, struct error *err)
{
	return store_begin(store, DB_SOON, err) &&
		store_end(store, "gather", inherit(store, list, from, to, err),
			err);
}

bool
store_pool(struct store *store, int64_t list, const char *source,
	bool (*each)(void *data, const struct pooled *item), void *data,
	struct error *err)
{
	struct db_rows *rows = source
		? db_query(store->db, err,
			  "SELECT source, id, body, at FROM pool"
			  " WHERE list = ?1 AND source = ?2 ORDER BY n",
			  db_int(list), db_text(source))
		: db_query(store->db, err,
			  "SELECT source, id, body, at FROM pool"
			  " WHERE list = ?1 ORDER BY n",
			  db_int(list));
	bool go_on = true;

	while (go_on && db_next(rows, err)) {
		struct pooled item = {
			.source = row_text(rows, 0),
			.id = row_text(rows, 1),
			.head = row_text(rows, 2),
			.at = row_int(rows, 3),
		};

		go_on = each(data, &item);
	}
	return db_done(rows);
}

bool
store_pool_text(struct store *store, int64_t list, const char *source,
	const char *id, struct str *out, bool *found, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT text FROM pool"
		" WHERE list = ?1 AND source = ?2 AND id = ?3",
		db_int(list), db_text(source), db_text(id));
	bool there = db_next(rows, err);

	if (there)
		str_add(out, row_text(rows, 0));
	if (found)
		*found = there;
	return db_done(rows);
}

bool
store_pool_prune(
	struct store *store, int64_t list, int64_t before, struct error *err)
{
	return store_write(store, DB_SOON, "prune", err,
		"DELETE FROM pool WHERE list = ?1 AND at < ?2 AND at < ("
		" SELECT max(p.at) FROM pool p WHERE p.list = pool.list"
		" AND p.source = pool.source) - ?3",
		db_int(list), db_int(before), db_int(DAY));
}

static bool
is_bounded(struct store *store, int64_t list, size_t most, bool *bounded,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT source FROM pool WHERE list = ?1"
		" GROUP BY source HAVING count(*) > ?2",
		db_int(list), db_int((int64_t)most));

	*bounded = !db_next(rows, err);
	return db_done(rows);
}

static bool
forget_oldest(struct store *store, int64_t list, size_t most,
	int64_t *forgotten, struct error *err)
{
	return db_change(store->db, err, forgotten,
		"DELETE FROM pool WHERE n IN (SELECT n FROM ("
		" SELECT n, row_number() OVER ("
		"  PARTITION BY source ORDER BY at DESC, n DESC) AS place"
		"  FROM pool WHERE list = ?1) AS placed WHERE place > ?2)",
		db_int(list), db_int((int64_t)most));
}

bool
store_pool_bound(struct store *store, int64_t list, size_t most,
	size_t *forgotten, struct error *err)
{
	int64_t rows = 0;
	bool bounded, ok = is_bounded(store, list, most, &bounded, err);

	if (ok && !bounded)
		ok = store_begin(store, DB_SOON, err) &&
			store_end(store, "prune",
				forget_oldest(store, list, most, &rows, err),
				err);
	*forgotten = (size_t)rows;
	return ok;
}
