#include "run/editing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "render/render.h"
#include "run/editing_move.h"
#include "run/gather.h"
#include "store/edits.h"

/* ----- is there such a dispatch? ----- */

static bool
has_dispatch(const struct dispatches *all, const char *id)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].id, id) == 0)
			return true;
	return false;
}

/* NULL: all are there. */
static const char *
find_unknown(const struct editing *e, const struct dispatches *all)
{
	for (size_t i = 0; i < e->id_count; i++)
		if (!has_dispatch(all, e->ids[i]))
			return e->ids[i];
	return NULL;
}

static bool
unknown_id(const struct dispatches *all, const char *id, struct error *err)
{
	if (!dispatches_find(all, id, err))
		err->kind = ERROR_DATA;
	return false;
}

static bool
look_for_ids(const struct editing *e, enum gather_kind kind, struct error *err)
{
	struct gather_options options = {.list = e->list,
		.store = e->store,
		.list_id = e->list_id,
		.now = e->now,
		.kind = kind};
	struct problems problems = PROBLEMS_INIT;
	struct dispatches all;
	const char *unknown;
	bool ok;

	dispatches_init(&all);
	ok = gather(&options, &all, &problems, err);
	unknown = ok ? find_unknown(e, &all) : NULL;
	if (unknown)
		ok = unknown_id(&all, unknown, err);
	dispatches_clear(&all);
	problems_clear(&problems);
	return ok;
}

/* What `preview` shows may stand in a feed that no run has fetched yet; what was
 * shown is there. */
static bool
check_ids(const struct editing *e, struct error *err)
{
	struct error missing = ERROR_INIT;
	bool ok;

	if (!e->id_count || e->verb == EDITING_UNDO || e->shown ||
		look_for_ids(e, GATHER_POOL, &missing))
		return true;
	ok = missing.kind == ERROR_DATA
		? look_for_ids(e, GATHER_SHOW, err)
		: error_set(err, missing.kind, "%s", missing.text);
	error_clear(&missing);
	return ok;
}

/* ----- deciding ----- */

static bool
put_first(const struct editing *e, struct edits *edits, struct error *err)
{
	size_t count = e->id_count + edits->pinned.count;
	const char **ids = mem_new(count * sizeof *ids);
	bool ok;

	for (size_t i = 0; i < count; i++)
		ids[i] = i < e->id_count ? e->ids[i]
					 : edits->pinned.items[i - e->id_count];
	ok = edits_set_pinned(edits, ids, count, err);
	free(ids);
	return ok;
}

static bool
decide_each(const struct editing *e, struct edits *edits, struct error *err)
{
	static const enum edit_verb verbs[] = {[EDITING_HOLD] = EDIT_HOLD,
		[EDITING_DROP] = EDIT_DROP,
		[EDITING_UNDO] = EDIT_UNDO};

	for (size_t i = 0; i < e->id_count; i++)
		if (!edits_decide(edits, verbs[e->verb], e->ids[i], err))
			return false;
	return true;
}

/* `acted` is false when there was nothing to do. */
static bool
decide(const struct editing *e, struct edits *edits, bool *acted,
	struct error *err)
{
	*acted = true;
	switch (e->verb) {
	case EDITING_NONE:
		return true;
	case EDITING_FIRST:
		return put_first(e, edits, err);
	case EDITING_ORDER:
		return edits_set_order(edits, e->ids, e->id_count, err);
	case EDITING_UP:
	case EDITING_DOWN:
		return editing_move(e, edits, acted, err);
	default:
		return decide_each(e, edits, err);
	}
}

static bool
write_subject(const struct editing *e, struct edits *edits, struct error *err)
{
	const char *before = edits->subject;

	return !e->subject ||
		(edits_set_subject(edits, e->subject, err) &&
			edits_settle(edits, &edits->subject, before,
				e->saw_subject, "subject", err));
}

static bool
write_note(const struct editing *e, struct edits *edits, struct error *err)
{
	const char *before = edits->note;

	return !e->note ||
		(edits_set_note(edits, span_of(e->note), err) &&
			edits_settle(edits, &edits->note, before, e->saw_note,
				"note", err));
}

static bool
change(const struct editing *e, struct edits *edits, struct error *err)
{
	bool acted;
	bool ok = decide(e, edits, &acted, err) &&
		write_subject(e, edits, err) && write_note(e, edits, err);

	if (edits_are_empty(edits))
		edits->by.count = 0;
	else if (acted)
		edits_sign(edits, e->by);
	return ok && store_set_edits(e->store, e->list->name, edits, err);
}

struct edits *
editing_apply(const struct editing *e, struct error *err)
{
	struct edits *edits;
	bool ok;

	if (!check_ids(e, err))
		return NULL;
	if (!text_is_empty(e->subject) &&
		!render_check_subject(e->list, e->subject, err))
		return NULL;
	if (!store_together(e->store, err))
		return NULL;
	edits = e->clear ? edits_new()
			 : store_edits(e->store, e->list->name, err);
	ok = edits && change(e, edits, err);
	if (store_together_end(e->store, "edits", ok, err))
		return edits;
	edits_free(edits);
	return NULL;
}
