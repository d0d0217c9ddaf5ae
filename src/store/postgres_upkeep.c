/*
 * A PostgreSQL store as a whole: looked through for damage, and moved aside.
 *
 * There is nothing here like SQLite's look at every page. Reading all rows
 * finds what does not come off the disk, or fails its checksum where the server
 * has them; amcheck, where it is installed for this user, finds indexes that
 * are not in order (PostgreSQL 15 manual, F.2).
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/postgres.h"

/* Each statement runs once on a handle that is about to be closed, and its text
 * must stay: db_keep(). */
static bool
ask(struct db *db, char *sql, struct error *err)
{
	struct db_rows *rows = db_query(db, err, db_keep(db, sql));

	free(sql);
	while (db_next(rows, err))
		;
	return db_done(rows);
}

/* ----- looking ----- */

/* The length of a row as text: also what lies beside the table has to be read
 * for it. */
static bool
read_table(struct db *db, const char *name, struct error *err)
{
	return ask(db,
		mem_printf("SELECT count(length(concat(t.*))) FROM \"%s\" t",
			name),
		err);
}

static bool
has_amcheck(struct db *db, bool *has, struct error *err)
{
	int64_t count = 0;
	bool ok = db_number(db, err, &count,
		"SELECT count(*) FROM pg_proc WHERE proname = 'bt_index_check'"
		" AND pg_function_is_visible(oid)"
		" AND has_function_privilege(oid, 'execute')");

	*has = count > 0;
	return ok;
}

static bool
check_indexes(struct db *db, struct error *err)
{
	bool has;

	if (!has_amcheck(db, &has, err))
		return false;
	return !has ||
		ask(db,
			mem_strdup(
				"SELECT bt_index_check(c.oid) FROM pg_class c"
				" JOIN pg_am a ON a.oid = c.relam"
				" WHERE a.amname = 'btree'"
				" AND c.relkind = 'i'"
				" AND c.relnamespace ="
				" quote_ident(current_schema())::regnamespace"),
			err);
}

bool
postgres_check(struct db *base, struct error *err)
{
	struct db_rows *rows = db_query(base, err, base->ops->tables);
	bool ok = rows != NULL;

	while (ok && db_next(rows, err))
		ok = read_table(base, row_text(rows, 0), err);
	return db_done(rows) && ok && check_indexes(base, err);
}

/* ----- aside ----- */

static bool
is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

/* With its rows its indexes and what counts its numbers go, too. */
static void
add_move(struct str *sql, const char *table, const char *schema)
{
	str_printf(sql, "ALTER TABLE \"%s\" SET SCHEMA \"%s\";", table, schema);
}

static bool
add_parts(struct str *sql, struct db *db, const char *schema, struct error *err)
{
	struct db_rows *rows = db_query(db, err, db->ops->parts);

	while (db_next(rows, err))
		add_move(sql, row_text(rows, 0), schema);
	return db_done(rows);
}

bool
postgres_set_aside(struct db *base, const char *schema,
	const char *const *tables, struct error *err)
{
	struct db_rows *rows = db_query(base, err, base->ops->tables);
	struct str sql = STR_INIT;
	bool ok;

	str_printf(&sql, "CREATE SCHEMA \"%s\";", schema);
	add_move(&sql, "change_count", schema);
	while (db_next(rows, err))
		if (is_among(row_text(rows, 0), tables))
			add_move(&sql, row_text(rows, 0), schema);
	ok = db_done(rows) && add_parts(&sql, base, schema, err);
	str_add(&sql, postgres_layout);
	ok = ok && postgres_script(base, str_text(&sql), err);
	str_clear(&sql);
	return ok;
}
