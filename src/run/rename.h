/*
 * A list under another name: its folder, its row in the store and what goes by
 * its name there, the journal of who was erased, its archive. Each step looks
 * whether it is done already, so that one that was stopped halfway, or begun by
 * hand, is finished by doing it again:
 *
 *     the journal ──► the folder ──► the store (commit) ──► the archive
 *
 * Between the folder and the store nothing is sent: a run refuses the list
 * (identity.h).
 */
#ifndef RUN_RENAME_H
#define RUN_RENAME_H

#include "base/problem.h"
#include "model/list.h"
#include "store/store.h"

struct rename_order {
	const struct list *list; /* as it was loaded, by either name */
	const char *was, *now;
};

struct rename_report {
	bool folder, store, archive; /* this time; the archive's files */
	struct problems told;	     /* what an editor has to see to */
};

/*
 * The folder, the journal and the store. ERROR_LATER when a run is at work on
 * it, ERROR_CONFIG when the new name is another list's, ERROR_USAGE when nobody
 * knows the old one.
 */
bool rename_list(const struct rename_order *o, struct rename_report *report,
	struct error *err);

/* Then, with the list as it is loaded by its new name: its archive, and what
 * leads there. What fails is told: nothing of it keeps a letter back. */
void rename_follow(
	const struct list *list, const char *was, struct rename_report *report);

#endif
