#include "store/returned_mass.h"

#include <stdlib.h>

#include "store/consent.h"
#include "store/handle.h"
#include "store/returned.h"
#include "store/suppress.h"

#define FAILURES "class IN (0, 1)" /* RETURN_HARD, RETURN_SOFT */

/* ----- how much it is ----- */

bool
return_trust_counts(enum return_trust trust)
{
	return trust == RETURNS_COUNT || trust == RETURNS_BELIEVED;
}

/* What was closed has its numbers in `tally`. */
#define SHARE                                                                 \
	"SELECT i.id, i.number, coalesce(m.trust, 0), coalesce(m.failed, 0)," \
	" coalesce((SELECT CAST(sum(count) AS INTEGER) FROM tally t"          \
	"  WHERE t.issue = i.id),"                                            \
	" (SELECT CAST(sum(last - first + 1) AS INTEGER) FROM shard s"        \
	"  WHERE s.issue = i.id), 0)"                                         \
	" FROM issue i LEFT JOIN returned_mass m ON m.issue = i.id "

static bool
take_share(struct db_rows *rows, struct return_share *share, bool *found,
	struct error *err)
{
	*share = (struct return_share){.issue = 0};
	*found = db_next(rows, err);
	if (*found)
		*share = (struct return_share){
			.issue = row_int(rows, 0),
			.number = (int)row_int(rows, 1),
			.trust = (enum return_trust)row_int(rows, 2),
			.failed = row_int(rows, 3),
			.letters = row_int(rows, 4),
		};
	return db_done(rows);
}

bool
store_return_share(struct store *store, int64_t issue,
	struct return_share *share, struct error *err)
{
	bool found;

	return take_share(db_query(store->db, err, SHARE "WHERE i.id = ?1",
				  db_int(issue)),
		share, &found, err);
}

bool
store_return_failed(struct store *store, int64_t issue, struct error *err)
{
	return store_write(store, DB_NOW, "returned", err,
		"INSERT INTO returned_mass (issue, failed) VALUES (?1, 1)"
		" ON CONFLICT (issue) DO UPDATE"
		" SET failed = returned_mass.failed + 1",
		db_int(issue));
}

/* ----- nothing of it counts ----- */

/* Whom it is about, and who was taken off since. */
static bool
find_failed(struct store *store, const struct disbelief *d, int64_t **ids,
	size_t *count, struct error *err)
{
	return db_take_numbers(
		db_query(store->db, err,
			"SELECT DISTINCT s.id FROM returned r"
			" JOIN subscriber s ON s.id = r.subscriber"
			" WHERE r.issue = ?1 AND r." FAILURES
			" AND s.list = ?2 AND s.state IN (?3, ?4)",
			db_int(d->issue), db_int(d->list),
			db_int(SUBSCRIBER_BOUNCED), db_int(SUBSCRIBER_REMOVED)),
		ids, count, err);
}

/*
 * What he was before the inbox took him off, by one change or by two; *was stays
 * as it is when it was somebody else. `proof` (or NULL) is what it must have
 * said.
 */
static bool
find_before(struct store *store, const struct disbelief *d, int64_t subscriber,
	const char *proof, int64_t *was, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT was, now, actor, proof FROM consent"
		" WHERE subscriber = ?1 AND was IS NOT NULL"
		" AND at >= (SELECT opened FROM issue WHERE id = ?2)"
		" ORDER BY n DESC",
		db_int(subscriber), db_int(d->issue));
	bool his = true;

	while (his && db_next(rows, err)) {
		int64_t now = row_int(rows, 1);

		his = row_int(rows, 2) == ACTOR_INBOX &&
			(now == SUBSCRIBER_BOUNCED ||
				now == SUBSCRIBER_REMOVED) &&
			(!proof || text_equals(row_text(rows, 3), proof));
		if (his)
			*was = row_int(rows, 0);
	}
	return db_done(rows);
}

/* No change that the table of changes would have to allow: one that is taken
 * back. */
static bool
put_back(struct store *store, const struct disbelief *d, int64_t subscriber,
	const char *proof, bool *back, struct error *err)
{
	struct change change = {.actor = ACTOR_INBOX,
		.proof = "too much of that issue came back to be true",
		.at = d->at};
	int64_t was = SUBSCRIBER_STATES, now = 0;

	*back = false;
	if (!find_before(store, d, subscriber, proof, &was, err))
		return false;
	if (was == SUBSCRIBER_STATES)
		return true;
	*back = true;
	change.state = (enum subscriber_state)was;
	return db_number(store->db, err, &now,
		       "SELECT state FROM subscriber WHERE id = ?1",
		       db_int(subscriber)) &&
		db_run(store->db, err,
			"UPDATE subscriber SET state = ?2 WHERE id = ?1",
			db_int(subscriber), db_int(was)) &&
		consent_record(store, subscriber, db_int(now), &change, err);
}

/* On any list but his own, from which he was taken for more than that. */
static bool
put_back_elsewhere(struct store *store, const struct disbelief *d,
	const struct subscriber *s, struct error *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	bool back,
		ok = db_take_numbers(
			db_query(store->db, err,
				"SELECT id FROM subscriber WHERE key = ?1"
				" AND list IN (SELECT id FROM list WHERE id <> ?2)"
				" AND state = ?3",
				db_text(s->key), db_int(d->list),
				db_int(SUBSCRIBER_REMOVED)),
			&ids, &count, err);

	for (size_t i = 0; ok && i < count; i++)
		ok = put_back(store, d, ids[i], d->reason, &back, err);
	free(ids);
	return ok;
}

/* *lifted: he was suppressed because of it. */
static bool
lift(struct store *store, const struct disbelief *d, const char *key,
	bool *lifted, struct error *err)
{
	struct str hash = STR_INIT;
	int64_t gone = 0;
	bool ok = store_hash_key(store, span_of(key), &hash, err) &&
		db_change(store->db, err, &gone,
			"DELETE FROM suppressed WHERE list = ?1 AND hash = ?2"
			" AND reason = ?3 AND at >="
			" (SELECT opened FROM issue WHERE id = ?4)",
			db_int(SITE_WIDE), db_text(str_text(&hash)),
			db_text(d->reason), db_int(d->issue));

	*lifted = gone > 0;
	str_clear(&hash);
	return ok;
}

static bool
unsuppress(struct store *store, const struct disbelief *d, int64_t id,
	struct error *err)
{
	struct subscriber *s =
		store_subscriber_numbered(store, d->list, id, err);
	bool lifted,
		ok = s && lift(store, d, s->key, &lifted, err) &&
		(!lifted || put_back_elsewhere(store, d, s, err));

	subscriber_free(s);
	return ok;
}

static bool
put_back_all(struct store *store, const struct disbelief *d, const int64_t *ids,
	size_t count, size_t *back, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++) {
		bool came;

		ok = put_back(store, d, ids[i], NULL, &came, err) &&
			(!came || unsuppress(store, d, ids[i], err));
		*back += came;
	}
	return ok;
}

/* The mail that asks him may wait still: it is not sent then (run/post.h). */
static bool
forget_probes(struct store *store, const struct disbelief *d, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE subscriber SET probed_at = NULL WHERE list = ?1"
		" AND probed_at >= (SELECT opened FROM issue WHERE id = ?2)"
		" AND id IN (SELECT subscriber FROM returned"
		"  WHERE issue = ?2 AND " FAILURES ")",
		db_int(d->list), db_int(d->issue));
}

static bool
disbelieve(struct store *store, const struct disbelief *d, size_t *back,
	struct error *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	bool ok;

	*back = 0;
	ok = db_run(store->db, err,
		     "UPDATE returned_mass SET trust = ?2, told = 0"
		     " WHERE issue = ?1",
		     db_int(d->issue), db_int(RETURNS_DISBELIEVED)) &&
		forget_probes(store, d, err) &&
		find_failed(store, d, &ids, &count, err) &&
		put_back_all(store, d, ids, count, back, err);
	free(ids);
	return ok;
}

bool
store_disbelieve(struct store *store, const struct disbelief *d, size_t *back,
	struct error *err)
{
	return store_begin(store, DB_NOW, err) &&
		store_end(store, "returned", disbelieve(store, d, back, err),
			err);
}

/* ----- it is true ----- */

#define OF_LIST "(SELECT id FROM issue WHERE list = ?1)"

static bool
believe(struct store *store, int64_t list,
	bool (*each)(void *data, int64_t subscriber, struct error *err),
	void *data, struct error *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	bool ok = db_take_numbers(
		db_query(store->db, err,
			"SELECT DISTINCT s.id FROM returned r"
			" JOIN returned_mass m ON m.issue = r.issue"
			" JOIN subscriber s ON s.id = r.subscriber"
			" WHERE s.list = ?1 AND m.trust = ?2 AND r." FAILURES
			" ORDER BY s.id",
			db_int(list), db_int(RETURNS_DISBELIEVED)),
		&ids, &count, err);

	ok = ok &&
		db_run(store->db, err,
			"UPDATE returned_mass SET trust = ?3"
			" WHERE trust = ?2 AND issue IN " OF_LIST,
			db_int(list), db_int(RETURNS_DISBELIEVED),
			db_int(RETURNS_BELIEVED));
	for (size_t i = 0; ok && i < count; i++)
		ok = each(data, ids[i], err);
	free(ids);
	return ok;
}

bool
store_believe(struct store *store, int64_t list,
	bool (*each)(void *data, int64_t subscriber, struct error *err),
	void *data, struct error *err)
{
	return store_begin(store, DB_NOW, err) &&
		store_end(store, "returned",
			believe(store, list, each, data, err), err);
}

/* ----- what editors are told ----- */

bool
store_disbelieved(struct store *store, int64_t list, struct return_share *share,
	bool *found, struct error *err)
{
	return take_share(
		db_query(store->db, err,
			SHARE "WHERE i.list = ?1 AND m.trust = ?2"
			      " AND m.told = 0 ORDER BY i.id DESC LIMIT 1",
			db_int(list), db_int(RETURNS_DISBELIEVED)),
		share, found, err);
}

bool
store_disbelieved_told(struct store *store, int64_t list, struct error *err)
{
	return store_write(store, DB_NOW, "returned", err,
		"UPDATE returned_mass SET told = 1"
		" WHERE told = 0 AND issue IN " OF_LIST,
		db_int(list));
}
