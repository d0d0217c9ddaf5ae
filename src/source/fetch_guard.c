#include "source/fetch_guard.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "source/fetch.h"

/* Where libcurl looks. Not HTTP_PROXY: to a CGI program that is the header
 * "Proxy:" of whoever asks. */
static const char *const proxy_variables[] = {
	"http_proxy",
	"https_proxy",
	"HTTPS_PROXY",
	"all_proxy",
	"ALL_PROXY",
};

enum { PROXY_COUNT = sizeof proxy_variables / sizeof *proxy_variables };

struct fetch_guard {
	struct addrinfo *proxies[PROXY_COUNT]; /* NULLs among them */
};

/* libcurl takes a proxy without a scheme for http, one without a port for
 * 1080, or 443 behind https. */
static struct addrinfo *
proxy_addresses(const char *text)
{
	CURLU *url = curl_url();
	char *host = NULL, *port = NULL, *scheme = NULL;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	struct span name;
	char *plain;

	if (curl_url_set(url, CURLUPART_URL, text,
		    CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) ||
		curl_url_get(url, CURLUPART_HOST, &host, 0) ||
		curl_url_get(url, CURLUPART_SCHEME, &scheme, 0))
		goto out;
	if (curl_url_get(url, CURLUPART_PORT, &port, 0))
		port = NULL;
	name = span_of(host);
	if (span_starts(name, "[") && span_ends(name, "]"))
		name = span_slice(name, 1, name.len - 2);
	plain = span_dup(name);
	if (getaddrinfo(plain,
		    port				   ? port
			    : text_equals(scheme, "https") ? "443"
							   : "1080",
		    &hints, &found))
		found = NULL;
	free(plain);
out:
	curl_free(host);
	curl_free(port);
	curl_free(scheme);
	curl_url_cleanup(url);
	return found;
}

struct fetch_guard *
fetch_guard_new(void)
{
	struct fetch_guard *guard = mem_new(sizeof *guard);

	for (int i = 0; i < PROXY_COUNT; i++) {
		const char *text = getenv(proxy_variables[i]);

		if (!text_is_empty(text))
			guard->proxies[i] = proxy_addresses(text);
	}
	return guard;
}

void
fetch_guard_free(struct fetch_guard *guard)
{
	if (!guard)
		return;
	for (int i = 0; i < PROXY_COUNT; i++)
		if (guard->proxies[i])
			freeaddrinfo(guard->proxies[i]);
	free(guard);
}

static bool
is_same(const struct sockaddr *a, const struct sockaddr *b)
{
	struct sockaddr_in a4, b4;
	struct sockaddr_in6 a6, b6;

	if (a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET) {
		memcpy(&a4, a, sizeof a4);
		memcpy(&b4, b, sizeof b4);
		return a4.sin_port == b4.sin_port &&
			a4.sin_addr.s_addr == b4.sin_addr.s_addr;
	}
	if (a->sa_family != AF_INET6)
		return false;
	memcpy(&a6, a, sizeof a6);
	memcpy(&b6, b, sizeof b6);
	return a6.sin6_port == b6.sin6_port &&
		memcmp(&a6.sin6_addr, &b6.sin6_addr, sizeof a6.sin6_addr) == 0;
}

bool
fetch_guard_allows(const struct fetch_guard *guard, const void *address)
{
	if (!fetch_is_private(address))
		return true;
	for (int i = 0; i < PROXY_COUNT; i++)
		for (const struct addrinfo *a = guard->proxies[i]; a;
			a = a->ai_next)
			if (is_same(a->ai_addr, address))
				return true;
	return false;
}

bool
fetch_guard_allows_text(
	const struct fetch_guard *guard, const char *address, uint16_t port)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port)};

	if (inet_pton(AF_INET, address, &in.sin_addr) == 1)
		return fetch_guard_allows(guard, &in);
	if (inet_pton(AF_INET6, address, &in6.sin6_addr) == 1)
		return fetch_guard_allows(guard, &in6);
	return false;
}

const char *
fetch_proxy(void)
{
	for (size_t i = 0; i < PROXY_COUNT; i++)
		if (!text_is_empty(getenv(proxy_variables[i])))
			return proxy_variables[i];
	return NULL;
}
