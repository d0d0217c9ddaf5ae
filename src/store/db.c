#include "store/db.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/map.h"
#include "base/mem.h"

struct db_value
db_instant(int64_t instant)
{
	return (struct db_value){.kind = DB_INT,
		.null = instant == INSTANT_NONE,
		.number = instant};
}

bool
db_fail_busy(const struct db *db, int64_t patience_ms, struct error *err)
{
	struct str waited = STR_INIT;

	duration_write(&waited, patience_ms / 1000);
	error_set(err, ERROR_LATER,
		"%s: another run is using it, and was not done after %s; try "
		"again later",
		db->title, patience_ms < 1000 ? "a moment" : str_text(&waited));
	str_clear(&waited);
	return false;
}

bool
db_fail_moved(struct db *db, struct error *err)
{
	struct db_rows *rows = db_query(
		db, err, "SELECT value FROM meta WHERE key = '" MOVED_TO "'");

	if (db_next(rows, err))
		error_set(err, ERROR_CONFIG,
			"%s: the store is not here any more but in %s; name "
			"that one under 'store'. If it is to be this one again,"
			" see 'postrider store --help'",
			db->title, row_text(rows, 0));
	else if (rows && !rows->failed)
		error_set(err, ERROR_CONFIG,
			"%s: is closed, and does not say why", db->title);
	db_done(rows);
	return false;
}

const char *
db_keep(struct db *db, const char *sql)
{
	char *kept;

	if (!db->kept)
		db->kept = map_new();
	kept = map_find(db->kept, sql);
	if (!kept) {
		kept = mem_strdup(sql);
		map_set(db->kept, sql, kept);
	}
	return kept;
}

void
db_clear(struct db *db)
{
	for (size_t i = 0; db->kept && i < map_count(db->kept); i++)
		free(map_value(db->kept, i));
	map_free(db->kept);
	free(db->title);
}

bool
db_fail_expected(struct db *db, struct error *err)
{
	db->missed = true;
	return error_set(err, ERROR_DATA,
		"%s: another process has changed what was to be written",
		db->title);
}

bool
db_next(struct db_rows *rows, struct error *err)
{
	return rows && rows->db->ops->next(rows, err);
}

bool
db_done(struct db_rows *rows)
{
	bool ok = rows && !rows->failed;

	if (rows)
		rows->db->ops->done(rows);
	return ok;
}

bool
db_take_number(struct db_rows *rows, int64_t *out, struct error *err)
{
	if (db_next(rows, err) && !row_is_null(rows, 0))
		*out = row_int(rows, 0);
	return db_done(rows);
}

bool
db_take_numbers(
	struct db_rows *rows, int64_t **out, size_t *count, struct error *err)
{
	size_t capacity = 0;

	*out = NULL;
	*count = 0;
	while (db_next(rows, err)) {
		if (*count == capacity) {
			capacity = capacity * 2 + 64;
			*out = mem_resize(*out, capacity * sizeof **out);
		}
		(*out)[(*count)++] = row_int(rows, 0);
	}
	return db_done(rows);
}

bool
row_is_null(const struct db_rows *rows, int column)
{
	return rows->db->ops->is_null(rows, column);
}

int64_t
row_int(const struct db_rows *rows, int column)
{
	return rows->db->ops->number(rows, column);
}

int64_t
row_instant(const struct db_rows *rows, int column)
{
	return row_is_null(rows, column) ? INSTANT_NONE : row_int(rows, column);
}

struct span
row_blob(const struct db_rows *rows, int column)
{
	return rows->db->ops->bytes(rows, column);
}

const char *
row_text(const struct db_rows *rows, int column)
{
	return row_blob(rows, column).data;
}
