/*
 * What leads back from the end of an issue, by an editor's word.
 */
#include "store/store.h"

#include "store/handle.h"
#include "store/lease.h"
#include "store/returned_mass.h"
#include "store/turn.h"

/* Whose letters of the issue ?1 came back, of those that are not believed
 * (returned_mass.h): hard and soft failures. */
#define RETURNED                                     \
	"(SELECT b.subscriber FROM returned b"       \
	" JOIN returned_mass m ON m.issue = b.issue" \
	" WHERE b.issue = ?1 AND b.class IN (0, 1) AND m.trust = 1)"

/* An editor's word: tries are counted anew. Of his doubts one stays: who may
 * have received the issue once never counts as untouched again. */
static bool
make_due(struct store *store, int64_t issue, bool returned, int64_t *count,
	struct error *err)
{
	return db_change(store->db, err, count,
		       "UPDATE recipient SET state = ?2, tries = 0, next_at = 0,"
		       " code = 0,"
		       " doubts = CASE WHEN doubts > 0 OR state = ?5"
		       "  THEN 1 ELSE 0 END"
		       " WHERE " OF_ISSUE("id",
			       "?1") " AND (state IN (?3, ?4, ?5)"
				     "  OR (state = ?6 AND ?7 = 1"
				     "   AND subscriber IN " RETURNED "))",
		       db_int(issue), db_int(RECIPIENT_DUE),
		       db_int(RECIPIENT_REFUSED), db_int(RECIPIENT_EXPIRED),
		       db_int(RECIPIENT_HELD), db_int(RECIPIENT_SENT),
		       db_int(returned)) &&
		db_run(store->db, err,
			"UPDATE shard SET next_at = 0 WHERE issue = ?1"
			" AND EXISTS (SELECT 1 FROM recipient r"
			"  WHERE r.state = ?2"
			"  AND r.next_at = 0"
			"  AND " OF_SHARD(
				"r.id", "?1", "shard.first", "shard.last") ")",
			db_int(issue), db_int(RECIPIENT_DUE));
}

/* Whom refusals of this issue took off the roster: an editor has them tried
 * again, so they are readers until they are refused again. */
static bool
restore_bounced(
	struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return db_run(store->db, err,
		       "INSERT INTO consent"
		       " (subscriber, at, was, now, actor, proof)"
		       " SELECT r.subscriber, ?2, ?3, ?4, ?5,"
		       "  'tried again by an editor'"
		       " FROM recipient r JOIN subscriber s"
		       "  ON s.id = r.subscriber AND s.state = ?3"
		       " JOIN consent c ON c.subscriber = s.id"
		       "  AND c.actor = ?6 AND c.n = (SELECT max(n)"
		       "   FROM consent WHERE subscriber = s.id)"
		       " WHERE " OF_ISSUE("r.id", "?1") " AND r.state = ?7",
		       db_int(issue), db_int(at), db_int(SUBSCRIBER_BOUNCED),
		       db_int(SUBSCRIBER_ACTIVE), db_int(ACTOR_EDITOR),
		       db_int(ACTOR_RELAY), db_int(RECIPIENT_REFUSED)) &&
		db_run(store->db, err,
			"UPDATE subscriber SET state = ?3 WHERE state = ?2"
			" AND id IN (SELECT r.subscriber FROM recipient r"
			"  WHERE " OF_ISSUE("r.id",
				"?1") " AND r.state = ?4)"
				      " AND ?5 = (SELECT now FROM consent"
				      "  WHERE subscriber = subscriber.id"
				      "  ORDER BY n DESC LIMIT 1)",
			db_int(issue), db_int(SUBSCRIBER_BOUNCED),
			db_int(SUBSCRIBER_ACTIVE), db_int(RECIPIENT_REFUSED),
			db_int(SUBSCRIBER_ACTIVE));
}

/* What came back is not forgotten: those mails may be read once more. */
static bool
note_returned(struct store *store, int64_t issue, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE returned_mass SET trust = ?2"
		" WHERE issue = ?1 AND trust = 1",
		db_int(issue), db_int(RETURNS_SENT_AGAIN));
}

static bool
is_remembered(struct store *store, int64_t issue, struct error *err)
{
	int64_t forgotten = INSTANT_NONE;

	if (!db_number(store->db, err, &forgotten,
		    "SELECT forgotten FROM issue WHERE id = ?1", db_int(issue)))
		return false;
	return forgotten == INSTANT_NONE ||
		error_set(err, ERROR_DATA,
			"who got this issue is forgotten ('keep_ledgers'); "
			"there is nothing to retry");
}

static bool
retry(struct store *store, int64_t issue, int64_t at, bool returned,
	int64_t *count, struct error *err)
{
	enum issue_state state = ISSUE_DRAFT;

	if (!issue_read_state(store, issue, &state, err))
		return false;
	if (state != ISSUE_SENDING && state != ISSUE_CLOSED)
		return error_set(err, ERROR_DATA,
			"this issue is %s; there is nothing to retry",
			issue_state_name(state));
	if (!is_remembered(store, issue, err) ||
		!turn_lock_shards(store, issue, err) ||
		!restore_bounced(store, issue, at, err) ||
		!make_due(store, issue, returned, count, err) ||
		(returned && !note_returned(store, issue, err)))
		return false;
	return !*count ||
		(db_run(store->db, err,
			 "UPDATE issue SET state = ?2, closed = NULL,"
			 " alive = ?3, waiting = ?3 WHERE id = ?1",
			 db_int(issue), db_int(ISSUE_SENDING), db_int(at)) &&
			db_run(store->db, err,
				"DELETE FROM tally WHERE issue = ?1",
				db_int(issue)));
}

bool
store_issue_retry(struct store *store, int64_t issue, int64_t at, bool returned,
	size_t *count, struct error *err)
{
	int64_t changed = 0;
	bool ok;

	*count = 0;
	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = retry(store, issue, at, returned, &changed, err) &&
		(!changed || store_say_open(store, err));
	*count = (size_t)changed;
	return store_end(store, "retry", ok, err);
}
