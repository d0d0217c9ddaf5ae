/*
 * Drafts beside those of slots: extras and corrections.
 */
#include "base/date.h"
#include "run/draft.h"

static bool
find_corrected(struct draft_order *order, int number, struct error *err)
{
	struct issue_record issue = {.forgotten = INSTANT_NONE};
	bool found, ok;

	ok = store_issue_find(
		order->store, order->list_id, number, &issue, &found, err);
	if (ok && !found)
		ok = error_set(err, ERROR_INPUT, "'%s' has no issue %d",
			order->list->name, number);
	else if (ok && issue.forgotten != INSTANT_NONE)
		ok = error_set(err, ERROR_INPUT,
			"who got issue %d of '%s' is forgotten "
			"('keep_ledgers'); write to all of them, or to nobody",
			number, order->list->name);
	order->corrected = issue.id;
	order->unreached = issue.counts[RECIPIENT_DUE] +
		issue.counts[RECIPIENT_WIRE] + issue.counts[RECIPIENT_HELD];
	issue_record_clear(&issue);
	return ok;
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
