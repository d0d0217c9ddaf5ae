#include "desk/follow.h"

#include "run/world.h"
#include "store/basis.h"

void
follow_clear(struct follow *f)
{
	str_clear(&f->basis);
	*f = (struct follow){.pace = {.count = 0}};
}

static bool
read_all(struct str *basis, const struct list *list, int64_t now,
	struct running *running, struct error *err)
{
	struct store_options options = {.url = list->store, .read_only = true};
	struct store *store = store_open(&options, err);
	int64_t id;
	bool ok = store && store_list(store, list->name, &id, err) &&
		store_basis(store, id, list->name, basis, err) &&
		running_read(running, list, store, id, now, err);

	store_close(store);
	return ok;
}

/* What went wrong is told by who composes, who will not do better. */
bool
follow_look(struct follow *f, const struct list *list, int64_t now,
	struct running *running)
{
	struct str basis = STR_INIT;
	struct error err = ERROR_INIT;
	bool ok, same;

	*running = (struct running){.left = -1};
	ok = read_all(&basis, list, now, running, &err);
	error_clear(&err);
	if (ok && running->state != RUNNING_NONE)
		pace_take(&f->pace, running, world_ticks());
	same = ok && span_equals(str_span(&basis), str_text(&f->basis));
	str_clear(&f->basis);
	f->basis = basis;
	return !same;
}

bool
follow_is_restless(const struct running *r)
{
	return r->state == RUNNING_GOING;
}
