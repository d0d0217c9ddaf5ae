/*
 * The groups of readers of an issue. Without once_across it is one walk over
 * an index; with it, the recipients of the other lists' issues are counted by
 * reader first:
 *
 *     had(subscriber, times)     of how many of across[i].issues he is a
 *                                recipient; made anew for each i
 *     spared(subscriber, bits)   bit i: of all of them
 *
 * A reader is known on the other list by the same key.
 */
#include "store/audience.h"

#include <stdlib.h>

#include "base/mem.h"

static bool
count_issue(struct store *store, int64_t list, int64_t issue, struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO had (subscriber, times)"
		" SELECT s.id, 1 FROM recipient r"
		"  JOIN subscriber o ON o.id = r.subscriber"
		"  JOIN subscriber s ON s.list = ?1 AND s.key = o.key"
		" WHERE " OF_ISSUE("r.id",
			"?2") " AND s.state = ?3"
			      "  AND r.state IN (?4, ?5, ?6, ?7)"
			      " ON CONFLICT (subscriber) DO UPDATE SET times = had.times + 1",
		db_int(list), db_int(issue), db_int(SUBSCRIBER_ACTIVE),
		db_int(RECIPIENT_DUE), db_int(RECIPIENT_WIRE),
		db_int(RECIPIENT_HELD), db_int(RECIPIENT_SENT));
}

static bool
spare_one(struct store *store, int64_t list, size_t bit,
	const struct across *across, struct error *err)
{
	bool ok = db_run(store->db, err, "DELETE FROM had");

	for (size_t i = 0; ok && i < across->count; i++)
		ok = count_issue(store, list, across->issues[i], err);
	return ok &&
		db_run(store->db, err,
			"INSERT INTO spared (subscriber, bits)"
			" SELECT subscriber, ?1 FROM had WHERE times = ?2"
			" ON CONFLICT (subscriber)"
			" DO UPDATE SET bits = spared.bits | excluded.bits",
			db_int((int64_t)1 << bit),
			db_int((int64_t)across->count));
}

bool
audience_spare(struct store *store, int64_t list, const struct across *across,
	size_t across_count, struct error *err)
{
	bool ok = store->db->ops->script(store->db,
		"CREATE TEMP TABLE IF NOT EXISTS had ("
		"	subscriber INTEGER PRIMARY KEY,"
		"	times INTEGER NOT NULL);"
		"CREATE TEMP TABLE IF NOT EXISTS spared ("
		"	subscriber INTEGER PRIMARY KEY,"
		"	bits INTEGER NOT NULL);"
		"DELETE FROM spared;",
		err);

	for (size_t i = 0; ok && i < across_count; i++)
		if (across[i].count)
			ok = spare_one(store, list, i, &across[i], err);
	return ok;
}

static const char count_plain[] =
	"SELECT language, format, 0, count(*) FROM subscriber"
	" WHERE list = ?1 AND state = ?2 GROUP BY language, format"
	" ORDER BY language NULLS FIRST, format NULLS FIRST";

static const char count_spared[] =
	"SELECT s.language, s.format, coalesce(p.bits, 0), count(*)"
	" FROM subscriber s LEFT JOIN spared p ON p.subscriber = s.id"
	" WHERE s.list = ?1 AND s.state = ?2"
	" GROUP BY s.language, s.format, coalesce(p.bits, 0)"
	" ORDER BY 1 NULLS FIRST, 2 NULLS FIRST, 3";

bool
audience_count(struct store *store, int64_t list, bool any_spared,
	struct audience_count **out, size_t *count, struct error *err)
{
	struct db_rows *rows = any_spared
		? db_query(store->db, err, count_spared, db_int(list),
			  db_int(SUBSCRIBER_ACTIVE))
		: db_query(store->db, err, count_plain, db_int(list),
			  db_int(SUBSCRIBER_ACTIVE));

	*out = NULL;
	*count = 0;
	while (db_next(rows, err)) {
		*out = mem_resize(*out, (*count + 1) * sizeof **out);
		(*out)[(*count)++] = (struct audience_count){
			.language = mem_strdup(row_text(rows, 0)),
			.format = mem_strdup(row_text(rows, 1)),
			.spared = (unsigned)row_int(rows, 2),
			.count = (size_t)row_int(rows, 3),
		};
	}
	if (db_done(rows))
		return true;
	audience_counts_free(*out, *count);
	*out = NULL;
	*count = 0;
	return false;
}

void
audience_counts_free(struct audience_count *counts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(counts[i].language);
		free(counts[i].format);
	}
	free(counts);
}

/* On tables of our own, which lock nobody out. */
static bool
spare_apart(struct store *store, int64_t list, const struct across *across,
	size_t across_count, struct error *err)
{
	const struct db_ops *ops = store->db->ops;

	if (!ops->begin(store->db, DB_TEMPORARY, err))
		return false;
	if (audience_spare(store, list, across, across_count, err))
		return ops->commit(store->db, err);
	ops->rollback(store->db);
	return false;
}

bool
store_audiences(struct store *store, int64_t list, const struct across *across,
	size_t across_count, struct audience_count **out, size_t *count,
	struct error *err)
{
	*out = NULL;
	*count = 0;
	return (!across_count ||
		       spare_apart(store, list, across, across_count, err)) &&
		audience_count(store, list, across_count > 0, out, count, err);
}

bool
store_issue_readers(
	struct store *store, int64_t issue, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT count(*) FROM recipient r"
		" JOIN subscriber s ON s.id = r.subscriber"
		" WHERE " OF_ISSUE("r.id", "?1") " AND r.state = ?2"
						 " AND s.state = ?3",
		db_int(issue), db_int(RECIPIENT_SENT),
		db_int(SUBSCRIBER_ACTIVE));

	*count = 0;
	while (db_next(rows, err))
		*count = (size_t)row_int(rows, 0);
	return db_done(rows);
}
