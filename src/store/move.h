/*
 * The store goes to another database, and is there from then on: the one that it
 * leaves is sealed, for two stores that both send would send everything twice.
 *
 *     from     in use ──────────────────────────► sealed: "moved to TO"
 *     to       empty ──► sealed: "is in FROM" ──────────► in use
 *                     1                       2         3
 *
 * Nobody writes to `from` from before 1 until after 2, and whoever waited to do
 * so fails then. Killed before 1 nothing has changed; before 2, `from` is in use
 * as it was, and `to` says that it is not; before 3, neither is, until
 * store_reopen() has somebody's word which.
 */
#ifndef STORE_MOVE_H
#define STORE_MOVE_H

#include "store/store.h"
#include "store/transfer.h"

/* What is moved from where to where, in words that have no password; in the
 * arena of `done`. */
struct move {
	struct transfer done;
	const char *from, *to;
};

/*
 * The caller holds the locks of its lists. ERROR_USAGE when there is something
 * in `to`, which is left as it is; ERROR_LATER when somebody writes to `from`
 * for longer than one waits. *out is yours to transfer_clear() in any case.
 */
bool store_move(const char *from, const char *to, int64_t now, struct move *out,
	struct error *err);

/*
 * A store that was moved away is the one in use again. The other one may have
 * sent since, so all its lists are marked as put back (store/put_back.h), as it
 * was when it moved. ERROR_USAGE when it has not moved.
 */
bool store_reopen(const char *url, struct error *err);

#endif
