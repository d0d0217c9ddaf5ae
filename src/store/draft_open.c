/*
 * What opening a draft takes: put beside it, and taken back for the opening.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "store/draft.h"
#include "store/handle.h"

/* ----- forgetting ----- */

static bool
forget_parts(struct store *store, int64_t id, struct error *err)
{
	static const char *const statements[] = {
		"DELETE FROM draft_form WHERE draft = ?1",
		"DELETE FROM draft_carried WHERE draft = ?1",
		"DELETE FROM draft_source WHERE draft = ?1",
		"DELETE FROM draft_across WHERE draft = ?1",
	};
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof statements / sizeof *statements;
		i++)
		ok = db_run(store->db, err, statements[i], db_int(id));
	return ok;
}

static bool
forget(struct store *store, int64_t id, struct error *err)
{
	return forget_parts(store, id, err) &&
		db_run(store->db, err, "DELETE FROM draft WHERE id = ?1",
			db_int(id));
}

/* ----- putting ----- */

static bool
put_forms(struct store *store, const struct opening *o, int64_t id,
	struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < o->form_count; i++)
		ok = db_run(store->db, err,
			"INSERT INTO draft_form (draft, number, language,"
			" format, spared, bytes)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			db_int(id), db_int((int64_t)i),
			db_text(o->forms[i].language),
			db_text(o->forms[i].format), db_int(o->forms[i].spared),
			db_blob(o->forms[i].bytes));
	return ok;
}

static bool
put_carried(struct store *store, const struct opening *o, int64_t id,
	struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < o->carried_count; i++) {
		const struct carried_row *row = &o->carried[i];

		ok = db_run(store->db, err,
			"INSERT INTO draft_carried (draft, n, id, language,"
			" revision, kind, mark, marked, signatories, content,"
			" link, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
			" ?9, ?10, ?11, ?12)",
			db_int(id), db_int((int64_t)i), db_text(row->id),
			db_text(row->language), db_text(row->revision),
			db_int(row->kind), db_instant(row->mark),
			db_int(row->marked), db_text(row->signatories),
			db_text(row->content), db_text(row->link),
			db_text(row->body));
	}
	return ok;
}

static bool
put_names(struct store *store, const struct opening *o, int64_t id,
	struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < o->source_count; i++)
		ok = db_run(store->db, err,
			"INSERT INTO draft_source (draft, name) VALUES (?1, ?2)"
			" ON CONFLICT DO NOTHING",
			db_int(id), db_text(o->sources[i]));
	for (size_t i = 0; ok && i < o->across_count; i++)
		for (size_t k = 0; ok && k < o->across[i].count; k++)
			ok = db_run(store->db, err,
				"INSERT INTO draft_across (draft, bit, issue)"
				" VALUES (?1, ?2, ?3)",
				db_int(id), db_int((int64_t)i),
				db_int(o->across[i].issues[k]));
	return ok;
}

/* Was its slot dealt with, or its number given, while it was composed? */
static bool
is_of_no_issue(struct store *store, const struct opening *o, struct error *err)
{
	int64_t taken = 0;

	if (!db_number(store->db, err, &taken,
		    "SELECT count(*) FROM issue WHERE list = ?1"
		    " AND (slot = ?2 OR number = ?3)",
		    db_int(o->list), db_int(o->slot), db_int(o->number)))
		return false;
	return !taken ||
		error_set(err, ERROR_LATER,
			"issue %d was opened, or its slot dealt with, "
			"meanwhile; make the draft again",
			o->number);
}

/* Only the draft of a schedule's slot is made again in its place: an extra and a
 * correction are always new, and what another editor made must stay. */
static bool
is_of_no_draft(struct store *store, const struct opening *o,
	enum draft_kind kind, struct error *err)
{
	int64_t taken = 0;

	if (!db_number(store->db, err, &taken,
		    "SELECT count(*) FROM draft WHERE list = ?1"
		    " AND (slot = ?2 OR number = ?3)"
		    " AND (slot <> ?2 OR kind <> ?5 OR ?4 <> ?5)",
		    db_int(o->list), db_int(o->slot), db_int(o->number),
		    db_int(kind), db_int(DRAFT_REGULAR)))
		return false;
	return !taken ||
		error_set(err, ERROR_LATER,
			"another draft took the number %d, or its place, "
			"meanwhile; make this one again",
			o->number);
}

/* The same hash is the same issue: who approved it need not do so again. */
static bool
put_row(struct store *store, const struct opening *o,
	const struct draft_note *note, int64_t *id, struct error *err)
{
	return db_number(store->db, err, id,
		"INSERT INTO draft (list, kind, number, corrected, slot, made,"
		" deadline, across, language, format, salt, hash, subject,"
		" author, report) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
		" ?10, ?11, ?12, ?13, ?14, ?15)"
		" ON CONFLICT (list, slot) DO UPDATE SET kind = excluded.kind,"
		" number = excluded.number, corrected = excluded.corrected,"
		" made = excluded.made, deadline = excluded.deadline,"
		" across = excluded.across, language = excluded.language,"
		" format = excluded.format, salt = excluded.salt,"
		" subject = excluded.subject, author = excluded.author,"
		" report = excluded.report,"
		" approved = CASE WHEN draft.hash = excluded.hash"
		"  THEN draft.approved END,"
		" approver = CASE WHEN draft.hash = excluded.hash"
		"  THEN draft.approver END,"
		" hash = excluded.hash RETURNING id",
		db_int(o->list), db_int(note->kind), db_int(o->number),
		db_int(note->corrected), db_int(o->slot), db_int(o->at),
		db_int(note->deadline), db_int((int64_t)o->across_count),
		db_text(o->list_language), db_text(o->list_format),
		db_text(o->salt), db_text(note->hash), db_text(o->subject),
		db_text(note->author), db_text(note->report));
}

bool
store_draft_put(struct store *store, const struct opening *o,
	const struct draft_note *note, int64_t *id, struct error *err)
{
	int64_t own = 0;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = is_of_no_issue(store, o, err) &&
		is_of_no_draft(store, o, note->kind, err) &&
		put_row(store, o, note, &own, err) &&
		forget_parts(store, own, err) &&
		put_forms(store, o, own, err) &&
		put_carried(store, o, own, err) &&
		put_names(store, o, own, err);
	if (id)
		*id = own;
	return store_end(store, "draft", ok, err);
}

/* ----- taking back ----- */

static bool
load_forms(struct store *store, struct arena *arena, int64_t id,
	struct opening *o, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT language, format, spared, bytes FROM draft_form"
		" WHERE draft = ?1 ORDER BY number",
		db_int(id));
	struct opening_form *forms = NULL;

	while (db_next(rows, err)) {
		struct span bytes = row_blob(rows, 3);

		forms = arena_grow(arena, forms, o->form_count, sizeof *forms);
		forms[o->form_count++] = (struct opening_form){
			.language = arena_strdup(arena, row_text(rows, 0)),
			.format = arena_strdup(arena, row_text(rows, 1)),
			.spared = (unsigned)row_int(rows, 2),
			.bytes = {arena_span(arena, bytes), bytes.len},
		};
	}
	o->forms = forms;
	return db_done(rows);
}

static bool
load_carried(struct store *store, struct arena *arena, int64_t id,
	struct opening *o, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT id, language, revision, kind, mark, marked,"
		" signatories, content, link, body FROM draft_carried"
		" WHERE draft = ?1 ORDER BY n",
		db_int(id));
	struct carried_row *all = NULL;

	while (db_next(rows, err)) {
		all = arena_grow(arena, all, o->carried_count, sizeof *all);
		all[o->carried_count++] = (struct carried_row){
			.id = arena_strdup(arena, row_text(rows, 0)),
			.language = arena_strdup(arena, row_text(rows, 1)),
			.revision = arena_strdup(arena, row_text(rows, 2)),
			.kind = (enum carried_kind)row_int(rows, 3),
			.mark = row_instant(rows, 4),
			.marked = row_int(rows, 5) != 0,
			.signatories = arena_strdup(arena, row_text(rows, 6)),
			.content = arena_strdup(arena, row_text(rows, 7)),
			.link = arena_strdup(arena, row_text(rows, 8)),
			.body = arena_strdup(arena, row_text(rows, 9)),
		};
	}
	o->carried = all;
	return db_done(rows);
}

static bool
load_sources(struct store *store, struct arena *arena, int64_t id,
	struct opening *o, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT name FROM draft_source WHERE draft = ?1", db_int(id));
	const char **names = NULL;

	while (db_next(rows, err)) {
		names = arena_grow(
			arena, names, o->source_count, sizeof *names);
		names[o->source_count++] =
			arena_strdup(arena, row_text(rows, 0));
	}
	o->sources = names;
	return db_done(rows);
}

static bool
load_across(struct store *store, struct arena *arena, int64_t id,
	struct opening *o, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT bit, issue FROM draft_across WHERE draft = ?1"
		" ORDER BY bit, issue",
		db_int(id));
	struct across *all =
		arena_alloc(arena, (o->across_count + 1) * sizeof *all);

	while (db_next(rows, err)) {
		struct across *a = &all[row_int(rows, 0)];
		int64_t *issues = arena_grow(
			arena, (int64_t *)a->issues, a->count, sizeof *issues);

		issues[a->count++] = row_int(rows, 1);
		a->issues = issues;
	}
	o->across = all;
	return db_done(rows);
}

static bool
load_head(struct store *store, struct arena *arena, int64_t id,
	struct opening *o, bool *approved, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT list, number, slot, salt, subject, language, format,"
		" across, corrected, approver, kind FROM draft WHERE id = ?1",
		db_int(id));

	*approved = false;
	if (db_next(rows, err)) {
		o->list = row_int(rows, 0);
		o->number = (int)row_int(rows, 1);
		/* Out of turn, it is no slot's. */
		o->slot = row_int(rows, 10) == DRAFT_REGULAR ? row_int(rows, 2)
							     : INSTANT_NONE;
		o->salt = arena_strdup(arena, row_text(rows, 3));
		o->subject = arena_strdup(arena, row_text(rows, 4));
		o->list_language = arena_strdup(arena, row_text(rows, 5));
		o->list_format = arena_strdup(arena, row_text(rows, 6));
		o->across_count = (size_t)row_int(rows, 7);
		o->among = row_int(rows, 8);
		*approved = !row_is_null(rows, 9);
	}
	return db_done(rows);
}

static bool
load(struct store *store, struct arena *arena, int64_t id, struct opening *o,
	bool *approved, struct error *err)
{
	return load_head(store, arena, id, o, approved, err) &&
		load_forms(store, arena, id, o, err) &&
		load_carried(store, arena, id, o, err) &&
		load_sources(store, arena, id, o, err) &&
		load_across(store, arena, id, o, err);
}

/* ----- opening and dropping ----- */

static bool
open_as_it_stands(struct store *store, struct arena *arena, int64_t id,
	int64_t at, int64_t *issue, struct error *err)
{
	struct opening o = {.at = at};
	bool approved = false;

	if (!load(store, arena, id, &o, &approved, err))
		return false;
	if (!approved)
		return error_set(err, ERROR_DATA,
			"the draft is not approved, or there is none any more");
	return store_issue_open(store, &o, issue, err) &&
		forget(store, id, err);
}

bool
store_draft_open(struct store *store, int64_t id, int64_t at, int64_t *issue,
	struct error *err)
{
	struct arena *arena = arena_new();
	bool ok = store_together(store, err) &&
		store_together_end(store, "open",
			open_as_it_stands(store, arena, id, at, issue, err),
			err);

	arena_free(arena);
	return ok;
}

static bool
drop(struct store *store, struct arena *arena, int64_t id, bool read,
	int64_t at, struct error *err)
{
	struct opening o = {.at = at};
	bool approved;
	int64_t is_there = 0;

	if (!db_number(store->db, err, &is_there,
		    "SELECT 1 FROM draft WHERE id = ?1", db_int(id)))
		return false;
	if (!is_there)
		return error_set(err, ERROR_LATER,
			"another process has sent this draft, or dropped it, "
			"meanwhile");
	return (!read ||
		       (load(store, arena, id, &o, &approved, err) &&
			       store_mark_seen(store, o.list, o.carried,
				       o.carried_count, at, err))) &&
		forget(store, id, err);
}

bool
store_draft_drop(struct store *store, int64_t id, bool read, int64_t at,
	struct error *err)
{
	struct arena *arena = arena_new();
	bool ok = store_together(store, err) &&
		store_together_end(store, "draft",
			drop(store, arena, id, read, at, err), err);

	arena_free(arena);
	return ok;
}
