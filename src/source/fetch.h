/*
 * The one guarded fetcher: everything that comes over HTTP comes through here,
 * many at once (libcurl's multi interface).
 *
 * http and https only, also after redirects; TLS verified ($SSL_CERT_FILE adds
 * a house's own authorities); at most 10 MB after decompression, 30 seconds,
 * five redirects. No cookies, no Referer; a user and password in an URL go to
 * its own host only, and stand in no message.
 *
 * Private, loopback, link-local and reserved addresses are refused on the
 * address really connected, whatever a name or a redirect said, unless the
 * request allows them. A proxy comes from the environment as curl reads it
 * (http_proxy, https_proxy, all_proxy, no_proxy), and may be anywhere. Which
 * addresses it connects for us, nobody here can know: behind a proxy the guard
 * is the proxy's task.
 */
#ifndef SOURCE_FETCH_H
#define SOURCE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/error.h"
#include "base/str.h"

struct fetch_request {
	const char *url;
	const char *etag, *modified; /* validators of the last time; NULL */
	const char *accept;	     /* the Accept header; NULL: anything */
	bool allow_private;
	bool head;  /* is it there? No body is asked for (HEAD) */
	void *data; /* the caller's */
};

enum fetch_kind {
	FETCH_FRESH,	    /* a body */
	FETCH_NOT_MODIFIED, /* 304 */
	FETCH_GONE,	    /* 410: do not ask again */
	FETCH_WAIT,	    /* 429 or 503: not before `retry_at` */
	FETCH_FAILED,
};

/* Everything is borrowed, and only there during the callback. */
struct fetch_answer {
	const struct fetch_request *request;
	enum fetch_kind kind;
	int status; /* of HTTP; 0: there was none */
	struct span body;
	/* Without a password: links are made absolute by it. */
	const char *url;      /* where it was found in the end */
	const char *moved_to; /* when all redirects were permanent; or NULL */

	/* NULL when unsaid. Validators too long to be sent back are. */
	const char *etag, *modified, *content_type;

	int64_t retry_at; /* of FETCH_WAIT; INSTANT_NONE: unsaid */

	/* Of GONE, WAIT and FAILED: "https://example.org/feed.xml: …". */
	struct error error;
	bool is_private; /* FAILED because of that: see allow_private */
};

struct fetch_options {
	size_t limit;		/* octets of a body; 0: 10 MB */
	int64_t timeout_ms;	/* of one transfer, redirects too; 0: the
				   usual */
	int timeout_scale;	/* it is divided by that; 0: it is not */
	int at_once;		/* transfers; 0: 64 */
	const char *user_agent; /* NULL: "postrider/VERSION" */
	int64_t now;		/* for a Retry-After in seconds */
	int stop;		/* a descriptor: readable, and all is left as
				   it is; 0: none */
};

/*
 * Fetches all and calls `each` for every one as it comes in, in no order. Two
 * at a time from a host, counted by the host that was asked, and six where
 * requests allow private addresses; when it leaves four in a row without a
 * word, the rest fail unasked. The bodies in memory are at most 24 MB together,
 * and one more; each is there until its callback returns. False only when
 * libcurl cannot work at all, and when it was told to stop: then nobody else is
 * answered. The caller ignores SIGPIPE.
 */
bool fetch_all(const struct fetch_request *requests, size_t count,
	const struct fetch_options *options,
	void (*each)(void *data, const struct fetch_answer *answer), void *data,
	struct error *err);

/* The variable of the environment that names a proxy; NULL: there is none, and
 * the guard holds for all. */
const char *fetch_proxy(void);

/*
 * Is this an address of our own machine or network, or of nobody (RFC 6890)?
 * Addresses that carry one of IPv4 (mapped, NAT64, 6to4) are as private as
 * that. `address` is a struct sockaddr; what is neither IPv4 nor IPv6 is
 * private.
 */
bool fetch_is_private(const void *address);

#endif
