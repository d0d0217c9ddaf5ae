/*
 * SHA-256 and what is made from it: revisions of dispatches, tokens, stable
 * identifiers. For names and comparisons; nothing here encrypts.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { HASH_SIZE = 32 };

struct hash {
	void *state;
};

void hash_init(struct hash *h);
void hash_add(struct hash *h, struct span bytes);

/*
 * Adds the length, then the bytes: "ab", "c" and "a", "bc" differ. A text that
 * is NULL differs from an empty one.
 */
void hash_add_span(struct hash *h, struct span text);
void hash_add_text(struct hash *h, const char *text);

/* The same bytes on every machine. */
void hash_add_number(struct hash *h, uint64_t n);

/* `to` has had all that `from` had, and goes on by itself. */
void hash_copy(struct hash *to, const struct hash *from);

/* Gives the result and frees what the hash held. */
void hash_end(struct hash *h, unsigned char out[HASH_SIZE]);

/* ----- in one go ----- */

void hash_sha256(struct span bytes, unsigned char out[HASH_SIZE]);

/* ----- HMAC-SHA-256 (RFC 2104) ----- */

/* A key made ready once: a proof then costs a fifth of a microsecond. */
struct hash_key;

struct hash_key *hash_key_new(struct span key);
void hash_key_free(struct hash_key *key);
void hash_hmac(
	struct hash_key *key, struct span bytes, unsigned char out[HASH_SIZE]);

/* ----- as text ----- */

/* Lower-case hexadecimal. */
void hash_write_hex(struct str *out, const unsigned char *bytes, size_t n);

/* Base 32 (RFC 4648, 6) in lower case and without padding: survives programs
 * that change the case of an address. */
void hash_write_base32(struct str *out, const unsigned char *bytes, size_t n);

#endif
