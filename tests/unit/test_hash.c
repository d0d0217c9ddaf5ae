#include "base/hash.h"

#include "unit.h"

static void
as_hex(const unsigned char *bytes, struct str *out)
{
	str_truncate(out, 0);
	hash_write_hex(out, bytes, HASH_SIZE);
}

/* FIPS 180-4 examples. */
static void
sha256(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"",
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
			"7852b855"},
		{"abc",
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
			"61f20015ad"},
	};
	unsigned char bytes[HASH_SIZE];
	struct str hex = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		hash_sha256(span_of(cases[i].text), bytes);
		as_hex(bytes, &hex);
		want_text(cases[i].text, str_text(&hex), cases[i].want);
	}
	str_clear(&hex);
}

/* RFC 4231, 4.2 and 4.3; and an empty key, which OpenSSL treats apart. */
static void
hmac(void **state)
{
	static const struct {
		const char *key, *text, *want;
	} cases[] = {
		{"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		 "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
			"Hi There",
			"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e937"
			"6c2e32cff7"},
		{"Jefe", "what do ya want for nothing?",
			"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58"
			"b964ec3843"},
		{"", "",
			"b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712"
			"144292c5ad"},
	};
	unsigned char bytes[HASH_SIZE];
	struct str hex = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hash_key *key = hash_key_new(span_of(cases[i].key));

		/* A key serves more than once. */
		hash_hmac(key, span_of("something else"), bytes);
		hash_hmac(key, span_of(cases[i].text), bytes);
		hash_key_free(key);
		as_hex(bytes, &hex);
		want_text(cases[i].text, str_text(&hex), cases[i].want);
	}
	str_clear(&hex);
}

/* RFC 4648, 10, in lower case and without padding. */
static void
base32(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"f", "my"},
		{"fo", "mzxq"},
		{"foo", "mzxw6"},
		{"foob", "mzxw6yq"},
		{"fooba", "mzxw6ytb"},
		{"foobar", "mzxw6ytboi"},
		{"\xff\xff\xff", "77776"},
	};
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		str_truncate(&out, 0);
		hash_write_base32(&out, (const unsigned char *)cases[i].text,
			strlen(cases[i].text));
		want_text(cases[i].want, str_text(&out), cases[i].want);
	}
	str_clear(&out);
}

/* What is cut elsewhere, and what is absent, hashes otherwise. */
static void
fields(void **state)
{
	static const char *const pairs[][2] = {{"ab", "c"}, {"a", "bc"},
		{"abc", ""}, {"abc", NULL}, {NULL, "abc"}, {"", "abc"}};
	unsigned char bytes[COUNT(pairs)][HASH_SIZE];
	struct hash h;

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		hash_init(&h);
		hash_add_text(&h, pairs[i][0]);
		hash_add_text(&h, pairs[i][1]);
		hash_end(&h, bytes[i]);
		for (size_t k = 0; k < i; k++)
			want_true("differs",
				memcmp(bytes[i], bytes[k], HASH_SIZE) != 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256),
		cmocka_unit_test(hmac),
		cmocka_unit_test(base32),
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
