/*
 * What is the same for all who ask by mail.
 */
#include "run/sorting.h"

/* Who asked before that and had no answer has found another way. */
enum { FRESH = 7 * 24 * 3600 };

struct membership
asker_membership(const struct sorting *s, const struct sorting_list *list,
	const struct arrival *a)
{
	return (struct membership){
		.store = s->store,
		.list = list->list,
		.list_id = list->id,
		.now = s->room->now,
		.by = ORIGIN_MAIL,
		.origin = a->id ? arena_printf(s->arena, "mail <%.200s>", a->id)
				: "mail",
		.in_reply_to = a->mail.answerable ? a->id : NULL,
	};
}

bool
asker_refused(const struct sorting *s, const struct arrival *a, bool ok,
	struct error *err)
{
	if (ok || err->kind != ERROR_DATA)
		return ok;
	sorting_tell(s, a, "%s", err->text);
	error_clear(err);
	return true;
}

bool
asker_is_late(const struct sorting *s, const struct arrival *a)
{
	return arrival_is_before(a, s->room->now - FRESH);
}

bool
asker_hear(const struct sorting *s, const struct arrival *a, bool *before,
	struct error *err)
{
	if (s->room->dry_run)
		return store_was_heard(s->store, a->known, before, err);
	return store_hear(s->store, a->known, s->room->now, before, err);
}
