#include "store/batch.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

enum {
	ROWS_FIRST = 32, /* before it is known how large they are */
	ROWS_MOST = 4096,
	BYTES_WANTED = 1 << 20,
	VALUES_AT_ONCE = 240, /* that one statement inserts */
};

void
batch_init(struct batch *batch, const struct table *table)
{
	*batch = (struct batch){.table = table, .next_rows = ROWS_FIRST};
}

void
batch_clear(struct batch *batch)
{
	free(batch->values);
	str_clear(&batch->bytes);
	*batch = (struct batch){.table = NULL};
}

static struct db_value *
row_of(const struct batch *batch, size_t row)
{
	return batch->values + row * (size_t)batch->table->count;
}

/* ----- the statements ----- */

static void
add_columns(struct str *sql, const struct table *t)
{
	for (int i = 0; i < t->count; i++)
		str_printf(sql, "%s%s", i ? ", " : "", t->columns[i]);
}

static void
add_key(struct str *sql, const struct table *t)
{
	for (int i = 0; i < t->key_count; i++)
		str_printf(sql, "%s%s", i ? ", " : "", t->columns[t->keys[i]]);
}

/* "?3, ?4": so many behind the first. */
static void
add_places(struct str *sql, int first, int count)
{
	for (int i = 0; i < count; i++)
		str_printf(sql, "%s?%d", i ? ", " : "", first + i);
}

static const char *
keep(struct str *sql, struct db *db)
{
	const char *kept = db_keep(db, str_text(sql));

	str_clear(sql);
	return kept;
}

/* The last place is how many. */
static const char *
select_rows(const struct table *t, bool behind, struct db *db)
{
	struct str sql = STR_INIT;

	str_add(&sql, "SELECT ");
	add_columns(&sql, t);
	str_printf(&sql, " FROM %s", t->name);
	if (behind) {
		str_add(&sql, " WHERE (");
		add_key(&sql, t);
		str_add(&sql, ") > (");
		add_places(&sql, 1, t->key_count);
		str_add(&sql, ")");
	}
	str_add(&sql, " ORDER BY ");
	add_key(&sql, t);
	str_printf(&sql, " LIMIT ?%d", behind ? t->key_count + 1 : 1);
	return keep(&sql, db);
}

static const char *
insert_rows(const struct table *t, size_t rows, struct db *db)
{
	struct str sql = STR_INIT;

	str_printf(&sql, "INSERT INTO %s (", t->name);
	add_columns(&sql, t);
	str_add(&sql, ") VALUES ");
	for (size_t i = 0; i < rows; i++) {
		str_add(&sql, i ? ", (" : "(");
		add_places(&sql, (int)i * t->count + 1, t->count);
		str_add(&sql, ")");
	}
	return keep(&sql, db);
}

/* ----- reading ----- */

static struct db_rows *
ask(const struct batch *batch, struct db *from, struct error *err)
{
	const struct table *t = batch->table;
	struct db_value values[COLUMNS_MOST + 1];
	size_t count = 0;
	bool behind = batch->rows > 0;

	for (int i = 0; behind && i < t->key_count; i++)
		values[count++] = row_of(batch, batch->rows - 1)[t->keys[i]];
	values[count++] = db_int((int64_t)batch->next_rows);
	return from->ops->query(
		from, err, select_rows(t, behind, from), values, count);
}

/* Where its bytes are is known when they all are there: point_at_bytes(). */
static void
take_value(struct batch *batch, struct db_value *v, enum db_kind kind,
	const struct db_rows *row, int column)
{
	*v = (struct db_value){.kind = kind, .null = row_is_null(row, column)};
	if (v->null)
		return;
	if (kind == DB_INT) {
		v->number = row_int(row, column);
		return;
	}
	v->bytes = row_blob(row, column);
	str_add_span(&batch->bytes, v->bytes);
}

static void
take_row(struct batch *batch, const struct db_rows *row)
{
	const struct table *t = batch->table;

	if (batch->rows == batch->capacity) {
		batch->capacity = batch->capacity * 2 + ROWS_FIRST;
		batch->values = mem_resize(batch->values,
			batch->capacity * (size_t)t->count *
				sizeof *batch->values);
	}
	batch->rows++;
	for (int i = 0; i < t->count; i++)
		take_value(batch, &row_of(batch, batch->rows - 1)[i],
			t->kinds[i], row, i);
}

static void
point_at_bytes(struct batch *batch)
{
	const char *at = str_text(&batch->bytes);
	size_t count = batch->rows * (size_t)batch->table->count;

	for (size_t i = 0; i < count; i++) {
		struct db_value *v = &batch->values[i];

		if (v->null || v->kind == DB_INT)
			continue;
		v->bytes.data = at;
		at += v->bytes.len;
	}
}

/* By how large these were. */
static size_t
count_next(const struct batch *batch)
{
	size_t row = batch->bytes.len / batch->rows +
		(size_t)batch->table->count * sizeof *batch->values;
	size_t rows = BYTES_WANTED / row + 1;

	return rows < ROWS_MOST ? rows : ROWS_MOST;
}

bool
batch_read(struct batch *batch, struct db *from, struct error *err)
{
	struct db_rows *rows = ask(batch, from, err);
	struct batch next = {
		.table = batch->table, .next_rows = batch->next_rows};

	while (db_next(rows, err))
		take_row(&next, rows);
	if (!db_done(rows)) {
		batch_clear(&next);
		return false;
	}
	point_at_bytes(&next);
	if (next.rows)
		next.next_rows = count_next(&next);
	batch_clear(batch);
	*batch = next;
	return true;
}

/* ----- what is in it ----- */

static bool
is_sound(const struct db_value *v)
{
	return v->null || v->kind != DB_TEXT ||
		(text_is_utf8(v->bytes) &&
			span_find(v->bytes, '\0') == v->bytes.len);
}

static size_t
count_unsound(const struct batch *batch, size_t *row)
{
	size_t columns = (size_t)batch->table->count, unsound = 0;

	for (size_t i = 0; i < batch->rows * columns; i++)
		if (!is_sound(&batch->values[i]) && unsound++ == 0)
			*row = i / columns;
	return unsound;
}

/* All bytes move, for those of the unsound have another length. */
size_t
batch_repair(struct batch *batch, size_t *row)
{
	size_t unsound = count_unsound(batch, row);
	struct str bytes = STR_INIT;

	for (size_t i = 0;
		unsound && i < batch->rows * (size_t)batch->table->count; i++) {
		struct db_value *v = &batch->values[i];
		size_t start = bytes.len;

		if (v->null || v->kind == DB_INT)
			continue;
		if (is_sound(v))
			str_add_span(&bytes, v->bytes);
		else
			text_repair(&bytes, v->bytes);
		v->bytes.len = bytes.len - start;
	}
	if (unsound) {
		str_clear(&batch->bytes);
		batch->bytes = bytes;
		point_at_bytes(batch);
	}
	return unsound;
}

void
batch_write_key(const struct batch *batch, size_t row, struct str *out)
{
	const struct table *t = batch->table;

	for (int i = 0; i < t->key_count; i++) {
		const struct db_value *v = &row_of(batch, row)[t->keys[i]];

		str_printf(out, "%s%s ", i ? ", " : "", t->columns[t->keys[i]]);
		if (v->kind == DB_INT)
			str_printf(out, "%lld", (long long)v->number);
		else
			text_flatten(out, v->bytes);
	}
}

static void
add_octets(struct str *out, uint64_t number)
{
	unsigned char octets[8];

	for (int i = 0; i < 8; i++)
		octets[i] = (unsigned char)(number >> (56 - 8 * i));
	str_add_bytes(out, octets, sizeof octets);
}

/* Of a number itself, of a text or blob the length and the octets. */
void
batch_hash(const struct batch *batch, struct hash *hash)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < batch->rows * (size_t)batch->table->count; i++) {
		const struct db_value *v = &batch->values[i];

		str_add_char(&out, v->null ? '-' : '+');
		if (v->null)
			continue;
		add_octets(&out,
			v->kind == DB_INT ? (uint64_t)v->number : v->bytes.len);
		if (v->kind != DB_INT)
			str_add_span(&out, v->bytes);
	}
	hash_add(hash, str_span(&out));
	str_clear(&out);
}

/* ----- writing ----- */

static bool
insert(const struct batch *batch, size_t row, size_t rows, struct db *to,
	struct error *err)
{
	return to->ops->run(to, err, NULL, insert_rows(batch->table, rows, to),
		row_of(batch, row), rows * (size_t)batch->table->count);
}

bool
batch_write(const struct batch *batch, struct db *to, struct error *err)
{
	size_t many = VALUES_AT_ONCE / (size_t)batch->table->count;
	size_t row = 0;

	assert(many > 0);
	for (; row + many <= batch->rows; row += many)
		if (!insert(batch, row, many, to, err))
			return false;
	for (; row < batch->rows; row++)
		if (!insert(batch, row, 1, to, err))
			return false;
	return true;
}
