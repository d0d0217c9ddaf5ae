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

/* Who names one twice marks it once. */
static bool
is_repeated(const char *const *first, const char *const *id)
{
	for (; first < id; first++)
		if (strcmp(*first, *id) == 0)
			return true;
	return false;
}

static bool
mark_named(struct marking *m, const struct dispatches *all,
	const char *const *ids, size_t *marked, struct error *err)
{
	for (const char *const *id = ids; *id; id++) {
		const struct dispatch *d = dispatches_find(all, *id, err);

		if (!d)
			return false;
		if (is_repeated(ids, id))
			continue;
		mark_dispatch(m, d);
		++*marked;
	}
	return true;
}

/* What no issue carried yet, and is not of later. */
static void
mark_new(struct marking *m, const struct dispatches *all,
	const struct seen *seen, int64_t until, size_t *marked)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct dispatch *d = &all->items[i];

		if (seen_has(seen, d->id) ||
			(d->date != INSTANT_NONE && d->date > until))
			continue;
		mark_dispatch(m, d);
		++*marked;
	}
}

struct marks {
	const char *const *ids; /* NULL: all up to `until` */
	int64_t until;
};

static bool
mark(const struct gather_options *o, const struct marks *marks, size_t *marked,
	struct problems *problems, struct error *err)
{
	struct marking m = {.arena = arena_new()};
	struct seen *seen = store_seen(o->store, o->list_id, 0, err);
	struct dispatches all;
	bool ok;

	*marked = 0;
	dispatches_init(&all);
	ok = seen && gather(o, &all, problems, err);
	for (size_t i = 0; ok && i < all.problems.count; i++)
		problem_add(problems, all.problems.items[i].severity, NULL, 0,
			0, "%s", all.problems.items[i].text);
	if (ok && marks->ids)
		ok = mark_named(&m, &all, marks->ids, marked, err);
	else if (ok)
		mark_new(&m, &all, seen, marks->until, marked);
	ok = ok &&
		store_mark_seen(
			o->store, o->list_id, m.rows, m.count, o->now, err);
	dispatches_clear(&all);
	seen_free(seen);
	arena_free(m.arena);
	return ok;
}

static struct gather_options
gather_of(const struct list *list, struct store *store, int64_t list_id,
	int64_t now)
{
	return (struct gather_options){
		.list = list,
		.store = store,
		.list_id = list_id,
		.now = now,
		.kind = GATHER_SHOW,
	};
}

bool
seen_mark(const struct list *list, struct store *store, int64_t list_id,
	const char *const *ids, int64_t now, size_t *marked,
	struct problems *problems, struct error *err)
{
	struct gather_options o = gather_of(list, store, list_id, now);

	return mark(&o, &(struct marks){ids, INT64_MAX}, marked, problems, err);
}

bool
seen_mark_until(const struct list *list, struct store *store, int64_t list_id,
	int64_t until, int64_t now, size_t *marked, struct problems *problems,
	struct error *err)
{
	struct gather_options o = gather_of(list, store, list_id, now);

	return mark(&o, &(struct marks){NULL, until}, marked, problems, err);
}
