/*
 * Tokens: two small numbers that come back to us through other people's
 * programs, with a proof that we made them.
 *
 *     base32( numbers, each in seven-bit groups | first 10 octets of
 *             HMAC-SHA-256(key, purpose | numbers) )
 *
 * Lower-case letters and digits only, so that they survive in addresses, URLs
 * and programs that change case; 24 to 32 characters. Eighty bits cannot be
 * guessed through a mail server or a web page.
 */
#ifndef MODEL_TOKEN_H
#define MODEL_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"

enum token_purpose {
	TOKEN_MESSAGE = 'm',	 /* Message-ID: issue, recipient */
	TOKEN_BOUNCE = 'b',	 /* VERP: issue, recipient */
	TOKEN_UNSUBSCRIBE = 'u', /* list, subscriber */
	TOKEN_PREFERENCES = 'p', /* list, subscriber */
};

void token_write(struct str *out, struct hash_key *key,
	enum token_purpose purpose, uint64_t first, uint64_t second);

/*
 * Reads the numbers without a proof: which key it needs depends on them. False
 * when it is no token.
 */
bool token_read(struct span token, uint64_t *first, uint64_t *second);

/* Was it made with this key for this purpose? In constant time. */
bool token_verify(
	struct span token, struct hash_key *key, enum token_purpose purpose);

#endif
