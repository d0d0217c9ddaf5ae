#include "mime/dkim_key.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mime/encode.h"

enum { ED25519_SIZE = 32 };

struct dkim_key {
	EVP_PKEY *pkey;
	enum dkim_algorithm algorithm;
	/* Ready to sign: setting one up asks OpenSSL's tables, under a lock, for
	 * what a copy has. Only copied. */
	EVP_PKEY_CTX *rsa;
	EVP_MD_CTX *ed25519;
};

static bool
openssl_failed(struct error *err, const char *what)
{
	char reason[256];
	unsigned long code = ERR_get_error();

	ERR_error_string_n(code, reason, sizeof reason);
	ERR_clear_error();
	return error_set(err, ERROR_BUG, "%s: %s", what,
		code ? reason : "OpenSSL gives no reason");
}

/* ----- reading ----- */

/* OpenSSL would ask at the terminal. */
static int
no_passphrase(char *buffer, int size, int writing, void *asked)
{
	(void)buffer;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

static EVP_PKEY *
read_pem(struct span pem, struct error *err)
{
	BIO *bio = pem.len < INT32_MAX ? BIO_new_mem_buf(pem.data, (int)pem.len)
				       : NULL;
	bool locked = false;
	EVP_PKEY *pkey = bio
		? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &locked)
		: NULL;

	BIO_free(bio);
	ERR_clear_error();
	if (locked)
		error_set(err, ERROR_CONFIG,
			"the key is behind a passphrase: store it without one "
			"(openssl pkey -in OLD -out NEW)");
	else if (!pkey)
		error_set(err, ERROR_CONFIG,
			"no private key in PEM ('-----BEGIN PRIVATE "
			"KEY-----'): 'postrider dkim LIST' makes one");
	return pkey;
}

static bool
judge(EVP_PKEY *pkey, enum dkim_algorithm *algorithm, struct error *err)
{
	int bits = EVP_PKEY_get_bits(pkey);

	if (EVP_PKEY_is_a(pkey, "ED25519")) {
		*algorithm = DKIM_ED25519_SHA256;
		return true;
	}
	*algorithm = DKIM_RSA_SHA256;
	if (!EVP_PKEY_is_a(pkey, "RSA"))
		return error_set(err, ERROR_CONFIG,
			"DKIM knows keys of RSA and Ed25519, this one is of "
			"%s: 'postrider dkim LIST' makes one",
			EVP_PKEY_get0_type_name(pkey));
	if (bits < DKIM_BITS_LEAST || bits > DKIM_BITS_MOST)
		return error_set(err, ERROR_CONFIG,
			"an RSA key of %d bits is %s: take one of %d (RFC "
			"8301)",
			bits,
			bits < DKIM_BITS_LEAST
				? "so short that receivers refuse it"
				: "longer than receivers must know",
			DKIM_BITS_USUAL);
	return true;
}

static bool
prepare(struct dkim_key *key)
{
	if (key->algorithm == DKIM_ED25519_SHA256) {
		key->ed25519 = EVP_MD_CTX_new();
		return key->ed25519 &&
			EVP_DigestSignInit(
				key->ed25519, NULL, NULL, NULL, key->pkey) == 1;
	}
	key->rsa = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	return key->rsa && EVP_PKEY_sign_init(key->rsa) == 1 &&
		EVP_PKEY_CTX_set_rsa_padding(key->rsa, RSA_PKCS1_PADDING) ==
		1 &&
		EVP_PKEY_CTX_set_signature_md(key->rsa, EVP_sha256()) == 1;
}

struct dkim_key *
dkim_key_parse(struct span pem, struct error *err)
{
	struct dkim_key *key = mem_new(sizeof *key);
	bool ok;

	key->pkey = read_pem(pem, err);
	ok = key->pkey && judge(key->pkey, &key->algorithm, err);
	if (ok && !prepare(key))
		ok = openssl_failed(err, "the key cannot sign");
	if (ok)
		return key;
	dkim_key_free(key);
	return NULL;
}

void
dkim_key_free(struct dkim_key *key)
{
	if (!key)
		return;
	EVP_PKEY_CTX_free(key->rsa);
	EVP_MD_CTX_free(key->ed25519);
	EVP_PKEY_free(key->pkey);
	free(key);
}

enum dkim_algorithm
dkim_key_algorithm(const struct dkim_key *key)
{
	return key->algorithm;
}

int
dkim_key_bits(const struct dkim_key *key)
{
	return key->algorithm == DKIM_RSA_SHA256 ? EVP_PKEY_get_bits(key->pkey)
						 : 8 * ED25519_SIZE;
}

const char *
dkim_algorithm_name(enum dkim_algorithm algorithm)
{
	static const char *const names[] = {
		[DKIM_RSA_SHA256] = "rsa",
		[DKIM_ED25519_SHA256] = "ed25519",
	};

	return names[algorithm];
}

/* ----- making ----- */

bool
dkim_key_make(enum dkim_algorithm algorithm, int bits, struct str *pem,
	struct error *err)
{
	EVP_PKEY *pkey = algorithm == DKIM_RSA_SHA256
		? EVP_RSA_gen((unsigned)bits)
		: EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;
	bool ok = pkey && bio &&
		PEM_write_bio_PKCS8PrivateKey(
			bio, pkey, NULL, NULL, 0, NULL, NULL) == 1;

	if (ok) {
		len = BIO_get_mem_data(bio, &text);
		str_add_bytes(pem, text, (size_t)len);
	} else {
		openssl_failed(err, "no key could be made");
	}
	BIO_free(bio);
	EVP_PKEY_free(pkey);
	return ok;
}

/* ----- publishing ----- */

/* RFC 8463, 4.2: the octets alone, without ASN.1. */
static void
add_ed25519(EVP_PKEY *pkey, struct str *out)
{
	unsigned char octets[ED25519_SIZE];
	size_t len = sizeof octets;
	int ok = EVP_PKEY_get_raw_public_key(pkey, octets, &len);

	assert(ok == 1);
	(void)ok;
	encode_base64_plain(out, (struct span){(const char *)octets, len});
}

/* A SubjectPublicKeyInfo, as all publish it (RFC 6376, appendix C), though
 * 3.6.1 names its inner part alone. */
static void
add_rsa(EVP_PKEY *pkey, struct str *out)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(pkey, &der);

	assert(len > 0);
	encode_base64_plain(out, (struct span){(const char *)der, (size_t)len});
	OPENSSL_free(der);
}

void
dkim_key_public(const struct dkim_key *key, struct str *out)
{
	if (key->algorithm == DKIM_ED25519_SHA256)
		add_ed25519(key->pkey, out);
	else
		add_rsa(key->pkey, out);
}

/* ----- signing ----- */

static bool
sign_rsa(const struct dkim_key *key, const unsigned char *hash,
	unsigned char *out, size_t *len)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_dup(key->rsa);
	bool ok = context &&
		EVP_PKEY_sign(context, out, len, hash, HASH_SIZE) == 1;

	EVP_PKEY_CTX_free(context);
	return ok;
}

/* RFC 8463, 3: what Ed25519 signs is the hash. */
static bool
sign_ed25519(const struct dkim_key *key, const unsigned char *hash,
	unsigned char *out, size_t *len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = context && EVP_MD_CTX_copy_ex(context, key->ed25519) == 1 &&
		EVP_DigestSign(context, out, len, hash, HASH_SIZE) == 1;

	EVP_MD_CTX_free(context);
	return ok;
}

bool
dkim_key_sign(const struct dkim_key *key, const unsigned char hash[HASH_SIZE],
	struct str *out, struct error *err)
{
	unsigned char octets[DKIM_BITS_MOST / 8];
	size_t len = sizeof octets;
	bool ok = (key->algorithm == DKIM_RSA_SHA256 ? sign_rsa : sign_ed25519)(
		key, hash, octets, &len);

	if (!ok)
		return openssl_failed(err, "a message cannot be signed");
	str_add_bytes(out, octets, len);
	return true;
}
