#include "store/basis.h"

#include "store/handle.h"
#include "store/turn.h"

/* Numbers are read as texts: a row has either. */
#define AS_TEXT(number) number " || ''"

/* All of it, a row each line. */
static bool
add_rows(struct str *out, struct db_rows *rows, int columns, struct error *err)
{
	while (db_next(rows, err)) {
		for (int i = 0; i < columns; i++) {
			const char *text = row_text(rows, i);

			str_add_all(
				out, i ? "\t" : "", text ? text : "-", NULL);
		}
		str_add_char(out, '\n');
	}
	return db_done(rows);
}

/* A pool's row that is written again has another time, or another body. */
static bool
add_sources(
	struct store *store, int64_t list, struct str *out, struct error *err)
{
	return add_rows(out,
		db_query(store->db, err,
			"SELECT " AS_TEXT("count(*)") ", " AS_TEXT("max(n)") ", " AS_TEXT(
				"sum(at)") ", " AS_TEXT("sum(length(body))") " FROM pool WHERE list = ?1",
			db_int(list)),
		4, err);
}

static bool
add_readers(
	struct store *store, int64_t list, struct str *out, struct error *err)
{
	return add_rows(out,
		db_query(store->db, err,
			"SELECT " AS_TEXT("state") ", language, format, " AS_TEXT(
				"count(*)") " FROM subscriber WHERE list = ?1"
					    " GROUP BY state, language, format"
					    " ORDER BY state, language, format",
			db_int(list)),
		4, err);
}

static bool
add_issues(struct store *store, struct str *out, struct error *err)
{
	return add_rows(out,
		       db_query(store->db, err,
			       "SELECT " AS_TEXT("state") ", " AS_TEXT("count(*)") ", " AS_TEXT(
				       "count(number)") ", " AS_TEXT("max(id)") " FROM issue GROUP BY state ORDER BY state"),
		       4, err) &&
		add_rows(out,
			db_query(store->db, err,
				"SELECT " AS_TEXT("count(*)") ", " AS_TEXT(
					"max(n)") " FROM carried"),
			2, err);
}

static bool
add_drafts(
	struct store *store, int64_t list, struct str *out, struct error *err)
{
	return add_rows(out,
		db_query(store->db, err,
			"SELECT " AS_TEXT("id") ", hash, approver, " AS_TEXT(
				"deadline") " FROM draft"
					    " WHERE list = ?1 ORDER BY id",
			db_int(list)),
		4, err);
}

static bool
add_edits(struct store *store, const char *name, struct str *out,
	struct error *err)
{
	return add_rows(out,
		db_query(store->db, err,
			"SELECT value FROM meta WHERE key = 'edits:' || ?1",
			db_text(name)),
		1, err);
}

static bool
add_retractions(
	struct store *store, int64_t list, struct str *out, struct error *err)
{
	return add_rows(out,
		db_query(store->db, err,
			"SELECT " AS_TEXT("count(*)") ", " AS_TEXT(
				"max(n)") " FROM retraction"
					  " WHERE list = ?1",
			db_int(list)),
		2, err);
}

bool
store_basis(struct store *store, int64_t list, const char *name,
	struct str *out, struct error *err)
{
	return add_edits(store, name, out, err) &&
		add_drafts(store, list, out, err) &&
		add_retractions(store, list, out, err) &&
		add_sources(store, list, out, err) &&
		add_readers(store, list, out, err) &&
		add_issues(store, out, err);
}

bool
store_under_way(struct store *store, int64_t issue, size_t *deferred,
	bool *claimed, struct error *err)
{
	int64_t tried = 0;
	bool ok = db_number(store->db, err, &tried,
			  "SELECT count(*) FROM recipient WHERE " OF_ISSUE(
				  "id", "?1") " AND state = ?2 AND tries > 0",
			  db_int(issue), db_int(RECIPIENT_DUE)) &&
		turn_is_claimed(store, issue, claimed, err);

	*deferred = (size_t)tried;
	return ok;
}
