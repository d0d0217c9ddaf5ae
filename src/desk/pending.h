/*
 * The draft of the next slot, as it stands beside what is composed now.
 */
#ifndef DESK_PENDING_H
#define DESK_PENDING_H

#include "run/draft.h"

struct pending {
	int64_t slot; /* INSTANT_NONE: the list has no schedule */
	bool found;   /* there is a draft for it: */
	struct draft draft;
	bool differs; /* one made now would be another */
};

/* Writes nothing; pending_clear() also after a failure. */
bool pending_read(struct pending *pending, const struct list *list,
	struct store *store, int64_t list_id, int64_t now, struct error *err);
void pending_clear(struct pending *pending);

#endif
