/*
 * Requests: what somebody asked for and has yet to confirm. Anybody can type
 * anybody's address into a form, so a request changes no subscriber; only its
 * confirmation does, which needs the token that went to the address itself.
 *
 * A request is done once: its token is void afterwards, so that a mail found a
 * year later, or a scanner that follows links, brings nobody back. So is a mail
 * that asks for something heard once, however often its mailbox shows it.
 */
#ifndef STORE_REQUEST_H
#define STORE_REQUEST_H

#include "store/store.h"

/* The numbers are stored. */
enum request_kind {
	REQUEST_JOIN,
	REQUEST_LEAVE,	/* by mail, without a token */
	REQUEST_CHANGE, /* of address: both must confirm */
	REQUEST_EXPORT, /* a copy of what we know of him */
	REQUEST_ERASE,
	REQUEST_KINDS
};

/* What of it was confirmed; a bit each. */
enum { CONFIRMED_OLD = 1, CONFIRMED_NEW = 2 };

struct request {
	int64_t id; /* out, of store_request_add() */
	int64_t list;
	enum request_kind kind;
	int64_t subscriber;	   /* whom it is about; 0: unknown here */
	const char *key, *address; /* that the confirmation goes to; of a change
				      the new one */
	const char *name, *format, *language; /* of a join; or NULL */
	const char *wording; /* what the asker was shown, as proof; or NULL */
	const char *origin;  /* "form, 192.0.2.7", "mail, <id>": as proof */
	enum subscriber_origin by; /* ORIGIN_WEB, ORIGIN_MAIL */
	int64_t at;
	unsigned confirmed;
	bool done;
};

bool store_request_add(
	struct store *store, struct request *request, struct error *err);

/* Yours to request_free(); NULL and err not set when there is none. */
struct request *store_request(
	struct store *store, int64_t id, struct error *err);
void request_free(struct request *request);

/* All there are of an address or a subscriber (0: none) on a list, the oldest
 * first. */
bool store_requests(struct store *store, int64_t list, int64_t subscriber,
	const char *key,
	bool (*each)(void *data, const struct request *request), void *data,
	struct error *err);

bool store_request_confirm(struct store *store, int64_t id, unsigned confirmed,
	bool done, struct error *err);

/* Forgets those of a list that were made before; who is still pending since
 * then and never confirmed is forgotten, too, with all that is known of him.
 * (The newest number stays: see invariant 15.) */
bool store_requests_prune(
	struct store *store, int64_t list, int64_t before, struct error *err);

/* ----- by mail ----- */

/* Notes at `at` that a mail was acted upon; `mail` is what it is known by.
 * *before: it had been already. */
bool store_hear(struct store *store, const char *mail, int64_t at, bool *before,
	struct error *err);

/* Changes nothing. */
bool store_was_heard(
	struct store *store, const char *mail, bool *was, struct error *err);

/* Forgets those that were noted before. */
bool store_heard_prune(struct store *store, int64_t before, struct error *err);

#endif
