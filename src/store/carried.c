/*
 * What issues carried: invariant 3. Rows are written by the opening of an issue
 * and by `seen`, and read back as the value that `select` decides by.
 */
#include "store/carried.h"

#include "base/date.h"
#include "base/mem.h"

/* ----- writing ----- */

bool
carried_add(struct store *store, int64_t list, int64_t issue,
	enum carried_kind kind, const struct carried_row *row, int64_t at,
	struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO carried (list, issue, at, id, language, revision,"
		" kind, mark, marked, signatories, content, link, body)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
		" ?13)"
		" ON CONFLICT (list, id, language, issue) DO NOTHING",
		db_int(list), db_int(issue), db_int(at), db_text(row->id),
		db_text(row->language), db_text(row->revision), db_int(kind),
		db_instant(row->mark), db_int(row->marked),
		db_text(row->signatories), db_text(row->content),
		db_text(row->link), db_text(row->body));
}

/* The newest row counts, so one that was marked before is made anew. */
static bool
mark_row(struct store *store, int64_t list, const struct carried_row *row,
	int64_t at, struct error *err)
{
	return db_run(store->db, err,
		       "DELETE FROM carried WHERE list = ?1 AND id = ?2"
		       " AND language = ?3 AND issue = 0",
		       db_int(list), db_text(row->id),
		       db_text(row->language)) &&
		carried_add(store, list, 0, CARRIED_BACKLOG, row, at, err);
}

bool
store_mark_seen(struct store *store, int64_t list,
	const struct carried_row *rows, size_t count, int64_t at,
	struct error *err)
{
	bool ok = true;

	if (!store_begin(store, DB_NOW, err))
		return false;
	for (size_t i = 0; ok && i < count; i++)
		ok = mark_row(store, list, &rows[i], at, err);
	return store_end(store, "seen", ok, err);
}

bool
carried_prune_bodies(struct store *store, int64_t issue, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE carried SET body = NULL WHERE body IS NOT NULL"
		" AND n IN (SELECT o.n FROM carried c JOIN carried o"
		"  ON o.list = c.list AND o.id = c.id"
		"  AND o.language = c.language AND o.n < c.n"
		"  WHERE c.issue = ?1)",
		db_int(issue));
}

/* ----- reading ----- */

#define SEEN_COLUMNS                                                   \
	"c.id, c.language, coalesce(i.number, 0), c.kind, c.revision," \
	" c.mark, c.marked, c.signatories, c.content, c.link"

static const char seen_all[] = "SELECT " SEEN_COLUMNS " FROM carried c"
			       " LEFT JOIN issue i ON i.id = c.issue"
			       " WHERE c.list = ?1 ORDER BY c.n";

static const char seen_last[] =
	"SELECT " SEEN_COLUMNS " FROM carried c"
	" JOIN issue i ON i.id = c.issue"
	" WHERE c.list = ?1 AND i.id IN ("
	"  SELECT id FROM issue WHERE list = ?1 AND number IS NOT NULL"
	"  ORDER BY number DESC LIMIT ?2)"
	" ORDER BY c.n";

static void
take_row(struct seen *seen, const struct db_rows *rows)
{
	const char *id = row_text(rows, 0);
	const char *content = row_text(rows, 8), *link = row_text(rows, 9);
	struct carried c = {
		.number = (int)row_int(rows, 2),
		.kind = (enum carried_kind)row_int(rows, 3),
		.revision = row_text(rows, 4),
		.mark = row_instant(rows, 5),
		.marked = row_int(rows, 6) != 0,
		.signatories = row_text(rows, 7),
	};

	seen_add(seen, id, row_text(rows, 1), &c);
	if (content)
		seen_add_alias(seen, content, id);
	if (link)
		seen_add_alias(seen, link, id);
}

static bool
load_sources(
	struct store *store, int64_t list, struct seen *seen, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT name FROM source WHERE list = ?1"
		" AND first_issue IS NOT NULL",
		db_int(list));

	while (db_next(rows, err))
		seen_add_source(seen, row_text(rows, 0));
	return db_done(rows);
}

struct seen *
store_seen(struct store *store, int64_t list, int last, struct error *err)
{
	struct seen *seen = seen_new();
	struct db_rows *rows = last > 0
		? db_query(
			  store->db, err, seen_last, db_int(list), db_int(last))
		: db_query(store->db, err, seen_all, db_int(list));

	while (db_next(rows, err))
		take_row(seen, rows);
	if (db_done(rows) && load_sources(store, list, seen, err))
		return seen;
	seen_free(seen);
	return NULL;
}

bool
store_carried_body(struct store *store, int64_t list, const char *id,
	const char *language, struct str *out, bool *found, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT body FROM carried WHERE list = ?1 AND id = ?2"
		" AND language = ?3 ORDER BY n DESC LIMIT 1",
		db_int(list), db_text(id), db_text(language));

	*found = false;
	if (db_next(rows, err) && row_text(rows, 0)) {
		str_add(out, row_text(rows, 0));
		*found = true;
	}
	return db_done(rows);
}

bool
store_issues_that_carried(struct store *store, int64_t list, const char *id,
	int64_t **ids, size_t *count, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT DISTINCT issue FROM carried"
		" WHERE list = ?1 AND id = ?2 AND issue <> 0 AND kind < ?3"
		" ORDER BY issue",
		db_int(list), db_text(id), db_int(CARRIED_BACKLOG));

	while (db_next(rows, err)) {
		*ids = mem_resize(*ids, (*count + 1) * sizeof **ids);
		(*ids)[(*count)++] = row_int(rows, 0);
	}
	return db_done(rows);
}
