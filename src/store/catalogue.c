#include "store/catalogue.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "store/migrate.h"

static const struct {
	const char *type;
	enum db_kind kind;
} kinds[] = {
	{"INTEGER", DB_INT},
	{"TEXT", DB_TEXT},
	{"BLOB", DB_BLOB},
};

static enum db_kind
find_kind(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	assert(!"a type that the layout may have");
	return DB_TEXT;
}

/* The row has the table's name, the column's, its type, and its place in the
 * key: 0 for none. */
static void
add_column(struct arena *arena, struct table *t, const struct db_rows *row)
{
	int64_t place = row_int(row, 3);

	assert(t->count < COLUMNS_MOST);
	t->columns[t->count] = arena_strdup(arena, row_text(row, 1));
	t->kinds[t->count] = find_kind(row_text(row, 2));
	if (place) {
		t->keys[place - 1] = t->count;
		t->key_count++;
	}
	t->count++;
}

static struct table *
add_table(struct catalogue *c, const char *name)
{
	struct table *t;

	c->tables =
		arena_grow(c->arena, c->tables, c->count, sizeof *c->tables);
	t = &c->tables[c->count++];
	*t = (struct table){.name = arena_strdup(c->arena, name)};
	return t;
}

static bool
read_columns(struct catalogue *c, struct db *db, struct error *err)
{
	struct db_rows *rows = db_query(db, err,
		"SELECT t.name, c.name, c.type, c.pk FROM sqlite_master t,"
		" pragma_table_info(t.name) c WHERE t.type = 'table'"
		" ORDER BY t.name, c.cid");
	struct table *t = NULL;

	while (db_next(rows, err)) {
		if (!t || strcmp(t->name, row_text(rows, 0)) != 0)
			t = add_table(c, row_text(rows, 0));
		add_column(c->arena, t, rows);
	}
	return db_done(rows);
}

static void
finish(struct catalogue *c)
{
	c->names = arena_alloc(c->arena, (c->count + 1) * sizeof *c->names);
	for (size_t i = 0; i < c->count; i++) {
		struct table *t = &c->tables[i];

		assert(t->key_count > 0);
		t->numbered =
			t->key_count == 1 && t->kinds[t->keys[0]] == DB_INT;
		c->names[i] = t->name;
	}
}

bool
catalogue_read(struct catalogue *out, struct error *err)
{
	struct db *db = sqlite_open("the layout", DB_MEMORY, 0, err);
	bool ok;

	*out = (struct catalogue){.arena = arena_new()};
	if (!db)
		return false;
	ok = migrate_up(db, err) && read_columns(out, db, err);
	db->ops->close(db);
	if (ok)
		finish(out);
	return ok;
}

void
catalogue_clear(struct catalogue *c)
{
	arena_free(c->arena);
	*c = (struct catalogue){.arena = NULL};
}
