/*
 * Selection: which dispatches an issue carries, and why each other one is out.
 * By identity and revision, never by a date window. Pure: what was sent before
 * comes in as a value, and so does the time.
 */
#ifndef SELECT_SELECT_H
#define SELECT_SELECT_H

#include <stdint.h>

#include "model/dispatch.h"
#include "model/issue.h"
#include "model/list.h"
#include "model/seen.h"

struct select_input {
	const struct list *list;
	const struct dispatches *dispatches;
	const struct seen *seen;
	int number;    /* the issue will bear */
	int64_t slot;  /* when it is due */
	int64_t now;
	bool settle;   /* leave out files that changed within list->settle */
	/* The groups of readers there are. The list's own language with spared
	   0 is always one of the editions, first. */
	const struct audience {
		const char *language;
		unsigned spared;
	} *audiences;
	size_t audience_count;
	/* What the lists of once_across carried lately: spared[i] belongs to
	   list->once_across[i]; or NULL. */
	const struct seen *const *spared;
	const char *const *extra; /* ids, NULL-terminated: only these, seen or
	                             not; or NULL */
};

struct issue *select_issue(const struct select_input *in);

/*
 * The aliases under which a variant is known beside its id; `content` is
 * ("content:…"), `link` NULL or the link without scheme, "www.", fragment and
 * tracking parameters ("link:…"). Both in the arena.
 */
void select_aliases(struct arena *arena, const struct variant *v,
	const char **content, const char **link);

#endif
