#include "store/ledger.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/handle.h"

enum {
	PART_ROWS = 4000000, /* about as many are in a part */
	PART_ISSUES = 1024,  /* at most */
	ROWS_AT_ONCE = 10000,
};

/* ----- parts ----- */

struct part {
	int64_t first, last; /* ids of issues */
};

struct parts {
	struct part *items;
	size_t count;
};

static bool
read_parts(struct db *db, struct parts *out, struct error *err)
{
	struct db_rows *rows = db_query(db, err, db->ops->parts);
	long long first, last;

	*out = (struct parts){.items = NULL};
	while (db_next(rows, err)) {
		if (sscanf(row_text(rows, 0), "recipient_%lld_%lld", &first,
			    &last) != 2)
			continue;
		out->items = mem_resize(
			out->items, (out->count + 1) * sizeof *out->items);
		out->items[out->count++] = (struct part){first, last};
	}
	return db_done(rows);
}

static const struct part *
find_part(const struct parts *parts, int64_t issue)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].first <= issue &&
			issue <= parts->items[i].last)
			return &parts->items[i];
	return NULL;
}

/* ----- making one ----- */

/* What comes behind it, an older issue that was brought in later, is another's
 * already. */
static int64_t
last_of_part(const struct parts *parts, int64_t first, int64_t recipients)
{
	int64_t issues = PART_ROWS / (recipients > 0 ? recipients : 1), last;

	if (issues < 1)
		issues = 1;
	if (issues > PART_ISSUES)
		issues = PART_ISSUES;
	last = first + issues - 1;
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].first > first &&
			parts->items[i].first <= last)
			last = parts->items[i].first - 1;
	return last;
}

/* Made apart and put in its place later: that keeps out nobody who reads or
 * writes the others (PostgreSQL 15 manual, 5.11.2). Each row is written three
 * times, and finds room in its page. */
static bool
make_table(struct db *db, const char *name, struct error *err)
{
	char *sql = mem_printf("CREATE TABLE %s (LIKE recipient INCLUDING ALL"
			       " EXCLUDING INDEXES) WITH (fillfactor = 45)",
		name);
	bool ok = db->ops->script(db, sql, err);

	free(sql);
	return ok;
}

static void
add_part(struct parts *parts, struct part part)
{
	parts->items = mem_resize(
		parts->items, (parts->count + 1) * sizeof *parts->items);
	parts->items[parts->count++] = part;
}

static bool
begin_among(struct db *db, struct parts *parts, int64_t issue,
	int64_t recipients, struct ledger_part *out, struct error *err)
{
	const struct part *there = find_part(parts, issue);
	struct part part = {.first = issue};

	if (there)
		part = *there;
	else
		part.last = last_of_part(parts, issue, recipients);
	out->fresh = !there;
	out->first = part.first;
	out->last = part.last;
	snprintf(out->table, sizeof out->table, "recipient_%lld_%lld",
		(long long)part.first, (long long)part.last);
	if (there)
		return true;
	add_part(parts, part);
	return make_table(db, out->table, err);
}

/* The next row's id is one behind it (SQLite, "Autoincrement"). */
static bool
hold_place(struct db *db, int64_t issue, struct error *err)
{
	return db_run(db, err,
		"INSERT INTO recipient (id, subscriber, form, state, tries,"
		" doubts, next_at, at, code)"
		" VALUES (" RECIPIENT_ID("?1", "0") ", 0, 0, 0, 0, 0, 0, 0, 0)",
		db_int(issue));
}

static bool
leave_place(struct db *db, int64_t issue, int64_t recipients, struct error *err)
{
	return db_expect(db, err, 1,
		       "SELECT 1 FROM recipient WHERE id >= " RECIPIENT_ID(
			       "?1", "?2"),
		       db_int(issue), db_int(recipients)) &&
		db_run(db, err,
			"DELETE FROM recipient WHERE id = " RECIPIENT_ID(
				"?1", "0"),
			db_int(issue));
}

bool
ledger_begin(struct db *db, int64_t issue, int64_t recipients,
	struct ledger_part *out, struct error *err)
{
	struct parts parts;
	bool ok;

	*out = (struct ledger_part){.table = "recipient", .issue = issue};
	if (!db->ops->parts)
		return hold_place(db, issue, err);
	ok = read_parts(db, &parts, err) &&
		begin_among(db, &parts, issue, recipients, out, err);
	free(parts.items);
	return ok;
}

static bool
end_part(struct db *db, const struct ledger_part *part, struct error *err)
{
	long long first = part->first, behind = part->last + 1;
	char *sql;
	bool ok;

	if (!part->fresh)
		return true;
	sql = mem_printf("ALTER TABLE %s ADD PRIMARY KEY (id);"
			 "ALTER TABLE recipient ATTACH PARTITION %s"
			 " FOR VALUES FROM (%lld) TO (%lld);",
		part->table, part->table, first << 32, behind << 32);
	ok = db->ops->script(db, sql, err);
	free(sql);
	return ok;
}

bool
ledger_end(struct db *db, const struct ledger_part *part, int64_t recipients,
	struct error *err)
{
	return db->ops->parts ? end_part(db, part, err)
			      : leave_place(db, part->issue, recipients, err);
}

bool
ledger_cover_all(struct db *from, struct db *to, struct error *err)
{
	struct ledger_part part;
	struct db_rows *rows;
	struct parts parts;
	bool ok;

	if (!to->ops->parts)
		return true;
	ok = read_parts(to, &parts, err);
	rows = ok ? db_query(from, err,
			    "SELECT id / 4294967296, count(*) FROM recipient"
			    " GROUP BY 1 ORDER BY 1")
		  : NULL;
	while (ok && db_next(rows, err))
		ok = begin_among(to, &parts, row_int(rows, 0), row_int(rows, 1),
			     &part, err) &&
			end_part(to, &part, err);
	if (rows)
		ok = db_done(rows) && ok;
	free(parts.items);
	return ok;
}

/* ----- forgetting ----- */

/* No other issue of the part is remembered, nor will one be. */
static bool
may_go(struct store *store, const struct part *part, int64_t but, bool *may,
	struct error *err)
{
	int64_t left = 1;
	bool ok = db_number(store->db, err, &left,
		"SELECT (SELECT count(*) FROM issue WHERE id BETWEEN ?1 AND ?2"
		"  AND id <> ?3 AND forgotten IS NULL AND state <> ?4)"
		" + CASE WHEN ?2 > (SELECT max(id) FROM issue)"
		"   THEN 1 ELSE 0 END",
		db_int(part->first), db_int(part->last), db_int(but),
		db_int(ISSUE_SKIPPED));

	*may = left == 0;
	return ok;
}

static bool
delete_rows(struct store *store, int64_t issue, struct error *err)
{
	int64_t last = 0;
	bool ok = db_number(store->db, err, &last,
		"SELECT max(last) FROM shard WHERE issue = ?1", db_int(issue));

	for (int64_t seq = 1; ok && seq <= last; seq += ROWS_AT_ONCE)
		ok = store_write(store, DB_SOON, "forget", err,
			"DELETE FROM recipient WHERE " OF_SHARD(
				"id", "?1", "?2", "?3"),
			db_int(issue), db_int(seq),
			db_int(seq + ROWS_AT_ONCE - 1));
	return ok;
}

/* Who holds others up by waiting for his turn to keep all out does not wait
 * long. */
static bool
drop_parts(struct store *store, const struct parts *parts, struct error *err)
{
	struct str sql = STR_INIT;
	bool ok = true, may;

	for (size_t i = 0; ok && i < parts->count; i++) {
		const struct part *part = &parts->items[i];

		ok = may_go(store, part, 0, &may, err);
		if (ok && may)
			str_printf(&sql,
				"SET LOCAL lock_timeout = 200;"
				"DROP TABLE recipient_%lld_%lld;",
				(long long)part->first, (long long)part->last);
	}
	ok = ok &&
		(!sql.len ||
			store->db->ops->script(store->db, str_text(&sql), err));
	str_clear(&sql);
	return ok;
}

static bool
note(struct store *store, int64_t issue, int64_t now, struct error *err)
{
	return db_run(store->db, err,
		       "UPDATE issue SET forgotten = ?2 WHERE id = ?1",
		       db_int(issue), db_int(now)) &&
		db_run(store->db, err, "DELETE FROM shard WHERE issue = ?1",
			db_int(issue));
}

static bool
forget(struct store *store, const struct parts *parts, int64_t issue,
	int64_t now, struct error *err)
{
	const struct part *part = find_part(parts, issue);
	bool whole = false;

	if (part && !may_go(store, part, issue, &whole, err))
		return false;
	if (!whole && !delete_rows(store, issue, err))
		return false;
	return store_begin(store, DB_SOON, err) &&
		store_end(store, "forget",
			note(store, issue, now, err) &&
				drop_parts(store, parts, err),
			err);
}

static bool
find_issue(struct store *store, int64_t list, int64_t before, int64_t *issue,
	struct error *err)
{
	*issue = 0;
	return db_number(store->db, err, issue,
		"SELECT min(id) FROM issue i WHERE list = ?1 AND closed < ?2"
		" AND state IN (?3, ?4) AND forgotten IS NULL"
		" AND NOT EXISTS (SELECT 1 FROM draft"
		"  WHERE corrected = i.id)"
		" AND NOT EXISTS (SELECT 1 FROM draft_across"
		"  WHERE issue = i.id)",
		db_int(list), db_int(before), db_int(ISSUE_CLOSED),
		db_int(ISSUE_CANCELLED));
}

bool
store_ledgers_forget(struct store *store, int64_t list, int64_t before,
	int64_t now, size_t *count, struct error *err)
{
	struct parts parts = {.items = NULL};
	int64_t issue;
	bool ok;

	*count = 0;
	while ((ok = find_issue(store, list, before, &issue, err)) && issue) {
		ok = (!store->db->ops->parts ||
			     read_parts(store->db, &parts, err)) &&
			forget(store, &parts, issue, now, err);
		free(parts.items);
		if (!ok)
			break;
		parts = (struct parts){.items = NULL};
		(*count)++;
	}
	return ok;
}
