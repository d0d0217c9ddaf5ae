/*
 * What consent asks of a run before anything is sent.
 */
#include "run/state.h"
#include "store/post.h"
#include "store/request.h"
#include "store/returned.h"
#include "subscribers/erase.h"

enum { MONTH = 30 * 86400 };

/* What nobody needs any more of requests, mails to one person and returns. */
static bool
forget_affairs(struct run *r, struct error *err)
{
	int64_t now = r->o->now;
	const struct list *list = r->list;

	return store_together(r->store, err) &&
		store_together_end(r->store, "forget",
			store_requests_prune(r->store, r->list_id,
				now - list->joining.confirm_within - MONTH,
				err) &&
				store_post_prune(r->store, now - MONTH, err) &&
				store_heard_prune(r->store, now - MONTH, err) &&
				store_returns_prune(r->store, r->list_id,
					now - list->bounce_policy.within, err),
			err);
}

bool
run_keep_consent(struct run *r, struct error *err)
{
	size_t erased, woken;

	if (r->o->dry_run)
		return true;
	if (!erase_replay(r->store, r->list, r->list_id, &erased, err) ||
		!store_wake(r->store, r->list_id, r->o->now, &woken, err) ||
		!forget_affairs(r, err))
		return false;
	if (erased)
		log_warn(r->o->log,
			"list '%s': the store was restored from before %zu "
			"erasure%s, which %s repeated",
			r->list->name, erased, erased == 1 ? "" : "s",
			erased == 1 ? "was" : "were");
	if (woken)
		log_detail(r->o->log, "%s: %zu whose pause is over",
			r->list->name, woken);
	return true;
}
