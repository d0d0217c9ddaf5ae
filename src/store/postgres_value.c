/*
 * Values as PostgreSQL's wire has them, in binary: numbers in network order,
 * texts and blobs as they are.
 */
#include <assert.h>
#include <endian.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/text.h"
#include "store/postgres.h"

/* Numbers of types that never change (pg_type.dat). */
enum {
	TYPE_BOOL = 16,
	TYPE_BYTEA = 17,
	TYPE_INT8 = 20,
	TYPE_INT2 = 21,
	TYPE_INT4 = 23,
	TYPE_TEXT = 25,
	TYPE_TEXT_ARRAY = 1009,
	TYPE_INT8_ARRAY = 1016,
};

static const Oid types[] = {
	[DB_INT] = TYPE_INT8,
	[DB_TEXT] = TYPE_TEXT,
	[DB_BLOB] = TYPE_BYTEA,
	[DB_INTS] = TYPE_INT8_ARRAY,
	[DB_TEXTS] = TYPE_TEXT_ARRAY,
};

static const char *
pack_number(struct postgres_params *p, int at, int64_t number)
{
	uint64_t ordered = htobe64((uint64_t)number);

	p->lengths[at] = sizeof ordered;
	return memcpy(p->numbers[at], &ordered, sizeof ordered);
}

/* ----- arrays ----- */

static void
add_four(struct str *out, uint32_t number)
{
	uint32_t ordered = htobe32(number);

	str_add_bytes(out, &ordered, sizeof ordered);
}

static void
add_eight(struct str *out, int64_t number)
{
	uint64_t ordered = htobe64((uint64_t)number);

	add_four(out, sizeof ordered);
	str_add_bytes(out, &ordered, sizeof ordered);
}

/* Length and octets; the length is known when it has been repaired. */
static void
add_text(struct str *out, const char *text)
{
	struct str mended = STR_INIT;
	struct span bytes = span_of(text);

	if (!text) {
		add_four(out, UINT32_MAX); /* NULL */
		return;
	}
	if (!text_is_utf8(bytes)) {
		text_repair(&mended, bytes);
		bytes = str_span(&mended);
	}
	add_four(out, (uint32_t)bytes.len);
	str_add_span(out, bytes);
	str_clear(&mended);
}

/* As array_recv() takes them: dimensions (none when it is empty), whether there
 * are NULLs, the type of items, their number, that of the first. */
static void
add_array(struct str *out, const struct db_value *v)
{
	bool texts = v->kind == DB_TEXTS;

	add_four(out, v->count > 0);
	add_four(out, texts);
	add_four(out, texts ? TYPE_TEXT : TYPE_INT8);
	if (v->count) {
		add_four(out, (uint32_t)v->count);
		add_four(out, 1);
	}
	for (size_t i = 0; i < v->count; i++)
		if (texts)
			add_text(out, ((const char *const *)v->items)[i]);
		else
			add_eight(out, ((const int64_t *)v->items)[i]);
}

/* ----- what has to be made first ----- */

/* A text that is not UTF-8 (a relay's reply, say) would end the transaction, so
 * it is repaired. */
static bool
make(struct str *out, const struct db_value *v)
{
	if (v->kind == DB_INTS || v->kind == DB_TEXTS)
		add_array(out, v);
	else if (!v->null && v->kind == DB_TEXT && !text_is_utf8(v->bytes))
		text_repair(out, v->bytes);
	else
		return false;
	return true;
}

/* Where it stands in `made` is known when all of them do. */
static void
make_values(struct postgres_params *p, const struct db_value *values)
{
	size_t starts[POSTGRES_VALUES];

	for (int i = 0; i < p->count; i++) {
		size_t start = p->made.len;
		bool made = make(&p->made, &values[i]);

		starts[i] = made ? start : SIZE_MAX;
		if (made)
			p->lengths[i] = (int)(p->made.len - start);
	}
	for (int i = 0; i < p->count; i++)
		if (starts[i] != SIZE_MAX)
			p->values[i] = str_text(&p->made) + starts[i];
}

/* ----- all of them ----- */

void
postgres_params_fill(
	struct postgres_params *p, const struct db_value *values, size_t count)
{
	assert(count <= POSTGRES_VALUES);
	p->count = (int)count;
	p->made = STR_INIT;
	for (int i = 0; i < p->count; i++) {
		const struct db_value *v = &values[i];

		p->types[i] = types[v->kind];
		p->formats[i] = 1;
		p->lengths[i] = (int)v->bytes.len;
		if (v->null)
			p->values[i] = NULL;
		else if (v->kind == DB_INT)
			p->values[i] = pack_number(p, i, v->number);
		else /* NULL would be SQL's NULL */
			p->values[i] = v->bytes.data ? v->bytes.data : "";
	}
	make_values(p, values);
}

void
postgres_params_clear(struct postgres_params *p)
{
	str_clear(&p->made);
}

int64_t
postgres_number(const PGresult *result, int row, int column)
{
	const char *data = PQgetvalue(result, row, column);
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	if (PQgetisnull(result, row, column))
		return 0;
	switch (PQftype(result, column)) {
	case TYPE_BOOL:
		return *data != 0;
	case TYPE_INT2:
		memcpy(&two, data, sizeof two);
		return (int16_t)be16toh(two);
	case TYPE_INT4:
		memcpy(&four, data, sizeof four);
		return (int32_t)be32toh(four);
	default:
		assert(PQftype(result, column) == TYPE_INT8);
		memcpy(&eight, data, sizeof eight);
		return (int64_t)be64toh(eight);
	}
}
