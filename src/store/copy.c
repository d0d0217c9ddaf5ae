#include "store/copy.h"

#include "store/handle.h"
#include "store/migrate.h"

enum { IN_USE_MS = 1000 };

bool
store_copy(struct store *store, const char *path, struct error *err)
{
	return db_run(store->db, err, "VACUUM INTO ?1", db_text(path));
}

static bool
is_sound(struct db *db, struct error *err)
{
	struct db_rows *rows;
	bool sound = true;

	if (!db->ops->damage)
		return true;
	rows = db_query(db, err, db->ops->damage);
	if (db_next(rows, err) && !text_equals(row_text(rows, 0), "ok"))
		sound = error_set(err, ERROR_IO,
			"the store is damaged (%s); restore a backup",
			row_text(rows, 0));
	return db_done(rows) && sound;
}

bool
store_is_sound(struct store *store, struct error *err)
{
	return is_sound(store->db, err);
}

bool
store_check(const char *url, struct error *err)
{
	struct db *db = store_connect(url, DB_READ, IN_USE_MS, err);
	int schema;
	bool ok = db && migrate_schema(db, &schema, err) && is_sound(db, err);

	if (db)
		db->ops->close(db);
	return ok;
}

bool
store_count_facts(
	struct store *store, struct store_facts *out, struct error *err)
{
	*out = (struct store_facts){.schema = migrate_newest()};
	return db_number(store->db, err, &out->lists,
		       "SELECT count(*) FROM list") &&
		db_number(store->db, err, &out->subscribers,
			"SELECT count(*) FROM subscriber") &&
		db_number(store->db, err, &out->issues,
			"SELECT count(*) FROM issue WHERE number IS NOT NULL");
}

/* Only who has it alone may leave the write-ahead log. */
bool
store_retire(const char *url, struct error *err)
{
	struct store *store = store_open(
		&(struct store_options){.url = url, .patience_ms = IN_USE_MS},
		err);
	bool ok = store &&
		store->db->ops->script(
			store->db, "PRAGMA journal_mode = DELETE", err);

	store_close(store);
	return ok;
}
