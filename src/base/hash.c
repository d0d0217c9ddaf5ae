#include "base/hash.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

void
hash_init(struct hash *h)
{
	EVP_MD_CTX *state = EVP_MD_CTX_new();
	int ok = state && EVP_DigestInit_ex(state, EVP_sha256(), NULL);

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

void
hash_hmac(struct span key, struct span bytes, unsigned char out[HASH_SIZE])
{
	/* A NULL key means "the one of before" to HMAC(). */
	const void *secret = key.data ? key.data : "";
	unsigned char *done = HMAC(EVP_sha256(), secret, (int)key.len,
		(const unsigned char *)bytes.data, bytes.len, out, NULL);

	assert(done);
	(void)done;
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

	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | bytes[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			str_add_char(out, letters[held >> (bits - 5) & 31]);
	}
	if (bits)
		str_add_char(out, letters[held << (5 - bits) & 31]);
}
