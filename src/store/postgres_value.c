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
};

static const Oid types[] = {
	[DB_INT] = TYPE_INT8,
	[DB_TEXT] = TYPE_TEXT,
	[DB_BLOB] = TYPE_BYTEA,
};

static const char *
pack_number(struct postgres_params *p, int at, int64_t number)
{
	uint64_t ordered = htobe64((uint64_t)number);

	p->lengths[at] = sizeof ordered;
	return memcpy(p->numbers[at], &ordered, sizeof ordered);
}

/*
 * A text that is not UTF-8 (a relay's reply, say) would end the transaction, so
 * it is repaired. Where it stands in `mended` is known when all of them do.
 */
static void
mend_texts(struct postgres_params *p, const struct db_value *values)
{
	size_t starts[POSTGRES_VALUES];

	for (int i = 0; i < p->count; i++) {
		starts[i] = SIZE_MAX;
		if (values[i].null || values[i].kind != DB_TEXT ||
			text_is_utf8(values[i].bytes))
			continue;
		starts[i] = p->mended.len;
		text_repair(&p->mended, values[i].bytes);
		p->lengths[i] = (int)(p->mended.len - starts[i]);
	}
	for (int i = 0; i < p->count; i++)
		if (starts[i] != SIZE_MAX)
			p->values[i] = str_text(&p->mended) + starts[i];
}

void
postgres_params_fill(
	struct postgres_params *p, const struct db_value *values, size_t count)
{
	assert(count <= POSTGRES_VALUES);
	p->count = (int)count;
	p->mended = STR_INIT;
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
	mend_texts(p, values);
}

void
postgres_params_clear(struct postgres_params *p)
{
	str_clear(&p->mended);
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
