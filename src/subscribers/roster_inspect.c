/*
 * `inspect roster`: rows as they stand, records by the header, and who of them
 * could be written to.
 */
#include "subscribers/roster.h"

#include "base/map.h"
#include "model/address.h"
#include "subscribers/columns.h"
#include "subscribers/csv.h"

enum { FIRST_SHOWN = 5 };

struct inspection {
	struct arena *arena;
	struct columns *columns;
	struct value *header, *rows, *records;
	const char **names; /* of the header, each once */
	size_t named;
	struct value *first, *refused; /* addresses */
	struct map *keys;
	size_t people, valid, left;
};

static struct value *
row_value(struct arena *arena, const struct csv_row *row)
{
	struct value *list = value_new_list(arena);

	for (size_t i = 0; i < row->count; i++)
		value_push(arena, list, value_new_span(arena, row->fields[i]));
	return list;
}

static void
take_header(struct inspection *in, const struct csv_row *row)
{
	const char *const *names = columns_names(in->columns, &in->named);

	in->header = row_value(in->arena, row);
	in->names = arena_alloc(in->arena, in->named * sizeof *in->names);
	for (size_t i = 0; i < in->named; i++)
		in->names[i] = arena_strdup(in->arena, names[i]);
}

/* The names are distinct, so that the map is filled without asking for each. */
static void
add_record(struct inspection *in, const struct csv_row *row)
{
	struct value *record = value_new_map(in->arena);
	size_t n = row->count;

	record->keys = arena_alloc(in->arena, n * sizeof *record->keys);
	for (size_t i = 0; i < n; i++) {
		record->keys[i] = i < in->named
			? in->names[i]
			: arena_printf(in->arena, "_%zu", i);
		value_push(in->arena, record,
			value_new_span(in->arena, row->fields[i]));
	}
	value_push(in->arena, in->records, record);
}

static void
add_person(struct inspection *in, const struct person *person)
{
	struct str key = STR_INIT;

	in->people++;
	in->left += person->standing != STANDING_READER;
	if (!address_check(person->address, NULL)) {
		value_push(in->arena, in->refused,
			value_new_span(in->arena, person->written));
		return;
	}
	address_key(&key, person->address);
	map_set(in->keys, str_text(&key), in);
	if (in->valid++ < FIRST_SHOWN)
		value_push(in->arena, in->first,
			value_new_span(in->arena, person->address));
	str_clear(&key);
}

static void
add_row(struct inspection *in, const struct csv_row *row)
{
	struct person person;
	enum row_kind kind = columns_read(in->columns, row, &person);

	value_push(in->arena, in->rows, row_value(in->arena, row));
	if (kind == ROW_HEADER) {
		take_header(in, row);
		return;
	}
	if (in->header)
		add_record(in, row);
	if (kind == ROW_PERSON)
		add_person(in, &person);
}

static struct value *
tell(const struct inspection *in, const struct csv *csv)
{
	struct value *v = value_new_map(in->arena);
	struct value *addresses = value_new_map(in->arena);
	char delimiter[] = {csv_delimiter(csv), '\0'};

	value_set_text(in->arena, v, "encoding", csv_encoding(csv));
	value_set_text(in->arena, v, "delimiter", delimiter);
	value_set_text(in->arena, v, "eol", csv_line_end(csv));
	value_set_int(in->arena, v, "row_count", (int64_t)in->rows->count);
	value_set(in->arena, v, "header",
		in->header ? in->header : value_new_null(in->arena));
	value_set(in->arena, v, "rows", in->rows);
	value_set(in->arena, v, "records", in->records);
	value_set_int(in->arena, addresses, "rows", (int64_t)in->people);
	value_set_int(in->arena, addresses, "valid", (int64_t)in->valid);
	value_set_int(in->arena, addresses, "distinct_ignoring_case",
		(int64_t)map_count(in->keys));
	value_set_int(in->arena, addresses, "left", (int64_t)in->left);
	value_set(in->arena, addresses, "first", in->first);
	value_set(in->arena, addresses, "refused", in->refused);
	value_set(in->arena, v, "addresses", addresses);
	return v;
}

bool
roster_inspect(struct arena *arena, const char *name, struct span bytes,
	struct value **out, struct error *err)
{
	struct inspection in = {.arena = arena,
		.columns = columns_new(),
		.rows = value_new_list(arena),
		.records = value_new_list(arena),
		.first = value_new_list(arena),
		.refused = value_new_list(arena),
		.keys = map_new()};
	struct csv *csv = csv_new_text(bytes, name);
	struct error failure = ERROR_INIT;
	struct csv_row row;
	bool ok;

	while (csv_next(csv, &row, &failure))
		add_row(&in, &row);
	ok = failure.kind ? error_move(err, &failure) : true;
	if (ok)
		*out = tell(&in, csv);
	csv_free(csv);
	columns_free(in.columns);
	map_free(in.keys);
	return ok;
}
