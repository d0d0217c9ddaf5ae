/*
 * The bounce policy: what failures add up to (list->bounce_policy).
 *
 *     hard       `hard` of them within `within`: bounced
 *     soft       `soft` of them within `within`: bounced
 *     temporary  never by itself
 *     complaint  gone at once, and suppressed where the policy says so
 *
 * Who has been a reader for `probe_after` or longer is not dropped at once but
 * probed: a mail asks whether this one arrives. When that comes back he is
 * dropped; when it does not within `probe_wait` of its sending his slate is
 * clean. So it is when he goes to another address: no failure of an issue from
 * before counts then.
 *
 * More of an issue than list->guard_bounces is not believed: its failures, hard
 * and soft ones, count for nothing, and whoever was taken off for one is back
 * (store/returned_mass.h).
 */
#ifndef SUBSCRIBERS_BOUNCES_H
#define SUBSCRIBERS_BOUNCES_H

#include "model/list.h"
#include "store/returned.h"

enum bounce_effect {
	BOUNCE_COUNTED,
	BOUNCE_KNOWN,	    /* the same was told before */
	BOUNCE_PROBED,	    /* a probe is on its way */
	BOUNCE_DROPPED,	    /* bounced, or gone after a complaint */
	BOUNCE_IGNORED,	    /* he is no reader any more */
	BOUNCE_OLD,	    /* it is about an address that he had before */
	BOUNCE_DISBELIEVED, /* too much of its issue came back */
};

struct bounce {
	const struct list *list;
	int64_t list_id, subscriber, issue; /* issue 0: of a probe */
	bool probe;			    /* what came back was a probe */
	enum return_class class;
	const char *status, *text;
	int64_t came; /* when it arrived, and counts; 0: now */
	int64_t now;
};

/* Records it and does what the policy says. The caller has verified the token
 * that names him. */
bool bounce_take(struct store *store, const struct bounce *bounce,
	enum bounce_effect *effect, struct error *err);

/* Those whose probe did not come back are well. *count of them. */
bool bounce_settle_probes(struct store *store, const struct list *list,
	int64_t list_id, int64_t now, size_t *count, struct error *err);

/* What came back of the list's issues and was not believed is true after all, an
 * editor says. *count: so many are taken off, or asked by a probe. */
bool bounce_believe(struct store *store, const struct list *list,
	int64_t list_id, int64_t now, size_t *count, struct error *err);

#endif
