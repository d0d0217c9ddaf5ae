#include "model/dispatch_value.h"

#include <string.h>

#include "base/date.h"

/* ----- the plain texts of a variant, in one table for both ways ----- */

static const struct text_field {
	const char *key;
	size_t at;
} text_fields[] = {
	{"language", offsetof(struct variant, language)},
	{"title", offsetof(struct variant, title)},
	{"summary", offsetof(struct variant, summary)},
	{"link", offsetof(struct variant, link)},
	{"author", offsetof(struct variant, author)},
	{"place", offsetof(struct variant, place)},
	{"section", offsetof(struct variant, section)},
	{"series", offsetof(struct variant, series)},
	{"story", offsetof(struct variant, story)},
	{"update_note", offsetof(struct variant, update_note)},
	{"picture", offsetof(struct variant, picture.url)},
	{"file", offsetof(struct variant, file)},
};

static const char *const body_kinds[] = {
	[BODY_MARKDOWN] = "markdown",
	[BODY_HTML] = "html",
	[BODY_TEXT] = "text",
};

static const char **
text_at(struct variant *v, const struct text_field *f)
{
	return (const char **)(void *)((char *)v + f->at);
}

/* ----- out ----- */

static void
set_instant(struct arena *a, struct value *map, const char *key, int64_t at)
{
	if (at != INSTANT_NONE)
		value_set_int(a, map, key, at);
}

static void
set_organisations(struct arena *a, struct value *map, const struct variant *v)
{
	struct value *list;

	if (!v->organisation_count)
		return;
	list = value_set(a, map, "organisations", value_new_list(a));
	for (size_t i = 0; i < v->organisation_count; i++) {
		struct value *o = value_push(a, list, value_new_map(a));

		value_set_text(a, o, "name", v->organisations[i].name);
		value_set_text(a, o, "acronym", v->organisations[i].acronym);
	}
}

static struct value *
variant_to_value(struct arena *a, const struct variant *v, bool apart)
{
	struct value *map = value_new_map(a);

	for (size_t i = 0; i < sizeof text_fields / sizeof *text_fields; i++)
		value_set_text(a, map, text_fields[i].key,
			*text_at((struct variant *)v, &text_fields[i]));
	if (!apart)
		value_set_text(a, map, "body", v->body);
	value_set_text(a, map, "kind", body_kinds[v->body_kind]);
	value_set_bool(a, map, "title_is_body", v->title_is_body);
	value_set_bool(a, map, "marked", v->marked);
	set_instant(a, map, "updated", v->updated);
	if (v->part)
		value_set_int(a, map, "part", v->part);
	value_set_text(a, map, "revision", v->revision);
	value_set_text(a, map, "content", v->content);
	set_organisations(a, map, v);
	value_set_texts(a, map, "tags", v->tags, v->tag_count);
	value_set_texts(
		a, map, "signatories", v->signatories, v->signatory_count);
	return map;
}

struct value *
dispatch_to_value(struct arena *a, const struct dispatch *d)
{
	struct value *map = value_new_map(a), *variants;

	value_set_text(a, map, "id", d->id);
	value_set_text(a, map, "source", d->source);
	set_instant(a, map, "date", d->date);
	set_instant(a, map, "embargo", d->embargo);
	set_instant(a, map, "expires", d->expires);
	variants = value_set(a, map, "variants", value_new_list(a));
	for (size_t i = 0; i < d->variant_count; i++) {
		const struct variant *v = &d->variants[i];
		bool apart = i == 0 && (*v->body || v->body_apart);

		value_push(a, variants, variant_to_value(a, v, apart));
	}
	return map;
}

/* ----- back ----- */

static const char *
copy_text(struct arena *a, const struct value *map, const char *key)
{
	return arena_strdup(a, value_find_text(map, key));
}

static int64_t
read_instant(const struct value *map, const char *key)
{
	int64_t at;

	return value_as_int(value_find(map, key), &at) ? at : INSTANT_NONE;
}

static const char **
read_texts(struct arena *a, const struct value *map, const char *key,
	size_t *count)
{
	const struct value *list = value_find(map, key);
	const char **texts;

	*count = 0;
	if (!list || list->kind != VALUE_LIST)
		return NULL;
	texts = arena_alloc(a, (list->count + 1) * sizeof *texts);
	for (size_t i = 0; i < list->count; i++)
		if (value_is_scalar(list->items[i]))
			texts[(*count)++] =
				arena_strdup(a, list->items[i]->text);
	return texts;
}

static void
read_organisations(struct arena *a, const struct value *map, struct variant *v)
{
	const struct value *list = value_find(map, "organisations");

	if (!list || list->kind != VALUE_LIST)
		return;
	v->organisations =
		arena_alloc(a, (list->count + 1) * sizeof *v->organisations);
	for (size_t i = 0; i < list->count; i++) {
		struct organisation o = {
			.name = copy_text(a, list->items[i], "name"),
			.acronym = copy_text(a, list->items[i], "acronym"),
		};

		if (o.name || o.acronym)
			v->organisations[v->organisation_count++] = o;
	}
}

static enum body_kind
read_kind(const struct value *map)
{
	const char *kind = value_find_text(map, "kind");

	for (size_t i = 0; i < sizeof body_kinds / sizeof *body_kinds; i++)
		if (kind && strcmp(kind, body_kinds[i]) == 0)
			return (enum body_kind)i;
	return BODY_TEXT;
}

static void
read_hash(const struct value *map, const char *key, char out[33])
{
	const char *hash = value_find_text(map, key);

	out[0] = '\0';
	if (hash && strlen(hash) == 32)
		memcpy(out, hash, 33);
}

static bool
variant_from_value(struct arena *a, const struct value *map, struct variant *v)
{
	int64_t part = 0;

	*v = (struct variant){.updated = read_instant(map, "updated")};
	for (size_t i = 0; i < sizeof text_fields / sizeof *text_fields; i++)
		*text_at(v, &text_fields[i]) =
			copy_text(a, map, text_fields[i].key);
	v->language = v->language ? v->language : "";
	v->body = copy_text(a, map, "body");
	v->body_apart = !v->body;
	v->body = v->body ? v->body : "";
	v->body_kind = read_kind(map);
	value_as_bool(value_find(map, "title_is_body"), &v->title_is_body);
	value_as_bool(value_find(map, "marked"), &v->marked);
	if (value_as_int(value_find(map, "part"), &part))
		v->part = (int)part;
	read_hash(map, "revision", v->revision);
	read_hash(map, "content", v->content);
	read_organisations(a, map, v);
	v->tags = read_texts(a, map, "tags", &v->tag_count);
	v->signatories = read_texts(a, map, "signatories", &v->signatory_count);
	v->extra = value_new_map(a);
	return v->title != NULL;
}

struct dispatch *
dispatch_from_value(struct dispatches *all, const struct value *v)
{
	const struct value *variants = value_find(v, "variants");
	const char *id = value_find_text(v, "id");
	struct variant *made;
	struct dispatch *d;
	size_t count = 0;

	if (!id || !variants || variants->kind != VALUE_LIST)
		return NULL;
	made = arena_alloc(all->arena, (variants->count + 1) * sizeof *made);
	for (size_t i = 0; i < variants->count; i++)
		if (variant_from_value(
			    all->arena, variants->items[i], &made[count]))
			count++;
	if (!count)
		return NULL;
	d = dispatches_add(all);
	d->id = arena_strdup(all->arena, id);
	d->source = copy_text(all->arena, v, "source");
	d->date = read_instant(v, "date");
	d->embargo = read_instant(v, "embargo");
	d->expires = read_instant(v, "expires");
	d->variants = made;
	d->variant_count = count;
	return d;
}
