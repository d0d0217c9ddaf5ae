/*
 * An issue as composed: which dispatches it carries, in which editions, and
 * why each candidate is in or out. Made by select, read by render; it borrows
 * the dispatches and what was seen, which must outlive it.
 *
 * An edition is what one group of readers gets: those of one language, and,
 * where the list says once_across, those who have just had some of the items
 * from a sibling list. Most issues have one.
 */
#ifndef MODEL_ISSUE_H
#define MODEL_ISSUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/dispatch.h"
#include "model/list.h"
#include "model/seen.h"

/* Why a dispatch is in or out; each has a text in reason_text(). */
enum reason {
	/* in */
	REASON_NEW,
	REASON_UPDATED,
	REASON_TITLE_ONLY,
	REASON_TRANSLATED, /* new to the readers of a late translation */
	REASON_EXTRA,	   /* named by the editor */
	/* out, for good */
	REASON_SEEN,
	REASON_UNMARKED, /* changed, but carries no newer mark */
	REASON_MOVED,
	REASON_DUPLICATE,
	REASON_BACKLOG, /* older than the first issue reaches */
	REASON_EXPIRED,
	REASON_FILTERED,
	REASON_RETRACTED,
	REASON_DROPPED, /* by an editor */
	/* out, for now */
	REASON_DRAFT,
	REASON_EMBARGO,
	REASON_FUTURE,
	REASON_SETTLING,
	REASON_ROLLED,	  /* over the maximum */
	REASON_TOO_FEW,	  /* the issue is below its minimum */
	REASON_HELD_BACK, /* by an editor */
	REASON_BROKEN,
	REASON_COUNT
};

/* "new", "moved", …: for --json */
const char *reason_name(enum reason reason);
/* "changed without a newer 'updated' mark" */
const char *reason_text(enum reason reason);
bool reason_is_in(enum reason reason);

struct decision {
	const struct dispatch *dispatch;
	enum reason reason;
	const char *detail; /* "of 'old.md', in issue 3"; or NULL */
};

enum entry_kind { ENTRY_NEW, ENTRY_UPDATED, ENTRY_TITLE };

struct entry {
	const struct dispatch *dispatch;
	const struct variant *variant; /* what these readers see */
	enum entry_kind kind;
	bool labelled;	     /* new, but bears an "updated" mark */
	bool pinned;	     /* stands above all sections, also an update */
	const char *section; /* under which it stands: its own, or that of the
				story or series it is kept with; NULL: none */
	const char *group;   /* the series, else the story, that keeps it with
				others, as the first of them spells it; or NULL */
	const struct carried *before;	/* of an update; borrowed from `seen` */
	const char **added_signatories; /* of an update */
	size_t added_count;
};

struct edition {
	const char *language;
	unsigned
		spared; /* bit i: readers who had the items of once_across[i] */
	struct entry *entries; /* in printing order: sections together, series
				  by part, stories together, updates last */
	size_t entry_count;
	struct entry *titles; /* those over the maximum, titles only */
	size_t title_count;
};

/* Beside the number, as its list has it: the first, third… of this year; 0 and
 * unset for NUMBERING_RUNNING. */
struct issue_name {
	int volume;	/* of NUMBERING_VOLUME: the first year is 1 */
	int year, week; /* of NUMBERING_WEEK (ISO 8601) */
	int count;	/* in the volume or week, from 1 */
};

struct issue {
	struct arena *arena;
	const struct list *list;
	const struct seen *seen;    /* that it was decided by; borrowed */
	const struct variant *note; /* of its editors: only its body; NULL */
	int number;
	struct issue_name name;
	const char *page; /* its name in the archive; NULL: see archive.h */
	int64_t slot;	  /* when it is due: the date it bears */
	struct edition *editions; /* [0] is of the list's language */
	size_t edition_count;
	struct decision *decisions; /* one a candidate, in order */
	size_t decision_count;
	bool below_minimum; /* then all editions are empty; else one is not,
			       but the first may be */
};

struct issue *issue_new(const struct list *list, int number, int64_t slot);
void issue_free(struct issue *issue);

/* Appends "12"; "3/12" in a volume; "2026-W47", and "2026-W47/2" for the second
 * of that week. */
void issue_write_label(struct str *out, const struct issue *issue);

/* The decisions by which something is in, as it stands in the first edition and
 * then what only others get; or those by which it is out, as the sources gave
 * it. NULL-terminated; the array is yours to free(). */
const struct decision **issue_decisions(const struct issue *issue, bool in);

#endif
