/*
 * Filters: what a list wants of what its sources have. Values are compared as a
 * reader would: letters folded, white space collapsed.
 */
#include "select/candidate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* The folded values of each rule; NULL where the list has no such rule. */
struct filters {
	struct arena *arena; /* for what is folded on the way */
	struct map *organisations, *sections, *tags, *languages;
};

const char *
select_fold(struct arena *arena, const char *text)
{
	struct str folded = STR_INIT;

	if (text_is_empty(text))
		return NULL;
	text_fold(&folded, span_of(text));
	return arena_take(arena, &folded);
}

static struct map *
read_rule(const char *const *values, struct arena *arena)
{
	struct map *map;

	if (!values || !*values)
		return NULL;
	map = map_new();
	for (; *values; values++) {
		const char *key = select_fold(arena, *values);

		if (key)
			map_set(map, key, map);
	}
	return map;
}

struct filters *
filters_new(const struct list *list, struct arena *arena)
{
	const struct select_rules *rules = &list->select;
	struct filters *f = mem_new(sizeof *f);

	f->arena = arena;
	f->organisations =
		read_rule((const char *const *)rules->organisations, arena);
	f->sections = read_rule((const char *const *)rules->sections, arena);
	f->tags = read_rule((const char *const *)rules->tags, arena);
	f->languages = read_rule((const char *const *)rules->languages, arena);
	return f;
}

void
filters_free(struct filters *f)
{
	if (!f)
		return;
	map_free(f->organisations);
	map_free(f->sections);
	map_free(f->tags);
	map_free(f->languages);
	free(f);
}

static bool
wants(const struct map *rule, struct arena *arena, const char *text)
{
	const char *key = select_fold(arena, text);

	return key && map_has(rule, key);
}

/* ----- one question for each rule ----- */

static bool
wants_organisation(
	const struct map *rule, struct arena *arena, const struct variant *v)
{
	for (size_t i = 0; i < v->organisation_count; i++)
		if (wants(rule, arena, v->organisations[i].acronym) ||
			wants(rule, arena, v->organisations[i].name))
			return true;
	return false;
}

static bool
wants_section(
	const struct map *rule, struct arena *arena, const struct variant *v)
{
	return wants(rule, arena, v->section);
}

static bool
wants_tag(const struct map *rule, struct arena *arena, const struct variant *v)
{
	for (size_t i = 0; i < v->tag_count; i++)
		if (wants(rule, arena, v->tags[i]))
			return true;
	return false;
}

/* "en" takes "en-gb" too. */
static bool
wants_language(const struct map *rule, struct arena *arena, const char *tag)
{
	size_t len = strlen(tag);

	while (len) {
		if (wants(rule, arena,
			    arena_span(arena,
				    (struct span){.data = tag, .len = len})))
			return true;
		while (len && tag[--len] != '-')
			;
	}
	return false;
}

/* ----- what a refused one had instead ----- */

static const char *
organisation_of(const struct variant *v)
{
	if (!v->organisation_count)
		return NULL;
	return v->organisations[0].acronym ? v->organisations[0].acronym
					   : v->organisations[0].name;
}

static const char *
section_of(const struct variant *v)
{
	return v->section;
}

static const char *
tag_of(const struct variant *v)
{
	return v->tag_count ? v->tags[0] : NULL;
}

static const char *
explain(struct arena *arena, const char *what, const char *had)
{
	if (!had)
		return arena_printf(arena, "it has no %s", what);
	return arena_printf(arena, "its %s is '%s'", what, had);
}

/* Each rule is met when one of the variants meets it. */
const char *
filters_refuse(
	const struct filters *f, const struct candidate *c, struct arena *arena)
{
	const struct {
		const struct map *values;
		const char *what;
		bool (*wants)(const struct map *rule, struct arena *arena,
			const struct variant *v);
		const char *(*had)(const struct variant *v);
	} rules[] = {
		{f->organisations, "organisation", wants_organisation,
			organisation_of},
		{f->sections, "section", wants_section, section_of},
		{f->tags, "tag", wants_tag, tag_of},
	};
	const struct dispatch *d = c->dispatch;
	bool met;

	for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
		met = !rules[r].values;
		for (size_t i = 0; !met && i < d->variant_count; i++)
			met = rules[r].wants(
				rules[r].values, f->arena, &d->variants[i]);
		if (!met)
			return explain(arena, rules[r].what,
				rules[r].had(&d->variants[0]));
	}
	met = !f->languages;
	for (size_t i = 0; !met && i < d->variant_count; i++)
		met = wants_language(
			f->languages, f->arena, c->states[i].language);
	return met ? NULL : explain(arena, "language", c->states[0].language);
}
