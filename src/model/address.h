/*
 * Mail addresses (RFC 5321, 4.1.2; RFC 5322, 3.4; RFC 6531 and 6532 for those
 * beyond ASCII; RFC 5890 for domains).
 *
 * An address is kept as it was written. Two that name one mailbox for our
 * purposes have the same key: the domain as lower-case A-labels, the local part
 * case-folded. (A local part may be case-sensitive by the RFC; no real roster
 * is.)
 */
#ifndef MODEL_ADDRESS_H
#define MODEL_ADDRESS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

/*
 * Is this one mailbox that mail can be sent to? The text as it stands: nothing
 * is trimmed. Refused with the reason: no or two @, lengths over 64 and 254
 * octets, dots at the ends or doubled, controls, comments, quoted local parts,
 * domain literals, a domain without a dot, labels against RFC 5890.
 */
bool address_check(struct span text, struct error *err);

/*
 * Appends the key. The address must have passed address_check().
 */
void address_key(struct str *out, struct span address);

/* Has this text, which may be no address at all, that key? */
bool address_has_key(struct span text, const char *key);

/*
 * Appends the address with its domain in A-labels, as it goes over the wire.
 * Sets *needs_utf8 when the local part is not ASCII: then only a relay that
 * announced SMTPUTF8 takes it (RFC 6531).
 */
void address_wire(struct str *out, struct span address, bool *needs_utf8);

/* The part behind the last @; empty when there is none. */
struct span address_domain(struct span address);

/* The part before it; all when there is none. */
struct span address_local(struct span address);

/* Appends the domain as the key has it: what two addresses at one domain have
 * in common. */
void address_domain_key(struct str *out, struct span address);

/* A mailbox with its display name; both borrowed or owned as its holder says.
 */
struct mailbox {
	const char *name; /* NULL or decoded text */
	const char *address;
};

/*
 * Reads "Harbour Wire <weekly@example.org>", "\"A, B\" <a@example.org>" or a
 * bare address, as configuration and rosters write them (no encoded words).
 * The parts are yours to free(); *name may be NULL.
 */
bool mailbox_parse(
	struct span text, char **name, char **address, struct error *err);

#endif
