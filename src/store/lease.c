#include "store/lease.h"

#include "base/mem.h"
#include "store/handle.h"

static bool
read_owner(struct store *store, const struct lease *lease, char **owner,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT owner FROM lease WHERE name = ?1",
		db_text(lease->name));

	*owner = db_next(rows, err) ? mem_strdup(row_text(rows, 0)) : NULL;
	return db_done(rows);
}

static bool
take(struct store *store, const struct lease *lease, bool *ours, char **owner,
	struct error *err)
{
	int64_t taken = 0;

	if (!db_change(store->db, err, &taken,
		    "INSERT INTO lease (name, owner, until)"
		    " VALUES (?1, ?2, ?3" POSTGRES_ONLY(
			    " + " SERVER_CLOCK) ")"
						" ON CONFLICT (name) DO UPDATE"
						" SET owner = excluded.owner, until = excluded.until"
						" WHERE lease.owner = excluded.owner" POSTGRES_ONLY(
							" OR lease.until <= " SERVER_CLOCK),
		    db_text(lease->name), db_text(lease->owner),
		    db_int(lease->ms)))
		return false;
	*ours = taken == 1;
	return *ours || read_owner(store, lease, owner, err);
}

bool
store_lease_take(struct store *store, const struct lease *lease, bool *ours,
	char **owner, struct error *err)
{
	bool ok;

	*owner = NULL;
	if (!store_begin(store, DB_SHARD_NOW, err))
		return false;
	ok = take(store, lease, ours, owner, err);
	return store_end(store, "lease", ok, err);
}

bool
store_lease_leave(
	struct store *store, const struct lease *lease, struct error *err)
{
	return store_write(store, DB_SHARD_NOW, "lease", err,
		"DELETE FROM lease WHERE name = ?1 AND owner = ?2",
		db_text(lease->name), db_text(lease->owner));
}

bool
store_wait(
	struct store *store, int64_t ms, int fd, bool *said, struct error *err)
{
	return store->db->ops->wait(store->db, ms, fd, said, err);
}

bool
store_say_open(struct store *store, struct error *err)
{
	const char *say = store->db->ops->say;

	return !say || db_run(store->db, err, say);
}

bool
lease_is_idle(struct db *db, struct error *err)
{
	int64_t busy = 0;

	if (!db_number(db, err, &busy,
		    "SELECT 0" POSTGRES_ONLY(
			    " + (SELECT count(*) FROM lease"
			    "  WHERE until > " SERVER_CLOCK ")"
			    " + (SELECT count(*) FROM shard"
			    "  WHERE open = 1 AND lease > " SERVER_CLOCK ")")))
		return false;
	return busy == 0 ||
		error_set(err, ERROR_LATER,
			"%s: a 'run' or a 'worker' is sending from it; try "
			"again when it has ended (one that was killed counts "
			"for ten minutes)",
			db->title);
}
