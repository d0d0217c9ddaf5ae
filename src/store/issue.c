/*
 * Issues as records: what is open, what went out, which one is next.
 */
#include "store/store.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/handle.h"
#include "store/lease.h"

const char *
issue_state_name(enum issue_state state)
{
	static const char *const names[ISSUE_STATES] = {
		[ISSUE_DRAFT] = "draft",
		[ISSUE_APPROVED] = "approved",
		[ISSUE_SENDING] = "sending",
		[ISSUE_CLOSED] = "closed",
		[ISSUE_CANCELLED] = "cancelled",
		[ISSUE_SKIPPED] = "skipped",
	};

	return names[state];
}

void
issue_record_clear(struct issue_record *r)
{
	free(r->paused);
	free(r->subject);
	free(r->note);
	free(r->salt);
	*r = (struct issue_record){.id = 0};
}

/* ----- reading one ----- */

bool
issue_read_state(struct store *store, int64_t issue, enum issue_state *state,
	struct error *err)
{
	int64_t number = -1;

	if (!db_number(store->db, err, &number,
		    "SELECT state FROM issue WHERE id = ?1", db_int(issue)))
		return false;
	if (number < 0)
		return error_set(err, ERROR_DATA, "store: no issue %lld",
			(long long)issue);
	*state = (enum issue_state)number;
	return true;
}

static void
take_columns(const struct db_rows *rows, struct issue_record *r)
{
	*r = (struct issue_record){
		.id = row_int(rows, 0),
		.number = (int)row_int(rows, 1),
		.state = (enum issue_state)row_int(rows, 2),
		.slot = row_instant(rows, 3),
		.opened = row_instant(rows, 4),
		.closed = row_instant(rows, 5),
		.alive = row_instant(rows, 6),
		.paused = mem_strdup(row_text(rows, 7)),
		.subject = mem_strdup(row_text(rows, 8)),
		.note = mem_strdup(row_text(rows, 9)),
		.salt = mem_strdup(row_text(rows, 10)),
		.waiting = row_instant(rows, 11),
		.forgotten = row_instant(rows, 12),
		.carried = (size_t)row_int(rows, 13),
	};
}

static bool
take_counts(struct db_rows *rows, struct issue_record *r, bool *any,
	struct error *err)
{
	*any = false;
	while (db_next(rows, err)) {
		int64_t state = row_int(rows, 0);

		*any = true;
		if (state < RECIPIENT_STATES)
			r->counts[state] = (size_t)row_int(rows, 1);
		r->doubts += (size_t)row_int(rows, 2);
	}
	return db_done(rows);
}

/* Of an issue that is over. */
static bool
count_from_tally(struct store *store, struct issue_record *r, bool *any,
	struct error *err)
{
	return take_counts(db_query(store->db, err,
				   "SELECT state, count, doubts FROM tally"
				   " WHERE issue = ?1",
				   db_int(r->id)),
		r, any, err);
}

/* While no shard was ever claimed, all are due. */
static bool
count_from_shards(struct store *store, struct issue_record *r, bool *any,
	struct error *err)
{
	return take_counts(
		db_query(store->db, err,
			"SELECT CAST(?2 AS INTEGER), CAST(sum(last - first + 1)"
			" AS INTEGER), 0 FROM shard"
			" WHERE issue = ?1 HAVING max(fence) = 0",
			db_int(r->id), db_int(RECIPIENT_DUE)),
		r, any, err);
}

static bool
count_from_ledger(struct store *store, struct issue_record *r, bool *any,
	struct error *err)
{
	return take_counts(
		db_query(store->db, err,
			"SELECT state, count(*), CAST(sum(doubts) AS INTEGER)"
			" FROM recipient WHERE " OF_ISSUE(
				"id", "?1") " GROUP BY state",
			db_int(r->id)),
		r, any, err);
}

/* The cheapest that knows. */
static bool
count_recipients(struct store *store, struct issue_record *r, struct error *err)
{
	bool any = false;
	bool ok = count_from_tally(store, r, &any, err);

	if (ok && !any)
		ok = count_from_shards(store, r, &any, err);
	if (ok && !any)
		ok = count_from_ledger(store, r, &any, err);
	return ok;
}

static bool
load_record(struct store *store, int64_t id, struct issue_record *out,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT id, number, state, slot, opened, closed, alive,"
		" paused, subject, note, salt, waiting, forgotten,"
		" (SELECT count(DISTINCT c.id) FROM carried c"
		"  WHERE c.issue = issue.id AND c.kind < ?2)"
		" FROM issue WHERE id = ?1",
		db_int(id), db_int(CARRIED_BACKLOG));

	*out = (struct issue_record){.id = 0};
	if (db_next(rows, err))
		take_columns(rows, out);
	if (db_done(rows) && count_recipients(store, out, err))
		return true;
	issue_record_clear(out);
	return false;
}

/* `id` 0: nothing was found. */
static bool
load_found(struct store *store, int64_t id, struct issue_record *out,
	bool *found, struct error *err)
{
	*found = id != 0;
	*out = (struct issue_record){.id = 0};
	return !id || load_record(store, id, out, err);
}

bool
store_issue_find(struct store *store, int64_t list, int number,
	struct issue_record *out, bool *found, struct error *err)
{
	int64_t id = 0;

	return db_number(store->db, err, &id,
		       "SELECT id FROM issue WHERE list = ?1 AND number = ?2",
		       db_int(list), db_int(number)) &&
		load_found(store, id, out, found, err);
}

static bool
next_unfinished(struct store *store, int64_t list, int64_t after,
	struct issue_record *out, bool *found, struct error *err)
{
	int64_t id = 0;

	return db_number(store->db, err, &id,
		       "SELECT min(id) FROM issue"
		       " WHERE list = ?1 AND id > ?2 AND state = ?3",
		       db_int(list), db_int(after), db_int(ISSUE_SENDING)) &&
		load_found(store, id, out, found, err);
}

bool
store_unfinished(struct store *store, int64_t list,
	bool (*each)(void *data, struct issue_record *issue, struct error *err),
	void *data, struct error *err)
{
	struct error problem = ERROR_INIT;
	int64_t after = 0;
	bool go_on = true;

	while (go_on) {
		struct issue_record r;

		if (!next_unfinished(store, list, after, &r, &go_on, &problem))
			break;
		if (!go_on)
			break;
		after = r.id;
		go_on = each(data, &r, &problem);
		issue_record_clear(&r);
	}
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

/* ----- reading all ----- */

bool
store_issues(struct store *store, int64_t list,
	bool (*each)(void *data, const struct issue_record *r), void *data,
	struct error *err)
{
	int64_t below = INT64_MAX;
	bool go_on = true;

	while (go_on) {
		struct issue_record r;
		int64_t id = 0;

		if (!db_number(store->db, err, &id,
			    "SELECT max(id) FROM issue"
			    " WHERE list = ?1 AND id < ?2",
			    db_int(list), db_int(below)))
			return false;
		if (!id)
			break;
		if (!load_record(store, id, &r, err))
			return false;
		go_on = each(data, &r);
		issue_record_clear(&r);
		below = id;
	}
	return true;
}

bool
store_issue_latest(struct store *store, int64_t list, struct latest_issue *out,
	bool *found, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT id, opened, number, subject, salt FROM issue"
		" WHERE list = ?1 AND number > 0 AND subject IS NOT NULL"
		" AND paused IS NULL AND state IN (?2, ?3)"
		" ORDER BY number DESC LIMIT 1",
		db_int(list), db_int(ISSUE_SENDING), db_int(ISSUE_CLOSED));

	*out = (struct latest_issue){.id = 0};
	*found = db_next(rows, err);
	if (*found)
		*out = (struct latest_issue){
			.id = row_int(rows, 0),
			.opened = row_instant(rows, 1),
			.number = (int)row_int(rows, 2),
			.subject = mem_strdup(row_text(rows, 3)),
			.salt = mem_strdup(row_text(rows, 4)),
		};
	return db_done(rows);
}

void
latest_issue_clear(struct latest_issue *latest)
{
	free(latest->subject);
	free(latest->salt);
	*latest = (struct latest_issue){.id = 0};
}

bool
store_issue_next(struct store *store, int64_t list, int64_t now, int *number,
	int64_t *last_slot, struct error *err)
{
	int64_t newest = 0;

	*last_slot = INSTANT_NONE;
	if (!db_number(store->db, err, &newest,
		    "SELECT max(number) FROM issue WHERE list = ?1",
		    db_int(list)) ||
		!db_number(store->db, err, last_slot,
			"SELECT max(slot) FROM issue"
			" WHERE list = ?1 AND slot <= ?2",
			db_int(list), db_int(now)))
		return false;
	*number = (int)newest + 1;
	return true;
}

bool
store_slot_is_settled(struct store *store, int64_t list, int64_t slot,
	bool *settled, struct error *err)
{
	int64_t id = 0;
	bool ok = db_number(store->db, err, &id,
		"SELECT id FROM issue WHERE list = ?1 AND slot = ?2",
		db_int(list), db_int(slot));

	*settled = id != 0;
	return ok;
}

bool
store_issue_count(struct store *store, int64_t list, int64_t from,
	int64_t before, size_t *count, int64_t *first, struct error *err)
{
	int64_t n = 0;
	bool ok = db_number(store->db, err, &n,
		"SELECT (SELECT count(number) FROM issue"
		"  WHERE list = ?1 AND slot >= ?2 AND slot < ?3)"
		" + (SELECT count(*) FROM draft"
		"  WHERE list = ?1 AND slot >= ?2 AND slot < ?3)",
		db_int(list), db_int(from), db_int(before));

	*count = (size_t)n;
	*first = INSTANT_NONE;
	return ok &&
		db_number(store->db, err, first,
			"SELECT min(slot) FROM issue WHERE list = ?1"
			" AND number > 0",
			db_int(list));
}

/* ----- small changes ----- */

bool
store_issue_skip(struct store *store, int64_t list, int64_t slot, int64_t at,
	const char *why, struct error *err)
{
	int64_t added = 0;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = db_change(store->db, err, &added,
		"INSERT INTO issue (list, slot, state, opened, closed, alive,"
		" note) VALUES (?1, ?2, ?3, ?4, ?4, ?4, ?5)"
		" ON CONFLICT (list, slot) DO NOTHING",
		db_int(list), db_instant(slot), db_int(ISSUE_SKIPPED),
		db_int(at), db_text(why));
	if (ok && !added)
		ok = error_set(err, ERROR_LATER,
			"another run has dealt with this slot meanwhile");
	return store_end(store, "skip", ok, err);
}

char *
store_issue_paused(struct store *store, int64_t issue, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT paused FROM issue WHERE id = ?1", db_int(issue));
	char *why = NULL;

	if (db_next(rows, err))
		why = mem_strdup(row_text(rows, 0));
	db_done(rows);
	return why;
}

static bool
pause_issue(struct store *store, int64_t issue, const char *why, int64_t at,
	struct error *err)
{
	return db_run(store->db, err,
		"UPDATE issue SET paused = ?2, waiting = CASE WHEN ?2 IS NULL"
		" THEN ?3 ELSE waiting END WHERE id = ?1",
		db_int(issue), db_text(why), db_int(at));
}

bool
store_issue_pause(struct store *store, int64_t issue, const char *why,
	int64_t at, struct error *err)
{
	return store_begin(store, DB_NOW, err) &&
		store_end(store, "pause",
			pause_issue(store, issue, why, at, err) &&
				(why || store_say_open(store, err)),
			err);
}

bool
store_issue_pause_first(
	struct store *store, int64_t issue, const char *why, struct error *err)
{
	return store_write(store, DB_NOW, "pause", err,
		"UPDATE issue SET paused = ?2 WHERE id = ?1 AND paused IS NULL",
		db_int(issue), db_text(why));
}

bool
store_issue_waiting(
	struct store *store, int64_t issue, int64_t *since, struct error *err)
{
	*since = INSTANT_NONE;
	return db_number(store->db, err, since,
		"SELECT waiting FROM issue WHERE id = ?1", db_int(issue));
}

bool
store_issue_wait(
	struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return store_write(store, DB_SOON, "wait", err,
		"UPDATE issue SET waiting = ?2 WHERE id = ?1", db_int(issue),
		db_int(at));
}

bool
store_form(struct store *store, int64_t issue, int form, struct str *out,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT bytes FROM form WHERE issue = ?1 AND number = ?2",
		db_int(issue), db_int(form));
	bool found = db_next(rows, err);

	if (found)
		str_add_span(out, row_blob(rows, 0));
	if (!db_done(rows))
		return false;
	return found ||
		error_set(err, ERROR_BUG, "store: issue %lld has no form %d",
			(long long)issue, form);
}
