/*
 * Claiming shards and giving them back: invariants 6, 7 and 9. How a shard's
 * columns tell what became of its owner is drawn in layout.c.
 */
#include "store/store.h"

#include "base/date.h"
#include "store/handle.h"
#include "store/turn.h"

enum { DOUBTS_MAX = 2 };

/* A shard that might be claimed, and what is wrong with it. */
struct candidate {
	int64_t first, last, fence;
	bool dead;  /* left in doubt, or not left at all, by another run */
	bool reset; /* and the machine restarted since: `due` is in doubt too */
};

/* ----- settling ----- */

/* ?3 and ?4 are the shard, ?5 whether `due` is in doubt with `wire`. */
#define IN_DOUBT                             \
	" WHERE " OF_SHARD("id", "?1", "?3", \
		"?4") "  AND (state = ?6 OR (state = ?7 AND ?5 = 1))"

/* Who is due is in doubt for a restart alone, and was hardly ever on the wire:
 * power that goes three times holds nobody for that. */
static bool
hold_doubtful(struct store *store, const struct claim *claim,
	const struct candidate *c, int64_t *held, struct error *err)
{
	return db_change(store->db, err, held,
		"UPDATE recipient SET state = ?8, at = ?2, code = 0, reply ="
		" 'in doubt: the connection or the run ended while his message"
		" was on its way'" IN_DOUBT
		" AND (?9 = 1 OR (state = ?6 AND doubts >= ?10))",
		db_int(claim->issue), db_int(claim->now), db_int(c->first),
		db_int(c->last), db_int(c->reset), db_int(RECIPIENT_WIRE),
		db_int(RECIPIENT_DUE), db_int(RECIPIENT_HELD),
		db_int(claim->hold), db_int(DOUBTS_MAX));
}

/* Who waits for a later try goes on waiting. */
static bool
resend_doubtful(struct store *store, const struct claim *claim,
	const struct candidate *c, int64_t *due, struct error *err)
{
	return db_change(store->db, err, due,
		"UPDATE recipient SET state = ?7, doubts = doubts + 1,"
		" next_at = CASE WHEN state = ?6 THEN 0 ELSE next_at END,"
		" at = ?2, code = 0, reply = NULL" IN_DOUBT,
		db_int(claim->issue), db_int(claim->now), db_int(c->first),
		db_int(c->last), db_int(c->reset), db_int(RECIPIENT_WIRE),
		db_int(RECIPIENT_DUE));
}

static bool
settle(struct store *store, const struct claim *claim,
	const struct candidate *c, size_t *doubts, struct error *err)
{
	int64_t held = 0, due = 0;

	*doubts = 0;
	if (!c->dead)
		return true;
	if (!hold_doubtful(store, claim, c, &held, err) ||
		!resend_doubtful(store, claim, c, &due, err))
		return false;
	*doubts = (size_t)(held + due);
	return true;
}

/* ----- claiming ----- */

/*
 * The first shard that is due, or that another run left behind; in `sending`
 * issues only, and of none that was paused since the run read of it. Where
 * several hosts send, a shard is left behind when its lease is over, a restart
 * of one of them says nothing of what is on the disk, and those that others are
 * claiming are passed over.
 */
static bool
find_candidate(struct store *store, const struct claim *claim,
	struct candidate *c, bool *found, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT s.first, s.last, s.fence,"
		" s.owner IS NOT NULL AND s.owner <> ?2,"
		" s.open = 1 AND s.owner <> ?2 AND s.boot <> ?3" POSTGRES_ONLY(
			" AND FALSE") " FROM shard s JOIN issue i ON i.id = s.issue"
				      " WHERE s.issue = ?1 AND i.state = ?5"
				      " AND i.paused IS NULL"
				      "  AND ((s.owner IS NOT NULL AND s.owner <> ?2" POSTGRES_ONLY(
					      " AND (s.open = 0 OR s.lease <= " SERVER_CLOCK
					      ")") "   ) OR (s.open = 0 AND s.next_at <= ?4))"
						   " ORDER BY s.first LIMIT 1" POSTGRES_ONLY(
							   " FOR UPDATE OF s SKIP LOCKED"),
		db_int(claim->issue), db_text(claim->owner),
		db_text(claim->boot_id), db_int(claim->now),
		db_int(ISSUE_SENDING));

	*found = db_next(rows, err);
	if (*found)
		*c = (struct candidate){
			.first = row_int(rows, 0),
			.last = row_int(rows, 1),
			.fence = row_int(rows, 2),
			.dead = row_int(rows, 3) != 0,
			.reset = row_int(rows, 4) != 0,
		};
	return db_done(rows);
}

/* When the first of the shard is due, INSTANT_NONE when nobody is. */
static bool
find_next(struct store *store, int64_t issue, const struct candidate *c,
	int64_t *next_at, struct error *err)
{
	*next_at = INSTANT_NONE;
	return db_number(store->db, err, next_at,
		"SELECT min(next_at) FROM recipient WHERE " OF_SHARD(
			"id", "?1", "?2", "?3") " AND state = ?4",
		db_int(issue), db_int(c->first), db_int(c->last),
		db_int(RECIPIENT_DUE));
}

/* Without a boot id no restart puts anything in doubt: the turns are on the
 * disk. */
static bool
take_shard(struct store *store, const struct claim *claim,
	const struct candidate *c, struct error *err)
{
	return db_run(store->db, err,
		       "UPDATE shard SET open = 1, owner = ?3, boot = ?4,"
		       " fence = fence + 1,"
		       " lease = ?5" POSTGRES_ONLY(
			       " + " SERVER_CLOCK) " WHERE issue = ?1 AND first = ?2",
		       db_int(claim->issue), db_int(c->first),
		       db_text(claim->owner),
		       db_text(claim->hold ? NULL : claim->boot_id),
		       db_int(claim->lease_ms)) &&
		turn_sign_of_life(store, claim->issue, claim->now, err);
}

/*
 * Makes a shard free until the first of it is due. With bodies still on the wire
 * the owner stays written, without its boot: they are another run's to settle,
 * and nobody else of the shard is in doubt. The fence moves: a last owner may
 * live after all.
 */
static bool
free_shard(struct store *store, int64_t issue, int64_t first, int64_t last,
	struct error *err)
{
	return db_run(store->db, err,
		"UPDATE shard SET open = 0, boot = NULL, lease = NULL,"
		" fence = fence + 1, next_at = r.due,"
		" owner = CASE WHEN r.wires > 0 THEN owner END"
		" FROM (SELECT min(CASE WHEN state = ?4 THEN next_at END) AS due,"
		"  count(CASE WHEN state = ?5 THEN 1 END) AS wires"
		"  FROM recipient WHERE " OF_SHARD("id", "?1", "?2",
			"?3") " AND state IN (?4, ?5)) AS r"
			      " WHERE issue = ?1 AND first = ?2",
		db_int(issue), db_int(first), db_int(last),
		db_int(RECIPIENT_DUE), db_int(RECIPIENT_WIRE));
}

/*
 * Goes through the shards that look claimable until one is: one that is free is
 * due when it says so, one that was left may have nobody who is. Each one passed
 * over is free with a true next_at afterwards, so the walk ends.
 */
static bool
claim_next(struct store *store, const struct claim *claim, struct shard *out,
	bool *found, struct error *err)
{
	struct candidate c = {.first = 0};

	for (;;) {
		int64_t next_at = claim->now;
		size_t doubts;

		if (!find_candidate(store, claim, &c, found, err))
			return false;
		if (!*found)
			return true;
		if (!settle(store, claim, &c, &doubts, err) ||
			(c.dead &&
				!find_next(store, claim->issue, &c, &next_at,
					err)))
			return false;
		if (doubts ||
			(next_at != INSTANT_NONE && next_at <= claim->now)) {
			*out = (struct shard){claim->issue, c.first, c.last,
				c.fence + 1, doubts, claim->hold};
			return take_shard(store, claim, &c, err);
		}
		if (!free_shard(store, claim->issue, c.first, c.last, err))
			return false;
	}
}

bool
store_shard_claim(struct store *store, const struct claim *claim,
	struct shard *out, bool *found, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_SHARD_NOW, err))
		return false;
	ok = claim_next(store, claim, out, found, err);
	return store_end(store, "claim", ok, err);
}

/* ----- giving back ----- */

static bool
release(struct store *store, const struct shard *shard, struct error *err)
{
	const struct turn_row row = {.shard = shard};

	return turn_lock_several(store, &row, 1, err) &&
		turn_check_fence(
			store, shard->issue, shard->first, shard->fence, err) &&
		turn_write_drops(store, err) &&
		free_shard(store, shard->issue, shard->first, shard->last, err);
}

bool
store_shard_release(
	struct store *store, const struct shard *shard, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_SHARD_SOON, err))
		return false;
	store->db->missed = false;
	ok = release(store, shard, err);
	return store_end(store, "release", ok, err) ||
		(store->db->missed && turn_fail_fence(err));
}

bool
store_shard_release_later(
	struct store *store, const struct shard *shard, struct error *err)
{
	bool ok;

	if (store->drop_count)
		return store_shard_release(store, shard, err);
	if (!store_begin(store, DB_SHARD_SOON, err))
		return false;
	ok = turn_demand_fence(
		     store, shard->issue, shard->first, shard->fence, err) &&
		free_shard(store, shard->issue, shard->first, shard->last, err);
	return ok ? store_end_later(store, "release", err)
		  : store_end(store, "release", false, err);
}

bool
store_is_shared(const struct store *store)
{
	return store->db->ops->shared;
}

bool
turn_is_claimed(
	struct store *store, int64_t issue, bool *claimed, struct error *err)
{
	int64_t open = 0;
	bool ok = db_number(store->db, err, &open,
		"SELECT count(*) FROM shard"
		" WHERE issue = ?1 AND open = 1" POSTGRES_ONLY(
			" AND lease > " SERVER_CLOCK),
		db_int(issue));

	*claimed = open > 0;
	return ok;
}

/* In the order in which all lock shards: an UPDATE has none. */
static bool
lock_own(struct store *store, const struct claim *claim, struct error *err)
{
	return db_done(db_query(store->db, err,
		"SELECT first FROM shard"
		" WHERE issue = ?1 AND owner = ?2 AND open = 1"
		" ORDER BY first" FOR_UPDATE,
		db_int(claim->issue), db_text(claim->owner)));
}

static bool
keep(struct store *store, const struct claim *claim, int64_t *kept,
	struct error *err)
{
	return lock_own(store, claim, err) &&
		db_change(store->db, err, kept,
			"UPDATE shard SET lease = ?3" POSTGRES_ONLY(
				" + " SERVER_CLOCK) " WHERE issue = ?1 AND owner = ?2 AND open = 1",
			db_int(claim->issue), db_text(claim->owner),
			db_int(claim->lease_ms));
}

bool
store_shards_keep(struct store *store, const struct claim *claim, size_t *count,
	struct error *err)
{
	int64_t kept = 0;
	bool ok;

	if (!store_begin(store, DB_SHARD_NOW, err))
		return false;
	ok = keep(store, claim, &kept, err);
	*count = (size_t)kept;
	return store_end(store, "keep", ok, err);
}

/* ----- asking ----- */

/* Who is in doubt may be tried by the next run at once. */
bool
store_next_try(
	struct store *store, int64_t issue, int64_t *at, struct error *err)
{
	*at = INSTANT_NONE;
	return db_number(store->db, err, at,
		"SELECT min(CASE WHEN s.open = 0 AND s.owner IS NULL"
		" THEN s.next_at"
		" ELSE (SELECT min(CASE WHEN r.state = ?2 THEN r.next_at"
		"   ELSE 0 END)"
		"  FROM recipient r"
		"  WHERE " OF_SHARD("r.id", "s.issue", "s.first",
			"s.last") "  AND r.state IN (?2, ?3)) END)"
				  " FROM shard s WHERE s.issue = ?1",
		db_int(issue), db_int(RECIPIENT_DUE), db_int(RECIPIENT_WIRE));
}

bool
store_next_due(
	struct store *store, int64_t issue, int64_t *at, struct error *err)
{
	*at = INSTANT_NONE;
	return db_number(store->db, err, at,
		"SELECT min(next_at) FROM shard WHERE issue = ?1 AND open = 0",
		db_int(issue));
}
