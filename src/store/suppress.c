#include "store/suppress.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/barred.h"
#include "store/handle.h"
#include "store/hashed.h"

/* ----- putting there ----- */

/* Pending, active, paused; and bounced, whom a retried issue would make active
 * again. */
#define WHO_IS_HIT "list = ?1 AND key = ?2 AND state IN (0, 1, 2, 4)"

static bool
remove_reader(struct store *store, const struct suppression *s, int64_t list,
	struct error *err)
{
	return db_run(store->db, err,
		       "INSERT INTO consent (subscriber, at, was, now, actor,"
		       " proof)"
		       " SELECT id, ?3, state, ?4, ?5, ?6 FROM subscriber"
		       " WHERE " WHO_IS_HIT,
		       db_int(list), db_text(s->key), db_int(s->at),
		       db_int(SUBSCRIBER_REMOVED), db_int(s->actor),
		       db_text(s->reason)) &&
		db_run(store->db, err,
			"UPDATE subscriber SET state = ?3, until = NULL,"
			" probed_at = NULL WHERE " WHO_IS_HIT,
			db_int(list), db_text(s->key),
			db_int(SUBSCRIBER_REMOVED));
}

/* List by list, as subscribers are found: who asks for a key alone reads them
 * all, and everybody else waits. */
static bool
remove_readers(
	struct store *store, const struct suppression *s, struct error *err)
{
	int64_t *lists = NULL;
	size_t count = 0;
	bool ok = db_take_numbers(
		db_query(store->db, err,
			"SELECT id FROM list WHERE id = ?1 OR ?1 = ?2"
			" ORDER BY id",
			db_int(s->list), db_int(SITE_WIDE)),
		&lists, &count, err);

	for (size_t i = 0; ok && i < count; i++)
		ok = remove_reader(store, s, lists[i], err);
	free(lists);
	return ok;
}

static bool
add_suppression(struct store *store, const struct suppression *s,
	const char *hash, struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO suppressed (list, hash, at, reason)"
		" VALUES (?1, ?2, ?3, ?4) ON CONFLICT (list, hash) DO NOTHING",
		db_int(s->list), db_text(hash), db_int(s->at),
		db_text(s->reason));
}

bool
store_suppress(
	struct store *store, const struct suppression *s, struct error *err)
{
	struct str hash = STR_INIT;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = store_hash_key(store, span_of(s->key), &hash, err) &&
		add_suppression(store, s, str_text(&hash), err) &&
		remove_readers(store, s, err);
	str_clear(&hash);
	return store_end(store, "suppress", ok, err);
}

/* ----- taking away ----- */

bool
store_unsuppress(struct store *store, int64_t list, const char *key,
	bool *found, struct error *err)
{
	struct str hash = STR_INIT;
	int64_t gone = 0;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = store_hash_key(store, span_of(key), &hash, err) &&
		db_change(store->db, err, &gone,
			"DELETE FROM suppressed WHERE list = ?1 AND hash = ?2",
			db_int(list), db_text(str_text(&hash))) &&
		(!gone || barred_pass(store, list, PASSING_SUPPRESSED, err));
	*found = gone > 0;
	str_clear(&hash);
	return store_end(store, "suppress", ok, err);
}

bool
suppression_lift(
	struct store *store, int64_t list, const char *key, struct error *err)
{
	struct str hash = STR_INIT;
	struct db_value name;
	bool ok = store_hash_key(store, span_of(key), &hash, err);

	name = db_text(str_text(&hash));
	ok = ok &&
		db_run(store->db, err,
			"INSERT INTO suppressed (list, hash, at, reason)"
			" SELECT l.id, x.hash, x.at, x.reason"
			" FROM suppressed x, list l"
			" WHERE x.list = 0 AND x.hash = ?2 AND l.id <> ?1"
			" ON CONFLICT (list, hash) DO NOTHING",
			db_int(list), name) &&
		db_run(store->db, err,
			"DELETE FROM suppressed"
			" WHERE hash = ?2 AND list IN (0, ?1)",
			db_int(list), name);
	str_clear(&hash);
	return ok;
}

/* ----- asking ----- */

bool
store_is_suppressed(struct store *store, int64_t list, const char *key,
	bool *suppressed, char **reason, struct error *err)
{
	struct str hash = STR_INIT;
	struct db_rows *rows;
	bool ok;

	*suppressed = false;
	if (reason)
		*reason = NULL;
	if (!store_hash_key(store, span_of(key), &hash, err))
		return false;
	rows = db_query(store->db, err,
		"SELECT reason FROM suppressed"
		" WHERE hash = ?2 AND list IN (0, ?1) ORDER BY list LIMIT 1",
		db_int(list), db_text(str_text(&hash)));
	if (db_next(rows, err)) {
		*suppressed = true;
		if (reason)
			*reason = mem_strdup(row_text(rows, 0));
	}
	ok = db_done(rows);
	str_clear(&hash);
	return ok;
}
