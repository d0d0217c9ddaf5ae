#include "run/overflow.h"

#include "base/map.h"

/* The dispatches of the edition that are titles without a link, each once. */
static void
add_bare(struct map *bare, const struct edition *e)
{
	for (size_t i = 0; i < e->title_count; i++)
		if (!e->titles[i].variant->link &&
			!map_has(bare, e->titles[i].dispatch->id))
			map_set(bare, e->titles[i].dispatch->id,
				(void *)e->titles[i].variant);
}

void
overflow_warn(const struct issue *issue, struct problems *problems)
{
	struct map *bare = map_new();
	const struct variant *first;
	size_t count;

	for (size_t i = 0; i < issue->edition_count; i++)
		add_bare(bare, &issue->editions[i]);
	count = map_count(bare);
	if (count) {
		first = map_value(bare, 0);
		problem_add(problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': over the maximum, and without a 'link' to "
			"read more than the title: %zu, '%s' first; set "
			"'overflow: roll', or raise 'max'",
			issue->list->name, count, first->title);
	}
	map_free(bare);
}
