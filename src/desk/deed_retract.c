/*
 * Dispatches taken back, from the page.
 */
#include "base/text.h"
#include "desk/deed.h"
#include "run/retract.h"
#include "run/world.h"

static bool
retract_all(const struct deed *d, const char *const *ids, bool undo,
	struct error *err)
{
	/* What is too long is told, and not left out. */
	const char *why = submission_line(d->said, "why", SUBMISSION_LIMIT);
	struct retract_order order = {.list = d->now->list,
		.now = d->at,
		.by = d->by,
		.why = text_is_empty(why) ? NULL : why,
		.undo = undo,
		.fetch = true,
		.log = d->log,
		.timeout_scale = world_timeout_scale()};
	bool ok = deed_open(d, &order.store, &order.list_id, err);

	for (; ok && *ids; ids++) {
		struct retract_result result = {.changed = false};

		order.id = *ids;
		ok = retract(&order, &result, err);
		retract_result_clear(&result);
	}
	store_close(order.store);
	return ok;
}

bool
deed_retract(const struct deed *d, struct error *err)
{
	const char *const *ids = deed_chosen(d, err);

	return ids && retract_all(d, ids, false, err);
}

bool
deed_restore(const struct deed *d, struct error *err)
{
	const char *id = submission_line(d->said, "id", EDITS_ID_MOST);
	const char *const ids[] = {id, NULL};

	return id ? retract_all(d, ids, true, err)
		  : error_set(err, ERROR_DATA, "the form names no dispatch");
}
