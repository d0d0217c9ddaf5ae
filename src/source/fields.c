#include "source/fields.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

/* In order of their names. Where several are given, the lowest rank counts. */
static const struct known {
	const char *name;
	enum field field;
	int rank;
} known[] = {
	{"author", FIELD_AUTHOR, 0},
	{"authors", FIELD_AUTHOR, 1},
	{"byline", FIELD_AUTHOR, 2},
	{"canonical_url", FIELD_LINK, 3},
	{"categories", FIELD_CATEGORIES, 0},
	{"category", FIELD_CATEGORIES, 1},
	{"date", FIELD_DATE, 0},
	{"description", FIELD_SUMMARY, 2},
	{"draft", FIELD_DRAFT, 0},
	{"embargo", FIELD_EMBARGO, 0},
	{"excerpt", FIELD_SUMMARY, 1},
	{"expires", FIELD_EXPIRES, 0},
	{"expiry_date", FIELD_EXPIRES, 2},
	{"expirydate", FIELD_EXPIRES, 1},
	{"featured_image", FIELD_IMAGE, 2},
	{"id", FIELD_ID, 0},
	{"image", FIELD_IMAGE, 0},
	{"image_alt", FIELD_IMAGE_ALT, 0},
	{"image_caption", FIELD_IMAGE_CAPTION, 0},
	{"image_credit", FIELD_IMAGE_CREDIT, 0},
	{"images", FIELD_IMAGE, 1},
	{"lang", FIELD_LANGUAGE, 1},
	{"language", FIELD_LANGUAGE, 0},
	{"link", FIELD_LINK, 0},
	{"locale", FIELD_LANGUAGE, 2},
	{"location", FIELD_PLACE, 1},
	{"organisation", FIELD_ORGANISATIONS, 0},
	{"organisations", FIELD_ORGANISATIONS, 1},
	{"organization", FIELD_ORGANISATIONS, 2},
	{"organizations", FIELD_ORGANISATIONS, 3},
	{"part", FIELD_PART, 0},
	{"permalink", FIELD_LINK, 1},
	{"place", FIELD_PLACE, 0},
	{"publish_date", FIELD_EMBARGO, 2},
	{"publishdate", FIELD_EMBARGO, 1},
	{"published", FIELD_PUBLISHED, 0},
	{"section", FIELD_SECTION, 0},
	{"series", FIELD_SERIES, 0},
	{"signatories", FIELD_SIGNATORIES, 0},
	{"story", FIELD_STORY, 0},
	{"summary", FIELD_SUMMARY, 0},
	{"tag", FIELD_TAGS, 1},
	{"tags", FIELD_TAGS, 0},
	{"title", FIELD_TITLE, 0},
	{"translation_of", FIELD_TRANSLATION_OF, 0},
	{"unpublishdate", FIELD_EXPIRES, 3},
	{"update_note", FIELD_UPDATE_NOTE, 0},
	{"updated", FIELD_UPDATED, 0},
	{"url", FIELD_LINK, 2},
};

static int
by_name(const void *name, const void *row)
{
	return strcasecmp(name, ((const struct known *)row)->name);
}

static const struct known *
known_find(const char *name)
{
	return bsearch(name, known, sizeof known / sizeof *known, sizeof *known,
		by_name);
}

/* ----- sorting ----- */

static bool
is_container(const char *key, const struct value *v)
{
	return v->kind == VALUE_MAP &&
		(strcasecmp(key, "extra") == 0 ||
			strcasecmp(key, "params") == 0 ||
			strcasecmp(key, "taxonomies") == 0);
}

/* What the file says itself comes first, and stays. */
static void
keep_extra(struct fields *fields, const char *key, struct value *v)
{
	if (!value_find(fields->extra, key))
		value_set(fields->arena, fields->extra, key, v);
}

static void
sort_map(struct fields *fields, const struct value *map, int base,
	int ranks[FIELD_COUNT])
{
	for (size_t i = 0; i < map->count; i++) {
		const struct known *row = known_find(map->keys[i]);

		if (!row && base == 0 &&
			is_container(map->keys[i], map->items[i]))
			continue;
		if (!row) {
			keep_extra(fields, map->keys[i], map->items[i]);
			continue;
		}
		if (fields->of[row->field] &&
			ranks[row->field] <= base + row->rank)
			continue;
		fields->of[row->field] = map->items[i];
		fields->name[row->field] = map->keys[i];
		ranks[row->field] = base + row->rank;
	}
}

/* A dispatch with more keys than any hand has written: looked up by walking. */
enum { MOST_KEYS = 2000, INNER = 100 };

void
fields_sort(struct fields *fields, const struct value *map)
{
	int ranks[FIELD_COUNT] = {0};

	fields->extra = value_new_map(fields->arena);
	if (map->count > MOST_KEYS) {
		problem_add(fields->problems, SEVERITY_WARNING, fields->file, 0,
			0, "has %zu keys; none of them was read", map->count);
		return;
	}
	sort_map(fields, map, 0, ranks);
	for (size_t i = 0; i < map->count; i++)
		if (is_container(map->keys[i], map->items[i]) &&
			map->items[i]->count <= MOST_KEYS)
			sort_map(fields, map->items[i], INNER, ranks);
}

void
field_warn(
	const struct fields *fields, enum field field, const char *format, ...)
{
	va_list args;
	char *said;

	va_start(args, format);
	said = mem_vprintf(format, args);
	va_end(args);
	problem_add(fields->problems, SEVERITY_WARNING, fields->file,
		fields->of[field]->line, 0, "'%s' %s", fields->name[field],
		said);
	free(said);
}

/* ----- text ----- */

const char *
field_flat(const struct fields *fields, struct span text)
{
	struct str line = STR_INIT;

	text_flatten(&line, text);
	return arena_take_some(fields->arena, &line);
}

const char *
field_scalar(const struct fields *fields, const struct value *v)
{
	if (!v || v->kind == VALUE_NULL || !value_is_scalar(v))
		return NULL;
	return field_flat(fields, (struct span){v->text, v->len});
}

const char *
field_item(const struct fields *fields, const struct value *v)
{
	const char *name;

	if (v->kind != VALUE_MAP)
		return field_scalar(fields, v);
	name = field_scalar(fields, value_find(v, "name"));
	if (name || v->count != 1 || !value_is_scalar(v->items[0]))
		return name;
	name = arena_printf(
		fields->arena, "%s: %s", v->keys[0], v->items[0]->text);
	return field_flat(fields, span_of(name));
}

static const char *
joined(const struct fields *fields, const struct value *list)
{
	struct str text = STR_INIT;
	const char *kept;

	for (size_t i = 0; i < list->count; i++) {
		const char *item = field_item(fields, list->items[i]);

		if (item && text.len)
			str_add(&text, ", ");
		if (item)
			str_add(&text, item);
	}
	kept = field_flat(fields, str_span(&text));
	str_clear(&text);
	return kept;
}

const char *
field_text(const struct fields *fields, enum field field)
{
	const struct value *v = fields->of[field];
	const char *text;

	if (!v || v->kind == VALUE_NULL)
		return NULL;
	if (value_is_scalar(v))
		return field_scalar(fields, v);
	text = v->kind == VALUE_LIST ? joined(fields, v)
				     : field_item(fields, v);
	if (!text && v->count)
		field_warn(fields, field, "is no text and was left out");
	return text;
}

static void
add_text(const struct fields *fields, const char *text, const char ***items,
	size_t *count)
{
	if (!text)
		return;
	*items = arena_grow(fields->arena, *items, *count, sizeof **items);
	(*items)[(*count)++] = text;
}

static void
split_text(const struct fields *fields, struct span text, const char ***items,
	size_t *count)
{
	char separator = ',';

	text = span_trim(text);
	if (span_find(text, '\n') < text.len)
		separator = '\n';
	else if (span_find(text, ';') < text.len)
		separator = ';';
	while (text.len) {
		size_t n = span_find(text, separator);
		struct span item = span_slice(text, 0, n);

		add_text(fields, field_flat(fields, item), items, count);
		text = span_from(text, n + 1);
	}
}

void
field_texts(const struct fields *fields, enum field field, const char ***items,
	size_t *count)
{
	const struct value *v = fields->of[field];

	if (!v || v->kind == VALUE_NULL)
		return;
	if (value_is_scalar(v)) {
		split_text(
			fields, (struct span){v->text, v->len}, items, count);
		return;
	}
	if (v->kind == VALUE_MAP) {
		field_warn(fields, field, "is no list and was left out");
		return;
	}
	for (size_t i = 0; i < v->count; i++)
		add_text(fields, field_item(fields, v->items[i]), items, count);
}

bool
field_bool(const struct fields *fields, enum field field, bool doubt)
{
	const struct value *v = fields->of[field];
	bool truth;

	if (!v || v->kind == VALUE_NULL)
		return false;
	if (value_as_bool(v, &truth))
		return truth;
	field_warn(fields, field, "is neither true nor false; taken as %s",
		doubt ? "true" : "false");
	return doubt;
}
