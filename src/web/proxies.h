/*
 * Whom a request came from, when it came through proxies: each appends to
 * X-Forwarded-For the address it was asked from. What stands there counts only
 * as far as machines that we trust have written it; anybody can begin the list
 * as he likes.
 *
 *     X-Forwarded-For: what he claims, the client, our outer proxy
 *     peer:            our inner proxy
 *
 * Pure.
 */
#ifndef WEB_PROXIES_H
#define WEB_PROXIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/network.h"

struct proxies {
	struct network *trusted;
	size_t count;
};

/* Reads `serve.trusted_proxies`. */
bool proxies_read(
	struct proxies *proxies, const char *const *texts, struct error *err);
void proxies_clear(struct proxies *proxies);

/* Who is at the other end of a Unix socket is one: nobody else is there. */
bool proxies_trust(const struct proxies *proxies, const struct machine *m);

/* `forwarded` is all of X-Forwarded-For, several of them joined with commas. */
struct machine proxies_client(const struct proxies *proxies,
	const struct machine *peer, struct span forwarded);

#endif
