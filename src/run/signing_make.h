/*
 * Keys to sign with: making them in the site, and what is to be published of
 * those there are.
 */
#ifndef RUN_SIGNING_MAKE_H
#define RUN_SIGNING_MAKE_H

#include "base/arena.h"
#include "base/error.h"
#include "mime/dkim.h"
#include "model/list.h"

struct shown_key {
	const char *selector, *domain;
	const char *file; /* as the settings name it */
	enum dkim_algorithm algorithm;
	int bits;
	const char *name;   /* in the DNS */
	const char *record; /* the TXT there, uncut */
};

/* Everything is in the arena. */
struct shown_keys {
	struct shown_key *items;
	size_t count;
};

/* The keys with which the list signs; none is no error. */
bool signing_show(const struct list *list, struct arena *arena,
	struct shown_keys *out, struct error *err);

/*
 * Makes two keys for the list's sender: RSA of so many bits under `selector`,
 * and Ed25519 under it with "-ed" behind, for not all receivers know that
 * (RFC 8463, 5). They are keys/SELECTOR.pem and keys/SELECTOR-ed.pem of the
 * site, for their owner alone. A file that is there is never overwritten.
 */
bool signing_make(const struct list *list, const char *selector, int bits,
	struct arena *arena, struct shown_keys *out, struct error *err);

#endif
