/*
 * Drafts beside those of slots: extras and corrections.
 */
#include "run/draft.h"

static bool
find_corrected(struct draft_order *order, int number, struct error *err)
{
	struct issue_record issue = {.id = 0};
	bool found, ok;

	ok = store_issue_find(
		order->store, order->list_id, number, &issue, &found, err);
	order->corrected = issue.id;
	issue_record_clear(&issue);
	return ok &&
		(found ||
			error_set(err, ERROR_INPUT, "'%s' has no issue %d",
				order->list->name, number));
}

bool
draft_order_beside(struct draft_order *order, const char *const *ids,
	const int *corrected, struct error *err)
{
	order->kind = corrected ? DRAFT_CORRECTION : DRAFT_EXTRA;
	order->slot = order->now;
	order->deadline = order->now + order->list->catch_up;
	order->dispatches = ids;
	return (!corrected || find_corrected(order, *corrected, err)) &&
		store_free_slot(
			order->store, order->list_id, &order->slot, err);
}
