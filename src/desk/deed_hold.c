/*
 * Holding the list from the page, and releasing it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk/deed.h"
#include "run/upkeep.h"

/* The field takes 200 units of UTF-16, of three octets at most. */
enum { WHY_MOST = 3 * 200 };

bool
deed_hold(const struct deed *d, struct error *err)
{
	const char *why = submission_line(d->said, "why", WHY_MOST);
	bool said = !text_is_empty(why);
	char *held = mem_printf(
		"held by %s%s%s", d->by, said ? ": " : "", said ? why : "");
	struct store *store;
	int64_t list_id;
	bool ok = deed_open_list(d, &store, &list_id, err) &&
		list_hold(d->now->list, store, list_id, held, d->at, err);

	if (ok)
		deed_note(d, "held");
	store_close(store);
	free(held);
	return ok;
}

bool
deed_release(const struct deed *d, struct error *err)
{
	struct store *store;
	int64_t list_id;
	bool was_held;
	bool ok = deed_open_list(d, &store, &list_id, err) &&
		list_release(
			d->now->list, store, list_id, d->at, &was_held, err);

	if (ok && was_held)
		deed_note(d, "released");
	store_close(store);
	return ok;
}
