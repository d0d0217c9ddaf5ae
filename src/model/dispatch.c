#include "model/dispatch.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"

void
dispatches_init(struct dispatches *all)
{
	*all = (struct dispatches){.arena = arena_new()};
}

void
dispatches_clear(struct dispatches *all)
{
	arena_free(all->arena);
	problems_clear(&all->problems);
	*all = (struct dispatches){.arena = NULL};
}

struct dispatch *
dispatches_add(struct dispatches *all)
{
	struct dispatch *d;

	all->items = arena_grow(all->arena, all->items, all->count, sizeof *d);
	d = &all->items[all->count++];
	*d = (struct dispatch){
		.date = INSTANT_NONE,
		.written = INSTANT_NONE,
		.embargo = INSTANT_NONE,
		.expires = INSTANT_NONE,
		.settles = INSTANT_NONE,
	};
	return d;
}

bool
variant_is_revision(const struct variant *v, const char *revision)
{
	return strcmp(v->revision, revision) == 0 ||
		(*v->former && strcmp(v->former, revision) == 0);
}

/* ----- languages ----- */

/* Is `tag` the language of `len` letters, or (`wider`) one of its kinds? */
static bool
tag_is(const char *tag, const char *language, size_t len, bool wider)
{
	if (strncasecmp(tag, language, len) != 0)
		return false;
	return tag[len] == '\0' || (wider && tag[len] == '-');
}

static const struct variant *
find_tag(const struct dispatch *d, const char *language, size_t len, bool wider)
{
	for (size_t i = 0; i < d->variant_count; i++)
		if (tag_is(d->variants[i].language, language, len, wider))
			return &d->variants[i];
	return NULL;
}

/*
 * The language itself, then what it is a kind of ("zh-hant-tw", "zh-hant",
 * "zh"; RFC 4647, 3.4), then a kind of it ("en" takes "en-gb").
 */
static const struct variant *
find_language(const struct dispatch *d, const char *language)
{
	size_t len = language ? strlen(language) : 0, cut = len;
	const struct variant *v;

	while (cut) {
		v = find_tag(d, language, cut, false);
		if (v)
			return v;
		while (cut && language[--cut] != '-')
			;
	}
	return len ? find_tag(d, language, len, true) : NULL;
}

const struct variant *
dispatch_variant(const struct dispatch *d, const char *language,
	const char *const *fallback)
{
	const struct variant *v = find_language(d, language);

	for (; !v && fallback && *fallback; fallback++)
		v = find_language(d, *fallback);
	return v ? v : &d->variants[0];
}

/* The only one of them that has this in it; or NULL. */
static const char *
find_holding(const struct dispatches *all, const char *part)
{
	const char *found = NULL;

	for (size_t i = 0; i < all->count; i++) {
		if (!strstr(all->items[i].id, part))
			continue;
		if (found)
			return NULL;
		found = all->items[i].id;
	}
	return found;
}

/* The id that was meant, maybe; borrowed, or NULL. */
static const char *
find_near(const struct dispatches *all, const char *id)
{
	const char **ids = mem_new((all->count + 1) * sizeof *ids);
	const char *near;

	for (size_t i = 0; i < all->count; i++)
		ids[i] = all->items[i].id;
	near = text_nearest(id, ids);
	free(ids);
	return near ? near : find_holding(all, id);
}

const struct dispatch *
dispatches_find(const struct dispatches *all, const char *id, struct error *err)
{
	const char *near;

	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].id, id) == 0)
			return &all->items[i];
	near = find_near(all, id);
	error_set(err, ERROR_INPUT,
		"no dispatch has the id '%s'%s%s%s; 'preview' shows the ids",
		id, near ? ", did you mean '" : "", near ? near : "",
		near ? "'?" : "");
	return NULL;
}
