/*
 * The last look before the first message: what was frozen carries dispatches
 * that may have expired since, come under an embargo, become drafts again, or
 * have been retracted; and those of a draft may have gone out with an issue that
 * was sent before it. Then nothing of it goes out without another word.
 *
 * It asks the sources as they are now, and fetches nothing. A file that is no
 * more there is no reason, nor is one whose text has changed: what was approved
 * is what is sent.
 */
#ifndef RUN_RECHECK_H
#define RUN_RECHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/list.h"
#include "model/retraction.h"
#include "store/store.h"

struct recheck {
	const struct list *list;
	struct store *store;
	int64_t list_id;
	int64_t at;	/* the instant that dates are held against */
	int64_t holder; /* id of the issue, or of the draft */
	bool draft;
};

/* *why, yours to free(), says what speaks against it, in the same words as long
 * as that is the same ("it carries 'quay', expired since …"); NULL: nothing. */
bool recheck(const struct recheck *r, char **why, struct error *err);

/* The same, of retractions alone: it looks at the store and nothing else. */
bool recheck_retracted(const struct recheck *r, char **why, struct error *err);

#endif
