#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/dispatch.h"
#include "run/gather.h"
#include "run/upkeep.h"
#include "select/select.h"
#include "store/store.h"

struct marking {
	struct arena *arena;
	struct carried_row *rows;
	size_t count;
};

static void
mark_dispatch(struct marking *m, const struct dispatch *d)
{
	for (size_t i = 0; i < d->variant_count; i++) {
		const struct variant *v = &d->variants[i];
		struct carried_row *row;

		m->rows = arena_grow(
			m->arena, m->rows, m->count, sizeof *m->rows);
		row = &m->rows[m->count++];
		*row = (struct carried_row){
			.id = d->id,
			.language = v->language,
			.revision = v->revision,
			.kind = CARRIED_BACKLOG,
			.mark = v->updated,
			.marked = v->marked,
			.signatories = select_signatories(m->arena, v),
		};
		select_aliases(m->arena, v, &row->content, &row->link);
	}
}

static bool
mark_named(struct marking *m, const struct dispatches *all,
	const char *const *ids, size_t *marked, struct error *err)
{
	for (; *ids; ids++) {
		const struct dispatch *d = dispatches_find(all, *ids, err);

		if (!d)
			return false;
		mark_dispatch(m, d);
		++*marked;
	}
	return true;
}

bool
seen_mark(const struct list *list, struct store *store, int64_t list_id,
	const char *const *ids, int64_t now, size_t *marked,
	struct problems *problems, struct error *err)
{
	struct gather_options options = {
		.list = list,
		.store = store,
		.list_id = list_id,
		.now = now,
		.kind = GATHER_SHOW,
	};
	struct marking m = {.arena = arena_new()};
	struct seen *seen = store_seen(store, list_id, 0, err);
	struct dispatches all;
	bool ok;

	*marked = 0;
	dispatches_init(&all);
	ok = seen && gather(&options, &all, problems, err);
	for (size_t i = 0; ok && i < all.problems.count; i++)
		problem_add(problems, all.problems.items[i].severity, NULL, 0,
			0, "%s", all.problems.items[i].text);
	if (ok && ids)
		ok = mark_named(&m, &all, ids, marked, err);
	for (size_t i = 0; ok && !ids && i < all.count; i++)
		if (!seen_has(seen, all.items[i].id)) {
			mark_dispatch(&m, &all.items[i]);
			++*marked;
		}
	ok = ok && store_mark_seen(store, list_id, m.rows, m.count, now, err);
	dispatches_clear(&all);
	seen_free(seen);
	arena_free(m.arena);
	return ok;
}
