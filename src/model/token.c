#include "model/token.h"

#include <ctype.h>
#include <string.h>

#include "base/hash.h"

enum { PROOF_SIZE = 10, NUMBERS_MAX = 20, TOKEN_MAX = 64 };

static size_t
write_number(unsigned char *out, uint64_t n)
{
	size_t len = 0;

	do {
		out[len++] =
			(unsigned char)((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
		n >>= 7;
	} while (n);
	return len;
}

static size_t
read_number(const unsigned char *in, size_t len, uint64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < len && i < 9; i++) {
		*n |= (uint64_t)(in[i] & 0x7f) << (7 * i);
		if (!(in[i] & 0x80))
			return i + 1;
	}
	return 0;
}

/* Where a purpose's proof stands in that of its kind. */
static const struct {
	enum token_kind kind;
	size_t at;
} purposes[] = {
	[TOKEN_BOUNCE] = {TOKEN_RECIPIENT, 0},
	[TOKEN_MESSAGE] = {TOKEN_RECIPIENT, PROOF_SIZE},
	[TOKEN_UNSUBSCRIBE] = {TOKEN_SUBSCRIBER, 0},
	[TOKEN_PREFERENCES] = {TOKEN_SUBSCRIBER, PROOF_SIZE},
	[TOKEN_PROBE] = {TOKEN_SUBSCRIBER, (size_t)2 * PROOF_SIZE},
	[TOKEN_CONFIRM] = {TOKEN_REQUEST, 0},
	[TOKEN_CONFIRM_NEW] = {TOKEN_REQUEST, PROOF_SIZE},
	[TOKEN_FORM] = {TOKEN_PAGE, 0},
	[TOKEN_APPROVE] = {TOKEN_DRAFT, 0},
};

void
token_prove(struct token_proof *proof, struct hash_key *key,
	enum token_kind kind, uint64_t first, uint64_t second)
{
	unsigned char said[1 + NUMBERS_MAX];
	size_t len = 1;

	proof->first = first;
	proof->second = second;
	said[0] = (unsigned char)kind;
	len += write_number(said + len, first);
	len += write_number(said + len, second);
	hash_hmac(key, (struct span){(const char *)said, len}, proof->octets);
}

void
token_write(struct str *out, const struct token_proof *proof,
	enum token_purpose purpose)
{
	unsigned char bytes[NUMBERS_MAX + PROOF_SIZE];
	size_t len = write_number(bytes, proof->first);

	len += write_number(bytes + len, proof->second);
	memcpy(bytes + len, proof->octets + purposes[purpose].at, PROOF_SIZE);
	hash_write_base32(out, bytes, len + PROOF_SIZE);
}

/* Base 32 in either case, as hash_write_base32() has it; 0 when it is none. */
static size_t
decode(struct span token, unsigned char *out, size_t room)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned bits = 0, have = 0;
	size_t len = 0;

	if (token.len > TOKEN_MAX)
		return 0;
	for (size_t i = 0; i < token.len; i++) {
		int c = tolower((unsigned char)token.data[i]);
		const char *at = c ? strchr(letters, c) : NULL;

		if (!at)
			return 0;
		bits = (bits << 5 | (unsigned)(at - letters)) & 0xfff;
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		if (len == room)
			return 0;
		out[len++] = (unsigned char)(bits >> have);
	}
	return have < 5 && (bits & ((1u << have) - 1)) == 0 ? len : 0;
}

/* The octets, and how many of them are numbers; 0 when it is no token. */
static size_t
take_apart(struct span token, unsigned char bytes[TOKEN_MAX], uint64_t *first,
	uint64_t *second)
{
	size_t len = decode(token, bytes, TOKEN_MAX), one, two;

	if (len <= PROOF_SIZE)
		return 0;
	len -= PROOF_SIZE;
	one = read_number(bytes, len, first);
	two = one ? read_number(bytes + one, len - one, second) : 0;
	return two && one + two == len && len <= NUMBERS_MAX ? len : 0;
}

bool
token_read(struct span token, uint64_t *first, uint64_t *second)
{
	unsigned char bytes[TOKEN_MAX];

	return take_apart(token, bytes, first, second) != 0;
}

bool
token_verify(
	struct span token, struct hash_key *key, enum token_purpose purpose)
{
	unsigned char bytes[TOKEN_MAX], differs = 0;
	size_t at = purposes[purpose].at;
	struct token_proof proof;
	uint64_t first, second;
	size_t len = take_apart(token, bytes, &first, &second);

	if (!len)
		return false;
	token_prove(&proof, key, purposes[purpose].kind, first, second);
	for (size_t i = 0; i < PROOF_SIZE; i++)
		differs |=
			(unsigned char)(bytes[len + i] ^ proof.octets[at + i]);
	return differs == 0;
}
