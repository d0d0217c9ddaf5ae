/*
 * The end of an issue: closing (invariant 11), and cancelling.
 */
#include "store/store.h"

#include "base/date.h"
#include "store/allowance.h"
#include "store/carried.h"
#include "store/handle.h"
#include "store/lease.h"
#include "store/turn.h"

/* ----- shared ----- */

static bool
write_tally(struct store *store, int64_t issue, struct error *err)
{
	return db_run(store->db, err, "DELETE FROM tally WHERE issue = ?1",
		       db_int(issue)) &&
		db_run(store->db, err,
			"INSERT INTO tally (issue, state, count, doubts)"
			" SELECT ?1, state, count(*), CAST(sum(doubts) AS INTEGER)"
			" FROM recipient WHERE " OF_ISSUE(
				"id", "?1") " GROUP BY state",
			db_int(issue));
}

/* What a server said of who was erased while his letter was on its way names
 * him. Nobody's ledger is read for it where nobody was. */
static bool
blank_late_replies(struct store *store, int64_t issue, struct error *err)
{
	int64_t erased = 0;

	return db_number(store->db, err, &erased,
		       "SELECT id FROM subscriber WHERE list ="
		       " (SELECT list FROM issue WHERE id = ?1)"
		       " AND state = ?2 LIMIT 1",
		       db_int(issue), db_int(SUBSCRIBER_ERASED)) &&
		(!erased ||
			db_run(store->db, err,
				"UPDATE recipient SET reply = " NO_REPLY
				" WHERE " OF_ISSUE("id",
					"?1") " AND reply <> " NO_REPLY
					      " AND (SELECT s.state FROM subscriber s"
					      " WHERE s.id = recipient.subscriber) = ?2",
				db_int(issue), db_int(SUBSCRIBER_ERASED)));
}

/* Nobody is due in any shard, and no owner may write any more. */
static bool
finish_shards(struct store *store, int64_t issue, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE shard SET open = 0, owner = NULL, boot = NULL,"
		" lease = NULL, next_at = NULL, fence = fence + 1 WHERE issue = ?1",
		db_int(issue));
}

/* ----- closing ----- */

/* Not those who were never tried, as who waits for his turn at his domain's
 * rate; nor those whom another host has in hand. */
static bool
expire_due(struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE recipient SET state = ?3, at = ?2"
		" WHERE " OF_ISSUE("id", "?1") " AND state = ?4 AND tries > 0" POSTGRES_ONLY(
			" AND NOT EXISTS (SELECT 1 FROM shard s"
			" WHERE s.issue = ?1 AND s.open = 1"
			" AND s.lease > " SERVER_CLOCK
			" AND " OF_SHARD("id", "?1", "s.first", "s.last") ")"),
		db_int(issue), db_int(at), db_int(RECIPIENT_EXPIRED),
		db_int(RECIPIENT_DUE));
}

/* Another host has yet to give a shard back, of whoever it is: it closes. */
static bool
is_in_hands(struct store *store, int64_t issue, bool *any, struct error *err)
{
	*any = false;
	return !store_is_shared(store) ||
		turn_is_claimed(store, issue, any, err);
}

/* The shards know when all of them are done; else their recipients do. */
static bool
has_unfinished(struct store *store, int64_t issue, bool *any, struct error *err)
{
	int64_t open = 0, id = 0;

	if (!is_in_hands(store, issue, any, err))
		return false;
	if (*any)
		return true;
	if (!db_number(store->db, err, &open,
		    "SELECT count(*) FROM shard WHERE issue = ?1 AND (open = 1"
		    " OR owner IS NOT NULL OR next_at IS NOT NULL)",
		    db_int(issue)))
		return false;
	if (open &&
		!db_number(store->db, err, &id,
			"SELECT id FROM recipient WHERE " OF_ISSUE(
				"id", "?1") " AND state IN (?2, ?3) LIMIT 1",
			db_int(issue), db_int(RECIPIENT_DUE),
			db_int(RECIPIENT_WIRE)))
		return false;
	*any = id != 0;
	return true;
}

/* Behind the shards' locks, for whoever sends may be at it. */
static bool
expire_and_look(struct store *store, int64_t issue, int64_t at, bool expire,
	bool *unfinished, struct error *err)
{
	return turn_lock_shards(store, issue, err) &&
		(!expire || expire_due(store, issue, at, err)) &&
		has_unfinished(store, issue, unfinished, err);
}

/* While others send, their shards are not taken from them for nothing: then a
 * first look says *unfinished. */
static bool
is_worth_locking(struct store *store, int64_t issue, bool expire,
	bool *unfinished, struct error *err)
{
	*unfinished = false;
	return expire || !store_is_shared(store) ||
		has_unfinished(store, issue, unfinished, err);
}

static bool
close_now(struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return db_run(store->db, err,
		       "UPDATE issue SET state = ?2, closed = ?3, alive = ?3,"
		       " paused = NULL WHERE id = ?1",
		       db_int(issue), db_int(ISSUE_CLOSED), db_int(at)) &&
		finish_shards(store, issue, err) &&
		blank_late_replies(store, issue, err) &&
		write_tally(store, issue, err) &&
		carried_prune_bodies(store, issue, err) &&
		allowance_prune(store, at, err);
}

static bool
try_to_close(struct store *store, int64_t issue, int64_t at, bool expire,
	bool *closed, struct error *err)
{
	enum issue_state state = ISSUE_DRAFT;
	bool unfinished;

	*closed = false;
	if (!issue_read_state(store, issue, &state, err))
		return false;
	if (state != ISSUE_SENDING)
		return true;
	if (!is_worth_locking(store, issue, expire, &unfinished, err) ||
		(!unfinished &&
			!expire_and_look(
				store, issue, at, expire, &unfinished, err)))
		return false;
	*closed = !unfinished;
	/* Also of runs that reach nobody: a relay may be down, and people put
	   off, for longer than an issue may be still. */
	return unfinished ? turn_sign_of_life(store, issue, at, err)
			  : close_now(store, issue, at, err);
}

bool
store_issue_close(struct store *store, int64_t issue, int64_t at, bool expire,
	bool *closed, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = try_to_close(store, issue, at, expire, closed, err);
	return store_end(store, "close", ok, err);
}

/* ----- cancelling ----- */

/* Was nobody ever reached? Who was dropped got nothing either, nor did who was
 * put off, by his own server or for all of them. */
static bool
is_untouched(
	struct store *store, int64_t issue, bool *untouched, struct error *err)
{
	int64_t id = 0;
	bool ok = db_number(store->db, err, &id,
		"SELECT id FROM recipient WHERE " OF_ISSUE(
			"id", "?1") " AND (state NOT IN (?2, ?3) OR doubts > 0)"
				    " LIMIT 1",
		db_int(issue), db_int(RECIPIENT_DUE),
		db_int(RECIPIENT_DROPPED));

	*untouched = id == 0;
	return ok;
}

/* Whose body was on the wire of a run that is no more may have it; that is
 * said with him. */
static bool
drop_rest(struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE recipient SET at = ?2, state = ?3, code = 0,"
		" reply = CASE WHEN state = ?4"
		"  THEN 'cancelled before his message left'"
		"  ELSE 'cancelled while in doubt: he may have received it' END"
		" WHERE " OF_ISSUE("id", "?1") " AND state IN (?4, ?5, ?6)",
		db_int(issue), db_int(at), db_int(RECIPIENT_DROPPED),
		db_int(RECIPIENT_DUE), db_int(RECIPIENT_WIRE),
		db_int(RECIPIENT_HELD));
}

static bool
undo(struct store *store, int64_t issue, struct error *err)
{
	return db_run(store->db, err, "DELETE FROM carried WHERE issue = ?1",
		       db_int(issue)) &&
		db_run(store->db, err,
			"UPDATE source SET first_issue = NULL"
			" WHERE first_issue = ?1",
			db_int(issue)) &&
		db_run(store->db, err,
			"UPDATE issue SET number = NULL WHERE id = ?1",
			db_int(issue));
}

static bool
cancel(struct store *store, int64_t issue, int64_t at, const char *why,
	bool *undone, struct error *err)
{
	enum issue_state state = ISSUE_DRAFT;

	if (!issue_read_state(store, issue, &state, err))
		return false;
	if (state != ISSUE_SENDING)
		return error_set(err, ERROR_DATA,
			"this issue is %s; only one that is being sent can be "
			"cancelled",
			issue_state_name(state));
	return turn_lock_shards(store, issue, err) &&
		is_untouched(store, issue, undone, err) &&
		drop_rest(store, issue, at, err) &&
		finish_shards(store, issue, err) &&
		db_run(store->db, err,
			"UPDATE issue SET state = ?2, closed = ?3, alive = ?3,"
			" note = ?4, paused = NULL WHERE id = ?1",
			db_int(issue), db_int(ISSUE_CANCELLED), db_int(at),
			db_text(why)) &&
		write_tally(store, issue, err) &&
		(!*undone || undo(store, issue, err));
}

bool
store_issue_cancel(struct store *store, int64_t issue, int64_t at,
	const char *why, bool *undone, struct error *err)
{
	bool ok;

	*undone = false;
	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = cancel(store, issue, at, why, undone, err);
	return store_end(store, "cancel", ok, err);
}

/* ----- closing without knowing ----- */

static bool
presume(struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return db_run(store->db, err,
		       "UPDATE recipient SET at = ?2, state = ?3, code = 0,"
		       " reply = 'he is taken to have received it: the store "
		       "was put back'"
		       " WHERE " OF_ISSUE(
			       "id", "?1") " AND state IN (?4, ?5, ?6)",
		       db_int(issue), db_int(at), db_int(RECIPIENT_DROPPED),
		       db_int(RECIPIENT_DUE), db_int(RECIPIENT_WIRE),
		       db_int(RECIPIENT_HELD)) &&
		close_now(store, issue, at, err);
}

bool
store_issue_presume(
	struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return store_begin(store, DB_NOW, err) &&
		store_end(store, "close",
			turn_lock_shards(store, issue, err) &&
				presume(store, issue, at, err),
			err);
}

/* ----- a clock that ran ahead ----- */

static bool
forget_future(
	struct store *store, int64_t issue, int64_t now, struct error *err)
{
	return db_run(store->db, err,
		       "UPDATE recipient SET next_at = 0"
		       " WHERE " OF_ISSUE(
			       "id", "?1") " AND state = ?3 AND next_at > ?2",
		       db_int(issue), db_int(now), db_int(RECIPIENT_DUE)) &&
		db_run(store->db, err,
			"UPDATE shard SET next_at = 0"
			" WHERE issue = ?1 AND next_at > ?2",
			db_int(issue), db_int(now)) &&
		db_run(store->db, err,
			"UPDATE issue SET alive = ?2,"
			" waiting = CASE WHEN waiting > ?2 THEN ?2"
			"  ELSE waiting END WHERE id = ?1",
			db_int(issue), db_int(now));
}

bool
store_issue_forget_future(
	struct store *store, int64_t issue, int64_t now, struct error *err)
{
	return store_begin(store, DB_NOW, err) &&
		store_end(store, "clock",
			turn_lock_shards(store, issue, err) &&
				forget_future(store, issue, now, err),
			err);
}
