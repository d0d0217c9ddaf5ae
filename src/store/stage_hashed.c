#include "store/stage_hashed.h"

#include <stdlib.h>

#include "base/map.h"
#include "store/handle.h"
#include "store/suppress.h"

/* Who may not come in: the few hashes in memory, so that each of a million rows
 * costs a hash and no question to the database. */
static bool
load_hashes(struct store *store, int64_t list, struct map *hashes,
	struct error *err)
{
	static char there;
	struct db_rows *rows = db_query(store->db, err,
		"SELECT hash FROM suppressed WHERE list IN (0, ?1)"
		" UNION SELECT substr(key, 2) FROM subscriber"
		"  WHERE list = ?1 AND state = 6",
		db_int(list));

	while (db_next(rows, err))
		map_set(hashes, row_text(rows, 0), &there);
	return db_done(rows);
}

static bool
is_kept_out(struct store *store, const struct map *hashes, struct span key,
	bool *out, struct error *err)
{
	struct str hash = STR_INIT;
	bool ok = store_hash_key(store, key, &hash, err);

	*out = ok && map_has(hashes, str_text(&hash));
	str_clear(&hash);
	return ok;
}

/* Those found are put down while the stage is read, and leave it afterwards. */
static bool
find_staged(struct store *store, const struct map *hashes, struct error *err)
{
	struct db_rows *rows =
		db_query(store->db, err, "SELECT n, key FROM stage");
	bool ok = true, out;

	while (ok && db_next(rows, err)) {
		ok = is_kept_out(store, hashes, row_blob(rows, 1), &out, err);
		if (ok && out)
			ok = db_run(store->db, err,
				"INSERT INTO kept_out (n) VALUES (?1)",
				db_int(row_int(rows, 0)));
	}
	return db_done(rows) && ok;
}

static bool
drop_staged(struct store *store, int64_t *count, struct error *err)
{
	return db_change(store->db, err, count,
		       "DELETE FROM stage WHERE n IN (SELECT n FROM kept_out)") &&
		store->db->ops->script(store->db, "DROP TABLE kept_out", err);
}

bool
stage_keep_hashed_out(
	struct store *store, int64_t list, size_t *count, struct error *err)
{
	struct map *hashes;
	int64_t dropped = 0;
	bool any, ok;

	*count = 0;
	if (!store_has_hashes(store, &any, err))
		return false;
	if (!any)
		return true;
	hashes = map_new();
	ok = store->db->ops->script(store->db,
		     "DROP TABLE IF EXISTS kept_out;"
		     "CREATE TEMP TABLE kept_out (n INTEGER PRIMARY KEY)",
		     err) &&
		load_hashes(store, list, hashes, err) &&
		find_staged(store, hashes, err) &&
		drop_staged(store, &dropped, err);
	map_free(hashes);
	*count = (size_t)dropped;
	return ok;
}
