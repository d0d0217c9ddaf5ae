/*
 * Drafts from the page.
 */
#include <stdlib.h>

#include "desk/deed.h"
#include "run/world.h"

enum { HASH_MOST = 100, NUMBER_MOST = 12 };

static bool
order_draft(const struct deed *d, struct draft_order *order, struct error *err)
{
	struct problems roster = PROBLEMS_INIT;
	enum draft_outcome outcome;
	struct composed composed;
	struct draft draft;
	bool ok;

	order->roster = &roster;
	order->deadline = draft_deadline(order->list, order->slot, d->at);
	ok = draft_make(order, &composed, &draft, &outcome, err);
	if (ok && outcome != DRAFT_MADE)
		ok = error_set(err, ERROR_DATA,
			outcome == DRAFT_EMPTY
				? "there is nothing to draft: too few "
				  "dispatches are new"
				: "there is nobody to draft for: nobody is "
				  "subscribed");
	draft_clear(&draft);
	composed_clear(&composed);
	problems_clear(&roster);
	return ok;
}

bool
deed_draft(const struct deed *d, struct error *err)
{
	struct draft_order order = {.list = d->now->list,
		.now = d->at,
		.author = d->by,
		.timeout_scale = world_timeout_scale()};
	bool ok;

	if (d->now->wrong->errors)
		return error_set(err, ERROR_CONFIG,
			"what is wrong has to be mended first");
	ok = deed_open(d, &order.store, &order.list_id, err) &&
		draft_slot(order.list, order.store, order.list_id, d->at,
			&order.slot, err);
	if (ok && order.slot == INSTANT_NONE)
		ok = error_set(err, ERROR_DATA,
			"the list has no schedule to draft for");
	ok = ok && order_draft(d, &order, err);
	store_close(order.store);
	return ok;
}

bool
deed_approve(const struct deed *d, struct error *err)
{
	const char *number = submission_line(d->said, "number", NUMBER_MOST);
	const char *hash = submission_line(d->said, "hash", HASH_MOST);
	struct draft_word word = {.list = d->now->list,
		.now = d->at,
		.number = number ? atoi(number) : 0,
		.hash = hash ? hash : "",
		.by = d->by};
	struct draft draft = {.id = 0};
	bool ok = deed_open(d, &word.store, &word.list_id, err) &&
		draft_approve(&word, &draft, err);

	draft_clear(&draft);
	store_close(word.store);
	return ok;
}
