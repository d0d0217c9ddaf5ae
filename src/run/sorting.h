/*
 * The mails of one inbox on their way: shared by mailroom.c and by those who
 * act upon them. Private to the mailroom.
 */
#ifndef RUN_SORTING_H
#define RUN_SORTING_H

#include "base/problem.h"
#include "run/arrival.h"
#include "run/mailroom.h"
#include "subscribers/membership.h"
#include "subscribers/tokens.h"

/* A list of the site that has its readers in this store. */
struct sorting_list {
	const struct list *list;
	int64_t id;
	struct lost_reader *lost; /* each that was dropped … */
	size_t lost_count, kept;  /* … and how many of them are written */
};

struct sorting {
	struct mailroom *room;
	struct store *store;
	struct token_keys *keys;
	struct sorting_list *lists;
	size_t list_count;
	const struct mail_place *place; /* NULL: a pipe */
	struct mailroom_report *report;
	struct arena *arena; /* of the batch */
	struct arrival **batch;
	size_t batch_count;
	bool whole;		  /* the inbox was read to its end */
	bool failed;		  /* one of the batches could not be kept */
	struct problems problems; /* what could not be read */
};

/* Only with -v: "WHERE: …". */
__attribute__((format(printf, 3, 4))) void sorting_tell(const struct sorting *s,
	const struct arrival *a, const char *format, ...);

/* Is it the inbox of this list? A pipe is that of all. */
bool sorting_reads(const struct sorting *s, const struct list *list);

/* ----- bearer.c: whom its tokens name ----- */

struct bearer {
	enum token_purpose purpose;
	struct sorting_list *list; /* NULL of a request */
	int64_t subscriber;
	int64_t issue, opened; /* of a recipient; else 0 */
	int64_t request, at;
};

/*
 * The first of the mail's tokens that is ours and serves one of the purposes,
 * which are tried in their order. *found false: there is none. False for
 * failures of the store.
 */
bool bearer_find(struct sorting *s, const struct arrival *a,
	const enum token_purpose *purposes, size_t count, struct bearer *bearer,
	bool *found, struct error *err);

/* ----- asker.c: who asks by mail ----- */

/* Its origin, as proof of what he asked, is the mail. */
struct membership asker_membership(const struct sorting *s,
	const struct sorting_list *list, const struct arrival *a);

/* What he may not have (ERROR_DATA, behind an `ok` that is false) is told with
 * -v and is no failure; he himself is told by a mail, or by none. */
bool asker_refused(const struct sorting *s, const struct arrival *a, bool ok,
	struct error *err);

/* Notes that the mail is acted upon. *before: it was, by an earlier reading. */
bool asker_hear(const struct sorting *s, const struct arrival *a, bool *before,
	struct error *err);

/* So long ago that he has found another way. */
bool asker_is_late(const struct sorting *s, const struct arrival *a);

/* ----- what becomes of it: false for failures of the store alone ----- */

bool sort_returned(
	struct sorting *s, const struct arrival *a, struct error *err);
bool sort_request(
	struct sorting *s, const struct arrival *a, struct error *err);
/* *done false: none of its tokens proves who wishes. */
bool sort_settings(struct sorting *s, const struct arrival *a, bool *done,
	struct error *err);

/* ----- sweep.c ----- */

/* Takes mails from and about those who were erased out of the inbox, where that
 * is due. */
bool sweep_inbox(struct sorting *s, struct error *err);

/* ----- lost.c ----- */

struct lost_reader {
	int64_t id;
	char *what; /* his address, and why */
};

/* `what` is the list's from now on. */
void lost_add(struct sorting_list *list, int64_t id, char *what_take);
void lost_clear(struct sorting_list *list);

/* Tells the editors of the list whom it lost, all in one mail; but nobody who
 * is a reader again by now, for a mail that was read later. */
bool lost_tell(const struct mailroom *room, struct store *store,
	const struct sorting_list *list, struct error *err);

/* ----- disbelieved.c ----- */

/* Holds the list when too much of an issue came back (subscribers/bounces.h), and
 * tells its editors, once. */
bool disbelieved_stop(const struct mailroom *room, struct store *store,
	const struct sorting_list *list, struct error *err);

#endif
