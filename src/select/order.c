/*
 * Order: the place of each entry, as select.h says. Sorted twice: into list
 * order, where each learns who is the first of its series, story and section;
 * then by those firsts.
 */
#include "select/candidate.h"

#include <stdlib.h>
#include <string.h>

int64_t
candidate_time(const struct candidate *c, const struct variant *v, bool updated)
{
	if (updated && v->updated != INSTANT_NONE &&
		v->updated > c->dispatch->date)
		return v->updated;
	return c->dispatch->date;
}

static int
compare_size(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

int
placed_newest_first(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;

	if (a->time != b->time)
		return a->time > b->time ? -1 : 1; /* INSTANT_NONE is last */
	return compare_size(a->candidate->position, b->candidate->position);
}

int
placed_oldest_first(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;

	if ((a->time == INSTANT_NONE) != (b->time == INSTANT_NONE))
		return a->time == INSTANT_NONE ? 1 : -1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return compare_size(a->candidate->position, b->candidate->position);
}

/* ----- the first of each group ----- */

/* Those that bear one name: where the first stands, and how it spells it. */
struct bearer {
	size_t first;
	const char *name;
};

/* Those that bear the name which `i` has, apart for new and updated ones; NULL
 * when it has none. */
static const struct bearer *
find_bearer(struct selection *s, struct map *bearers, struct placed *items,
	size_t i, const char *name)
{
	const char *key = select_fold(s->scratch, name);
	struct bearer *b;

	if (!key)
		return NULL;
	key = arena_printf(
		s->scratch, "%c%s", items[i].updated ? 'u' : 'n', key);
	b = map_find(bearers, key);
	if (!b) {
		b = arena_alloc(s->scratch, sizeof *b);
		*b = (struct bearer){.first = i, .name = name};
		map_set(bearers, key, b);
	}
	return b;
}

void
placed_rank(struct selection *s, struct placed *items, size_t count,
	int (*compare)(const void *a, const void *b))
{
	struct map *bearers = map_new();

	qsort(items, count, sizeof *items, compare);
	for (size_t i = 0; i < count; i++) {
		items[i].group = find_bearer(s, bearers, items, i,
			names_tell(s, NAME_SERIES,
				items[i].entry.variant->series));
		items[i].series = items[i].group ? items[i].group->first : i;
	}
	for (size_t i = 0; i < count; i++)
		items[i].series_time = items[items[i].series].time;
	map_free(bearers);
}

/* A series goes where its first part's story is. */
static void
rank_stories(struct selection *s, struct placed *items, size_t count)
{
	struct map *bearers = map_new();
	const struct bearer *story;

	for (size_t i = 0; i < count; i++) {
		if (items[i].series != i) {
			items[i].story = items[items[i].series].story;
			continue;
		}
		story = find_bearer(s, bearers, items, i,
			names_tell(
				s, NAME_STORY, items[i].entry.variant->story));
		items[i].story = story ? story->first : i;
		if (!items[i].group)
			items[i].group = story;
	}
	map_free(bearers);
}

/* Where the list's own `sections` name it; their number when they do not. */
static size_t
find_section(struct selection *s, const char *section, size_t *count)
{
	const char *key = select_fold(s->scratch, section);
	const char **names = s->list->select.sections;
	size_t at = SIZE_MAX;

	for (*count = 0; names && names[*count]; ++*count) {
		const char *name = select_fold(
			s->scratch, names_tell(s, NAME_SECTION, names[*count]));

		if (at == SIZE_MAX && name && strcmp(key, name) == 0)
			at = *count;
	}
	return at == SIZE_MAX ? *count : at;
}

/* What has no section comes before them all when the lead is one of them, else
 * after them all. */
static void
rank_sections(struct selection *s, struct placed *items, size_t count)
{
	struct map *bearers = map_new();
	size_t without = SIZE_MAX;

	for (size_t i = 0; i < count; i++) {
		struct placed *p = &items[i];
		const struct placed *leader = &items[p->story];
		const struct bearer *section;
		size_t named, names;

		p->entry.section = names_tell(
			s, NAME_SECTION, leader->entry.variant->section);
		if (p->updated) {
			p->section = 0;
			continue;
		}
		if (text_is_empty(p->entry.section)) {
			p->entry.section = NULL;
			if (i == 0)
				without = 0;
			p->section = without;
			continue;
		}
		section = find_bearer(s, bearers, items, i, p->entry.section);
		p->entry.section = section->name;
		named = find_section(s, section->name, &names);
		p->section =
			1 + (named < names ? named : names + section->first);
	}
	map_free(bearers);
}

static void
name_groups(struct placed *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		items[i].entry.group =
			items[i].group ? items[i].group->name : NULL;
}

/* ----- printing order ----- */

/* A story is told in the order in which it happened. */
static int
compare_in_story(const struct placed *a, const struct placed *b)
{
	if ((a->series_time == INSTANT_NONE) !=
		(b->series_time == INSTANT_NONE))
		return a->series_time == INSTANT_NONE ? 1 : -1;
	if (a->series_time != b->series_time)
		return a->series_time < b->series_time ? -1 : 1;
	return compare_size(a->series, b->series);
}

/* Within a series: by part, then in the order they came. */
int
placed_by_part(const struct placed *a, const struct placed *b)
{
	int part_a = a->entry.variant->part, part_b = b->entry.variant->part;

	if (part_a != part_b)
		return part_a < part_b ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return compare_size(a->candidate->position, b->candidate->position);
}

static int
placed_compare(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;

	if (a->updated != b->updated)
		return a->updated ? 1 : -1;
	if (a->section != b->section)
		return compare_size(a->section, b->section);
	if (a->story != b->story)
		return compare_size(a->story, b->story);
	if (a->series != b->series)
		return compare_in_story(a, b);
	return placed_by_part(a, b);
}

void
placed_order(struct selection *s, struct placed *items, size_t count)
{
	placed_rank(s, items, count, placed_newest_first);
	rank_stories(s, items, count);
	rank_sections(s, items, count);
	name_groups(items, count);
	qsort(items, count, sizeof *items, placed_compare);
	placed_arrange(s, items, count);
}
