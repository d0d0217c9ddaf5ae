/*
 * Drafts that wait, that of the next slot as it stands beside what is composed
 * now; and the issues that a correction may be of.
 */
#ifndef DESK_PENDING_H
#define DESK_PENDING_H

#include "run/draft.h"

enum { PENDING_SENT = 5 };

struct pending {
	struct arena *arena;
	int64_t slot; /* INSTANT_NONE: the list has no schedule */
	bool found;   /* there is a draft for it: */
	struct draft draft;
	bool differs; /* one made now would be another */
	struct waiting {
		struct draft draft;
		const struct draft_letter *letters; /* NULL: it has none */
	} *waiting; /* all drafts of the list, by slot */
	size_t waiting_count;
	struct sent_issue {
		int number;
		char *subject;
	} sent[PENDING_SENT]; /* what may be corrected, the newest first */
	size_t sent_count;
};

/* Writes nothing; pending_clear() also after a failure. */
bool pending_read(struct pending *pending, const struct list *list,
	struct store *store, int64_t list_id, int64_t now, struct error *err);
void pending_clear(struct pending *pending);

#endif
