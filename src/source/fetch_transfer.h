/*
 * One transfer of the fetcher: its request, what libcurl was told, and what
 * has come so far.
 */
#ifndef SOURCE_FETCH_TRANSFER_H
#define SOURCE_FETCH_TRANSFER_H

#include "source/fetch.h"

struct curl_slist;
struct fetch_guard;
struct fetch_host;

enum { TROUBLE_SIZE = 256 };

/* The octets of all bodies that are coming in. When there are too many, all
 * but one wait: the sum is bounded, and none waits for ever. */
struct fetch_budget {
	size_t most, held;
	const struct transfer *favoured; /* may go on; NULL: nobody yet */
};

struct transfer {
	const struct fetch_request *request;
	const struct fetch_options *options; /* without zeros */
	const struct fetch_guard *guard;
	struct fetch_budget *budget;
	struct fetch_host *host; /* where it waited */
	void *easy;		 /* CURL */
	struct curl_slist *headers;
	struct str url; /* as it is asked for */

	int status; /* of the last response */
	int hops;
	bool has_detour; /* a hop that is not for good */
	struct str etag, modified, retry_after;
	size_t header_octets;
	struct str body;
	bool is_paused;	 /* until another has ended */
	bool has_waited; /* so, at any time */
	int waits;	 /* how often its time ran out in that */

	bool is_plain; /* asked for without any encoding */
	bool is_too_large;
	struct str found;   /* where, in the end; without a password */
	struct str refused; /* the address that the guard refused last */
	char trouble[TROUBLE_SIZE]; /* libcurl's words */
};

/* One that can be used again and again: making libcurl's part and the memory
 * of a body anew took half the time of many small feeds. */
struct transfer *transfer_new(const struct fetch_options *options,
	const struct fetch_guard *guard, struct fetch_budget *budget);
void transfer_free(struct transfer *t);

/* False when there is nothing to transfer; transfer_answer() says why. */
bool transfer_begin(struct transfer *t, const struct fetch_request *request);

/*
 * Some servers say an encoding that they did not use ("gzip" on plain text), or
 * that is none ("utf-8"): they are asked for the octets as they are. And
 * libcurl's clock goes on while a transfer is paused: it is given its time
 * again. True when it has been made ready for that; `code` is libcurl's.
 */
bool transfer_begin_again(struct transfer *t, int code);

/* Another has ended: this one may have room now. */
void transfer_go_on(struct transfer *t);

/* Did anything of an answer come? */
bool transfer_was_heard(const struct transfer *t);

/* Ready for the next; what was answered is gone. */
void transfer_end(struct transfer *t);

/* What came of it; `code` is libcurl's. Borrows from the transfer, but for
 * `error`, which is the caller's to clear. */
void transfer_answer(struct transfer *t, int code, struct fetch_answer *answer);

/* "example.org:443", the same for all spellings of an URL; "" when it is none.
 * Yours. */
char *transfer_host(const char *url);

#endif
