#include "run/compose_across.h"

#include <stdlib.h>

#include "base/mem.h"
#include "select/select.h"

enum { SPARED_ISSUES = 12 }; /* how far once_across looks back */

bool
across_load(
	const struct compose_options *o, struct composed *c, struct error *err)
{
	size_t count = 0;

	while (!o->spares_nobody && o->list->once_across &&
		o->list->once_across[count])
		count++;
	c->spared = mem_new((count + 1) * sizeof *c->spared);
	c->across = mem_new((count + 1) * sizeof *c->across);
	for (size_t i = 0; i < count; i++) {
		int64_t other;

		if (!store_list(o->store, o->list->once_across[i], &other, err))
			return false;
		c->spared[i] = store_seen(o->store, other, SPARED_ISSUES, err);
		if (!c->spared[i])
			return false;
		c->spared_count++;
	}
	return true;
}

static void
add_issue_id(struct across *across, int64_t id)
{
	int64_t *ids = (int64_t *)across->issues;

	for (size_t i = 0; i < across->count; i++)
		if (ids[i] == id)
			return;
	ids = mem_resize(ids, (across->count + 1) * sizeof *ids);
	ids[across->count++] = id;
	across->issues = ids;
}

bool
across_find(const struct compose_options *o, struct composed *c, size_t which,
	struct error *err)
{
	struct arena *arena = arena_new();
	bool ok;
	const char **carried;
	size_t carried_count =
		select_spared(arena, c->issue, c->spared[which], &carried);
	int64_t other;

	ok = store_list(o->store, o->list->once_across[which], &other, err);
	for (size_t i = 0; ok && i < carried_count; i++) {
		int64_t *ids = NULL;
		size_t count = 0;

		ok = store_issues_that_carried(
			o->store, other, carried[i], &ids, &count, err);
		for (size_t k = 0; k < count; k++)
			add_issue_id(&c->across[which], ids[k]);
		free(ids);
	}
	arena_free(arena);
	return ok;
}
