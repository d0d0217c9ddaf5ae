/*
 * Asking the DNS for TXT records (RFC 1035), by the C library's resolver. Only
 * what is cheap to be wrong about is asked here: answers are not validated
 * (DNSSEC), and one too long for a datagram counts as none.
 */
#ifndef NET_DNS_H
#define NET_DNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct dns_records {
	struct span *texts; /* each with all its strings joined; any octets */
	size_t count;
};

/*
 * All TXT records of the name, in the arena; none when the DNS says that there
 * are none. Takes at most two seconds. ERROR_LATER: it gives no answer.
 * `server` is "ADDRESS:PORT" (IPv4), or NULL: those of the system.
 */
bool dns_txt(const char *name, const char *server, struct arena *arena,
	struct dns_records *out, struct error *err);

/* Reads an answer, which comes from outside. Follows no names: what stands
 * there beside an alias (CNAME) is taken for it. False when it is none. */
bool dns_read_txt(
	struct span answer, struct arena *arena, struct dns_records *out);

#endif
