/*
 * What stands beside a store goes with it when it moves (store/move.h): the
 * journal of erasures, without which a backup would bring back who was erased,
 * and the stamp, without which the store would seem to have been put back.
 */
#ifndef RUN_MOVE_H
#define RUN_MOVE_H

#include "base/error.h"
#include "model/list.h"
#include "store/move.h"

/*
 * Moves the store of this list, whose locks, as those of all lists of it, the
 * caller holds, to the empty database that `to` names. ERROR_DATA when a journal
 * lies there that is another store's; else as store_move().
 */
bool move_store(const struct list *list, const char *to, int64_t now,
	struct move *out, struct error *err);

#endif
