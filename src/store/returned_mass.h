/*
 * An issue of which too much came back: it is not its readers' mailboxes that
 * are gone, but a relay that took all and delivered none of it, or one that
 * others refuse. Nothing that came back of it is believed then, until an editor
 * says that it is true.
 */
#ifndef STORE_RETURNED_MASS_H
#define STORE_RETURNED_MASS_H

#include "store/store.h"

/* The numbers are stored. */
enum return_trust {
	RETURNS_COUNT,	     /* as the policy says */
	RETURNS_DISBELIEVED, /* for nothing */
	RETURNS_BELIEVED,    /* for an editor said so, however many */
	RETURNS_SENT_AGAIN,  /* nor do these, whatever comes back now: nobody
				can tell which letter it is about */
};

bool return_trust_counts(enum return_trust trust);

/* How much of an issue came back, for good or for now. */
struct return_share {
	int64_t issue;
	int number; /* 0: none */
	enum return_trust trust;
	int64_t failed, letters; /* letters 0: nobody knows any more */
};

/* Of an issue that the store does not know all is 0. */
bool store_return_share(struct store *store, int64_t issue,
	struct return_share *share, struct error *err);

/* One more of it failed. */
bool store_return_failed(struct store *store, int64_t issue, struct error *err);

/*
 * Nothing that came back of the issue counts from now on. Whom the inbox took
 * off this list for it is what he was before, and so is who was removed from any
 * list because the inbox suppressed him, for that reason; who was probed is not
 * any more. *back of them were taken off this list.
 */
struct disbelief {
	int64_t list, issue, at;
	const char *reason; /* of the suppression */
};
bool store_disbelieve(struct store *store, const struct disbelief *d,
	size_t *back, struct error *err);

/* What came back of the list's issues that were not believed is true: `each` is
 * called with whom it is about, within the transaction. */
bool store_believe(struct store *store, int64_t list,
	bool (*each)(void *data, int64_t subscriber, struct error *err),
	void *data, struct error *err);

/* The newest of the list that is not believed, and of which editors were not
 * told yet; *found false: there is none. And that they were, of all. */
bool store_disbelieved(struct store *store, int64_t list,
	struct return_share *share, bool *found, struct error *err);
bool store_disbelieved_told(
	struct store *store, int64_t list, struct error *err);

#endif
