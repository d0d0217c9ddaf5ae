/*
 * What happens to the store while the desk is open, and whether the letter
 * depends on it: while an issue is sent the store changes all the time, and the
 * next one stays as it is. Opens the store for each look, and closes it.
 *
 * One thread at a time.
 */
#ifndef DESK_FOLLOW_H
#define DESK_FOLLOW_H

#include "desk/running.h"

struct follow {
	struct str basis; /* of store/basis.h, as it was seen last */
	struct pace pace;
};

void follow_clear(struct follow *follow);

/* Looks at the list's store at `now`. *running, to be cleared in any case, is
 * how far its issue is. True when what issues are composed of is another than at
 * the last look, or cannot be read. */
bool follow_look(struct follow *follow, const struct list *list, int64_t now,
	struct running *running);

/* Is there something to see although nobody writes to the store: a rate that
 * falls, a run that gives no sign any more? */
bool follow_is_restless(const struct running *running);

#endif
