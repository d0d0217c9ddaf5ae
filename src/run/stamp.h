/*
 * The stamp: how often runs have had the store, written down beside it and in
 * it. A store that counts less than its stamp was put back, by whatever means,
 * and what it lacks may have been sent.
 *
 *     store 7, stamp 7    all is well; this run makes both 8
 *     store 8, stamp 7    a crash came between: likewise
 *     store 5, stamp 7    put back
 *     store 5, no stamp   brought here without it: perhaps from an old copy
 *     store none          new, or of a program that had no stamps
 *
 * A machine that is put back as a whole, disk and all, cannot be seen here; for
 * that there is `catch_up`.
 */
#ifndef RUN_STAMP_H
#define RUN_STAMP_H

#include "model/list.h"
#include "store/store.h"

/*
 * Counts, before a run sends anything and after it has. A store that was put
 * back is marked so in the same transaction (store/put_back.h), as of the last
 * run that it knows of: all lists of it that the site has, also one that it
 * does not know yet.
 *
 * A stamp that cannot be written is an error (ERROR_IO), and the store counts
 * all the same.
 */
struct stamping {
	const struct list *list;
	const struct list *const
		*lists; /* of the site, up to a NULL; or NULL */
	struct store *store;
	int64_t now;
};
bool stamp_count(const struct stamping *s, struct error *err);

/* A store of this list was moved to that URL: beside it stands what it counts,
 * whatever stood there. */
bool stamp_move(const struct list *list, const char *url, struct error *err);

#endif
