#include "store/totals.h"

#include "store/handle.h"

static bool
count_issues(struct store *store, int64_t list, struct totals *out,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT state, count(*), count(opened), max(opened) FROM issue"
		" WHERE list = ?1 GROUP BY state",
		db_int(list));

	while (db_next(rows, err)) {
		int64_t state = row_int(rows, 0);
		int64_t last = row_instant(rows, 3);

		if (state >= 0 && state < ISSUE_STATES)
			out->issues[state] = (size_t)row_int(rows, 1);
		out->opened += (size_t)row_int(rows, 2);
		if (last > out->last_opened)
			out->last_opened = last;
	}
	return db_done(rows);
}

static bool
count_recipients(struct store *store, int64_t list, struct totals *out,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT t.state, CAST(sum(t.count) AS INTEGER) FROM tally t"
		" JOIN issue i ON i.id = t.issue WHERE i.list = ?1"
		" GROUP BY t.state",
		db_int(list));

	while (db_next(rows, err)) {
		int64_t state = row_int(rows, 0);

		if (state >= 0 && state < RECIPIENT_STATES)
			out->recipients[state] = (size_t)row_int(rows, 1);
	}
	return db_done(rows);
}

bool
store_totals(struct store *store, int64_t list, struct totals *out,
	struct error *err)
{
	*out = (struct totals){.last_opened = INSTANT_NONE};
	return count_issues(store, list, out, err) &&
		count_recipients(store, list, out, err);
}
