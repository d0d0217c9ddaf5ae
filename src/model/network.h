/*
 * Addresses of machines, and networks of them; where a server listens. Text in,
 * octets out: nothing is looked up.
 *
 * All addresses are kept as those of IPv6; one of IPv4 as ::ffff:192.0.2.1 (RFC
 * 4291, 2.5.5.2), so that it is the same however it came.
 */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include <stdbool.h>

#include "base/str.h"

struct machine {
	unsigned char octets[16];
};

/* "::", which is nobody's: who is at the other end of a Unix socket. */
extern const struct machine machine_unknown;

/* "192.0.2.1", "2001:db8::1"; with a port behind it, too: "192.0.2.1:80",
 * "[2001:db8::1]:80". */
bool machine_parse(struct span text, struct machine *out);

/* Appends it without a port. */
void machine_write(struct str *out, const struct machine *m);

bool machine_is_ipv4(const struct machine *m);
bool machine_is_loopback(const struct machine *m); /* or unknown */

/* What one customer of a provider has: the /64 of IPv6, all of IPv4. */
struct machine machine_neighbourhood(const struct machine *m);

/* A machine, or "192.0.2.0/24", "2001:db8::/32". */
struct network {
	struct machine first;
	unsigned bits; /* 0-128 */
};

bool network_parse(struct span text, struct network *out);
bool network_has(const struct network *n, const struct machine *m);

/* Where a server listens: "127.0.0.1:8025", "[::1]:8025", "localhost:8025", or
 * "unix:PATH". */
struct endpoint {
	struct span path; /* within the text; empty: a port */
	struct machine machine;
	int port;
};

bool endpoint_parse(struct span text, struct endpoint *out);

#endif
