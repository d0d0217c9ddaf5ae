#include "unit.h"

#include <inttypes.h>

#include "model/token.h"

static const struct {
	uint64_t first, second;
} numbers[] = {
	{0, 0},
	{1, 1},
	{127, 128},
	{3, 200000},
	{1u << 31, 100000000},
	{(UINT64_C(1) << 60), 1},
};

static void
there_and_back(void **state)
{
	struct hash_key *key = hash_key_new(span_of("a key of some length"));
	struct hash_key *another = hash_key_new(span_of("another"));

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct str token = STR_INIT;
		struct token_proof proof;
		uint64_t first, second;

		token_prove(&proof, key, TOKEN_RECIPIENT, numbers[i].first,
			numbers[i].second);
		token_write(&token, &proof, TOKEN_BOUNCE);
		want_true(
			"reads", token_read(str_span(&token), &first, &second));
		want_int("first", first, numbers[i].first);
		want_int("second", second, numbers[i].second);
		want_true("verifies",
			token_verify(str_span(&token), key, TOKEN_BOUNCE));
		for (int other = TOKEN_MESSAGE; other <= TOKEN_PREFERENCES;
			other++)
			want_true("other purpose",
				!token_verify(str_span(&token), key,
					(enum token_purpose)other));
		want_true("other key",
			!token_verify(str_span(&token), another, TOKEN_BOUNCE));
		want_true("short enough for a local part", token.len <= 48);
		str_clear(&token);
	}
	hash_key_free(another);
	hash_key_free(key);
}

/* Whatever is changed, it is no longer ours. */
static void
any_change_breaks_it(void **state)
{
	struct hash_key *key = hash_key_new(span_of("key"));
	struct str token = STR_INIT;
	struct token_proof proof;

	(void)state;
	token_prove(&proof, key, TOKEN_RECIPIENT, 7, 4711);
	token_write(&token, &proof, TOKEN_MESSAGE);
	for (size_t i = 0; i < token.len; i++) {
		char was = token.data[i];

		token.data[i] = was == 'a' ? 'b' : 'a';
		want_true(token.data,
			!token_verify(str_span(&token), key, TOKEN_MESSAGE));
		token.data[i] = was >= 'a' && was <= 'z'
			? (char)(was - 'a' + 'A')
			: was;
		want_true("case does not matter",
			token_verify(str_span(&token), key, TOKEN_MESSAGE));
		token.data[i] = was;
	}
	str_add_char(&token, 'a');
	want_true("one more letter",
		!token_verify(str_span(&token), key, TOKEN_MESSAGE));
	str_clear(&token);
	hash_key_free(key);
}

static void
others_are_refused(void **state)
{
	static const char *const texts[] = {"", "a", "aaaaaaaaaaaaaaaa",
		"not a token!", "0189", "=====",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaa"};
	struct hash_key *key = hash_key_new(span_of("k"));
	uint64_t a, b;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		want_true(texts[i], !token_read(span_of(texts[i]), &a, &b));
		want_true(texts[i],
			!token_verify(span_of(texts[i]), key, TOKEN_BOUNCE));
	}
	hash_key_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(any_change_breaks_it),
		cmocka_unit_test(others_are_refused),
	};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
