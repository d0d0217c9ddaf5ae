/*
 * What signing does with a key. Internal to mime's DKIM.
 */
#ifndef MIME_DKIM_KEY_H
#define MIME_DKIM_KEY_H

#include "base/hash.h"
#include "mime/dkim.h"

/* Appends the signature of a SHA-256, as octets. Several threads may share the
 * key. */
bool dkim_key_sign(const struct dkim_key *key,
	const unsigned char hash[HASH_SIZE], struct str *out,
	struct error *err);

/* Appends the p= of its record: base64. */
void dkim_key_public(const struct dkim_key *key, struct str *out);

#endif
