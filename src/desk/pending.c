#include "desk/pending.h"

#include "run/world.h"

/* One that is due bears the time at which it was made: nothing is said. */
static bool
compare(struct pending *p, const struct list *list, struct store *store,
	int64_t list_id, int64_t now, struct error *err)
{
	struct draft_order order = {.list = list,
		.store = store,
		.list_id = list_id,
		.now = now,
		.slot = p->slot,
		.timeout_scale = world_timeout_scale()};
	struct str hash = STR_INIT;
	bool ok;

	if (!p->found || p->slot <= now)
		return true;
	ok = draft_foresee(&order, &hash, err);
	p->differs = ok && !span_equals(str_span(&hash), p->draft.hash);
	str_clear(&hash);
	return ok;
}

bool
pending_read(struct pending *p, const struct list *list, struct store *store,
	int64_t list_id, int64_t now, struct error *err)
{
	*p = (struct pending){.slot = INSTANT_NONE};
	return draft_slot(list, store, list_id, now, &p->slot, err) &&
		(p->slot == INSTANT_NONE ||
			store_draft_of_slot(store, list_id, p->slot, &p->draft,
				&p->found, err)) &&
		compare(p, list, store, list_id, now, err);
}

void
pending_clear(struct pending *p)
{
	draft_clear(&p->draft);
	*p = (struct pending){.slot = INSTANT_NONE};
}
