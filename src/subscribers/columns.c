#include "subscribers/columns.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "model/address.h"
#include "subscribers/columns_layout.h"

enum { HEADER_ROWS = 20 }; /* in which a header may stand below a title */

struct columns *
columns_new(void)
{
	struct columns *c = mem_new(sizeof *c);

	c->arena = arena_new();
	for (int kind = 0; kind < COLUMN_KINDS; kind++)
		c->first[kind] = NONE;
	return c;
}

void
columns_free(struct columns *c)
{
	if (!c)
		return;
	arena_free(c->arena);
	str_clear(&c->address);
	str_clear(&c->name);
	str_clear(&c->language);
	str_clear(&c->format);
	str_clear(&c->fields.json);
	str_clear(&c->state);
	free(c);
}

void
columns_set_export(struct columns *c)
{
	c->export = true;
}

const char *const *
columns_names(const struct columns *c, size_t *count)
{
	*count = c->named;
	return c->names;
}

/* ----- which column is which ----- */

static bool
is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (person_trim(row->fields[i]).len)
			return false;
	return true;
}

static bool
is_address(struct span written)
{
	return span_find(written, '@') < written.len &&
		address_check(person_address(written, NULL), NULL);
}

/* Each name once; the second "A" is "A_1". */
static const char *
unique_name(struct columns *c, struct map *taken, const char *name)
{
	const char *unique = name;

	for (int n = 1; map_has(taken, unique); n++)
		unique = arena_printf(c->arena, "%s_%d", name, n);
	map_set(taken, unique, c);
	return unique;
}

static void
add_column(struct columns *c, enum column_kind kind, const char *name)
{
	if (c->first[kind] == NONE)
		c->first[kind] = (int)c->count;
	c->items[c->count++] = (struct column){.kind = kind, .name = name};
}

static void
name_columns(struct columns *c, const struct csv_row *row)
{
	struct map *taken = map_new(), *written = map_new();
	size_t n = row->count < MOST_COLUMNS ? row->count : MOST_COLUMNS;

	c->names = arena_alloc(c->arena, n * sizeof *c->names);
	for (size_t i = 0; i < n; i++) {
		c->names[i] = arena_span(
			c->arena, person_unguarded(c, row->fields[i]));
		map_set(written, c->names[i], c);
	}
	/* a new name must not take one that stands further on */
	for (size_t i = 0; i < n; i++) {
		if (map_has(taken, c->names[i]))
			c->names[i] = unique_name(c, written, c->names[i]);
		map_set(taken, c->names[i], c);
	}
	c->named = n;
	map_free(taken);
	map_free(written);
}

/* What `subscribers export` writes in front of the fields. */
static const struct {
	const char *name;
	enum column_kind kind;
} own_columns[] = {
	{"address", COLUMN_ADDRESS},
	{"name", COLUMN_NAME},
	{"state", COLUMN_STATE},
	{"origin", COLUMN_INTERNAL},
	{"language", COLUMN_LANGUAGE},
	{"format", COLUMN_FORMAT},
	{"since", COLUMN_SINCE},
};

enum { OWN_COLUMNS = sizeof own_columns / sizeof *own_columns };

static bool
is_own_header(const struct csv_row *row)
{
	if (row->count < OWN_COLUMNS)
		return false;
	for (size_t i = 0; i < OWN_COLUMNS; i++)
		if (!span_equals(row->fields[i], own_columns[i].name))
			return false;
	return true;
}

static enum column_kind
kind_of(const struct columns *c, const struct csv_row *row, size_t i)
{
	enum column_kind kind;

	if (c->own)
		return i < OWN_COLUMNS ? own_columns[i].kind : COLUMN_FIELD;
	kind = column_kind_of(row->fields[i]);
	return kind >= COLUMN_SINCE && !c->export ? COLUMN_FIELD : kind;
}

static void
read_header(struct columns *c, const struct csv_row *row)
{
	c->own = c->export && is_own_header(row);
	c->count = 0;
	for (int kind = 0; kind < COLUMN_KINDS; kind++)
		c->first[kind] = NONE;
	name_columns(c, row);
	for (size_t i = 0; i < c->named; i++)
		add_column(c, kind_of(c, row, i), c->names[i]);
	c->settled = c->first[COLUMN_ADDRESS] != NONE;
}

static bool
names_address(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count && i < MOST_COLUMNS; i++)
		if (column_kind_of(row->fields[i]) == COLUMN_ADDRESS)
			return true;
	return false;
}

/* A header names things; a first row with an '@' in it has somebody's address,
 * though it may be mistyped. */
static bool
is_header(const struct csv_row *row)
{
	bool at = false;

	for (size_t i = 0; i < row->count; i++) {
		if (is_address(row->fields[i]))
			return false;
		at = at || span_find(row->fields[i], '@') < row->fields[i].len;
	}
	return !at || names_address(row);
}

/* For rows longer than those before. */
static void
widen(struct columns *c, size_t count)
{
	while (c->count < count && c->count < MOST_COLUMNS)
		add_column(c, COLUMN_FIELD,
			arena_printf(c->arena, "_%zu", c->count));
}

static void
settle(struct columns *c, size_t column)
{
	c->items[column].kind = COLUMN_ADDRESS;
	c->first[COLUMN_ADDRESS] = (int)column;
	for (int kind = 0; kind < COLUMN_KINDS; kind++)
		if (kind != COLUMN_ADDRESS && c->first[kind] == (int)column)
			c->first[kind] = NONE;
	c->settled = true;
}

/* The column that has an address in this row, if possible one whose name allows
 * it. */
static void
find_address(struct columns *c, const struct csv_row *row)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < row->count && i < c->count; i++) {
		if (!is_address(row->fields[i]))
			continue;
		if (found == SIZE_MAX ||
			c->items[i].kind == COLUMN_ADDRESS_MAYBE)
			found = i;
		if (c->items[i].kind == COLUMN_ADDRESS_MAYBE)
			break;
	}
	if (found != SIZE_MAX)
		settle(c, found);
}

static bool
has_letter(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char b = (unsigned char)s.data[i] | 0x20;

		if ((b >= 'a' && b <= 'z') || b >= 0x80)
			return true;
	}
	return false;
}

/* Without a header: the first column with letters that is no address. */
static void
guess_name(struct columns *c, const struct csv_row *row)
{
	for (size_t i = 0; i < row->count && i < c->count; i++)
		if ((int)i != c->first[COLUMN_ADDRESS] &&
			has_letter(row->fields[i]) &&
			span_find(row->fields[i], '@') == row->fields[i].len) {
			c->items[i].kind = COLUMN_NAME;
			c->first[COLUMN_NAME] = (int)i;
			return;
		}
}

enum row_kind
columns_read(
	struct columns *c, const struct csv_row *row, struct person *person)
{
	bool header;

	if (is_blank(row))
		return ROW_BLANK;
	header = c->rows == 0
		? is_header(row)
		: !c->settled && c->rows < HEADER_ROWS && names_address(row);
	c->rows++;
	if (header) {
		read_header(c, row);
		return ROW_HEADER;
	}
	widen(c, row->count);
	if (!c->settled) {
		find_address(c, row);
		if (c->settled && !c->named)
			guess_name(c, row);
	}
	person_read(c, row, person);
	return ROW_PERSON;
}

bool
columns_next(struct columns *c, struct csv *csv, const char *name,
	struct person *person, unsigned long *line, struct error *err)
{
	struct csv_row row;

	while (csv_next(csv, &row, err)) {
		if (row.unclosed)
			return error_set(err, ERROR_DATA,
				"%s:%lu: a quote is opened in this row and "
				"never closed: close it, or nobody behind it "
				"is read",
				name, row.line);
		*line = row.line;
		if (columns_read(c, &row, person) == ROW_PERSON)
			return true;
	}
	return false;
}
