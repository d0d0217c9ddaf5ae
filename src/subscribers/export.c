#include "subscribers/export.h"

#include "base/date.h"
#include "base/json.h"
#include "base/map.h"
#include "subscribers/columns.h"
#include "subscribers/dossier.h"

struct export
{
	FILE *out;
	const struct export_options *options;
	struct map *names; /* of fields, in the order of their columns */
	struct str line;
};

static bool
is_in(const struct export *e, const struct subscriber *s)
{
	return s->state != SUBSCRIBER_ERASED &&
		(!e->options->filtered || s->state == e->options->state);
}

static void
write_line(struct export *e, const char *end)
{
	str_add(&e->line, end);
	fwrite(e->line.data, 1, e->line.len, e->out);
	str_truncate(&e->line, 0);
}

/* ----- CSV ----- */

/* Blanks at the ends would get lost on the way through some programs. */
static bool
needs_quotes(struct span cell)
{
	return span_find_any(cell, "\",;\t\r\n") < cell.len ||
		span_trim(cell).len < cell.len;
}

static void
add_cell(struct str *line, bool first, const char *text)
{
	struct span cell = span_of(text);
	bool guarded = cell_is_formula(cell);
	bool quoted = guarded || needs_quotes(cell);

	if (!first)
		str_add_char(line, ',');
	if (quoted)
		str_add_char(line, '"');
	if (guarded)
		str_add_char(line, '\'');
	for (size_t i = 0; i < cell.len; i++) {
		if (cell.data[i] == '"')
			str_add_char(line, '"');
		str_add_char(line, cell.data[i]);
	}
	if (quoted)
		str_add_char(line, '"');
}

static bool
note_names(void *data, const struct subscriber *s)
{
	struct export *e = data;
	struct arena *arena = arena_new();
	const struct value *fields =
		is_in(e, s) ? dossier_fields(arena, s) : NULL;

	for (size_t i = 0; fields && i < fields->count; i++)
		if (!map_has(e->names, fields->keys[i]))
			map_set(e->names, fields->keys[i], e);
	arena_free(arena);
	return true;
}

static void
write_header(struct export *e)
{
	if (e->options->bom)
		str_add(&e->line, "\ufeff");
	str_add(&e->line, "address,name,state,origin,language,format,since");
	for (size_t i = 0; i < map_count(e->names); i++)
		add_cell(&e->line, false, map_key(e->names, i));
	write_line(e, "\r\n");
}

static void
add_since(struct str *line, int64_t since)
{
	str_add_char(line, ',');
	if (since != INSTANT_NONE)
		date_write_iso(line, since);
}

static bool
write_row(void *data, const struct subscriber *s)
{
	struct export *e = data;
	struct arena *arena;
	const struct value *fields;

	if (!is_in(e, s))
		return true;
	arena = arena_new();
	fields = dossier_fields(arena, s);
	add_cell(&e->line, true, s->address);
	add_cell(&e->line, false, s->name);
	add_cell(&e->line, false, subscriber_state_name(s->state));
	add_cell(&e->line, false, subscriber_origin_name(s->origin));
	add_cell(&e->line, false, s->language);
	add_cell(&e->line, false, s->format);
	add_since(&e->line, s->since);
	for (size_t i = 0; i < map_count(e->names); i++)
		add_cell(&e->line, false,
			value_find_text(fields, map_key(e->names, i)));
	write_line(e, "\r\n");
	arena_free(arena);
	return !ferror(e->out);
}

static bool
export_csv(struct export *e, struct store *store, int64_t list_id,
	struct error *err)
{
	bool ok;

	e->names = map_new();
	ok = store_subscribers(store, list_id, note_names, e, err);
	if (ok)
		write_header(e);
	ok = ok && store_subscribers(store, list_id, write_row, e, err);
	map_free(e->names);
	return ok;
}

/* ----- JSON lines ----- */

static bool
write_object(void *data, const struct subscriber *s)
{
	struct export *e = data;
	struct arena *arena;

	if (!is_in(e, s))
		return true;
	arena = arena_new();
	json_write(&e->line, dossier_entry(arena, s), false);
	write_line(e, "\n");
	arena_free(arena);
	return !ferror(e->out);
}

/* ----- either ----- */

bool
export_people(FILE *out, struct store *store, int64_t list_id,
	const struct export_options *options, struct error *err)
{
	struct export e = {.out = out, .options = options};
	bool ok = options->json_lines
		? store_subscribers(store, list_id, write_object, &e, err)
		: export_csv(&e, store, list_id, err);

	str_clear(&e.line);
	return ok;
}
