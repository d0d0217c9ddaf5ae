/*
 * Drafts from the page.
 */
#include <stdlib.h>

#include "desk/deed.h"
#include "run/world.h"

enum { HASH_MOST = 100, NUMBER_MOST = 12 };

static bool
order_draft(struct draft_order *order, struct error *err)
{
	struct problems roster = PROBLEMS_INIT;
	enum draft_outcome outcome;
	struct composed composed;
	struct draft draft;
	bool ok;

	order->roster = &roster;
	ok = draft_make(order, &composed, &draft, &outcome, err);
	if (ok && outcome != DRAFT_MADE)
		ok = error_set(err, ERROR_DATA,
			outcome == DRAFT_EMPTY
				? "there is nothing to draft: too few "
				  "dispatches are new"
				: "there is nobody to draft for: nobody is "
				  "subscribed");
	order->roster = NULL;
	draft_clear(&draft);
	composed_clear(&composed);
	problems_clear(&roster);
	return ok;
}

/* What is shown is what there is. */
static bool
is_sound(const struct deed *d, struct error *err)
{
	return !d->now->wrong->errors ||
		error_set(err, ERROR_CONFIG,
			"what is wrong has to be mended first");
}

bool
deed_draft(const struct deed *d, struct error *err)
{
	struct draft_order order = {.list = d->now->list,
		.now = d->at,
		.author = d->by,
		.timeout_scale = world_timeout_scale()};
	bool ok;

	if (!is_sound(d, err))
		return false;
	ok = deed_open(d, &order.store, &order.list_id, err) &&
		draft_slot(order.list, order.store, order.list_id, d->at,
			&order.slot, err);
	if (ok && order.slot == INSTANT_NONE)
		ok = error_set(err, ERROR_DATA,
			"the list has no schedule to draft for");
	order.deadline = draft_deadline(order.list, order.slot, d->at);
	ok = ok && order_draft(&order, err);
	store_close(order.store);
	if (ok)
		deed_note(d, "draft made");
	return ok;
}

/* ----- beside the slots ----- */

bool
deed_beside(const struct deed *d, struct error *err)
{
	const char *number = submission_line(d->said, "corrected", NUMBER_MOST);
	int corrected = number ? atoi(number) : 0;
	const char *const *ids = deed_chosen(d, err);
	struct draft_order order = {.list = d->now->list,
		.now = d->at,
		.author = d->by,
		.timeout_scale = world_timeout_scale()};
	bool ok = ids && is_sound(d, err) &&
		deed_open(d, &order.store, &order.list_id, err) &&
		draft_order_beside(
			&order, ids, corrected ? &corrected : NULL, err) &&
		order_draft(&order, err);

	store_close(order.store);
	if (ok)
		deed_note(d, corrected ? "correction made" : "extra made");
	return ok;
}

/* ----- what becomes of it ----- */

bool
deed_approve(const struct deed *d, struct error *err)
{
	const char *number = submission_line(d->said, "number", NUMBER_MOST);
	const char *hash = submission_line(d->said, "hash", HASH_MOST);
	struct draft_word word = {.list = d->now->list,
		.now = d->at,
		.number = number ? atoi(number) : 0,
		.hash = hash ? hash : "",
		.by = d->by,
		.log = d->log};
	struct draft draft = {.id = 0};
	bool ok = deed_open(d, &word.store, &word.list_id, err) &&
		draft_approve(&word, &draft, err);

	draft_clear(&draft);
	store_close(word.store);
	return ok;
}

static bool
cancel_seen(const struct deed *d, struct store *store, int64_t list_id,
	struct error *err)
{
	const char *number = submission_line(d->said, "number", NUMBER_MOST);
	const char *hash = submission_line(d->said, "hash", HASH_MOST);
	struct draft draft = {.id = 0};
	bool found;
	bool ok = store_draft_numbered(
		store, list_id, number ? atoi(number) : 0, &draft, &found, err);

	if (ok && (!found || !text_equals(draft.hash, hash)))
		ok = error_set(err, ERROR_DATA,
			"the draft that you saw is there no more");
	ok = ok &&
		draft_cancel(store, &draft, false, "cancelled by an editor",
			d->at, err);
	draft_clear(&draft);
	return ok;
}

bool
deed_cancel(const struct deed *d, struct error *err)
{
	struct store *store;
	int64_t list_id;
	bool ok = deed_open(d, &store, &list_id, err) &&
		cancel_seen(d, store, list_id, err);

	store_close(store);
	if (ok)
		deed_note(d, "draft cancelled");
	return ok;
}
