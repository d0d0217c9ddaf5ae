/*
 * The columns of a row that are none of ours: its reader's fields.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/subscriber.h"
#include "subscribers/columns_layout.h"

/* ----- one reader's ----- */

void
fields_begin(struct fields *f)
{
	str_truncate(&f->json, 0);
	f->count = 0;
	f->column = NULL;
	f->lost = (struct lost_fields){.cut = NULL};
}

/* At most FIELD_LONGEST octets, of whole characters. */
static struct span
bounded(struct span s)
{
	size_t n = FIELD_LONGEST;

	if (s.len <= n)
		return s;
	while (n && ((unsigned char)s.data[n] & 0xc0) == 0x80)
		n--;
	return span_slice(s, 0, n);
}

/* False when it was cut. A NUL would make the whole object unreadable. */
static bool
add_text(struct str *json, struct span text)
{
	struct str repaired = STR_INIT;
	struct span kept;

	if (span_find(text, '\0') < text.len) {
		text_repair(&repaired, text);
		text = str_span(&repaired);
	}
	kept = bounded(text);
	json_write_text(json, kept);
	str_clear(&repaired);
	return kept.len == text.len;
}

/* The first of its kind is told. */
static void
lose(const struct fields *f, const char **lost, const char *name)
{
	if (!*lost)
		*lost = f->column ? f->column : name;
}

/* The name of one that is lost, or the column's, is borrowed. */
static void
fields_add(struct fields *f, const char *name, struct span value)
{
	if (strlen(name) > FIELD_LONGEST) {
		lose(f, &f->lost.long_name, name);
		return;
	}
	if (f->count == FIELDS_MOST) {
		lose(f, &f->lost.beyond, name);
		return;
	}
	str_add_char(&f->json, f->count++ ? ',' : '{');
	add_text(&f->json, span_of(name));
	str_add_char(&f->json, ':');
	if (!add_text(&f->json, value))
		lose(f, &f->lost.cut, name);
}

static void
add_member(struct fields *f, const char *name, const struct value *v)
{
	struct str json = STR_INIT;

	if (value_is_scalar(v)) {
		if (v->len)
			fields_add(f, name, (struct span){v->text, v->len});
		return;
	}
	json_write(&json, v, false);
	fields_add(f, name, str_span(&json));
	str_clear(&json);
}

void
fields_add_members(struct fields *f, const struct value *map)
{
	for (size_t i = 0; i < map->count; i++)
		add_member(f, map->keys[i], map->items[i]);
}

void
fields_end(struct fields *f, struct person *person)
{
	person->lost = f->lost;
	person->fields = NULL;
	if (!f->count)
		return;
	str_add_char(&f->json, '}');
	person->fields = str_text(&f->json);
}

/* ----- of a row ----- */

/* Has no column above taken it? */
static bool
is_field(const struct columns *c, size_t i, int address)
{
	enum column_kind kind = c->items[i].kind;

	if ((int)i == address || kind == COLUMN_INTERNAL ||
		kind == COLUMN_SINCE)
		return false;
	return kind == COLUMN_FIELD || kind == COLUMN_ADDRESS ||
		kind == COLUMN_ADDRESS_MAYBE || kind == COLUMN_ATTRIBUTES ||
		c->first[kind] != (int)i;
}

/* False when the cell holds no JSON object: then it is text like any other. */
static bool
read_attributes(struct fields *f, const char *column, struct span cell)
{
	struct arena *arena;
	struct value *v;
	bool ok;

	if (!span_starts(cell, "{"))
		return false;
	arena = arena_new();
	v = json_parse(arena, "attributes", cell, NULL);
	ok = v && v->kind == VALUE_MAP;
	if (ok) {
		f->column = column;
		fields_add_members(f, v);
		f->column = NULL;
	}
	arena_free(arena);
	return ok;
}

/* In our own export only the columns that are not empty count: those of all
 * readers stand there. */
void
person_read_fields(struct columns *c, const struct csv_row *row,
	struct person *person, int address)
{
	size_t seen = 0;

	fields_begin(&c->fields);
	for (size_t i = 0; i < row->count && i < c->count; i++) {
		struct span value = person_cell(c, row, (int)i);
		const char *name = c->items[i].name;

		if (!is_field(c, i, address))
			continue;
		seen += !c->own || value.len;
		if (!value.len ||
			(c->items[i].kind == COLUMN_ATTRIBUTES &&
				read_attributes(&c->fields, name, value)))
			continue;
		if (seen > FIELDS_MOST) {
			lose(&c->fields, &c->fields.lost.beyond, name);
			break;
		}
		fields_add(&c->fields, name, value);
	}
	fields_end(&c->fields, person);
}
