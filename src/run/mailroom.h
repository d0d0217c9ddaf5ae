/*
 * The inbox read and acted upon: bounces and complaints whose token is ours
 * count (subscribers/bounces.h), requests are done or asked back about
 * (subscribers/membership.h), everything else is left where it lies and told.
 *
 * Mail is forged easily: without a valid token nothing changes a subscriber,
 * and a token says whom it is about, whatever address the mail names. What
 * answers there are go into the post (store/post.h), with its limits; a mail
 * that may not be answered (RFC 3834, 2) gets none.
 *
 * A mail that is read twice changes nothing twice, so that where the reading
 * stopped is written down only after all was acted upon: a crash reads again.
 *
 * A list whose settings have mistakes is not among those of the site, and its
 * tokens would be none of ours. So while its store has such a list an inbox is
 * passed over, with a warning, and no mail is taken from a pipe.
 *
 * Then mails from and about those who were erased go, where that is due
 * (subscribers/sweep_due.h).
 */
#ifndef RUN_MAILROOM_H
#define RUN_MAILROOM_H

#include "base/log.h"
#include "base/str.h"
#include "model/list.h"
#include "store/store.h"

struct mailroom_report {
	size_t read, bounces, complaints, requests, automatic, letters;
	size_t dropped, probed, left, joined; /* subscribers, by that */
	size_t unproven; /* bounces and complaints without a token of ours */
	size_t swept;	 /* mails of who was erased, taken out … */
	size_t kept;	 /* … or left, as what may be for another list */
};

/* Of one run of the program; all but `seen` is the caller's. */
struct mailroom {
	const struct list *const *lists;   /* of the site, NULL-terminated */
	const struct list *const *unsound; /* those whose settings have
					      mistakes, likewise; or NULL. Of
					      them only name and store count,
					      and a store of NULL is any */
	const struct log *log;
	const struct relay *relay; /* in place of the lists', for what editors
				      are told; or NULL */
	int64_t now;
	bool dry_run; /* says what would be done, and the store stays as it is */
	struct str seen;    /* inboxes that were looked at; "" at first … */
	struct str whole;   /* … and those that were read to their end */
	size_t passed_over; /* inboxes that are not read for `unsound` */
};

/*
 * Reads what is new in the inbox of this list, which may be that of others,
 * too, and tells each list's editors whom it lost. Nothing when the list has
 * no inbox, when this room has read that already, when it is passed over, or when
 * another process is at it. Adds to *report.
 */
bool mailroom_read(struct mailroom *room, struct store *store,
	const struct list *list, struct mailroom_report *report,
	struct error *err);

/*
 * Takes out what is due in the inbox of this list, reading nothing else; when
 * another process is at it, when this room has done that already, or when it is
 * passed over, nothing. Adds to *report.
 */
bool mailroom_sweep(struct mailroom *room, struct store *store,
	const struct list *list, struct mailroom_report *report,
	struct error *err);

/* Those of the list who were probed and did not bounce are well, but for those
 * of an inbox that this room has not read to its end: what came back may lie
 * there. At each run. */
bool mailroom_settle(struct mailroom *room, struct store *store,
	const struct list *list, struct error *err);

/* One mail, as a pipe of the MTA brings it, for this list or any other of its
 * store; ERROR_CONFIG when it may be for one whose settings have mistakes. */
bool mailroom_take(struct mailroom *room, struct store *store,
	const struct list *list, struct span bytes,
	struct mailroom_report *report, struct error *err);

void mailroom_clear(struct mailroom *room);

#endif
