/*
 * The columns of the roster that templates may use, and what stands in place of
 * an empty one.
 *
 *     fields:
 *       name: {default: Reader}
 *       city: {default: {en: your city, tr: kentiniz}}
 *       team:
 */
#include <string.h>

#include "base/arena.h"
#include "config/settings.h"
#include "model/field.h"

enum { FIELDS_MOST = 32 };

/* ----- one default ----- */

/* NULL after a complaint. A default is held to what values are held to. */
static const char *
read_default_text(
	struct reader *r, const struct setting *s, const struct value *v)
{
	const char *text = text_line(r, s, v);
	struct str clean = STR_INIT;
	bool same;

	if (!text)
		return NULL;
	field_clean(&clean, span_of(text));
	same = text_equals(str_text(&clean), text);
	str_clear(&clean);
	if (same)
		return text;
	reader_complain(r, v,
		"the default of a field is plain text of at most %d "
		"characters, and no link",
		FIELD_WIDTH);
	return NULL;
}

static const char *
read_default_language(struct reader *r, const struct setting *s,
	const struct value *map, size_t i)
{
	struct value tag = *map->items[i];

	tag.kind = VALUE_TEXT;
	tag.text = map->keys[i];
	tag.len = strlen(map->keys[i]);
	tag.line = tag.key_line;
	tag.column = tag.key_column;
	return text_language(r, s, &tag);
}

/* One for all languages, or one for each. */
static void
read_default(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	struct list_field *f = field;
	bool many = v->kind == VALUE_MAP;
	size_t count = many ? v->count : 1;

	f->default_count = 0;
	if (v->kind == VALUE_NULL)
		return;
	f->defaults = arena_alloc(r->list->arena, count * sizeof *f->defaults);
	for (size_t i = 0; i < count; i++) {
		struct field_default d = {.language = NULL};

		if (many)
			d.language = read_default_language(r, s, v, i);
		d.text = read_default_text(r, s, many ? v->items[i] : v);
		if (d.text && (d.language || !many))
			f->defaults[f->default_count++] = d;
	}
}

const struct setting field_settings[] = {
	{"default", .read = read_default},
	{.name = NULL},
};

/* ----- all of them ----- */

/* The name as it is to be written; NULL after a complaint. */
static const char *
read_field_name(struct reader *r, const char *written, const struct value *item)
{
	struct str name = STR_INIT;

	field_name(&name, span_of(written));
	if (text_equals(str_text(&name), written))
		return arena_take(r->list->arena, &name);
	if (name.len)
		reader_complain_key(r, item,
			"the field '%s' must be written '%s': templates, too, "
			"know its column by that name",
			written, str_text(&name));
	else
		reader_complain_key(r, item,
			"'%s' cannot be a field: its name has no Latin letter "
			"and no digit",
			written);
	str_clear(&name);
	return NULL;
}

/* The one of that name, new or from the layer before. */
static struct list_field *
field_named(struct list *list, const char *name)
{
	for (size_t i = 0; i < list->field_count; i++)
		if (text_equals(list->fields[i].name, name))
			return &list->fields[i];
	list->fields = arena_grow(list->arena, list->fields, list->field_count,
		sizeof *list->fields);
	list->fields[list->field_count] = (struct list_field){.name = name};
	return &list->fields[list->field_count++];
}

/* An empty value takes back what was inherited. */
static void
read_declared(struct reader *r, const struct setting *s, const struct value *v,
	struct list_field *f)
{
	if (v->kind == VALUE_NULL)
		f->default_count = 0;
	else
		settings_read(r, s->table, v, f);
}

static void
read_field(struct reader *r, const struct setting *s, const char *written,
	const struct value *v)
{
	const char *name = read_field_name(r, written, v);

	if (!name)
		return;
	if (v->kind != VALUE_NULL && v->kind != VALUE_MAP)
		reader_complain(r, v,
			"what stands for an empty '%s' is written "
			"'%s: {default: …}'",
			name, name);
	else
		read_declared(r, s, v, field_named(r->list, name));
	if (r->list->field_count == FIELDS_MOST + 1)
		reader_complain_key(r, v, "a list may have %d fields, not more",
			FIELDS_MOST);
}

/* Laid over key by key, as tables are. */
void
read_fields(struct reader *r, const struct setting *s, const struct value *v,
	void *field)
{
	(void)field;
	if (says_none(v)) {
		r->list->field_count = 0;
		return;
	}
	if (v->kind != VALUE_MAP) {
		reader_complain(r, v,
			"'%s' are written 'city: {default: your city}', one a "
			"line",
			s->name);
		return;
	}
	for (size_t i = 0; i < v->count; i++)
		read_field(r, s, v->keys[i], v->items[i]);
}
