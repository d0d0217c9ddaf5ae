/*
 * A request as it came, and what it is for. Pure: the text of headers in, which
 * anybody may have written.
 */
#ifndef WEB_INQUIRY_H
#define WEB_INQUIRY_H

#include <stdbool.h>

#include "base/str.h"
#include "model/network.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

enum method method_find(const char *name);

/* The texts are borrowed; NULL where there is none. */
struct inquiry {
	enum method method;
	const char *path; /* without what stands behind a "?" */
	struct machine client;
	const char *host, *origin, *fetch_site; /* headers */
	const char *accept_language, *content_type;
	struct span body;
};

enum route {
	ROUTE_NONE,
	ROUTE_INDEX,
	ROUTE_STYLE,
	ROUTE_ROBOTS,
	ROUTE_LEAVE,	   /* /u/TOKEN */
	ROUTE_PREFERENCES, /* /p/TOKEN */
	ROUTE_JOIN,	   /* /s/LIST */
	ROUTE_CONFIRM,	   /* /c/TOKEN */
	ROUTE_CONFIRM_NEW, /* /n/TOKEN: a change of address, from the new one */
	ROUTE_APPROVE,	   /* /a/TOKEN: a draft, by one of its editors */
	ROUTES
};

/* *argument, what stands behind the route, points into the path. */
enum route route_find(const char *path, struct span *argument);

/* "/u/": for messages, which must not have tokens in them. */
const char *route_name(enum route route);

/*
 * Did the page of another site send this form? By Sec-Fetch-Site, which no page
 * can write; else by Origin, which must be the host that was asked, or that of
 * `web` (may be NULL). It is "null" for our own pages, which tell nobody where
 * they were (Referrer-Policy: no-referrer; Fetch, 3.1): so alone it proves
 * nothing, and what must be proven has a token.
 */
bool inquiry_is_foreign(const struct inquiry *r, const char *web);

/* The tag in Accept-Language (RFC 9110, 12.5.4) that is wanted most and that
 * `speaks` takes: lower case, yours to free(); NULL when there is none. */
char *language_accepted(const char *header,
	bool (*speaks)(void *data, const char *language), void *data);

#endif
