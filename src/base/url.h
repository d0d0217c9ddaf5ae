/*
 * URLs as text (RFC 3986): schemes, and what a relative one means. Nothing is
 * fetched or looked up.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include <stdbool.h>

#include "base/str.h"

/* "https"; empty when there is none: the URL is relative. */
struct span url_scheme(struct span url);

/* http://host… or https://host…, in any case. */
bool url_is_web(struct span url);

/* The host of http://host…, as it is written there, without user, "www." and
 * port: what a reader calls the place. Empty for all else. */
struct span url_host(struct span url);

/* Appends what `url` means where `base` (absolute) stands (5.2). */
void url_resolve(struct str *out, struct span base, struct span url);

/*
 * Appends a link that is safe to offer: one of http, https and mailto, made
 * absolute, with blanks, quotes, angle brackets and what lies beyond ASCII
 * written as %XX (but in the host, which is for people to read). False, and
 * nothing appended, for any other scheme, a control character anywhere, or a
 * relative URL when `base` is NULL.
 */
bool url_link(struct str *out, struct span url, const char *base);

/* Appends the octets meant by "%40" and the like (2.1). False when one is
 * broken; what stood before it has been appended. */
bool url_unescape(struct str *out, struct span text);

/* "feed://example.org/x" and "feed:https://example.org/x" are old ways of saying
 * that a reader should open it. Appends the web address that is meant; any
 * other URL as it is. */
void url_without_feed(struct str *out, struct span url);

/* Appends the web address without user and password: for all that is shown. */
void url_without_login(struct str *out, struct span url);

/* Have they the same scheme, host and port? As written, in any case; user and
 * password are no part of it. */
bool url_is_same_server(struct span a, struct span b);

/* Appends `url`, with the user and password of `from` when it has none and is
 * of the same scheme, host and port. */
void url_with_login(struct str *out, struct span url, struct span from);

/*
 * Appends what is equal for links that lead to the same page: without scheme,
 * "www.", default port, fragment, tracking parameters and final slash. False
 * when it is no web link, or a home page, which is nobody's own.
 */
bool url_key(struct str *out, struct span link);

#endif
