/*
 * Selection: which dispatches an issue carries, and why each other one is out.
 * By identity and revision, never by a date window. Pure: what was sent before
 * comes in as a value, and so does the time.
 *
 * Rules, in the order in which they are asked; the first that says no decides:
 *
 *  1. Retracted by an editor, or a copy of what was: whatever else is true of
 *     it, that is what he looks for, and nothing is recorded of it, so that it
 *     is as it was when he takes that back. A copy has its content, or (rule
 *     9) an item's link; who names one with the link alone means it.
 *  2. An id that came before in this run is a duplicate.
 *  3. Seen: carried before under this id, and nothing to add for anybody.
 *  4. Dropped by an editor: it does not come again.
 *  5. Drafts, expired ones, those the list's filters leave out; embargoes and
 *     dates in the future (judged at the slot, or now when it is past).
 *  6. Backlog: the first issue that sees its source does not reach back so far
 *     as its date, or the end of its embargo.
 *  7. Files that still settle.
 *  8. Changed, but without a newer mark (`updates: marked`).
 *  9. Moved: its content was carried under an id that is gone now; a duplicate
 *     when that id is still there. Items of feeds and mailboxes are also known
 *     by their link; beside the one that was carried, in one source, only
 *     with its headline and date as well, for two may share a page. A file is
 *     not: many dispatches may point to one page, and losing one is worse than
 *     repeating one.
 * 10. Duplicate: the same content as one before it in this issue, or the same
 *     link as one of another source, when one of the two is such an item; as
 *     one of its own source, with its headline and date as well (rule 9).
 * 11. Held back by an editor, so that it is as it was before. Its copies do not
 *     come in its place, nor do those of what was dropped.
 * 12. Too few for an issue, or too many.
 *
 * An extra takes the named ones, seen or not: of these rules only 1, 2, 5 (but
 * the filters) and 7 hold. It must not count as the first issue of its sources.
 *
 * The order of an edition: dated ones before undated ones, the newest first
 * (an update by its mark), the undated as their source gave them. A series
 * stands by its parts and a story in the order in which it happened, each at
 * the place of its first. Sections come as the list's `sections` name them,
 * else by their first item. What has no section comes before them when the
 * first of all is one of those, else behind them: an undated line is no lead.
 * A section, a series or a story that a dispatch has in two languages is one:
 * its readers see its name in theirs.
 * Updates come last, under a heading of their own. The lead is the first
 * entry.
 *
 * Editors may say otherwise. What they pinned comes first of all, above the
 * sections and without a heading, in the order in which it was pinned. What they
 * ordered stands in that order, whatever section, series or story it is of.
 * What they did not name stays behind the one that it would follow in its
 * section; so a section stays together unless the order itself parts it.
 *
 * Over the maximum: the newest stay and the others become titles; with `roll`
 * the oldest stay, so that nobody waits for ever. A series goes as a whole,
 * unless it alone is over the maximum. What is pinned stays, and the others have
 * the room that it leaves.
 */
#ifndef SELECT_SELECT_H
#define SELECT_SELECT_H

#include <stdint.h>

#include "model/dispatch.h"
#include "model/edits.h"
#include "model/issue.h"
#include "model/list.h"
#include "model/retraction.h"
#include "model/seen.h"

struct select_input {
	const struct list *list;
	const struct dispatches *dispatches;
	const struct seen *seen;
	int number;   /* the issue will bear */
	int64_t slot; /* when it is due */
	int64_t now;
	int enough;	/* dispatches that make an issue, when it takes more
			   than the minimum: `schedule.after`; else 0 */
	bool settle;	/* leave out files that changed within list->settle */
	int64_t waited; /* seconds by which slots skipped since the last opened
			   issue have put this one off; a first issue reaches
			   back by so much more, or the skipped would be lost */
	/* The groups of readers there are; a NULL language is the list's. The
	   list's own language with spared 0 is always one of the editions,
	   first. */
	const struct audience {
		const char *language;
		unsigned spared;
	} *audiences;
	size_t audience_count;
	/* What the lists of once_across carried lately: spared[i] belongs to
	   bit i and list->once_across[i]; or NULL. */
	const struct seen *const *spared;
	const char *const *extra;  /* ids, NULL-terminated: only these, seen or
				     not; or NULL */
	const struct edits *edits; /* of the editors; or NULL */
	const struct retractions *retracted; /* or NULL */
};

struct issue *select_issue(const struct select_input *in);

/*
 * The ids under which a sibling list of once_across has carried what is in this
 * issue, whoever reads it in which language: who is to be spared anything must
 * have got all of these. In the arena, each once. Returns how many.
 */
size_t select_spared(struct arena *arena, const struct issue *issue,
	const struct seen *sibling, const char ***ids);

/*
 * What is recorded when the issue opens, in the order of its decisions: a row
 * for each variant that is printed, as CARRIED_BACKLOG the backlog, what an
 * editor dropped, and those that were there but had no readers, as CARRIED_MOVED what has a new id.
 * Nothing for an issue below its minimum. The rows are in the arena and borrow
 * from the issue's dispatches. Returns how many.
 */
size_t select_carried(struct arena *arena, const struct issue *issue,
	struct carried_row **out);

/*
 * The aliases under which a variant is known beside its id, both in the arena.
 * `content` is "content:…" (NULL when the variant has no hash; a title without
 * a body recurs, so there the link is part of it). `link` is NULL or the link
 * without scheme, "www.", fragment and tracking parameters ("link:…"); a site's
 * home page is nobody's own and gives NULL.
 */
void select_aliases(struct arena *arena, const struct variant *v,
	const char **content, const char **link);

/* Who signed, one a line, as struct carried has it. */
const char *select_signatories(struct arena *arena, const struct variant *v);

#endif
