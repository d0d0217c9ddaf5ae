/*
 * once_across, the other way round: what a sibling list must have brought to
 * whom this issue spares it.
 */
#include "base/map.h"
#include "select/select.h"

static void
add_id(struct map *ids, const struct seen *sibling, const char *id)
{
	if (id && seen_has(sibling, id))
		map_set(ids, id, ids);
}

static void
add_alias(struct map *ids, const struct seen *sibling, const char *alias)
{
	if (alias)
		add_id(ids, sibling, seen_find_alias(sibling, alias));
}

static void
add_ids(struct map *ids, const struct seen *sibling, const struct dispatch *d)
{
	struct arena *scratch = arena_new();
	const char *content, *link;

	add_id(ids, sibling, d->id);
	for (size_t i = 0; i < d->variant_count; i++) {
		select_aliases(scratch, &d->variants[i], &content, &link);
		add_alias(ids, sibling, content);
		add_alias(ids, sibling, link);
	}
	arena_free(scratch);
}

size_t
select_spared(struct arena *arena, const struct issue *issue,
	const struct seen *sibling, const char ***ids)
{
	struct map *found = map_new();
	size_t count;

	for (size_t i = 0; i < issue->decision_count; i++)
		if (reason_is_in(issue->decisions[i].reason))
			add_ids(found, sibling, issue->decisions[i].dispatch);
	count = map_count(found);
	*ids = arena_alloc(arena, count * sizeof **ids);
	for (size_t i = 0; i < count; i++)
		(*ids)[i] = arena_strdup(arena, map_key(found, i));
	map_free(found);
	return count;
}
