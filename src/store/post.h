/*
 * The post: mails to one person that are no issue, such as "please confirm".
 * They are put here in the transaction that makes them necessary, and sent soon
 * after by whoever comes first: `serve`, `run` or `inbox` (run/post.h). One may
 * come twice after a crash; none is lost.
 */
#ifndef STORE_POST_H
#define STORE_POST_H

#include "store/store.h"

/* The numbers are stored. */
enum post_kind {
	POST_CONFIRM_JOIN,  /* request */
	POST_CONFIRM_LEAVE, /* request */
	POST_CONFIRM_OLD,   /* request: a change of address, to the old */
	POST_CONFIRM_NEW,   /* the same, to the new */
	POST_CONFIRM_ERASE, /* request */
	POST_KNOWN,	    /* subscriber: asked to join, and is a reader */
	POST_WELCOME,	    /* subscriber, with the latest issue's address */
	POST_GOODBYE,	    /* subscriber, with a way back */
	POST_COPY,	    /* subscriber: all we know of him, as JSON */
	POST_PROBE,	    /* subscriber: does this reach you? */
	POST_SETTINGS, /* subscriber: what he receives, and how to change it */
	POST_LATEST,   /* subscriber: the latest issue, to who has joined */
	POST_KINDS
};

const char *post_kind_name(enum post_kind kind); /* "confirm-join", … */

struct post {
	int64_t id; /* out, of store_post_add() */
	int64_t list;
	enum post_kind kind;
	int64_t request, subscriber; /* 0: none */
	const char *address;	     /* whom it goes to */
	const char *key;	     /* address_key() of that */
	const char *language;	     /* NULL: the list's */
	const char *in_reply_to; /* Message-ID of what it answers; or NULL */
	int64_t at;
	int tries;
};

/* Mails that strangers can cause are counted, those to readers about what they
 * asked for apart from the others: who fills one account keeps nobody from
 * leaving. The numbers are stored. */
enum post_account { POST_UNCOUNTED, POST_TO_ANYBODY, POST_TO_READERS };

struct post_limits {
	enum post_account account;
	int hourly; /* of the whole site, of the account; 0: any number */
	int daily;  /* of one kind to one address on one list; 0: any number */
	int everywhere; /* a day, to one address, of all lists and kinds that
			   are counted; 0: any number */
};

/*
 * Puts one there, due at once. *taken false when a limit forbids it: then
 * nothing was written, and who asks is not told. Limits count what was put,
 * sent or not.
 */
bool store_post_add(struct store *store, struct post *post,
	const struct post_limits *limits, bool *taken, struct error *err);

/* How many of an account were put there in the hour before `now`. */
bool store_post_count(struct store *store, enum post_account account,
	int64_t now, size_t *count, struct error *err);

/* Takes the oldest that is due at `now`, of this list, for `lease` seconds: when
 * its taker dies another takes it then. *found false: there is none. Yours to
 * post_free(). */
struct post *store_post_take(struct store *store, int64_t list, int64_t now,
	int64_t lease, bool *found, struct error *err);
void post_free(struct post *post);

/* What became of it: sent; to be tried again at `next`; or, with INSTANT_NONE,
 * given up, with the reply as reason. */
bool store_post_sent(
	struct store *store, int64_t id, int64_t at, struct error *err);
bool store_post_failed(struct store *store, int64_t id, int64_t next,
	const char *why, struct error *err);

/* All there were to an address or a subscriber (0: none) on a list, the oldest
 * first; `sent` INSTANT_NONE: it was not (yet), and `failure` says why, if it
 * was tried. */
bool store_posts(struct store *store, int64_t list, int64_t subscriber,
	const char *key,
	bool (*each)(void *data, const struct post *post, int64_t sent,
		const char *failure),
	void *data, struct error *err);

/* Forgets those dealt with that were put there before. */
bool store_post_prune(struct store *store, int64_t before, struct error *err);

#endif
