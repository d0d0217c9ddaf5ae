/*
 * What came back: failures and complaints about subscribers, as the policy
 * (subscribers/bounces.h) weighs them and `subscribers show` tells them.
 */
#ifndef STORE_RETURNED_H
#define STORE_RETURNED_H

#include "model/returned.h"
#include "store/store.h"

struct return_record {
	int64_t subscriber, issue; /* issue 0: none, a probe */
	enum return_class class;
	const char *status; /* or NULL */
	const char *text;   /* diagnostic; or NULL */
	int64_t at;
	bool disbelieved; /* as is all of its issue (store/returned_mass.h); read
			     only */
};

/* *known: the same class for the same issue is there already, and nothing was
 * written: bounces are sent more than once. Of probes each counts. */
bool store_return_add(struct store *store, const struct return_record *record,
	bool *known, struct error *err);

bool store_returns(struct store *store, int64_t subscriber,
	bool (*each)(void *data, const struct return_record *r), void *data,
	struct error *err);

/* How many of a class since, but for those that are not believed
 * (store/returned_mass.h). */
bool store_return_counts(struct store *store, int64_t subscriber, int64_t since,
	size_t counts[RETURN_CLASSES], struct error *err);

/* Was that issue opened before he went to another address, so that it may have
 * been sent to the old one? */
bool store_return_is_old(struct store *store, int64_t subscriber, int64_t issue,
	bool *old, struct error *err);

/* He was asked by a probe at `at`; INSTANT_NONE: he is not (any more). Clears
 * what came back when `clear`. */
bool store_probe_set(struct store *store, int64_t subscriber, int64_t at,
	bool clear, struct error *err);

/* Who is being probed by a mail that was sent before `before`: they did not come
 * back. */
bool store_probes(struct store *store, int64_t list, int64_t before,
	bool (*each)(void *data, int64_t subscriber), void *data,
	struct error *err);

/* Whom a recipient stands for, and two things of his issue. */
struct recipient_whose {
	int64_t list, subscriber;
	int64_t opened;
	char *salt; /* his tokens grow from it; yours to free() */
};

/* *found false: unknown, and all of *whose is 0. */
bool store_recipient_whose(struct store *store, int64_t issue, int64_t seq,
	struct recipient_whose *whose, bool *found, struct error *err);

/* The issues that have him as a recipient, the oldest first: for who asks what
 * we know of him. Reads all ledgers, which have no index by subscriber. */
struct sent_issue {
	int number;
	const char *subject; /* or NULL */
	enum recipient_state state;
	int64_t at;
	int code;
	const char *reply; /* or NULL */
};
bool store_sent_issues(struct store *store, int64_t subscriber,
	bool (*each)(void *data, const struct sent_issue *sent), void *data,
	struct error *err);

/* Forgets what came back before, of the subscribers of a list. */
bool store_returns_prune(
	struct store *store, int64_t list, int64_t before, struct error *err);

#endif
