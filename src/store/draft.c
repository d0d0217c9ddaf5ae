#include "store/draft.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/handle.h"

void
draft_clear(struct draft *d)
{
	free(d->subject);
	free(d->hash);
	free(d->report);
	free(d->author);
	free(d->approver);
	*d = (struct draft){.id = 0};
}

/* ----- reading ----- */

/* What is printed of it counts as carried. */
#define SELECT(where)                                                     \
	"SELECT id, list, kind, number, corrected, slot, made,"           \
	" deadline, approved, subject, hash, report, author, approver,"   \
	" told = hash, (SELECT count(DISTINCT c.id) FROM draft_carried c" \
	"  WHERE c.draft = draft.id AND c.kind < ?1)"                     \
	" FROM draft WHERE " where

static bool
take_row(
	struct db_rows *rows, struct draft *out, bool *found, struct error *err)
{
	*out = (struct draft){.id = 0};
	*found = db_next(rows, err);
	if (*found)
		*out = (struct draft){
			.id = row_int(rows, 0),
			.list = row_int(rows, 1),
			.kind = (enum draft_kind)row_int(rows, 2),
			.number = (int)row_int(rows, 3),
			.corrected = row_int(rows, 4),
			.slot = row_int(rows, 5),
			.made = row_int(rows, 6),
			.deadline = row_int(rows, 7),
			.approved = row_instant(rows, 8),
			.subject = mem_strdup(row_text(rows, 9)),
			.hash = mem_strdup(row_text(rows, 10)),
			.report = mem_strdup(row_text(rows, 11)),
			.author = mem_strdup(row_text(rows, 12)),
			.approver = mem_strdup(row_text(rows, 13)),
			.told = row_int(rows, 14) != 0,
			.carried = (size_t)row_int(rows, 15),
		};
	return db_done(rows);
}

bool
store_draft_of_slot(struct store *store, int64_t list, int64_t slot,
	struct draft *out, bool *found, struct error *err)
{
	return take_row(
		db_query(store->db, err, SELECT("list = ?2 AND slot = ?3"),
			db_int(CARRIED_BACKLOG), db_int(list), db_int(slot)),
		out, found, err);
}

bool
store_draft_numbered(struct store *store, int64_t list, int number,
	struct draft *out, bool *found, struct error *err)
{
	return take_row(
		db_query(store->db, err, SELECT("list = ?2 AND number = ?3"),
			db_int(CARRIED_BACKLOG), db_int(list), db_int(number)),
		out, found, err);
}

bool
store_draft_of_id(struct store *store, int64_t id, struct draft *out,
	bool *found, struct error *err)
{
	return take_row(db_query(store->db, err, SELECT("id = ?2"),
				db_int(CARRIED_BACKLOG), db_int(id)),
		out, found, err);
}

bool
store_drafts(struct store *store, int64_t list,
	bool (*each)(void *data, const struct draft *draft), void *data,
	struct error *err)
{
	int64_t after = INT64_MIN;
	bool found = true, go_on = true;

	while (go_on && found) {
		struct draft d;

		if (!take_row(db_query(store->db, err,
				      SELECT("list = ?2 AND slot > ?3"
					     " ORDER BY slot LIMIT 1"),
				      db_int(CARRIED_BACKLOG), db_int(list),
				      db_int(after)),
			    &d, &found, err))
			return false;
		after = d.slot;
		go_on = !found || each(data, &d);
		draft_clear(&d);
	}
	return true;
}

bool
store_draft_form(struct store *store, int64_t id, int form, struct str *out,
	bool *found, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT bytes FROM draft_form WHERE draft = ?1 AND number = ?2"
		" AND length(bytes) > 0",
		db_int(id), db_int(form));

	*found = db_next(rows, err);
	if (*found)
		str_add_span(out, row_blob(rows, 0));
	return db_done(rows);
}

bool
store_draft_language(struct store *store, int64_t id, int n, int *form,
	struct str *language, bool *found, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT min(number), language FROM draft_form"
		" WHERE draft = ?1 AND length(bytes) > 0"
		" GROUP BY language ORDER BY 1 LIMIT 1 OFFSET ?2",
		db_int(id), db_int(n));

	*found = db_next(rows, err);
	if (*found) {
		*form = (int)row_int(rows, 0);
		str_add(language, row_text(rows, 1));
	}
	return db_done(rows);
}

bool
store_draft_number(struct store *store, int64_t list, int64_t slot, int *number,
	struct error *err)
{
	int64_t own = 0, newest = 0;
	bool ok = db_number(store->db, err, &own,
			  "SELECT number FROM draft"
			  " WHERE list = ?1 AND slot = ?2 AND NOT EXISTS"
			  " (SELECT 1 FROM issue i WHERE i.list = draft.list"
			  "  AND i.number = draft.number)",
			  db_int(list), db_int(slot)) &&
		db_number(store->db, err, &newest,
			"SELECT max(n) FROM ("
			" SELECT max(number) AS n FROM issue WHERE list = ?1"
			" UNION ALL SELECT max(number) FROM draft"
			"  WHERE list = ?1 AND slot <> ?2) numbers",
			db_int(list), db_int(slot));

	*number = (int)(own ? own : newest + 1);
	return ok;
}

bool
store_free_slot(
	struct store *store, int64_t list, int64_t *slot, struct error *err)
{
	int64_t taken = 1;

	for (--*slot; taken;)
		if (!db_number(store->db, err, &taken,
			    "SELECT EXISTS (SELECT 1 FROM issue"
			    "  WHERE list = ?1 AND slot = ?2)"
			    " OR EXISTS (SELECT 1 FROM draft"
			    "  WHERE list = ?1 AND slot = ?2)",
			    db_int(list), db_int(++*slot)))
			return false;
	return true;
}

/* ----- approval ----- */

static bool
approve(struct store *store, int64_t id, const char *hash, const char *approver,
	int64_t at, enum approval_result *result, struct error *err)
{
	struct draft d;
	bool found, ok = store_draft_of_id(store, id, &d, &found, err);

	*result = APPROVAL_GIVEN;
	if (!found)
		*result = APPROVAL_NONE;
	else if (!text_equals(d.hash, hash))
		*result = APPROVAL_CHANGED;
	else if (d.approver)
		*result = APPROVAL_ALREADY;
	else
		ok = ok &&
			db_run(store->db, err,
				"UPDATE draft SET approved = ?2, approver = ?3"
				" WHERE id = ?1",
				db_int(id), db_int(at), db_text(approver));
	draft_clear(&d);
	return ok;
}

bool
store_draft_approve(struct store *store, int64_t id, const char *hash,
	const char *approver, int64_t at, enum approval_result *result,
	struct error *err)
{
	if (!store_begin(store, DB_NOW, err))
		return false;
	return store_end(store, "approve",
		approve(store, id, hash, approver, at, result, err), err);
}

bool
store_draft_is(struct store *store, const struct draft *was, bool *same,
	struct error *err)
{
	int64_t is_there = 0;
	bool ok = db_number(store->db, err, &is_there,
		"SELECT 1 FROM draft WHERE id = ?1 AND hash = ?2"
		" AND coalesce(approver, '') = ?3" FOR_UPDATE,
		db_int(was->id), db_text(was->hash),
		db_text(was->approver ? was->approver : ""));

	*same = is_there;
	return ok;
}

bool
store_draft_told(
	struct store *store, int64_t id, const char *hash, struct error *err)
{
	return store_write(store, DB_NOW, "draft", err,
		"UPDATE draft SET told = ?2 WHERE id = ?1", db_int(id),
		db_text(hash));
}

bool
store_draft_void(
	struct store *store, int64_t id, int64_t deadline, struct error *err)
{
	return store_write(store, DB_NOW, "draft", err,
		"UPDATE draft SET approved = NULL, approver = NULL,"
		" deadline = ?2 WHERE id = ?1",
		db_int(id), db_int(deadline));
}

/* ----- what it would repeat ----- */

bool
store_draft_repeats(struct store *store, int64_t id,
	bool (*each)(void *data, const char *dispatch, int number), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT c.id, min(i.number) FROM draft d"
		" JOIN draft_carried dc ON dc.draft = d.id AND dc.kind < ?2"
		" JOIN carried c ON c.list = d.list AND c.id = dc.id"
		"  AND c.language = dc.language AND c.kind < ?2"
		"  AND c.at > d.made"
		" JOIN issue i ON i.id = c.issue"
		" WHERE d.id = ?1 AND d.kind <> ?3 GROUP BY c.id ORDER BY c.id",
		db_int(id), db_int(CARRIED_BACKLOG), db_int(DRAFT_CORRECTION));
	bool go_on = true;

	while (go_on && db_next(rows, err))
		go_on = each(data, row_text(rows, 0), (int)row_int(rows, 1));
	return db_done(rows);
}
