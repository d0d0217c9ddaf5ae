/*
 * An issue of which too much came back: its list is held, for the next one would
 * fare no better, and its editors are told what they can do.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/notice.h"
#include "run/sorting.h"
#include "run/upkeep.h"
#include "store/returned_mass.h"

static void
tell(const struct mailroom *room, struct store *store, const struct list *list,
	const char *why, int number)
{
	struct run_options options = {
		.now = room->now, .log = room->log, .relay = room->relay};
	struct problems notices = {.count = 0};

	log_error(room->log, "list '%s': %s", list->name, why);
	problem_add(&notices, SEVERITY_ERROR, NULL, 0, 0,
		"the list is %s. Nobody is taken off for it: a relay may have "
		"taken letters that it cannot deliver, or others may refuse "
		"what it sends; its log, and the mails in the inbox, tell why. "
		"When that is mended 'postrider release %s' goes on, and "
		"'postrider retry --returned %s %d', said first, sends this "
		"issue again to whom it came back from. If those addresses are "
		"really gone, say 'postrider inbox --accept-bounces %s' first",
		why, list->name, list->name, number, list->name);
	notice_send(list, store, &notices, &options);
	problems_clear(&notices);
}

static bool
stop(const struct mailroom *room, struct store *store,
	const struct sorting_list *l, const struct return_share *share,
	struct error *err)
{
	char *why = mem_printf("held by the guard: %lld of the %lld letters of "
			       "issue %d came back",
		(long long)share->failed, (long long)share->letters,
		share->number);
	bool ok = list_hold(l->list, store, l->id, why, room->now, err);

	if (ok)
		tell(room, store, l->list, why, share->number);
	free(why);
	return ok && store_disbelieved_told(store, l->id, err);
}

/* Held and told first, and written down then: what breaks off is done again. */
bool
disbelieved_stop(const struct mailroom *room, struct store *store,
	const struct sorting_list *l, struct error *err)
{
	struct return_share share;
	bool found;

	return store_disbelieved(store, l->id, &share, &found, err) &&
		(!found || stop(room, store, l, &share, err));
}
