/*
 * YAML and JSON in any state, which settings, front matter, templates' words
 * and what hooks say are written in: a tree whose texts can be printed, or a
 * reason with its place. What is written as JSON is read as the same.
 */
#include "fuzz.h"

#include "base/json.h"
#include "base/yaml.h"

enum { YAML_DEEPEST = 16, JSON_DEEPEST = 512 };

static void
check_text(const struct value *v)
{
	want("text", v->text && strlen(v->text) <= v->len);
	want_utf8("text", v->text);
}

static void
check_keys(const struct value *v)
{
	for (size_t i = 0; i < v->count; i++) {
		want("key", v->keys[i]);
		want_utf8("key", v->keys[i]);
		want("key", value_find(v, v->keys[i]) == v->items[i]);
	}
}

static void
check_tree(const struct value *v, int deepest)
{
	want("depth", deepest >= 0);
	if (value_is_scalar(v))
		check_text(v);
	if (v->kind == VALUE_MAP)
		check_keys(v);
	for (size_t i = 0; i < v->count; i++)
		check_tree(v->items[i], deepest - 1);
}

/* ----- written again ----- */

/* A number may be written otherwise, or as text where JSON has none like it. */
static void
check_same(const struct value *v, const struct value *again)
{
	if (v->kind == VALUE_NUMBER) {
		want("number",
			again->kind == VALUE_NUMBER ||
				again->kind == VALUE_TEXT);
		return;
	}
	want("kind", again->kind == v->kind);
	want("truth", again->truth == v->truth);
	want("count", again->count == v->count);
	if (v->kind == VALUE_TEXT)
		want("text", strcmp(again->text, v->text) == 0);
	for (size_t i = 0; i < v->count; i++) {
		if (v->kind == VALUE_MAP)
			want("key", strcmp(again->keys[i], v->keys[i]) == 0);
		check_same(v->items[i], again->items[i]);
	}
}

static void
check_written(const struct value *v, bool pretty)
{
	struct arena *arena = arena_new();
	struct str text = STR_INIT;
	const struct value *again;

	json_write(&text, v, pretty);
	want("written", text_is_utf8(str_span(&text)));
	again = json_parse(arena, "again", str_span(&text), NULL);
	want("written", again);
	check_same(v, again);
	str_clear(&text);
	arena_free(arena);
}

typedef struct value *parse_fn(
	struct arena *arena, struct span text, struct error *err);

static struct value *
parse_yaml(struct arena *arena, struct span text, struct error *err)
{
	return yaml_parse(arena, "x.yaml", 1, text, err);
}

static struct value *
parse_json(struct arena *arena, struct span text, struct error *err)
{
	return json_parse(arena, "x.json", text, err);
}

static void
check_parse(const char *what, parse_fn *parse, struct span text, int deepest)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct value *v = parse(arena, text, &err);

	if (v) {
		check_tree(v, deepest);
		check_written(v, false);
		check_written(v, true);
	} else {
		want_error(what, &err);
	}
	error_clear(&err);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	check_parse("yaml", parse_yaml, text, YAML_DEEPEST);
	check_parse("json", parse_json, text, JSON_DEEPEST);
	return 0;
}
