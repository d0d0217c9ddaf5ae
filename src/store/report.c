/*
 * What became of an issue's recipients, for people.
 */
#include "store/store.h"

#include "base/arena.h"
#include "base/mem.h"
#include "store/handle.h"

#include <stdlib.h>

enum { PAGE = 500 };

/* Those who were sent, and those nobody has answered for yet, say nothing. */
bool
store_replies(struct store *store, int64_t issue, size_t max,
	bool (*each)(void *data, const struct reply_count *r), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT g.state, g.code, g.reply, g.times, s.address"
		" FROM (SELECT state, code, nullif(reply, " NO_REPLY
		") AS reply,"
		"   count(*) AS times, min(subscriber) AS one FROM recipient"
		"  WHERE " OF_ISSUE("id",
			"?1") " AND state <> ?2"
			      "   AND (code <> 0 OR reply <> " NO_REPLY ")"
			      "  GROUP BY 1, 2, 3) g"
			      " JOIN subscriber s ON s.id = g.one"
			      " ORDER BY g.times DESC, g.state, g.code, g.reply LIMIT ?3",
		db_int(issue), db_int(RECIPIENT_SENT), db_int((int64_t)max));
	bool go_on = true;

	while (go_on && db_next(rows, err)) {
		struct reply_count r = {
			.state = (enum recipient_state)row_int(rows, 0),
			.code = (int)row_int(rows, 1),
			.reply = row_text(rows, 2),
			.count = (size_t)row_int(rows, 3),
			.example = row_text(rows, 4),
		};

		go_on = each(data, &r);
	}
	return db_done(rows);
}

/* A page of recipients behind `after`, copied, so that no statement stays open
 * while the caller prints. */
static bool
read_page(struct store *store, int64_t issue, int64_t after,
	struct arena *arena, struct recipient_record *page, size_t *count,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " RECIPIENT_SEQ(
			"r.id") ", s.address, r.state, r.tries, r.doubts, r.code,"
				" nullif(r.reply, " NO_REPLY "), r.at"
				" FROM recipient r JOIN subscriber s ON s.id = r.subscriber"
				" WHERE r.id > " RECIPIENT_ID("?1",
					"?2") "  AND r.id < (?1 + 1) * 4294967296 ORDER BY r.id LIMIT ?3",
		db_int(issue), db_int(after), db_int(PAGE));

	*count = 0;
	while (db_next(rows, err))
		page[(*count)++] = (struct recipient_record){
			.seq = row_int(rows, 0),
			.address = arena_strdup(arena, row_text(rows, 1)),
			.state = (enum recipient_state)row_int(rows, 2),
			.tries = (int)row_int(rows, 3),
			.doubts = (int)row_int(rows, 4),
			.code = (int)row_int(rows, 5),
			.reply = arena_strdup(arena, row_text(rows, 6)),
			.at = row_int(rows, 7),
		};
	return db_done(rows);
}

bool
store_recipient_records(struct store *store, int64_t issue,
	bool (*each)(void *data, const struct recipient_record *r), void *data,
	struct error *err)
{
	struct recipient_record *page = mem_new(PAGE * sizeof *page);
	size_t count = PAGE;
	int64_t after = 0;
	bool ok = true, go_on = true;

	while (ok && go_on && count == PAGE) {
		struct arena *arena = arena_new();

		ok = read_page(store, issue, after, arena, page, &count, err);
		for (size_t i = 0; ok && go_on && i < count; i++)
			go_on = each(data, &page[i]);
		if (ok && count)
			after = page[count - 1].seq;
		arena_free(arena);
	}
	free(page);
	return ok;
}
