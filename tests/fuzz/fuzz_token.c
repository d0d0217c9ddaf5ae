/*
 * Tokens that come back: numbers of any size are read as they were written, and
 * nothing that we did not write is ours: the first sixteen octets are numbers,
 * the next two say which octet of a token was changed, and the rest is taken
 * for a token itself.
 */
#include "fuzz.h"

#include "model/token.h"

enum { HEAD = 18, LONGEST = 64 };

static const char secret[] = "0123456789abcdef0123456789abcdef";

static const struct {
	enum token_kind kind;
	enum token_purpose purpose;
} uses[] = {
	{TOKEN_RECIPIENT, TOKEN_BOUNCE},
	{TOKEN_RECIPIENT, TOKEN_MESSAGE},
	{TOKEN_SUBSCRIBER, TOKEN_UNSUBSCRIBE},
	{TOKEN_SUBSCRIBER, TOKEN_PREFERENCES},
	{TOKEN_SUBSCRIBER, TOKEN_PROBE},
	{TOKEN_REQUEST, TOKEN_CONFIRM},
	{TOKEN_REQUEST, TOKEN_CONFIRM_NEW},
	{TOKEN_PAGE, TOKEN_FORM},
	{TOKEN_DRAFT, TOKEN_APPROVE},
};

enum { USES = sizeof uses / sizeof *uses };

/* For that purpose and for no other. */
static void
check_purposes(struct span token, struct hash_key *key, size_t use)
{
	for (size_t i = 0; i < USES; i++)
		want("purpose",
			token_verify(token, key, uses[i].purpose) ==
				(i == use));
}

/* As mail programs change it, it is the same; otherwise it is none. */
static void
check_changed(struct span token, struct hash_key *key, size_t use, uint8_t at,
	uint8_t octet)
{
	char changed[LONGEST];
	struct span other = {changed, token.len};
	char *c = &changed[at % token.len];

	want("length", token.len <= sizeof changed);
	memcpy(changed, token.data, token.len);
	*c = (char)octet;
	if (tolower((uint8_t)*c) != token.data[at % token.len])
		want("changed", !token_verify(other, key, uses[use].purpose));
}

static void
check_made(const uint64_t numbers[2], struct hash_key *key, size_t use,
	uint8_t at, uint8_t octet)
{
	struct token_proof proof;
	struct str token = STR_INIT;
	uint64_t first, second;

	token_prove(&proof, key, uses[use].kind, numbers[0], numbers[1]);
	token_write(&token, &proof, uses[use].purpose);
	want("token", token_read(str_span(&token), &first, &second));
	want("token", first == numbers[0] && second == numbers[1]);
	check_purposes(str_span(&token), key, use);
	check_changed(str_span(&token), key, use, at, octet);
	str_clear(&token);
}

static void
check_taken(struct span text, struct hash_key *key)
{
	uint64_t first, second;

	token_read(text, &first, &second);
	for (size_t i = 0; i < USES; i++)
		want("forged", !token_verify(text, key, uses[i].purpose));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hash_key *key = hash_key_new(span_of(secret));
	uint8_t head[HEAD] = {0};
	uint64_t numbers[2];

	memcpy(head, data, size < HEAD ? size : HEAD);
	memcpy(numbers, head, sizeof numbers);
	for (int i = 0; i < 2; i++)
		numbers[i] >>= 1; /* of 63 bits at most */
	for (size_t i = 0; i < USES; i++)
		check_made(numbers, key, i, head[16], head[17]);
	if (size > HEAD)
		check_taken(
			(struct span){(const char *)data + HEAD, size - HEAD},
			key);
	hash_key_free(key);
	return 0;
}
