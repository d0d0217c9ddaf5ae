/*
 * The columns of a row that are none of ours: its reader's fields.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/subscriber.h"
#include "subscribers/columns_layout.h"

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

/* A NUL would make the whole object unreadable. */
static void
add_text(struct str *out, struct span text)
{
	struct str repaired = STR_INIT;

	if (span_find(text, '\0') < text.len) {
		text_repair(&repaired, text);
		text = str_span(&repaired);
	}
	json_write_text(out, text);
	str_clear(&repaired);
}

/* `"name":"value"`, behind what was appended before; the value bounded. False
 * when it was cut. */
static bool
add_field(struct str *object, struct span name, struct span value)
{
	struct span kept = bounded(value);

	str_add_char(object, object->len ? ',' : '{');
	add_text(object, name);
	str_add_char(object, ':');
	add_text(object, kept);
	return kept.len == value.len;
}

static void
add_value(struct str *object, const char *key, const struct value *v)
{
	struct str json = STR_INIT;

	if (value_is_scalar(v)) {
		if (v->len)
			add_field(object, span_of(key),
				(struct span){v->text, v->len});
		return;
	}
	json_write(&json, v, false);
	add_field(object, span_of(key), str_span(&json));
	str_clear(&json);
}

void
fields_add_members(struct str *object, const struct value *map)
{
	for (size_t i = 0; i < map->count && i < FIELDS_MOST; i++)
		add_value(object, map->keys[i], map->items[i]);
}

/* False when the cell holds no JSON object: then it is text like any other. */
static bool
read_attributes(struct columns *c, struct span cell)
{
	struct arena *arena;
	struct value *v;
	bool ok;

	if (!span_starts(cell, "{"))
		return false;
	arena = arena_new();
	v = json_parse(arena, "attributes", cell, NULL);
	ok = v && v->kind == VALUE_MAP;
	if (ok)
		fields_add_members(&c->fields, v);
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

	str_truncate(&c->fields, 0);
	for (size_t i = 0; i < row->count && i < c->count; i++) {
		struct span value = person_cell(c, row, (int)i);
		const char *name = c->items[i].name;

		if (!is_field(c, i, address))
			continue;
		seen += !c->own || value.len;
		if (!value.len || strlen(name) > FIELD_LONGEST)
			continue;
		if (c->items[i].kind == COLUMN_ATTRIBUTES &&
			read_attributes(c, value))
			continue;
		if (seen > FIELDS_MOST) {
			person->dropped_field = name;
			break;
		}
		if (!add_field(&c->fields, span_of(name), value))
			person->cut_field = name;
	}
	if (c->fields.len)
		str_add_char(&c->fields, '}');
	person->fields = c->fields.len ? str_text(&c->fields) : NULL;
}
