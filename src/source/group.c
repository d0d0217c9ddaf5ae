#include "source/group.h"

#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/map.h"

struct group {
	const char *id;
	struct article **articles;
	size_t count;
};

struct grouping {
	const struct article_reader *reader;
	struct article *articles;
	size_t count;
	struct map *paths;  /* naming.id -> the article that speaks for it */
	struct map *ids;    /* said_id -> the first that says it */
	struct map *groups; /* id -> struct group */
};

static bool
has_suffix(const struct article *a)
{
	return a->naming.language[0] != '\0';
}

/* ----- which dispatch an article belongs to ----- */

/* The file without a language in its name speaks for all of its path; without
 * such a file, the first that says an id. */
static void
index_paths(struct grouping *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct article *a = &g->articles[i];
		const struct article *known = map_find(g->paths, a->naming.id);

		if (!known || (has_suffix(known) && !has_suffix(a)) ||
			(has_suffix(known) && !known->said_id && a->said_id))
			map_set(g->paths, a->naming.id, a);
		if (a->said_id && !map_has(g->ids, a->said_id))
			map_set(g->ids, a->said_id, a);
	}
}

static const char *
own_id(const struct grouping *g, const struct article *a)
{
	const struct article *first = map_find(g->paths, a->naming.id);

	if (a->said_id)
		return a->said_id;
	return first->said_id ? first->said_id : a->naming.id;
}

/* The article that `name` means: a path as it is or beside this one, with or
 * without its ending, or an id. */
static const struct article *
find_original(
	const struct grouping *g, const struct article *a, const char *name)
{
	struct arena *arena = g->reader->arena;
	struct naming naming;
	const struct article *found;

	naming_read(arena,
		naming_is_markdown(name) ? name
					 : arena_printf(arena, "%s.md", name),
		&naming);
	found = map_find(g->paths, naming.id);
	if (!found)
		found = map_find(g->paths,
			arena_printf(
				arena, "%s%s", a->naming.folder, naming.id));
	return found ? found : map_find(g->ids, name);
}

/* Follows `translation_of`; a chain of them is rare, a ring a mistake. */
static const char *
id_of(const struct grouping *g, const struct article *a)
{
	const struct article *at = a;

	for (int steps = 0; at->translation_of; steps++) {
		const struct article *next =
			find_original(g, at, at->translation_of);

		if (!next || next == a || steps == 4) {
			problem_add(g->reader->problems, SEVERITY_WARNING,
				a->variant.file, 0, 0,
				"'translation_of' names no other dispatch: "
				"'%s'",
				at->translation_of);
			return own_id(g, a);
		}
		at = next;
	}
	return own_id(g, at);
}

static void
add_to_group(struct grouping *g, struct article *a)
{
	const char *id = id_of(g, a);
	struct group *group = map_find(g->groups, id);

	if (!group) {
		group = arena_alloc(g->reader->arena, sizeof *group);
		group->id = id;
		map_set(g->groups, id, group);
	}
	group->articles = arena_grow(g->reader->arena, group->articles,
		group->count, sizeof(struct article *));
	group->articles[group->count++] = a;
}

/* ----- the original, and what is left out ----- */

static int
rank(const struct grouping *g, const struct article *a)
{
	const struct list *list = g->reader->list;

	if (!has_suffix(a) && !a->translation_of)
		return 0;
	return list && strcasecmp(a->variant.language, list->language) == 0 ? 1
									    : 2;
}

static void
original_first(const struct grouping *g, struct group *group)
{
	size_t best = 0;
	struct article *original;

	for (size_t i = 1; i < group->count; i++)
		if (rank(g, group->articles[i]) <
			rank(g, group->articles[best]))
			best = i;
	original = group->articles[best];
	memmove(group->articles + 1, group->articles,
		best * sizeof(struct article *));
	group->articles[0] = original;
}

static void
leave_out(const struct grouping *g, const struct article *a, const char *why,
	const struct article *other)
{
	problem_add(g->reader->problems, SEVERITY_ERROR, a->variant.file, 0, 0,
		"%s '%s'", why, other->variant.file);
}

/* The article before the i-th that is in its language, or NULL. */
static const struct article *
same_language(const struct group *group, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcasecmp(group->articles[k]->variant.language,
			    group->articles[i]->variant.language) == 0)
			return group->articles[k];
	return NULL;
}

/* Keeps one article a language, and drops drafts and broken files of
 * translations. False when the whole dispatch has to stay out. */
static bool
settle_group(const struct grouping *g, struct group *group)
{
	const struct article *original = group->articles[0], *same;
	size_t kept = 1;

	for (size_t i = 1; i < group->count; i++) {
		struct article *a = group->articles[i];

		if (a->broken) /* it has been told */
			continue;
		if (original->broken) {
			leave_out(g, a, "is left out with its original",
				original);
			continue;
		}
		group->articles[kept] = a;
		same = same_language(group, kept);
		if (same)
			leave_out(
				g, a, "has the same id and language as", same);
		else if (!a->dispatch.draft || original->dispatch.draft)
			kept++;
	}
	group->count = kept;
	return !original->broken;
}

/* ----- making the dispatch ----- */

/* What one of the files says about time holds for all of them; the strictest
 * embargo counts, so that a text never goes out before its own. */
static void
join_dates(struct dispatch *d, const struct dispatch *other)
{
	if (d->date == INSTANT_NONE) {
		d->date = other->date;
		d->written = other->written;
	}
	if (d->expires == INSTANT_NONE)
		d->expires = other->expires;
	if (other->embargo > d->embargo)
		d->embargo = other->embargo;
	if (other->settles > d->settles)
		d->settles = other->settles;
}

/* The source's, when it names none. */
static void
set_section(const struct article_reader *r, const struct dispatch *d,
	struct variant *v)
{
	const char *section = r->source ? r->source->section : NULL;
	bool unsaid = !v->section && section;

	if (unsaid)
		v->section = section;
	if (unsaid || (d->written != INSTANT_NONE && d->written != d->date))
		article_hash_former(d, v);
}

static void
add_dispatch(const struct grouping *g, const struct group *group, size_t order,
	struct dispatches *out)
{
	struct dispatch *d = dispatches_add(out);
	const struct article_reader *r = g->reader;

	*d = group->articles[0]->dispatch;
	d->id = group->id;
	d->source = r->source ? r->source->name : "";
	d->folder = r->folder ? arena_strdup(r->arena, folder_path(r->folder))
			      : NULL;
	d->order = order;
	d->variant_count = group->count;
	d->variants = arena_alloc(r->arena, group->count * sizeof *d->variants);
	for (size_t i = 0; i < group->count; i++) {
		d->variants[i] = group->articles[i]->variant;
		join_dates(d, &group->articles[i]->dispatch);
		if (i > 0)
			article_inherit(
				r->arena, &d->variants[i], &d->variants[0]);
	}
	for (size_t i = 0; i < group->count; i++) {
		if (!d->variants[i].picture.file && !d->variants[i].picture.url)
			d->variants[i].picture = (struct picture){.file = NULL};
		article_hash(d, &d->variants[i]);
		set_section(r, d, &d->variants[i]);
	}
}

void
group_articles(const struct article_reader *reader, struct article *articles,
	size_t count, struct dispatches *out)
{
	struct grouping g = {
		.reader = reader,
		.articles = articles,
		.count = count,
		.paths = map_new(),
		.ids = map_new(),
		.groups = map_new(),
	};
	size_t order = 0;

	index_paths(&g);
	for (size_t i = 0; i < count; i++)
		add_to_group(&g, &articles[i]);
	for (size_t i = 0; i < map_count(g.groups); i++) {
		struct group *group = map_value(g.groups, i);

		original_first(&g, group);
		if (settle_group(&g, group))
			add_dispatch(&g, group, order++, out);
	}
	map_free(g.paths);
	map_free(g.ids);
	map_free(g.groups);
}
