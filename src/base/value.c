#include "base/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/text.h"

/* With a text that lives as long. */
static struct value *
new_value(struct arena *arena, enum value_kind kind, const char *text)
{
	struct value *v = arena_alloc(arena, sizeof *v);

	v->kind = kind;
	v->text = text;
	return v;
}

static struct value *
scalar(struct arena *arena, enum value_kind kind, struct span text)
{
	struct value *v = new_value(arena, kind, arena_span(arena, text));

	v->len = text.len;
	return v;
}

struct value *
value_new_null(struct arena *arena)
{
	return new_value(arena, VALUE_NULL, "");
}

struct value *
value_new_bool(struct arena *arena, bool truth)
{
	struct value *v =
		new_value(arena, VALUE_BOOL, truth ? "true" : "false");

	v->len = strlen(v->text);
	v->truth = truth;
	return v;
}

struct value *
value_new_int(struct arena *arena, int64_t number)
{
	return value_new_number(
		arena, arena_printf(arena, "%lld", (long long)number));
}

struct value *
value_new_number(struct arena *arena, const char *text)
{
	return scalar(arena, VALUE_NUMBER, span_of(text));
}

struct value *
value_new_text(struct arena *arena, const char *text)
{
	return scalar(arena, VALUE_TEXT, span_of(text));
}

struct value *
value_new_span(struct arena *arena, struct span text)
{
	return scalar(arena, VALUE_TEXT, text);
}

struct value *
value_new_html(struct arena *arena, struct span html)
{
	return scalar(arena, VALUE_HTML, html);
}

struct value *
value_new_list(struct arena *arena)
{
	return new_value(arena, VALUE_LIST, "");
}

struct value *
value_new_map(struct arena *arena)
{
	return new_value(arena, VALUE_MAP, "");
}

struct value *
value_push(struct arena *arena, struct value *list, struct value *item)
{
	list->items = arena_grow(
		arena, list->items, list->count, sizeof *list->items);
	list->items[list->count++] = item;
	return item;
}

struct value *
value_add(struct arena *arena, struct value *map, const char *key,
	struct value *item)
{
	map->keys = arena_grow(arena, map->keys, map->count, sizeof *map->keys);
	map->keys[map->count] = arena_strdup(arena, key);
	return value_push(arena, map, item);
}

/* `count` when there is none. Nearly every key is told by its first letter. */
static size_t
place_of(const struct value *map, const char *key)
{
	size_t i;

	for (i = 0; i < map->count; i++)
		if (map->keys[i][0] == key[0] && strcmp(map->keys[i], key) == 0)
			break;
	return i;
}

struct value *
value_set(struct arena *arena, struct value *map, const char *key,
	struct value *item)
{
	size_t place = place_of(map, key);

	if (place < map->count)
		return map->items[place] = item;
	return value_add(arena, map, key, item);
}

void
value_set_text(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	if (text)
		value_set(arena, map, key, value_new_text(arena, text));
}

void
value_set_repaired(struct arena *arena, struct value *map, const char *key,
	struct span text)
{
	struct str repaired = STR_INIT;

	text_repair(&repaired, text);
	value_set(arena, map, key, value_new_span(arena, str_span(&repaired)));
	str_clear(&repaired);
}

void
value_set_text_or_null(struct arena *arena, struct value *map, const char *key,
	const char *text)
{
	value_set(arena, map, key,
		text ? value_new_text(arena, text) : value_new_null(arena));
}

void
value_set_texts(struct arena *arena, struct value *map, const char *key,
	const char *const *texts, size_t count)
{
	struct value *list;

	if (!count)
		return;
	list = value_set(arena, map, key, value_new_list(arena));
	for (size_t i = 0; i < count; i++)
		value_push(arena, list, value_new_text(arena, texts[i]));
}

void
value_set_int(
	struct arena *arena, struct value *map, const char *key, int64_t number)
{
	value_set(arena, map, key, value_new_int(arena, number));
}

void
value_set_instant(struct arena *arena, struct value *map, const char *key,
	int64_t instant)
{
	struct str text = STR_INIT;

	if (instant == INSTANT_NONE)
		return;
	date_write_iso(&text, instant);
	value_set_text(arena, map, key, str_text(&text));
	str_clear(&text);
}

void
value_set_bool(
	struct arena *arena, struct value *map, const char *key, bool truth)
{
	value_set(arena, map, key, value_new_bool(arena, truth));
}

struct value *
value_find(const struct value *map, const char *key)
{
	size_t place;

	if (!map || map->kind != VALUE_MAP)
		return NULL;
	place = place_of(map, key);
	return place < map->count ? map->items[place] : NULL;
}

const char *
value_find_text(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	if (!v || v->kind == VALUE_NULL || !value_is_scalar(v))
		return NULL;
	return v->text;
}

bool
value_is_scalar(const struct value *v)
{
	return v->kind != VALUE_LIST && v->kind != VALUE_MAP;
}

bool
value_as_bool(const struct value *v, bool *out)
{
	static const char *const words[][2] = {
		{"false", "true"}, {"no", "yes"}, {"off", "on"}, {"0", "1"}};

	if (!v || !value_is_scalar(v))
		return false;
	if (v->kind == VALUE_BOOL) {
		*out = v->truth;
		return true;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		for (int truth = 0; truth < 2; truth++)
			if (strcasecmp(v->text, words[i][truth]) == 0) {
				*out = truth;
				return true;
			}
	return false;
}

bool
value_as_int(const struct value *v, int64_t *out)
{
	char *end;
	long long n;

	if (!v || !value_is_scalar(v) || v->len == 0)
		return false;
	errno = 0;
	n = strtoll(v->text, &end, 10);
	if (errno || *end != '\0')
		return false;
	*out = n;
	return true;
}

size_t
value_each_count(const struct value *v)
{
	if (v->kind == VALUE_NULL)
		return 0;
	return v->kind == VALUE_LIST ? v->count : 1;
}

const struct value *
value_each(const struct value *v, size_t i)
{
	return v->kind == VALUE_LIST ? v->items[i] : v;
}
