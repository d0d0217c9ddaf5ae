/*
 * A list is known to the store by the name of its folder, and to its readers by
 * its list_id. A folder that was renamed looks like a new list: everybody would
 * be sent its first issue, those who left included. So the store remembers the
 * list_id of each list, and one that is new to it with the list_id of another,
 * whose folder is gone, is refused until somebody says what it is.
 */
#ifndef RUN_IDENTITY_H
#define RUN_IDENTITY_H

#include "model/list.h"
#include "store/store.h"

/* ERROR_CONFIG when it is another list under a new name. Before store_list(),
 * which would make it known. */
bool identity_check(
	const struct list *list, struct store *store, struct error *err);

/* As identity_check(), and remembers it, unless the store is read-only. */
bool identity_keep(
	const struct list *list, struct store *store, struct error *err);

#endif
