/*
 * Inside select: one dispatch on its way to a decision.
 *
 *     candidates_new   who it is, what of it was carried   (identity.c)
 *     candidates_recall what editors retracted              (recall.c)
 *     candidates_judge the reasons against it               (judge.c, filter.c)
 *     candidates_limit minimum, maximum            (limit.c, names.c, order.c)
 *     editions_fill    what each group of readers gets      (edition.c)
 */
#ifndef SELECT_CANDIDATE_H
#define SELECT_CANDIDATE_H

#include "base/map.h"
#include "select/select.h"

/* How a variant stands to what was carried of it. */
enum standing {
	STANDING_NEW, /* never carried in this language */
	STANDING_SAME,
	STANDING_CHANGED, /* but without a newer mark */
	STANDING_UPDATED,
};

struct variant_state {
	enum standing standing;
	const struct carried *before; /* NULL when STANDING_NEW */
	const char *language;	      /* its own; when unsaid, the list's */
	const char *content, *link;   /* aliases, or NULL */
};

/* How we know that a dispatch was carried. */
enum evidence { UNKNOWN, BY_ID, BY_CONTENT, BY_LINK };

/* What the readers of one edition would get of a candidate. */
struct showing {
	const struct variant *variant; /* NULL: nothing */
	const struct variant_state *state;
	bool translated; /* they had it in another language */
};

struct candidate {
	const struct dispatch *dispatch;
	size_t position; /* in the order of the sources and of their items */
	enum evidence evidence;
	const char *known; /* the id it was carried under; or NULL */
	bool first_run;	   /* the first issue that sees its source */
	bool out;	   /* `reason` says why */
	enum reason reason;
	const char *detail;
	struct variant_state *states; /* of the dispatch's variants */
	struct showing *showings;     /* one for each edition */
};

struct selection {
	const struct select_input *in;
	const struct list *list;
	struct issue *issue;   /* its arena holds what the issue keeps */
	struct arena *scratch; /* and this what it does not */
	int64_t at;	       /* the instant dates are held against */
	struct candidate *items;
	size_t count;
	struct map *by_id; /* id -> the first candidate that bears it */
	struct map *names; /* of the edition at hand: see names.c */
};

/* ----- identity.c ----- */

void candidates_new(struct selection *s);

/* Is it the reader's own language, not a fallback? */
bool language_is_own(const char *reader, const char *language);

/* Is this an item of a feed or a mailbox, whose link is its own? */
bool candidate_is_item(const struct selection *s, const struct candidate *c);

/*
 * Is this item, whose link is the other's, that one once more? A feed that gives
 * all its items new ids leaves those of the old ones in the pool, as if they were
 * beside each other: then headline and moment are the same, too.
 */
bool candidate_is_again(const struct selection *s, const struct candidate *c,
	const struct candidate *other);

/* ----- recall.c ----- */

void candidates_recall(struct selection *s);

/* ----- judge.c ----- */

void candidates_judge(struct selection *s);

/* Leaves it out. Returns true. The detail must live in the issue's arena. */
bool candidate_leave(
	struct candidate *c, enum reason reason, const char *detail);

/* ----- filter.c ----- */

struct filters;

struct filters *filters_new(const struct list *list, struct arena *arena);
void filters_free(struct filters *filters);

/* NULL when the list wants it, else why not, in the arena. */
const char *filters_refuse(const struct filters *filters,
	const struct candidate *c, struct arena *arena);

/* The text folded for comparison; NULL when there is nothing in it. */
const char *select_fold(struct arena *arena, const char *text);

/* ----- limit.c ----- */

void candidates_limit(struct selection *s);

/* ----- names.c ----- */

enum name_kind { NAME_SECTION, NAME_SERIES, NAME_STORY, NAME_KINDS };

/* For an edition of this language; names_forget() ends it. */
void names_learn(struct selection *s, const char *language);
void names_forget(struct selection *s);

/* What its readers call it: the name itself unless the dispatches say otherwise,
 * and with one voice. */
const char *names_tell(
	struct selection *s, enum name_kind kind, const char *name);

/* ----- order.c ----- */

/* When it is news: its date, or (`updated`) its mark if that is later;
 * INSTANT_NONE when undated. */
int64_t candidate_time(
	const struct candidate *c, const struct variant *v, bool updated);

struct bearer;

/* An entry on its way to its place; the first four are given. */
struct placed {
	struct entry entry;
	struct candidate *candidate;
	bool updated;
	int64_t time;
	size_t series, story; /* where the first of it stands in list order */
	const struct bearer *group; /* of one name with it; or NULL */
	int64_t series_time;	    /* of that first of its series */
	size_t section;
};

/* For qsort(): the undated come last, in their order. */
int placed_newest_first(const void *a, const void *b);
int placed_oldest_first(const void *a, const void *b);

int placed_by_part(const struct placed *a, const struct placed *b);

/* Sorts with `compare` and sets `series`. */
void placed_rank(struct selection *s, struct placed *items, size_t count,
	int (*compare)(const void *a, const void *b));

/* Sorts into printing order, arranged as the editors wish, and sets the entries'
 * sections and groups. */
void placed_order(struct selection *s, struct placed *items, size_t count);

/* ----- arrange.c ----- */

bool candidate_is_pinned(const struct selection *s, const struct candidate *c);

/* What the editors pinned and ordered, among what is in printing order. */
void placed_arrange(struct selection *s, struct placed *items, size_t count);

/* ----- edition.c ----- */

/* The editions there are, still empty: the list's own first. */
void editions_new(struct selection *s);
void editions_fill(struct selection *s);

#endif
