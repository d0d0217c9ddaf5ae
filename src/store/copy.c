#include "store/copy.h"

#include "base/mem.h"
#include "store/catalogue.h"
#include "store/handle.h"
#include "store/lease.h"
#include "store/migrate.h"
#include "store/suppress.h"
#include "store/transfer.h"

enum { IN_USE_MS = 1000 };

/* ----- from database to database ----- */

/* Each in its transaction: what is there in the end is all of it or nothing. */
static bool
copy_within(
	struct db *from, struct db *to, const char *aside, struct error *err)
{
	struct transfer done = {.arena = NULL};
	struct catalogue c;
	bool ok = true;

	if (!to->ops->begin(to, DB_LAYOUT, err))
		return false;
	if (aside) {
		ok = catalogue_read(&c, err) &&
			to->ops->set_aside(to, aside, c.names, err);
		catalogue_clear(&c);
	}
	ok = ok && transfer_all(from, to, &done, err);
	transfer_clear(&done);
	if (ok)
		return to->ops->commit(to, err);
	to->ops->rollback(to);
	return false;
}

static bool
copy_all(struct db *from, struct db *to, const char *aside, struct error *err)
{
	bool ok;

	if (!from->ops->begin(from, DB_SNAPSHOT, err))
		return false;
	ok = copy_within(from, to, aside, err);
	from->ops->rollback(from);
	return ok;
}

bool
store_copy(struct store *store, const char *path, struct error *err)
{
	struct db *from = store->db, *to;
	bool ok;

	if (from->ops->copy)
		return db_run(from, err, from->ops->copy, db_text(path));
	to = sqlite_open(path, DB_CREATE, IN_USE_MS, err);
	ok = to && copy_all(from, to, NULL, err);
	if (to)
		to->ops->close(to);
	return ok;
}

/* There is a schema to be left only where there is a store of ours. */
static bool
has_store(struct db *db, bool *has, struct error *err)
{
	int schema = 0;
	bool ok = migrate_schema(db, &schema, err);

	*has = schema > 0;
	return ok;
}

/* The locks of lists are those of this host. What is damaged, or older than
 * leases, cannot say who is at work on it, and is put aside all the same. */
static bool
may_go_aside(struct db *db, struct error *err)
{
	struct error problem = ERROR_INIT;
	bool may = lease_is_idle(db, &problem) || problem.kind != ERROR_LATER;

	if (!may)
		return error_move(err, &problem);
	error_clear(&problem);
	return true;
}

bool
store_put_in(
	const char *path, const char *url, const char *aside, struct error *err)
{
	struct db *from = sqlite_open(path, DB_READ, IN_USE_MS, err);
	struct db *to = from ? store_connect(url, DB_CREATE, 0, err) : NULL;
	bool has = false;
	bool ok = to && has_store(to, &has, err) &&
		(!has || !aside || may_go_aside(to, err)) &&
		copy_all(from, to, has ? aside : NULL, err);

	if (to)
		to->ops->close(to);
	if (from)
		from->ops->close(from);
	return ok;
}

/* ----- looking ----- */

bool
store_find(const char *url, bool *found, char **title, struct error *err)
{
	struct db *db = store_connect(url, DB_READ, IN_USE_MS, err);
	bool ok = db && has_store(db, found, err);

	if (title)
		*title = ok ? mem_strdup(db->title) : NULL;
	if (db)
		db->ops->close(db);
	return ok;
}

bool
store_is_sound(struct store *store, struct error *err)
{
	return store->db->ops->check(store->db, err);
}

bool
store_check(const char *url, struct error *err)
{
	struct db *db = store_connect(url, DB_READ, IN_USE_MS, err);
	int schema = 0;
	bool ok = db && migrate_schema(db, &schema, err) &&
		(schema == 0 || store_is_here(db, err)) &&
		db->ops->check(db, err);

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
			"SELECT count(*) FROM subscriber WHERE list <> ?1",
			db_int(SITE_WIDE)) &&
		db_number(store->db, err, &out->issues,
			"SELECT count(*) FROM issue WHERE number IS NOT NULL");
}

/* Only who has it alone may leave the write-ahead log. */
bool
store_retire(const char *url, struct error *err)
{
	struct store *store;
	bool ok;

	if (!store_file(url))
		return true;
	store = store_open(
		&(struct store_options){.url = url, .patience_ms = IN_USE_MS},
		err);
	ok = store &&
		store->db->ops->script(
			store->db, "PRAGMA journal_mode = DELETE", err);

	store_close(store);
	return ok;
}
