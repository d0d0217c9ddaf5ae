/*
 * Which addresses a transfer may connect: public ones, those of the proxies
 * that the environment names, and with `allow_private` all.
 */
#ifndef SOURCE_FETCH_GUARD_H
#define SOURCE_FETCH_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct fetch_guard;

/* Looks up the proxies' addresses, should there be any. */
struct fetch_guard *fetch_guard_new(void);
void fetch_guard_free(struct fetch_guard *guard);

/* `address` is a struct sockaddr. */
bool fetch_guard_allows(const struct fetch_guard *guard, const void *address);

/* The same for an address as text ("::1"). */
bool fetch_guard_allows_text(
	const struct fetch_guard *guard, const char *address, uint16_t port);

#endif
