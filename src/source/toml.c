/*
 * The tables of TOML. What may be said twice is the hard part:
 *
 *     made by                     may be opened by      may grow by
 *     [a.b] on the way to b       [a], once             [a.x], [[a.x]]
 *     [a], [[a]]                  [[a]] again           its own lines, [a.x]
 *     a.b = 1                     nothing               a.x = 2, [a.b.x]
 *     a = {b = 1}                 nothing               nothing
 */
#include "source/toml.h"

#include <string.h>

#include "source/toml_reader.h"

enum { DEPTH = 16, TABLES = 1000, KEYS = 4000 };

enum origin { ON_THE_WAY, BY_HEADER, BY_DOTS, SEALED };

struct toml_table {
	const struct value *value; /* a map, or the list of [[a]] */
	enum origin origin;
};

struct path {
	const char *keys[DEPTH];
	size_t count;
	const char *start; /* for messages */
};

/* ----- lines and keys ----- */

static bool
end_line(struct toml *t)
{
	toml_skip_blanks(t);
	toml_skip_comment(t);
	return toml_take_newline(t) || t->at == t->end ||
		toml_fail(t, "something behind the value");
}

/* "a.b.'c d'" */
static bool
take_path(struct toml *t, struct path *path)
{
	path->start = t->at;
	path->count = 0;
	for (;;) {
		const char *key;

		toml_skip_blanks(t);
		if (path->count == DEPTH)
			return toml_fail(t, "deeper than %d", DEPTH);
		key = toml_key(t);
		if (!key)
			return false;
		path->keys[path->count++] = key;
		toml_skip_blanks(t);
		if (toml_peek(t) != '.')
			return true;
		t->at++;
	}
}

static bool
fail_key(struct toml *t, const struct path *path, size_t i, const char *what)
{
	t->at = path->start;
	return toml_fail(t, "'%s' %s", path->keys[i], what);
}

/* ----- tables ----- */

static struct toml_table *
find_table(const struct toml *t, const struct value *v)
{
	for (size_t i = t->table_count; i > 0; i--)
		if (t->tables[i - 1].value == v)
			return &t->tables[i - 1];
	return NULL;
}

static bool
note_table(struct toml *t, const struct value *v, enum origin origin)
{
	if (t->table_count == TABLES)
		return toml_fail(t, "more than %d tables", TABLES);
	t->tables = arena_grow(
		t->arena, t->tables, t->table_count, sizeof *t->tables);
	t->tables[t->table_count++] = (struct toml_table){v, origin};
	return true;
}

static void
place(const struct toml *t, struct value *v)
{
	v->line = t->line;
	v->column = (unsigned)(t->at - t->line_start) + 1;
}

/* Sets a key that is not there yet. */
static bool
add(struct toml *t, struct value *map, const char *key, struct value *v)
{
	/* Looking a key up walks the map. */
	if (map->count == KEYS)
		return toml_fail(t, "more than %d keys", KEYS);
	value_set(t->arena, map, key, v);
	return true;
}

static struct value *
add_table(struct toml *t, struct value *map, const char *key,
	struct value *table, enum origin origin)
{
	place(t, table);
	if (!note_table(t, table, origin) || !add(t, map, key, table))
		return NULL;
	return table;
}

/* One step of a header towards its table. */
static struct value *
step_header(
	struct toml *t, struct value *map, const struct path *path, size_t i)
{
	struct value *v = value_find(map, path->keys[i]);
	struct toml_table *table;

	if (!v)
		return add_table(t, map, path->keys[i], value_new_map(t->arena),
			ON_THE_WAY);
	table = find_table(t, v);
	if (!table || table->origin == SEALED) {
		fail_key(t, path, i, "has a value already");
		return NULL;
	}
	return v->kind == VALUE_LIST ? v->items[v->count - 1] : v;
}

/* "[a.b]": the table that the following lines fill. */
static struct value *
open_table(struct toml *t, struct value *map, const struct path *path)
{
	size_t last = path->count - 1;
	struct value *v = value_find(map, path->keys[last]);
	struct toml_table *table;

	if (!v)
		return add_table(t, map, path->keys[last],
			value_new_map(t->arena), BY_HEADER);
	table = find_table(t, v);
	if (!table || table->origin != ON_THE_WAY) {
		fail_key(t, path, last, "stands twice");
		return NULL;
	}
	table->origin = BY_HEADER;
	return v;
}

/* "[[a.b]]": one more item. */
static struct value *
open_item(struct toml *t, struct value *map, const struct path *path)
{
	size_t last = path->count - 1;
	struct value *list = value_find(map, path->keys[last]);
	struct value *item = value_new_map(t->arena);

	if (!list)
		list = add_table(t, map, path->keys[last],
			value_new_list(t->arena), BY_HEADER);
	else if (list->kind != VALUE_LIST || !find_table(t, list)) {
		fail_key(t, path, last, "has a value already");
		return NULL;
	}
	if (!list || !note_table(t, item, BY_HEADER))
		return NULL;
	place(t, item);
	return value_push(t->arena, list, item);
}

static struct value *
take_header(struct toml *t, struct value *root)
{
	bool item = toml_peek_at(t, 1) == '[';
	struct value *map = root;
	struct path path;

	t->at += item ? 2 : 1;
	if (!take_path(t, &path))
		return NULL;
	for (size_t i = 0; map && i + 1 < path.count; i++)
		map = step_header(t, map, &path, i);
	if (!map)
		return NULL;
	map = item ? open_item(t, map, &path) : open_table(t, map, &path);
	if (!map)
		return NULL;
	for (int i = 0; i < (item ? 2 : 1); i++, t->at++)
		if (toml_peek(t) != ']') {
			toml_fail(t, "here ']' is missing");
			return NULL;
		}
	return map;
}

/* ----- lines ----- */

static struct value *take_value(struct toml *t, int depth);

/* The map that the last key of "a.b.c" is set in. */
static struct value *
step_dots(struct toml *t, struct value *map, const struct path *path)
{
	for (size_t i = 0; map && i + 1 < path->count; i++) {
		struct value *v = value_find(map, path->keys[i]);
		struct toml_table *table = v ? find_table(t, v) : NULL;

		if (v && (!table || table->origin != BY_DOTS)) {
			fail_key(t, path, i, "has a value already");
			return NULL;
		}
		map = v ? v
			: add_table(t, map, path->keys[i],
				  value_new_map(t->arena), BY_DOTS);
	}
	return map;
}

/* "a.b = value" */
static bool
take_pair(struct toml *t, struct value *map, int depth)
{
	struct path path;
	struct value *v;
	const char *key;

	if (!take_path(t, &path))
		return false;
	if (toml_peek(t) != '=')
		return toml_fail(t, "behind the key '=' is missing");
	map = step_dots(t, map, &path);
	if (!map)
		return false;
	key = path.keys[path.count - 1];
	if (value_find(map, key))
		return fail_key(t, &path, path.count - 1, "stands twice");
	t->at++;
	toml_skip_blanks(t);
	v = take_value(t, depth + (int)path.count - 1);
	return v && add(t, map, key, v);
}

/* Behind an item: true when another may follow. */
static bool
take_comma(struct toml *t)
{
	toml_skip_lines(t);
	if (toml_peek(t) != ',')
		return false;
	t->at++;
	toml_skip_lines(t);
	return true;
}

static bool
take_array(struct toml *t, struct value *list, int depth)
{
	t->at++;
	toml_skip_lines(t);
	while (toml_peek(t) != ']') {
		struct value *v = take_value(t, depth + 1);

		if (!v)
			return false;
		value_push(t->arena, list, v);
		if (!take_comma(t))
			break;
	}
	if (toml_peek(t) != ']')
		return toml_fail(t, "here ']' or a comma is missing");
	t->at++;
	return true;
}

/* Line breaks and a last comma inside are of TOML 1.1; they harm nobody. */
static bool
take_inline(struct toml *t, struct value *map, int depth)
{
	t->at++;
	toml_skip_lines(t);
	while (toml_peek(t) != '}') {
		if (!take_pair(t, map, depth + 1))
			return false;
		if (!take_comma(t))
			break;
	}
	if (toml_peek(t) != '}')
		return toml_fail(t, "here '}' or a comma is missing");
	t->at++;
	return note_table(t, map, SEALED);
}

static struct value *
take_text(struct toml *t)
{
	struct str text = STR_INIT;
	struct value *v = NULL;

	if (toml_string(t, &text)) {
		v = value_new_span(t->arena, str_span(&text));
		v->quoted = true;
	}
	str_clear(&text);
	return v;
}

static struct value *
take_value(struct toml *t, int depth)
{
	struct value *v, at;

	place(t, &at);
	if (depth > DEPTH) {
		toml_fail(t, "deeper than %d", DEPTH);
		return NULL;
	}
	switch (toml_peek(t)) {
	case '"':
	case '\'':
		v = take_text(t);
		break;
	case '[':
		v = value_new_list(t->arena);
		v = take_array(t, v, depth) ? v : NULL;
		break;
	case '{':
		v = value_new_map(t->arena);
		v = take_inline(t, v, depth) ? v : NULL;
		break;
	default:
		v = toml_word(t);
	}
	if (v) {
		v->line = at.line;
		v->column = at.column;
	}
	return v;
}

/* ----- the document ----- */

static bool
take_document(struct toml *t, struct value *root)
{
	struct value *table = root;

	while (t->at < t->end) {
		toml_skip_blanks(t);
		if (toml_peek(t) == '[')
			table = take_header(t, root);
		else if (toml_peek(t) != '#' && toml_peek(t) != '\n' &&
			toml_peek(t) != '\r' && t->at < t->end &&
			!take_pair(t, table, 1))
			return false;
		if (!table || !end_line(t))
			return false;
	}
	return true;
}

struct value *
toml_parse(struct arena *arena, const char *name, unsigned first_line,
	struct span text, struct error *err)
{
	struct value *root = value_new_map(arena);
	struct toml t = {
		.arena = arena,
		.name = name,
		.at = text.data,
		.end = text.data + text.len,
		.line_start = text.data,
		.line = first_line,
		.err = err,
	};

	root->line = first_line;
	root->column = 1;
	return take_document(&t, root) ? root : NULL;
}
