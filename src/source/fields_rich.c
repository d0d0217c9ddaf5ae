/*
 * Fields that are more than a text.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/fields.h"

/* ----- organisations ----- */

/* Letters and digits without a small letter of ASCII, at least two. */
static bool
is_acronym(struct span s)
{
	bool letter = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if ((c >= 'a' && c <= 'z') || c == ' ')
			return false;
		letter |= c >= 'A' && c <= 'Z';
	}
	return letter && s.len >= 2 && s.len <= 20;
}

/* "Harbour Workers' Union (HWU)", "HWU", or a name. */
static void
split_organisation(
	const struct fields *fields, const char *text, struct organisation *out)
{
	struct span s = span_of(text), inside;
	size_t open = span_find_last(s, '(');

	if (is_acronym(s)) {
		out->acronym = text;
		return;
	}
	out->name = text;
	if (!span_ends(s, ")") || open == 0 || open == s.len)
		return;
	inside = span_slice(s, open + 1, s.len - open - 2);
	if (!is_acronym(inside))
		return;
	out->name = field_flat(fields, span_slice(s, 0, open));
	out->acronym = arena_span(fields->arena, inside);
}

static void
add_organisation(const struct fields *fields, const struct value *v,
	struct organisation **items, size_t *count)
{
	struct organisation o = {.name = NULL};
	const char *text;

	if (v->kind == VALUE_MAP &&
		(value_find(v, "name") || value_find(v, "acronym"))) {
		o.name = field_scalar(fields, value_find(v, "name"));
		o.acronym = field_scalar(fields, value_find(v, "acronym"));
	} else if ((text = field_item(fields, v))) {
		split_organisation(fields, text, &o);
	}
	if (!o.name && !o.acronym) {
		if (v->kind != VALUE_NULL)
			field_warn(fields, FIELD_ORGANISATIONS,
				"has neither name nor acronym");
		return;
	}
	*items = arena_grow(fields->arena, *items, *count, sizeof **items);
	(*items)[(*count)++] = o;
}

void
field_organisations(
	const struct fields *fields, struct organisation **items, size_t *count)
{
	const struct value *v = fields->of[FIELD_ORGANISATIONS];

	if (!v)
		return;
	if (v->kind != VALUE_LIST) {
		add_organisation(fields, v, items, count);
		return;
	}
	for (size_t i = 0; i < v->count; i++)
		add_organisation(fields, v->items[i], items, count);
}

/* ----- pictures ----- */

/* The text of the first of these keys. */
static const struct value *
find_any(const struct value *map, const char *const *keys)
{
	for (; *keys; keys++)
		if (value_find(map, *keys))
			return value_find(map, *keys);
	return NULL;
}

void
field_picture(const struct fields *fields, struct picture *out)
{
	static const char *const file[] = {"file", "path", "src", "url", NULL};
	static const char *const caption[] = {"caption", "title", NULL};
	static const char *const credit[] = {"credit", "attribution", NULL};
	const struct value *v = fields->of[FIELD_IMAGE], *alt;
	bool map;

	if (v && v->kind == VALUE_LIST)
		v = v->count ? v->items[0] : NULL;
	if (!v || v->kind == VALUE_NULL)
		return;
	map = v->kind == VALUE_MAP;
	out->file = field_scalar(fields, map ? find_any(v, file) : v);
	alt = map ? value_find(v, "alt") : fields->of[FIELD_IMAGE_ALT];
	out->alt = field_scalar(fields, alt);
	out->decorative = alt && alt->quoted && alt->len == 0;
	out->caption = map ? field_scalar(fields, find_any(v, caption))
			   : field_text(fields, FIELD_IMAGE_CAPTION);
	out->credit = map ? field_scalar(fields, find_any(v, credit))
			  : field_text(fields, FIELD_IMAGE_CREDIT);
}

/* ----- series ----- */

/* "2", "2/3", "Part 2" */
static int
part_number(const char *text)
{
	long n =
		text ? strtol(text + strcspn(text, "0123456789"), NULL, 10) : 0;

	return n > 0 && n < 10000 ? (int)n : 0;
}

const char *
field_series(const struct fields *fields, int *part)
{
	const struct value *v = fields->of[FIELD_SERIES];
	const char *number = field_text(fields, FIELD_PART), *name;
	static const char *const names[] = {"name", "title", "id", NULL};
	static const char *const parts[] = {
		"part", "index", "number", "order", NULL};

	if (v && v->kind == VALUE_LIST)
		v = v->count ? v->items[0] : NULL;
	if (v && v->kind == VALUE_MAP) {
		name = field_scalar(fields, find_any(v, names));
		if (!number)
			number = field_scalar(fields, find_any(v, parts));
	} else {
		name = field_scalar(fields, v);
	}
	*part = part_number(number);
	if (number && !*part && fields->of[FIELD_PART])
		field_warn(fields, FIELD_PART, "is no number and was left out");
	return name;
}

/* ----- links ----- */

/* Blanks inside would end the address wherever it is printed. */
static const char *
without_blanks(const struct fields *fields, const char *link)
{
	struct str out = STR_INIT;

	if (!strchr(link, ' '))
		return link;
	for (; *link; link++)
		if (*link == ' ')
			str_add(&out, "%20");
		else
			str_add_char(&out, *link);
	return arena_take(fields->arena, &out);
}

const char *
field_link(const struct fields *fields)
{
	const char *link = field_text(fields, FIELD_LINK);

	if (!link)
		return NULL;
	if (strncasecmp(link, "https://", 8) == 0 ||
		strncasecmp(link, "http://", 7) == 0)
		return without_blanks(fields, link);
	if (strcasecmp(fields->name[FIELD_LINK], "link") == 0)
		field_warn(fields, FIELD_LINK,
			"is no http(s) address and was left out: '%s'", link);
	return NULL;
}
