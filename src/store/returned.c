#include "store/returned.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/handle.h"
#include "store/post.h"
#include "store/returned_mass.h"

bool
store_return_add(struct store *store, const struct return_record *r,
	bool *known, struct error *err)
{
	int64_t added = 0;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = db_change(store->db, err, &added,
		"INSERT INTO returned (subscriber, issue, class, status, text,"
		" at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
		db_int(r->subscriber), db_int(r->issue), db_int(r->class),
		db_text(r->status), db_text(r->text), db_int(r->at));
	*known = added == 0;
	return store_end(store, "returned", ok, err);
}

bool
store_returns(struct store *store, int64_t subscriber,
	bool (*each)(void *data, const struct return_record *r), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT r.subscriber, r.issue, r.class, r.status, r.text, r.at,"
		" coalesce(m.trust, 0)"
		" FROM returned r LEFT JOIN returned_mass m"
		" ON m.issue = r.issue AND r.class IN (?2, ?3)"
		" WHERE r.subscriber = ?1 ORDER BY r.n",
		db_int(subscriber), db_int(RETURN_HARD), db_int(RETURN_SOFT));
	bool go_on = true;

	while (go_on && db_next(rows, err)) {
		struct return_record r = {
			.subscriber = row_int(rows, 0),
			.issue = row_int(rows, 1),
			.class = (enum return_class)row_int(rows, 2),
			.status = row_text(rows, 3),
			.text = row_text(rows, 4),
			.at = row_int(rows, 5),
			.disbelieved = !return_trust_counts(
				(enum return_trust)row_int(rows, 6)),
		};

		go_on = each(data, &r);
	}
	return db_done(rows);
}

bool
store_return_counts(struct store *store, int64_t subscriber, int64_t since,
	size_t counts[RETURN_CLASSES], struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT class, count(*) FROM returned"
		" WHERE subscriber = ?1 AND at >= ?2"
		" AND issue NOT IN (SELECT m.issue FROM returned_mass m"
		"  WHERE m.trust IN (?3, ?4))"
		" GROUP BY class",
		db_int(subscriber), db_int(since), db_int(RETURNS_DISBELIEVED),
		db_int(RETURNS_SENT_AGAIN));

	for (int i = 0; i < RETURN_CLASSES; i++)
		counts[i] = 0;
	while (db_next(rows, err))
		if (row_int(rows, 0) < RETURN_CLASSES)
			counts[row_int(rows, 0)] = (size_t)row_int(rows, 1);
	return db_done(rows);
}

/* His history has a row with one state on both sides for that alone
 * (readdress.c). */
bool
store_return_is_old(struct store *store, int64_t subscriber, int64_t issue,
	bool *old, struct error *err)
{
	int64_t moves = 0;
	bool ok = db_number(store->db, err, &moves,
		"SELECT count(*) FROM consent c JOIN issue i ON i.id = ?2"
		" WHERE c.subscriber = ?1 AND c.was = c.now"
		" AND i.opened <= c.at",
		db_int(subscriber), db_int(issue));

	*old = moves > 0;
	return ok;
}

/* ----- probes ----- */

bool
store_probe_set(struct store *store, int64_t subscriber, int64_t at, bool clear,
	struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = db_run(store->db, err,
		     "UPDATE subscriber SET probed_at = ?2 WHERE id = ?1",
		     db_int(subscriber), db_instant(at)) &&
		(!clear ||
			db_run(store->db, err,
				"DELETE FROM returned WHERE subscriber = ?1",
				db_int(subscriber)));
	return store_end(store, "probe", ok, err);
}

/* All of them first, so that no statement is open while the caller changes what
 * it reads. */
bool
store_probes(struct store *store, int64_t list, int64_t before,
	bool (*each)(void *data, int64_t subscriber), void *data,
	struct error *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	bool ok = db_take_numbers(
		db_query(store->db, err,
			"SELECT id FROM subscriber WHERE list = ?1"
			" AND probed_at IS NOT NULL AND probed_at < ?2"
			" AND NOT EXISTS (SELECT 1 FROM post"
			"  WHERE post.subscriber = subscriber.id AND kind = ?3"
			"  AND (due IS NOT NULL OR sent >= ?2))"
			" ORDER BY id",
			db_int(list), db_int(before), db_int(POST_PROBE)),
		&ids, &count, err);

	for (size_t i = 0; ok && i < count; i++)
		if (!each(data, ids[i]))
			break;
	free(ids);
	return ok;
}

/* ----- whom a token means ----- */

bool
store_recipient_whose(struct store *store, int64_t issue, int64_t seq,
	struct recipient_whose *whose, bool *found, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT i.list, r.subscriber, i.opened, i.salt FROM issue i"
		" JOIN recipient r ON r.id = " RECIPIENT_ID(
			"?1", "?2") " WHERE i.id = ?1",
		db_int(issue), db_int(seq));

	*found = false;
	*whose = (struct recipient_whose){.salt = NULL};
	if (db_next(rows, err)) {
		*whose = (struct recipient_whose){
			.list = row_int(rows, 0),
			.subscriber = row_int(rows, 1),
			.opened = row_int(rows, 2),
			.salt = mem_strdup(row_text(rows, 3)),
		};
		*found = true;
	}
	return db_done(rows);
}

bool
store_sent_issues(struct store *store, int64_t subscriber,
	bool (*each)(void *data, const struct sent_issue *sent), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT i.number, i.subject, r.state, r.at, r.code,"
		" nullif(r.reply, " NO_REPLY ")"
		" FROM recipient r JOIN issue i ON i.id = r.id / 4294967296"
		" WHERE r.subscriber = ?1 ORDER BY r.id",
		db_int(subscriber));
	bool go_on = true;

	while (go_on && db_next(rows, err)) {
		struct sent_issue sent = {
			.number = (int)row_int(rows, 0),
			.subject = row_text(rows, 1),
			.state = (enum recipient_state)row_int(rows, 2),
			.at = row_int(rows, 3),
			.code = (int)row_int(rows, 4),
			.reply = row_text(rows, 5),
		};

		go_on = each(data, &sent);
	}
	return db_done(rows);
}

bool
store_returns_prune(
	struct store *store, int64_t list, int64_t before, struct error *err)
{
	return store_write(store, DB_SOON, "prune", err,
		"DELETE FROM returned WHERE at < ?1 AND EXISTS"
		" (SELECT 1 FROM subscriber s"
		"  WHERE s.id = returned.subscriber AND s.list = ?2)",
		db_int(before), db_int(list));
}
