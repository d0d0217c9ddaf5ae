/*
 * Who may ask the desk for anything. It is reached from this machine alone, but
 * any page in the same browser can send it requests, and any name can be made
 * to mean 127.0.0.1. Pure.
 *
 *  1. The host asked for is this machine by one of its own names and our port:
 *     another name means that it was rebound (421).
 *  2. What is no top-level navigation comes from a page of ours, by
 *     Sec-Fetch-Site, which no page can write, else by Origin (403).
 *  3. It has the cookie, which whoever had the start token was given: once.
 *     The cookie is SameSite=Strict, so what another page causes lacks it. It
 *     bears the port in its name, for cookies know none (RFC 6265, 8.5).
 *  4. A POST has the token of our forms.
 *
 * Behind a proxy, which is who reaches the socket, 1 and 3 are its business: it
 * says who the user is in Remote-User or X-Remote-User, and without a name
 * nobody comes in. These headers count nowhere else.
 */
#ifndef DESK_GUARD_H
#define DESK_GUARD_H

#include <stdbool.h>

#include "base/str.h"

struct guard {
	int port;		     /* 0: a socket, with a proxy before it */
	char *start, *cookie, *form; /* secrets, its own */
	bool started;		     /* the start token was used */
};

/* Takes three secrets of at least 24 characters. */
void guard_init_take(
	struct guard *guard, int port, char *start, char *cookie, char *form);
void guard_clear(struct guard *guard);

/* The headers of a request; NULL where there is none. */
struct knock {
	bool post;
	const char *path;
	const char *host, *origin, *fetch_site, *fetch_mode, *fetch_dest;
	const char *cookie, *remote_user, *x_remote_user;
};

enum verdict {
	VERDICT_ENTER,
	VERDICT_START,	     /* give him the cookie, and send him to "/" */
	VERDICT_MISDIRECTED, /* another host was asked */
	VERDICT_FOREIGN,     /* sent by the page of another site */
	VERDICT_STRANGER,    /* no cookie; or, by a proxy, no name */
};

/* Uses the start token up when it says VERDICT_START. */
enum verdict guard_judge(struct guard *guard, const struct knock *knock);

/* Is this the token of our forms? */
bool guard_knows_form(const struct guard *guard, struct span token);

/* Appends the value of Set-Cookie. */
void guard_write_cookie(const struct guard *guard, struct str *out);

/* The user whom the proxy named; NULL without a proxy. */
const char *guard_user(const struct guard *guard, const struct knock *knock);

#endif
