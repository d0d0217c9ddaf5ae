/*
 * Which addresses are not of the public internet. The registries of special
 * purpose addresses (RFC 6890) as tables: of IPv4 everything is public but what
 * is listed; of IPv6 only 2000::/3 is, and not all of it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "source/fetch.h"

enum { BITS_IN_OCTET = 8, IPV4_SIZE = 4, IPV6_SIZE = 16 };

struct rule {
	const char *prefix;
	unsigned bits;
	enum { PRIVATE, PUBLIC, CARRIES } means;
	unsigned at; /* of CARRIES: where the IPv4 address stands */
};

static const struct rule rules4[] = {
	{"0.0.0.0", 8, PRIVATE, 0},	  /* this host: Linux connects it */
	{"10.0.0.0", 8, PRIVATE, 0},	  /* RFC 1918 */
	{"100.64.0.0", 10, PRIVATE, 0},	  /* behind a provider's NAT */
	{"127.0.0.0", 8, PRIVATE, 0},	  /* loopback */
	{"169.254.0.0", 16, PRIVATE, 0},  /* link-local; clouds' metadata */
	{"172.16.0.0", 12, PRIVATE, 0},	  /* RFC 1918 */
	{"192.0.0.0", 24, PRIVATE, 0},	  /* IETF protocols */
	{"192.0.2.0", 24, PRIVATE, 0},	  /* documentation */
	{"192.88.99.0", 24, PRIVATE, 0},  /* relays of 6to4, once */
	{"192.168.0.0", 16, PRIVATE, 0},  /* RFC 1918 */
	{"198.18.0.0", 15, PRIVATE, 0},	  /* benchmarks */
	{"198.51.100.0", 24, PRIVATE, 0}, /* documentation */
	{"203.0.113.0", 24, PRIVATE, 0},  /* documentation */
	{"224.0.0.0", 4, PRIVATE, 0},	  /* multicast */
	{"240.0.0.0", 4, PRIVATE, 0},	  /* reserved; broadcast */
	{"0.0.0.0", 0, PUBLIC, 0},
};

/* The first that matches counts. */
static const struct rule rules6[] = {
	{"::ffff:0:0", 96, CARRIES, 12}, /* mapped: goes out as IPv4 */
	{"64:ff9b::", 96, CARRIES, 12},	 /* NAT64 (RFC 6052) */
	{"2002::", 16, CARRIES, 2},	 /* 6to4 (RFC 3056) */
	{"2001::", 23, PRIVATE, 0},	 /* IETF protocols; Teredo */
	{"2001:db8::", 32, PRIVATE, 0},	 /* documentation */
	{"3fff::", 20, PRIVATE, 0},	 /* documentation */
	{"2000::", 3, PUBLIC, 0},
	/* ::1, fc00::/7, fe80::/10, fec0::/10, ff00::/8, and what nobody has */
	{"::", 0, PRIVATE, 0},
};

static bool
matches(const unsigned char *address, const unsigned char *prefix,
	unsigned bits)
{
	unsigned whole = bits / BITS_IN_OCTET, rest = bits % BITS_IN_OCTET;

	if (memcmp(address, prefix, whole) != 0)
		return false;
	return rest == 0 ||
		((address[whole] ^ prefix[whole]) >> (BITS_IN_OCTET - rest)) ==
		0;
}

static bool
is_private4(const unsigned char *address)
{
	const struct rule *rule = rules4;
	unsigned char prefix[IPV4_SIZE];

	for (;; rule++) {
		inet_pton(AF_INET, rule->prefix, prefix);
		if (matches(address, prefix, rule->bits))
			return rule->means == PRIVATE;
	}
}

static bool
is_private6(const unsigned char *address)
{
	const struct rule *rule = rules6;
	unsigned char prefix[IPV6_SIZE];

	for (;; rule++) {
		inet_pton(AF_INET6, rule->prefix, prefix);
		if (!matches(address, prefix, rule->bits))
			continue;
		if (rule->means == CARRIES)
			return is_private4(address + rule->at);
		return rule->means == PRIVATE;
	}
}

bool
fetch_is_private(const void *address)
{
	const struct sockaddr *any = address;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (any->sa_family) {
	case AF_INET:
		memcpy(&in, address, sizeof in);
		return is_private4((unsigned char *)&in.sin_addr);
	case AF_INET6:
		memcpy(&in6, address, sizeof in6);
		return is_private6(in6.sin6_addr.s6_addr);
	default:
		return true;
	}
}
