/*
 * Tokens: two small numbers that come back to us through other people's
 * programs, with a proof that we made them.
 *
 *     base32( numbers, each in seven-bit groups | 10 octets, which the
 *             purpose picks, of HMAC-SHA-256(key, kind | numbers) )
 *
 * One proof serves all purposes of its kind: no ten octets say anything of the
 * others, and a letter bears several.
 * Lower-case letters and digits only, so that they survive in addresses, URLs
 * and programs that change case; 20 to 32 characters. Eighty bits cannot be
 * guessed through a mail server or a web page.
 */
#ifndef MODEL_TOKEN_H
#define MODEL_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"

/* What the numbers are. */
enum token_kind {
	TOKEN_RECIPIENT = 'r',	/* issue, recipient */
	TOKEN_SUBSCRIBER = 's', /* list, subscriber */
	TOKEN_REQUEST = 'q',	/* request, when it was made */
	TOKEN_PAGE = 'p',	/* list, when the page was given out */
	TOKEN_DRAFT = 'd',	/* draft, of which content and for whom */
};

enum token_purpose {
	TOKEN_BOUNCE,	   /* of a recipient: VERP */
	TOKEN_MESSAGE,	   /* of a recipient: Message-ID */
	TOKEN_UNSUBSCRIBE, /* of a subscriber */
	TOKEN_PREFERENCES, /* of a subscriber */
	TOKEN_PROBE,	   /* of a subscriber: he did not bounce this time? */
	TOKEN_CONFIRM,	   /* of a request: it was really he */
	TOKEN_CONFIRM_NEW, /* of a change of address: from the new one */
	TOKEN_FORM,	   /* of a page: it was we who gave out the form */
	TOKEN_APPROVE,	   /* of a draft: an editor was asked */
};

struct token_proof {
	uint64_t first, second;
	unsigned char octets[HASH_SIZE];
};

void token_prove(struct token_proof *proof, struct hash_key *key,
	enum token_kind kind, uint64_t first, uint64_t second);

/* The purpose must be one of the proof's kind. */
void token_write(struct str *out, const struct token_proof *proof,
	enum token_purpose purpose);

/*
 * Reads the numbers without a proof: which key it needs depends on them. False
 * when it is no token.
 */
bool token_read(struct span token, uint64_t *first, uint64_t *second);

/* Was it made with this key for this purpose? In constant time. */
bool token_verify(
	struct span token, struct hash_key *key, enum token_purpose purpose);

#endif
