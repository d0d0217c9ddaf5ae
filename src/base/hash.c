#include "base/hash.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* EVP_sha256() is looked for by its name at each use: that takes longer than to
 * hash a thousand octets. */
static EVP_MD *sha256;

static void
fetch_sha256(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void
hash_init(struct hash *h)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	EVP_MD_CTX *state = EVP_MD_CTX_new();
	int ok = pthread_once(&once, fetch_sha256) == 0 && sha256 && state &&
		EVP_DigestInit_ex(state, sha256, NULL);

	assert(ok);
	(void)ok;
	h->state = state;
}

void
hash_add(struct hash *h, struct span bytes)
{
	int ok = EVP_DigestUpdate(h->state, bytes.data, bytes.len);

	assert(ok);
	(void)ok;
}

void
hash_add_number(struct hash *h, uint64_t n)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(n >> (8 * i));
	hash_add(h, (struct span){(const char *)bytes, sizeof bytes});
}

void
hash_add_span(struct hash *h, struct span text)
{
	hash_add_number(h, text.len);
	hash_add(h, text);
}

void
hash_add_text(struct hash *h, const char *text)
{
	if (text)
		hash_add_span(h, span_of(text));
	else
		hash_add_number(h, UINT64_MAX);
}

void
hash_copy(struct hash *to, const struct hash *from)
{
	EVP_MD_CTX *state = EVP_MD_CTX_new();
	int ok = state && EVP_MD_CTX_copy_ex(state, from->state);

	assert(ok);
	(void)ok;
	to->state = state;
}

void
hash_end(struct hash *h, unsigned char out[HASH_SIZE])
{
	int ok = EVP_DigestFinal_ex(h->state, out, NULL);

	assert(ok);
	(void)ok;
	EVP_MD_CTX_free(h->state);
	h->state = NULL;
}

void
hash_sha256(struct span bytes, unsigned char out[HASH_SIZE])
{
	struct hash h;

	hash_init(&h);
	hash_add(&h, bytes);
	hash_end(&h, out);
}

struct hash_key {
	EVP_MAC_CTX *context;
};

struct hash_key *
hash_key_new(struct span key)
{
	char digest[] = "SHA256";
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(
			OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	struct hash_key *k = mem_new(sizeof *k);
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	/* A NULL key means "the one of before". */
	const void *secret = key.data ? key.data : "";
	int ok;

	k->context = EVP_MAC_CTX_new(hmac);
	EVP_MAC_free(hmac);
	ok = k->context &&
		EVP_MAC_init(k->context, secret, key.len, parameters);
	assert(ok);
	(void)ok;
	return k;
}

void
hash_key_free(struct hash_key *key)
{
	if (!key)
		return;
	EVP_MAC_CTX_free(key->context);
	free(key);
}

void
hash_hmac(struct hash_key *key, struct span bytes, unsigned char out[HASH_SIZE])
{
	size_t n;
	int ok = EVP_MAC_init(key->context, NULL, 0, NULL) &&
		EVP_MAC_update(key->context, (const unsigned char *)bytes.data,
			bytes.len) &&
		EVP_MAC_final(key->context, out, &n, HASH_SIZE);

	assert(ok);
	(void)ok;
}

void
hash_write_hex(struct str *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	str_reserve(out, 2 * n);
	for (size_t i = 0; i < n; i++) {
		str_add_char(out, digits[bytes[i] >> 4]);
		str_add_char(out, digits[bytes[i] & 15]);
	}
}

void
hash_write_base32(struct str *out, const unsigned char *bytes, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned held = 0, bits = 0;
	char *at;

	str_reserve(out, (n * 8 + 4) / 5);
	at = out->data + out->len;
	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | bytes[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			*at++ = letters[held >> (bits - 5) & 31];
	}
	if (bits)
		*at++ = letters[held << (5 - bits) & 31];
	*at = '\0';
	out->len = (size_t)(at - out->data);
}
