/*
 * Turns of which nobody knows whether they were written: the connection to the
 * server was lost, or a lock was waited for in vain. What relays have said is
 * known all the same, so that nobody is in doubt for that.
 *
 * Only under the fence of the claim (invariant 8): while that holds nobody else
 * has touched these recipients, and what is told of them is so.
 */
#include "store/turn.h"

static bool
is_ours(struct store *store, const struct shard *shard, bool *ours,
	struct error *err)
{
	int64_t fence = 0;

	if (!db_number(store->db, err, &fence,
		    "SELECT fence FROM shard WHERE issue = ?1"
		    " AND first = ?2 AND open = 1" FOR_UPDATE,
		    db_int(shard->issue), db_int(shard->first)))
		return false;
	*ours = fence == shard->fence;
	return true;
}

/* Who is due again already is that by this row: his try counts once. */
static bool
write_row(struct store *store, int64_t now, const struct turn_row *row,
	struct error *err)
{
	bool unsent = row->state == RECIPIENT_WIRE;
	enum recipient_state state = unsent ? RECIPIENT_DUE : row->state;
	enum recipient_state other =
		state == RECIPIENT_DUE ? RECIPIENT_WIRE : RECIPIENT_DUE;
	int64_t changed = 0;

	return db_change(store->db, err, &changed,
		       "UPDATE recipient SET state = ?3, tries = tries + ?4,"
		       " next_at = ?5, at = ?6, code = ?7, reply = ?8"
		       " WHERE id = " RECIPIENT_ID(
			       "?1", "?2") " AND state IN (?9, ?10)",
		       db_int(row->shard->issue), db_int(row->seq),
		       db_int(state), db_int(row->tried), db_int(row->next_at),
		       db_int(now), db_int(row->code), db_text(row->reply),
		       db_int(RECIPIENT_WIRE), db_int(other)) &&
		(!changed || !row->bounced ||
			turn_bounce(store, now, row, err));
}

static bool
write_shard(struct store *store, int64_t now, const struct turn_row *rows,
	size_t count, const struct shard *shard, struct error *err)
{
	bool ours, ok;

	if (!store_begin(store, DB_SHARD_NOW, err))
		return false;
	ok = is_ours(store, shard, &ours, err);
	for (size_t i = 0; ok && ours && i < count; i++)
		ok = rows[i].shard != shard ||
			write_row(store, now, &rows[i], err);
	return store_end(store, "turn", ok, err);
}

static bool
is_first_of_shard(const struct turn_row *rows, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (rows[i].shard == rows[at].shard)
			return false;
	return true;
}

bool
store_turn_rescue(struct store *store, int64_t now, const struct turn_row *rows,
	size_t count, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++)
		if (is_first_of_shard(rows, i))
			ok = write_shard(
				store, now, rows, count, rows[i].shard, err);
	return ok;
}

bool
store_wire_give_back(struct store *store, int64_t now,
	const struct wire_page *page, struct error *err)
{
	bool ours, ok;

	if (!store_begin(store, DB_SHARD_SOON, err))
		return false;
	ok = is_ours(store, page->shard, &ours, err) &&
		(!ours ||
			db_run(store->db, err,
				"UPDATE recipient SET state = ?4, at = ?5"
				" WHERE " OF_SHARD("id", "?1", "?2",
					"?3") " AND state = ?6",
				db_int(page->shard->issue), db_int(page->first),
				db_int(page->last), db_int(RECIPIENT_DUE),
				db_int(now), db_int(RECIPIENT_WIRE)));
	return store_end(store, "turn", ok, err);
}
