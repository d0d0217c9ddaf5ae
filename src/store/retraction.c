#include "store/retraction.h"

#include "store/handle.h"

/* ----- writing ----- */

static bool
add_alias(struct store *store, int64_t list, const char *id, const char *alias,
	struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO retraction_alias (list, id, alias)"
		" VALUES (?1, ?2, ?3)"
		" ON CONFLICT (list, id, alias) DO NOTHING",
		db_int(list), db_text(id), db_text(alias));
}

/* Whatever it is called in the sources by now, this is what readers had. */
static bool
add_carried_aliases(
	struct store *store, int64_t list, const char *id, struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO retraction_alias (list, id, alias)"
		" SELECT ?1, ?2, alias FROM ("
		" SELECT content AS alias FROM carried"
		"  WHERE list = ?1 AND id = ?2"
		" UNION SELECT link FROM carried WHERE list = ?1 AND id = ?2"
		" UNION SELECT c.content FROM draft_carried c"
		"  JOIN draft d ON d.id = c.draft"
		"  WHERE d.list = ?1 AND c.id = ?2"
		" UNION SELECT c.link FROM draft_carried c"
		"  JOIN draft d ON d.id = c.draft"
		"  WHERE d.list = ?1 AND c.id = ?2) aliases"
		" WHERE alias IS NOT NULL"
		" ON CONFLICT (list, id, alias) DO NOTHING",
		db_int(list), db_text(id));
}

static bool
retract(struct store *store, int64_t list, const struct retraction *r,
	const char *const *aliases, bool *is_new, struct error *err)
{
	int64_t added = 0;
	bool ok = db_change(store->db, err, &added,
			  "INSERT INTO retraction (list, id, source, at,"
			  " editor, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
			  " ON CONFLICT (list, id) DO NOTHING",
			  db_int(list), db_text(r->id), db_text(r->source),
			  db_int(r->at), db_text(r->by), db_text(r->why)) &&
		add_carried_aliases(store, list, r->id, err);

	*is_new = added > 0;
	for (; ok && *aliases; aliases++)
		ok = add_alias(store, list, r->id, *aliases, err);
	return ok;
}

bool
store_retract(struct store *store, int64_t list, const struct retraction *r,
	const char *const *aliases, bool *is_new, struct error *err)
{
	return store_begin(store, DB_NOW, err) &&
		store_end(store, "retract",
			retract(store, list, r, aliases, is_new, err), err);
}

static bool
undo(struct store *store, int64_t list, const char *id, bool *was,
	struct error *err)
{
	int64_t gone = 0;
	bool ok = db_run(store->db, err,
			  "DELETE FROM retraction_alias"
			  " WHERE list = ?1 AND id = ?2",
			  db_int(list), db_text(id)) &&
		db_change(store->db, err, &gone,
			"DELETE FROM retraction WHERE list = ?1 AND id = ?2",
			db_int(list), db_text(id));

	*was = gone > 0;
	return ok;
}

bool
store_retract_undo(struct store *store, int64_t list, const char *id, bool *was,
	struct error *err)
{
	return store_begin(store, DB_NOW, err) &&
		store_end(
			store, "retract", undo(store, list, id, was, err), err);
}

/* ----- reading ----- */

/* A retraction as five columns of a row, from this one on. */
#define COLUMNS "r.id, r.source, r.at, r.editor, r.why"

static struct retraction
row_retraction(const struct db_rows *rows, int first)
{
	return (struct retraction){
		.id = row_text(rows, first),
		.source = row_text(rows, first + 1),
		.at = row_int(rows, first + 2),
		.by = row_text(rows, first + 3),
		.why = row_text(rows, first + 4),
	};
}

static bool
load(struct store *store, int64_t list, struct retractions *all,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " COLUMNS ", a.alias FROM retraction r"
		" LEFT JOIN retraction_alias a"
		"  ON a.list = r.list AND a.id = r.id"
		" WHERE r.list = ?1 ORDER BY r.n, a.alias",
		db_int(list));

	while (db_next(rows, err)) {
		struct retraction r = row_retraction(rows, 0);
		const char *alias = row_text(rows, 5);

		retractions_add(all, &r);
		if (alias)
			retractions_add_alias(all, alias, r.id);
	}
	return db_done(rows);
}

struct retractions *
store_retractions(struct store *store, int64_t list, struct error *err)
{
	struct retractions *all = retractions_new();

	if (load(store, list, all, err))
		return all;
	retractions_free(all);
	return NULL;
}

bool
store_knows_dispatch(struct store *store, int64_t list, const char *id,
	bool *known, struct error *err)
{
	int64_t count = 0;
	bool ok = db_number(store->db, err, &count,
		"SELECT (SELECT count(*) FROM carried"
		"  WHERE list = ?1 AND id = ?2)"
		" + (SELECT count(*) FROM retraction"
		"  WHERE list = ?1 AND id = ?2)"
		" + (SELECT count(*) FROM draft_carried c"
		"  JOIN draft d ON d.id = c.draft"
		"  WHERE d.list = ?1 AND c.id = ?2)",
		db_int(list), db_text(id));

	*known = count > 0;
	return ok;
}

/* ----- who carries it ----- */

/* `c` is what is carried, in the list of `r`. */
#define IS_RECALLED                                                      \
	"c.kind < ?2 AND (c.id = r.id OR c.content IN"                   \
	" (SELECT a.alias FROM retraction_alias a WHERE a.list = r.list" \
	"  AND a.id = r.id))"

static const char recalled_issues[] =
	"SELECT DISTINCT c.issue, i.number, c.id, " COLUMNS
	" FROM retraction r JOIN carried c ON c.list = r.list"
	" JOIN issue i ON i.id = c.issue"
	" AND " IS_RECALLED " WHERE r.list = ?1 ORDER BY c.issue, r.at, c.id";

static const char recalled_drafts[] =
	"SELECT DISTINCT c.draft, d.number, c.id, " COLUMNS " FROM retraction r"
	" JOIN draft d ON d.list = r.list"
	" JOIN draft_carried c ON c.draft = d.id"
	" AND " IS_RECALLED " WHERE r.list = ?1 ORDER BY c.draft, r.at, c.id";

bool
store_recalled(struct store *store, int64_t list, bool drafts,
	bool (*each)(void *data, const struct recalled *r), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		drafts ? recalled_drafts : recalled_issues, db_int(list),
		db_int(CARRIED_BACKLOG));
	bool go_on = true;

	while (go_on && db_next(rows, err))
		go_on = each(data,
			&(struct recalled){.holder = row_int(rows, 0),
				.number = (int)row_int(rows, 1),
				.id = row_text(rows, 2),
				.of = row_retraction(rows, 3)});
	return db_done(rows);
}

bool
store_printed(struct store *store, int64_t holder, bool draft,
	bool (*each)(void *data, const char *id), void *data, struct error *err)
{
	struct db_rows *rows = draft
		? db_query(store->db, err,
			  "SELECT DISTINCT id FROM draft_carried"
			  " WHERE draft = ?1 AND kind < ?2 ORDER BY id",
			  db_int(holder), db_int(CARRIED_BACKLOG))
		: db_query(store->db, err,
			  "SELECT DISTINCT id FROM carried"
			  " WHERE issue = ?1 AND kind < ?2 ORDER BY id",
			  db_int(holder), db_int(CARRIED_BACKLOG));
	bool go_on = true;

	while (go_on && db_next(rows, err))
		go_on = each(data, row_text(rows, 0));
	return db_done(rows);
}
