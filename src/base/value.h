/*
 * A tree of values: what YAML, TOML and JSON read into, what templates are
 * rendered with, and what --json prints. Nodes live in an arena, and know
 * where they stood in their file, so that a complaint can name the place.
 *
 * A scalar keeps the text it was written as (`title: 007` is the number seven
 * to who asks for a number, and "007" to who asks for text).
 */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,   /* `text` is as written; value_is_true() */
	VALUE_NUMBER, /* `text` is as written */
	VALUE_TEXT,
	VALUE_HTML, /* text that came from the sanitiser: {{{x}}} may take it */
	VALUE_LIST,
	VALUE_MAP,
};

struct value {
	enum value_kind kind;
	bool truth;	       /* of a VALUE_BOOL */
	bool quoted;	       /* stood in quotes, or in a block */
	unsigned line, column; /* 1-based; 0 when it came from no file */
	unsigned key_line, key_column; /* of its key, as an item of a map */
	const char *text;     /* scalars; NUL-terminated; "" for null */
	size_t len;	      /* of text */
	struct value **items; /* of a list or a map */
	const char **keys;    /* of a map, parallel to items */
	size_t count;
};

struct value *value_new_null(struct arena *arena);
struct value *value_new_bool(struct arena *arena, bool truth);
struct value *value_new_int(struct arena *arena, int64_t number);
struct value *value_new_number(struct arena *arena, const char *text);
struct value *value_new_text(struct arena *arena, const char *text);
struct value *value_new_span(struct arena *arena, struct span text);
struct value *value_new_html(struct arena *arena, struct span html);
struct value *value_new_list(struct arena *arena);
struct value *value_new_map(struct arena *arena);

/* Appends; returns the item. */
struct value *value_push(
	struct arena *arena, struct value *list, struct value *item);

/* The same to a map that is known not to have the key, which is copied: it is
 * not looked for, which takes a walk. */
struct value *value_add(struct arena *arena, struct value *map, const char *key,
	struct value *item);

/* Sets or replaces a key of a map; the key is copied. Returns the item. */
struct value *value_set(struct arena *arena, struct value *map, const char *key,
	struct value *item);

/* Shorthands of value_set(). NULL, and a list of none, set nothing. */
void value_set_text(struct arena *arena, struct value *map, const char *key,
	const char *text);
/* The same, but NULL sets null: templates take names strictly. */
void value_set_text_or_null(struct arena *arena, struct value *map,
	const char *key, const char *text);
/* With what is no UTF-8 as U+FFFD. */
void value_set_repaired(struct arena *arena, struct value *map, const char *key,
	struct span text);
void value_set_texts(struct arena *arena, struct value *map, const char *key,
	const char *const *texts, size_t count);
void value_set_int(struct arena *arena, struct value *map, const char *key,
	int64_t number);
void value_set_bool(
	struct arena *arena, struct value *map, const char *key, bool truth);
/* As text, ISO 8601; INSTANT_NONE sets nothing. */
void value_set_instant(struct arena *arena, struct value *map, const char *key,
	int64_t instant);

/* Borrowed; NULL when absent or when `map` is no map. `map` may be NULL. */
struct value *value_find(const struct value *map, const char *key);

/* The text of a scalar at `key`; NULL when absent, null, or no scalar. */
const char *value_find_text(const struct value *map, const char *key);

bool value_is_scalar(const struct value *v);

/* true, yes, on, 1 and their opposites, in any case; false when it is none. */
bool value_as_bool(const struct value *v, bool *out);
bool value_as_int(const struct value *v, int64_t *out);

/* One value may stand for a list of one, and null for an empty one. */
size_t value_each_count(const struct value *v);
const struct value *value_each(const struct value *v, size_t i);

#endif
