/*
 * Reading a layer by its table, and complaining with the place.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/yaml.h"
#include "config/settings.h"

/* ----- complaints ----- */

/* Takes the text. What was told about defaults.yaml once is not told again for
 * the next list, but this list has the mistake too. */
static void
complain_at(struct reader *r, enum severity severity, struct place place,
	char *text)
{
	char *key = mem_printf("%s:%u:%u: %s", place.file ? place.file : "",
		place.line, place.column, text);

	r->errors += severity == SEVERITY_ERROR;
	if (!map_has(r->told, key)) {
		map_set(r->told, key, r->told);
		problem_add(r->problems, severity, place.file, place.line,
			place.column, "%s", text);
	}
	free(key);
	free(text);
}

static struct place
place_of(const struct reader *r, const struct value *v)
{
	return (struct place){
		.file = r->file, .line = v->line, .column = v->column};
}

void
reader_complain(
	struct reader *r, const struct value *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain_at(
		r, SEVERITY_ERROR, place_of(r, v), mem_vprintf(format, args));
	va_end(args);
}

void
reader_complain_key(
	struct reader *r, const struct value *item, const char *format, ...)
{
	struct place place = {.file = r->file,
		.line = item->key_line,
		.column = item->key_column};
	va_list args;

	va_start(args, format);
	complain_at(r, SEVERITY_ERROR, place, mem_vprintf(format, args));
	va_end(args);
}

void
reader_warn(struct reader *r, const struct value *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain_at(
		r, SEVERITY_WARNING, place_of(r, v), mem_vprintf(format, args));
	va_end(args);
}

void
reader_complain_field(
	struct reader *r, const void *field, const char *format, ...)
{
	struct place place = {.file = r->file};
	va_list args;

	for (size_t i = 0; i < r->place_count; i++)
		if (r->places[i].field == field)
			place = r->places[i];
	va_start(args, format);
	complain_at(r, SEVERITY_ERROR, place, mem_vprintf(format, args));
	va_end(args);
}

void
reader_remember(struct reader *r, const void *field, const struct value *v)
{
	struct place place = place_of(r, v);

	if (!r->file)
		return; /* a default: nobody wrote it anywhere */
	place.field = field;
	r->places = arena_grow(
		r->list->arena, r->places, r->place_count, sizeof *r->places);
	r->places[r->place_count++] = place;
}

bool
reader_knows(const struct reader *r, const void *field)
{
	for (size_t i = 0; i < r->place_count; i++)
		if (r->places[i].field == field)
			return true;
	return false;
}

char *
did_you_mean(const char *word, const char *const *names)
{
	const char *near = text_nearest(word, names);

	return near ? mem_printf("'%s', did you mean '%s'?", word, near)
		    : mem_printf("'%s'", word);
}

/* ----- unknown keys ----- */

static const struct setting *
setting_find(const struct setting *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

/* The names of a table for text_nearest(); yours to free(). */
static const char **
setting_names(const struct setting *table)
{
	const char **names;
	size_t n = 0;

	while (table[n].name)
		n++;
	names = mem_new((n + 1) * sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = table[i].name;
	return names;
}

/* The map whose key stands on the wrong level: `min` beside `select`. */
static const char *
home_of(const struct setting *table, const char *name)
{
	for (; table->name; table++)
		if (table->table && setting_find(table->table, name))
			return table->name;
	return NULL;
}

/* A source that was written without its '- ', beside 'sources'. */
static bool
complain_source(struct reader *r, const struct setting *table, const char *key,
	const struct value *item)
{
	const struct setting *s =
		table == settings ? setting_find(source_settings, key) : NULL;

	if (s && s->read == read_source_kind)
		reader_complain_key(r, item,
			"'%s' does not stand here, but under 'sources', "
			"indented: '  - %s: …'",
			key, key);
	return s && s->read == read_source_kind;
}

static void
complain_unknown(struct reader *r, const struct setting *table, const char *key,
	const struct value *item)
{
	const char *home = home_of(table, key);
	const char **names;
	char *said;

	if (complain_source(r, table, key, item))
		return;
	if (home) {
		reader_complain_key(r, item,
			"'%s' does not stand here, but under '%s'", key, home);
		return;
	}
	names = setting_names(table);
	said = did_you_mean(key, names);
	reader_complain_key(r, item, "unknown key %s", said);
	free(said);
	free(names);
}

/* ----- reading ----- */

static bool
may_stand(struct reader *r, const struct setting *s, const struct value *item)
{
	if (s->where == IN_LIST && r->is_defaults)
		reader_complain_key(r, item,
			"'%s' belongs to one list: it cannot stand in "
			"lists/defaults.yaml",
			s->name);
	else if (s->where == IN_DEFAULTS && !r->is_defaults)
		reader_complain_key(r, item,
			"'%s' may stand only in lists/defaults.yaml", s->name);
	else
		return true;
	return false;
}

/* An empty value is the default; an empty map (its keys all commented out)
 * changes nothing. */
static const struct value *
value_or_initial(
	struct reader *r, const struct setting *s, const struct value *v)
{
	struct value *initial;

	if (v->kind != VALUE_NULL || !s->initial)
		return v;
	initial = yaml_parse(
		r->list->arena, s->name, 1, span_of(s->initial), NULL);
	initial->line = v->line;
	initial->column = v->column;
	return initial;
}

void
settings_read(struct reader *r, const struct setting *table,
	const struct value *map, void *base)
{
	if (map->kind == VALUE_NULL)
		return;
	if (map->kind != VALUE_MAP) {
		reader_complain(r, map,
			"here must stand keys and values "
			"('key: value'), one a line");
		return;
	}
	for (size_t i = 0; i < map->count; i++) {
		const struct setting *s = setting_find(table, map->keys[i]);
		const struct value *item = map->items[i];
		char *field;

		if (!s) {
			complain_unknown(r, table, map->keys[i], item);
			continue;
		}
		if (r->file && !may_stand(r, s, item))
			continue;
		field = (char *)base + s->offset;
		if (!s->table) /* its first field may be at the same address */
			reader_remember(r, field, item);
		s->read(r, s, value_or_initial(r, s, item), field);
	}
}
