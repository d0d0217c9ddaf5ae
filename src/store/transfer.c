#include "store/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "store/migrate.h"
#include "store/batch.h"
#include "store/ledger.h"

/* ----- the tables ----- */

static bool
is_empty(struct db *db, struct error *err)
{
	struct db_rows *rows = db_query(db, err, db->ops->tables);
	bool any = db_next(rows, err);

	return db_done(rows) &&
		(!any ||
			error_set(err, ERROR_USAGE,
				"%s: there is something in it already",
				db->title));
}

/* The facts that a new store begins with come from the other one, too. */
static bool
make_tables(struct db *to, struct error *err)
{
	return is_empty(to, err) && migrate_within(to, err) &&
		db_run(to, err, "DELETE FROM meta");
}

/* ----- a table ----- */

struct moving {
	struct db *from, *to;
	const struct table *table;
	struct transfer *out;
	struct transferred *done;
};

static void
repair(struct moving *m, struct batch *batch)
{
	size_t row = 0, count = batch_repair(batch, &row);

	if (count && !m->out->mended) {
		struct str where = STR_INIT;

		str_printf(&where, "table '%s', ", m->table->name);
		batch_write_key(batch, row, &where);
		m->out->first = arena_take(m->out->arena, &where);
	}
	m->out->mended += (int64_t)count;
}

static bool
copy_rows(struct moving *m, struct hash *hash, struct error *err)
{
	struct batch batch;
	bool ok;

	batch_init(&batch, m->table);
	while ((ok = batch_read(&batch, m->from, err)) && batch.rows) {
		if (m->to->ops->repairs)
			repair(m, &batch);
		batch_hash(&batch, hash);
		if (!batch_write(&batch, m->to, err)) {
			ok = false;
			break;
		}
		m->done->rows += (int64_t)batch.rows;
	}
	batch_clear(&batch);
	return ok;
}

static bool
hash_rows(struct moving *m, struct hash *hash, struct error *err)
{
	struct batch batch;
	bool ok;

	batch_init(&batch, m->table);
	while ((ok = batch_read(&batch, m->to, err)) && batch.rows)
		batch_hash(&batch, hash);
	batch_clear(&batch);
	return ok;
}

static bool
count_rows(struct db *db, const char *table, int64_t *count, struct error *err)
{
	char *sql = mem_printf("SELECT count(*) FROM %s", table);
	bool ok = db_number(db, err, count, db_keep(db, sql));

	free(sql);
	return ok;
}

static bool
is_not_equal(
	const struct moving *m, int64_t had, int64_t has, struct error *err)
{
	return error_set(err, ERROR_IO,
		"table '%s' is not the same in %s (%lld rows) and in %s (%lld)",
		m->table->name, m->from->title, (long long)had, m->to->title,
		(long long)has);
}

/* The sum is of what was read from the one; what is there now is read from the
 * other. */
static bool
verify(struct moving *m, struct error *err)
{
	unsigned char sum[HASH_SIZE];
	int64_t had = 0, has = 0;
	struct hash hash;
	bool ok;

	hash_init(&hash);
	ok = hash_rows(m, &hash, err);
	hash_end(&hash, sum);
	return ok && count_rows(m->from, m->table->name, &had, err) &&
		count_rows(m->to, m->table->name, &has, err) &&
		((had == has && has == m->done->rows &&
			 memcmp(sum, m->done->sum, sizeof sum) == 0) ||
			is_not_equal(m, had, has, err));
}

/* SQLite goes on behind the highest number by itself. */
static bool
go_on_behind(struct db *db, const struct table *t, struct error *err)
{
	const char *key = t->columns[t->keys[0]];
	int64_t ignored;
	char *sql;
	bool ok;

	if (!t->numbered)
		return true;
	sql = mem_printf(
		"SELECT " POSTGRES_ONLY(
			"setval(pg_get_serial_sequence('%s', '%s'), max(%s)),") " max(%s) FROM %s",
		t->name, key, key, key, t->name);
	ok = db_number(db, err, &ignored, db_keep(db, sql));
	free(sql);
	return ok;
}

static bool
move_table(struct moving *m, struct error *err)
{
	struct hash hash;
	bool ok;

	if (strcmp(m->table->name, "recipient") == 0 &&
		!ledger_cover_all(m->from, m->to, err))
		return false;
	hash_init(&hash);
	ok = copy_rows(m, &hash, err);
	hash_end(&hash, m->done->sum);
	return ok && verify(m, err) && go_on_behind(m->to, m->table, err);
}

/* ----- all of them ----- */

static bool
move_tables(struct db *from, struct db *to, const struct catalogue *c,
	struct transfer *out, struct error *err)
{
	out->tables = arena_alloc(out->arena, c->count * sizeof *out->tables);
	for (size_t i = 0; i < c->count; i++) {
		struct moving m = {from, to, &c->tables[i], out,
			&out->tables[out->count++]};

		m.done->name = arena_strdup(out->arena, m.table->name);
		if (!move_table(&m, err))
			return error_wrap(
				err, "copying table '%s'", m.table->name);
		out->rows += m.done->rows;
	}
	return true;
}

bool
transfer_all(
	struct db *from, struct db *to, struct transfer *out, struct error *err)
{
	struct catalogue c;
	bool ok;

	*out = (struct transfer){.arena = arena_new()};
	ok = catalogue_read(&c, err) && make_tables(to, err) &&
		move_tables(from, to, &c, out, err);
	catalogue_clear(&c);
	return ok;
}

void
transfer_clear(struct transfer *t)
{
	arena_free(t->arena);
	*t = (struct transfer){.arena = NULL};
}
