/*
 * Signing messages with DKIM (RFC 6376; RFC 8463 for Ed25519; RFC 8301 for
 * what is left of RSA), and the keys for it: making, reading, and what of them
 * is published in the DNS. Nothing here verifies a signature, reads a file or
 * asks the DNS.
 *
 * Headers are always signed relaxed. Those that readers and mail programs go by
 * are signed once more than they are there (RFC 6376, 8.15), so that none can
 * be added. There is no l=: what is signed is the whole body.
 */
#ifndef MIME_DKIM_H
#define MIME_DKIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum dkim_algorithm { DKIM_RSA_SHA256, DKIM_ED25519_SHA256 };

/* "rsa", "ed25519": k= of a record, and the front of a=. */
const char *dkim_algorithm_name(enum dkim_algorithm algorithm);

enum {
	DKIM_BITS_LEAST = 1024, /* of an RSA key: RFC 8301, 3.2 */
	DKIM_BITS_USUAL = 2048,
	DKIM_BITS_MOST = 4096,
};

/* ----- keys ----- */

struct dkim_key;

/*
 * A private key from PEM, PKCS #8 or PKCS #1: RSA of 1024 to 4096 bits, or
 * Ed25519. NULL, and ERROR_CONFIG that says what to do, for all else; also for
 * a key behind a passphrase, which nobody is there to type.
 */
struct dkim_key *dkim_key_parse(struct span pem, struct error *err);
void dkim_key_free(struct dkim_key *key);

/* A new key; its PEM (PKCS #8) is appended. `bits` is of RSA. */
bool dkim_key_make(enum dkim_algorithm algorithm, int bits, struct str *pem,
	struct error *err);

enum dkim_algorithm dkim_key_algorithm(const struct dkim_key *key);
int dkim_key_bits(const struct dkim_key *key); /* of Ed25519: 256 */

/* ----- what is published at SELECTOR._domainkey.DOMAIN ----- */

/* Appends "v=DKIM1; k=rsa; p=…" (RFC 6376, 3.6.1; RFC 8463, 4.2). */
void dkim_key_record(const struct dkim_key *key, struct str *out);

enum dkim_match {
	DKIM_MATCH,
	DKIM_NO_RECORD, /* some other text: receivers pass it over */
	DKIM_OTHER_KEY,
	DKIM_REVOKED, /* an empty p= */
	DKIM_REFUSES, /* its h= or s= excludes our signatures */
	DKIM_TESTING, /* the key, but t=y: receivers may disregard it */
};

/* Is this the record of that key? All strings of the record joined. */
enum dkim_match dkim_record_match(
	struct span record, const struct dkim_key *key);

/* ----- signing ----- */

struct dkim_signature_options {
	const struct dkim_key *key;
	const char *domain, *selector; /* ASCII: A-labels */
	bool simple_body;	       /* relaxed/simple; else both relaxed */
};

/* Can it be a domain or a selector: labels of letters, digits, '-' and '_'? */
bool dkim_is_name(const char *text);

/* Makes one signature for each of the options, of which a message has few. */
struct dkim_signer;

/* The keys must live as long, the texts are copied. NULL and ERROR_CONFIG when
 * a domain or selector cannot stand in the DNS. */
struct dkim_signer *dkim_signer_new(
	const struct dkim_signature_options *options, size_t count,
	struct error *err);
void dkim_signer_free(struct dkim_signer *signer);

/*
 * Appends the DKIM-Signature fields, each with its CR LF, to stand in front of
 * `message`: wire bytes, as form_fill() writes them, and not those of `out`.
 * `at` is in seconds since 1970. A message without From is refused (ERROR_DATA;
 * RFC 6376, 5.4). Several threads may sign with one signer.
 */
bool dkim_sign(const struct dkim_signer *signer, struct span message,
	int64_t at, struct str *out, struct error *err);

#endif
