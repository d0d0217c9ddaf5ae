/*
 * One dispatch of the next issue, a place up or down.
 *
 * An editor moves it in what he saw, and another one, or he himself a moment
 * ago, may have moved something since: what is decided by now is applied to
 * what he saw, and his move comes on top. So nobody's is lost, whichever host
 * they sit at.
 */
#ifndef RUN_EDITING_MOVE_H
#define RUN_EDITING_MOVE_H

#include "run/editing.h"

/*
 * The two change places. What comes to stand before a pinned one is pinned with
 * it; else all that is not gets the order that is seen. At the end there is
 * nothing to do, and `moved` is false. ERROR_DATA for one that is not in.
 */
bool editing_move(const struct editing *e, struct edits *edits, bool *moved,
	struct error *err);

#endif
