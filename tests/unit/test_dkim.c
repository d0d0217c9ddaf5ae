#include "mime/dkim.h"

#include "mime/decode.h"
#include "mime/dkim_canon.h"
#include "mime/dkim_key.h"
#include "mime/encode.h"

#include "unit.h"

/* RFC 8463, appendix A.2: the key of "brisbane". */
static const char brisbane_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
	"-----END PRIVATE KEY-----\n";

/* Keys that are no use: 512 bits in PKCS #1, a curve that DKIM does not know,
 * one behind a passphrase. */
static const char short_pem[] =
	"-----BEGIN RSA PRIVATE KEY-----\n"
	"MIIBPAIBAAJBAMr0qLx6BWKAE+6hH7wmmkSPUSV7ZBFN6Y9Y+o+TXYji5Jv81lCh\n"
	"XktmKW9qtZ72TXRxjhOWL01ioCHGVCETpU8CAwEAAQJBAIfV3gVfibEWVcDV+B5+\n"
	"m6udXEtA3YWzZsm5XOGxWN3fA6KkmbTCOfdWV1Lo2Xh4fnC4g6P3algyaC+3guhK\n"
	"eOkCIQD48zqKobkgoxAgiR41WwhNqdURpbdnQB4qhqnx62XEmwIhANCz/hlFxYEl\n"
	"V9iUNyBHX5M9ZqTBbdKlpnYSdFP4WrtdAiAvXHaisSm7H8qNpghtNihaPhkfBlvh\n"
	"9LzIcl4afCIcSQIhAJlNXb0arzVqRNjmJogjZWU2mQs0uoMdAuWAMMrth1hRAiEA\n"
	"0/0ubEa2N/z3NSGWQKNWiLjYzZOV3lvmliPgcshkXPg=\n"
	"-----END RSA PRIVATE KEY-----\n";
static const char curve_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7bKhTVq1Zx9fFNzp\n"
	"5yKioWX+oNgSSelL1EVtHMxnwSihRANCAATGwSNOqwNYZOOXJYhnfFYwV/nSJZ/u\n"
	"d3H+58UiEeZ2uV0y/hY9F8dCa968FWStlreuv/cZnYQkXnzuDhZS2Dok\n"
	"-----END PRIVATE KEY-----\n";
static const char locked_pem[] =
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	"MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj67Iu0dbsbRAICCAAw\n"
	"DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEENZ0KL9Rms4Jspbk/COi9Y4EQITI\n"
	"Nb/W+1ww+l6UoMO29W/H4HwBPD3G5s3J6a+3WhZE4GFK/zXgCKTvfIjEXCa24zYX\n"
	"g0P5VUxqHBqPAFz53O4=\n"
	"-----END ENCRYPTED PRIVATE KEY-----\n";

static struct dkim_key *
parse(const char *pem)
{
	struct error err = ERROR_INIT;
	struct dkim_key *key = dkim_key_parse(span_of(pem), &err);

	if (!key)
		fail_msg("%s", err.text);
	return key;
}

static struct dkim_key *
make_rsa(int bits)
{
	struct error err = ERROR_INIT;
	struct str pem = STR_INIT;
	struct dkim_key *key;

	want_true("made", dkim_key_make(DKIM_RSA_SHA256, bits, &pem, &err));
	key = parse(str_text(&pem));
	str_clear(&pem);
	return key;
}

/* ----- keys ----- */

static void
keys_are_refused(void **state)
{
	static const struct {
		const char *pem, *want;
	} cases[] = {
		{"", "no private key in PEM"},
		{"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/"
		 "7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
			"no private key in PEM"},
		{short_pem,
			"an RSA key of 512 bits is so short that receivers "
			"refuse it: take one of 2048"},
		{curve_pem, "this one is of EC"},
		{locked_pem, "the key is behind a passphrase"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;

		want_true(cases[i].want,
			!dkim_key_parse(span_of(cases[i].pem), &err));
		want_int(cases[i].want, err.kind, ERROR_CONFIG);
		if (!strstr(err.text, cases[i].want))
			fail_msg(
				"want <%s>, got <%s>", cases[i].want, err.text);
		error_clear(&err);
	}
}

static void
keys_are_made(void **state)
{
	struct error err = ERROR_INIT;
	struct str pem = STR_INIT;
	struct dkim_key *key = make_rsa(1024);

	(void)state;
	want_int("rsa", dkim_key_algorithm(key), DKIM_RSA_SHA256);
	want_int("rsa bits", dkim_key_bits(key), 1024);
	dkim_key_free(key);
	want_true("ed25519", dkim_key_make(DKIM_ED25519_SHA256, 0, &pem, &err));
	key = parse(str_text(&pem));
	want_int("ed25519", dkim_key_algorithm(key), DKIM_ED25519_SHA256);
	want_int("ed25519 bits", dkim_key_bits(key), 256);
	dkim_key_free(key);
	str_clear(&pem);
}

/* ----- records ----- */

#define BRISBANE "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static void
records(void **state)
{
	static const struct {
		const char *record;
		enum dkim_match want;
	} cases[] = {
		{"v=DKIM1; k=ed25519; p=" BRISBANE, DKIM_MATCH},
		{"k=ed25519;p=" BRISBANE ";", DKIM_MATCH},
		{" v = DKIM1 ; k=ed25519 ; n=a note;\tp = 11qYAYKxCrfVS/"
		 "7TyWQHOg7hcvP apiMlrwIaaPcHURo= ",
			DKIM_MATCH},
		{"v=DKIM1; k=ed25519; h=sha1:sha256; s=*; p=" BRISBANE,
			DKIM_MATCH},
		{"v=DKIM1; k=ed25519; h=sha1; p=" BRISBANE, DKIM_REFUSES},
		{"v=DKIM1; k=ed25519; s=tlsrpt; p=" BRISBANE, DKIM_REFUSES},
		{"v=DKIM1; k=ed25519; s=email; p=" BRISBANE, DKIM_MATCH},
		{"v=DKIM1; k=ed25519; t=y:s; p=" BRISBANE, DKIM_TESTING},
		{"v=DKIM1; k=ed25519; t=s; p=" BRISBANE, DKIM_MATCH},
		{"v=DKIM1; p=" BRISBANE, DKIM_OTHER_KEY},
		{"v=DKIM1; k=rsa; p=" BRISBANE, DKIM_OTHER_KEY},
		{"v=DKIM1; k=ed25519; p=AAAA", DKIM_OTHER_KEY},
		{"v=DKIM1; k=ed25519; p=", DKIM_REVOKED},
		{"v=DKIM1; k=ed25519", DKIM_NO_RECORD},
		{"v=DKIM2; k=ed25519; p=" BRISBANE, DKIM_NO_RECORD},
		{"v=spf1 -all", DKIM_NO_RECORD},
		{"", DKIM_NO_RECORD},
		{";;;=;p", DKIM_NO_RECORD},
	};
	struct dkim_key *key = parse(brisbane_pem);
	struct str record = STR_INIT;

	(void)state;
	dkim_key_record(key, &record);
	want_text("ours", str_text(&record), cases[0].record);
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].record,
			dkim_record_match(span_of(cases[i].record), key),
			cases[i].want);
	str_clear(&record);
	dkim_key_free(key);
}

/* ----- canonical forms ----- */

static void
want_body(const char *name, struct span body, bool simple, struct span want)
{
	unsigned char got_hash[HASH_SIZE], want_hash[HASH_SIZE];

	dkim_hash_body(body, simple, got_hash);
	hash_sha256(want, want_hash);
	if (memcmp(got_hash, want_hash, HASH_SIZE) != 0)
		fail_msg("%s, %s: not <%.*s>", name,
			simple ? "simple" : "relaxed", (int)want.len,
			want.data);
}

static void
bodies(void **state)
{
	static const struct {
		const char *body, *relaxed, *simple;
	} cases[] = {
		/* RFC 6376, 3.4.5 */
		{" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n",
			" C \r\nD \t E\r\n"},
		{"", "", "\r\n"},
		{"\r\n", "", "\r\n"},
		{"\r\n\r\n", "", "\r\n"},
		{" \r\n\t\r\n", "", " \r\n\t\r\n"},
		{" ", "", " \r\n"},
		{"a", "a\r\n", "a\r\n"},
		{"a\r\n \r\n", "a\r\n", "a\r\n \r\n"},
		{"\r\na\r\n", "\r\na\r\n", "\r\na\r\n"},
		{"a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n",
			"a\r\n\r\n\r\nb\r\n"},
		{"a\tb\r\n", "a b\r\n", "a\tb\r\n"},
		{"\ta\r\n", " a\r\n", "\ta\r\n"},
		{"a \t \r\nb\r\n", "a\r\nb\r\n", "a \t \r\nb\r\n"},
		/* a line end is both of its characters */
		{"a \rb \nc\r", "a \rb \nc\r\r\n", "a \rb \nc\r\r\n"},
		{"a\n\n", "a\n\n\r\n", "a\n\n\r\n"},
		{"1234567  890\r\n", "1234567 890\r\n", "1234567  890\r\n"},
		{"1234567 \r\n890\r\n", "1234567\r\n890\r\n",
			"1234567 \r\n890\r\n"},
		{"12345678\t90\r\n", "12345678 90\r\n", "12345678\t90\r\n"},
		{"\xc3\xa9\xa0 \xa0 !!\r\n", "\xc3\xa9\xa0 \xa0 !!\r\n",
			"\xc3\xa9\xa0 \xa0 !!\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		want_body(cases[i].body, span_of(cases[i].body), false,
			span_of(cases[i].relaxed));
		want_body(cases[i].body, span_of(cases[i].body), true,
			span_of(cases[i].simple));
	}
}

/* 3.4.4 as it is written, a character and a pass at a time. */
static void
relax_slowly(struct span body, struct str *out)
{
	for (size_t i = 0; i < body.len; i++) {
		char c = body.data[i] == '\t' ? ' ' : body.data[i];
		bool doubled = out->len && out->data[out->len - 1] == ' ';
		bool ends = c == '\r' && i + 1 < body.len &&
			body.data[i + 1] == '\n';

		if (doubled && (c == ' ' || ends))
			str_truncate(out, out->len - 1);
		str_add_char(out, c);
	}
	if (out->len && out->data[out->len - 1] == ' ')
		str_truncate(out, out->len - 1);
	if (out->len && !span_ends(str_span(out), "\r\n"))
		str_add(out, "\r\n");
	while (span_ends(str_span(out), "\r\n\r\n"))
		str_truncate(out, out->len - 2);
	if (span_equals(str_span(out), "\r\n"))
		str_truncate(out, 0);
}

static void
random_bodies_agree(void **state)
{
	static const char *const pieces[] = {" ", "\t", "\r\n", ".", "a", "=",
		"\r", "\n", "  ", "three words together",
		"<td style=3D\"color:#333\">"};
	struct str body = STR_INIT, want = STR_INIT;
	uint32_t chance = 1;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		/* Now and then one for which the batch is too small. */
		size_t count = round % 1000 ? round % 60 : 3000;

		str_truncate(&body, 0);
		str_truncate(&want, 0);
		for (size_t i = 0; i < count; i++) {
			chance = chance * 1664525 + 1013904223;
			str_add(&body, pieces[(chance >> 16) % COUNT(pieces)]);
		}
		relax_slowly(str_span(&body), &want);
		want_body("random", str_span(&body), false, str_span(&want));
	}
	str_clear(&body);
	str_clear(&want);
}

static void
header_fields(void **state)
{
	static const struct {
		const char *field, *want;
	} cases[] = {
		/* RFC 6376, 3.4.5 */
		{"A: X\r\n", "a:X"},
		{"B : Y\t\r\n\tZ  \r\n", "b:Y Z"},
		{"Subject:\r\n", "subject:"},
		{"Subject: \r\n \r\n", "subject:"},
		{"List-Id:\r\n  a \t b\r\n\tc", "list-id:a b c"},
		{"X: a:b", "x:a:b"},
		{"no colon", "no colon:"},
	};
	struct str got = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		str_truncate(&got, 0);
		dkim_add_field(&got, span_of(cases[i].field));
		want_text(cases[i].field, str_text(&got), cases[i].want);
	}
	str_clear(&got);
}

/* ----- RFC 8463, appendix A.3 ----- */

static void
published_signature(void **state)
{
	static const char body[] = "Hi.\r\n\r\nWe lost the game.  Are you "
				   "hungry yet?\r\n\r\nJoe.\r\n";
	static const char *const fields[] = {
		"From: Joe SixPack <joe@football.example.com>\r\n",
		"To: Suzie Q <suzie@shopping.example.net>\r\n",
		"Subject: Is dinner ready?\r\n",
		"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n",
		"Message-ID: "
		"<20030712040037.46341.5F8J@football.example.com>\r\n",
	};
	static const char own[] =
		"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
		" d=football.example.com; i=@football.example.com;\r\n"
		" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
		" subject : date : message-id : from : subject : date;\r\n"
		" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
		" b=";
	struct dkim_key *key = parse(brisbane_pem);
	struct error err = ERROR_INIT;
	struct str text = STR_INIT, got = STR_INIT;
	unsigned char hash[HASH_SIZE];

	(void)state;
	dkim_hash_body(span_of(body), false, hash);
	encode_base64_plain(&got, (struct span){(const char *)hash, HASH_SIZE});
	want_text("body", str_text(&got),
		"2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
	for (size_t i = 0; i < COUNT(fields); i++) {
		dkim_add_field(&text, span_of(fields[i]));
		str_add(&text, "\r\n");
	}
	dkim_add_field(&text, span_of(own));
	hash_sha256(str_span(&text), hash);
	str_truncate(&text, 0);
	want_true("signed", dkim_key_sign(key, hash, &text, &err));
	str_truncate(&got, 0);
	encode_base64_plain(&got, str_span(&text));
	want_text("signature", str_text(&got),
		"/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3"
		"FY5OsU7ZbnKELq+eXdp1Q1Dw==");
	str_clear(&text);
	str_clear(&got);
	dkim_key_free(key);
}

/* ----- whole messages ----- */

static void
sign_with(const struct dkim_signature_options *options, size_t count,
	const char *message, struct str *out)
{
	struct error err = ERROR_INIT;
	struct dkim_signer *signer = dkim_signer_new(options, count, &err);

	want_true("signer", signer != NULL);
	if (!dkim_sign(signer, span_of(message), 1700000000, out, &err))
		fail_msg("%s", err.text);
	dkim_signer_free(signer);
}

static const char sealed[] = "From: To: Reply-To: Subject: Date: Message-ID: "
			     "MIME-Version: Content-Type: List-Id: "
			     "List-Unsubscribe: List-Unsubscribe-Post;";

/* What is signed, from the last field up, and then what may not be added. */
static void
signed_names(void **state)
{
	static const struct {
		const char *message, *names;
	} cases[] = {
		{"From: a@example.org\r\n\r\n", "From: "},
		{"From: a@example.org\r\n", "From: "},
		{"from : a@example.org\r\nX-Own: 1\r\nTO: b@example.org\r\n"
		 "Subject: a\r\n b\r\nReceived: x\r\n\r\nFrom: body\r\n",
			"Subject: To: From: "},
		{"Subject: one\r\nSubject: two\r\nFrom: a@example.org\r\n"
		 "Cc: c@example.org\r\n\r\n",
			"Cc: From: Subject: Subject: "},
		{"Precedence: list\r\nFrom: a@example.org\r\n"
		 "Feedback-ID: x\r\nFromage: x\r\n\r\n",
			"Feedback-ID: From: "},
	};
	struct dkim_key *key = parse(brisbane_pem);
	struct dkim_signature_options o = {key, "example.org", "pr1", false};
	struct str got = STR_INIT, flat = STR_INIT, want = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		str_truncate(&got, 0);
		str_truncate(&flat, 0);
		str_truncate(&want, 0);
		sign_with(&o, 1, cases[i].message, &got);
		dkim_add_field(&flat, str_span(&got));
		str_add_all(&want, " h=", cases[i].names, sealed, " b=", NULL);
		if (!strstr(str_text(&flat), str_text(&want)))
			fail_msg("want <%s>, got <%s>", str_text(&want),
				str_text(&flat));
	}
	str_clear(&got);
	str_clear(&flat);
	str_clear(&want);
	dkim_key_free(key);
}

static void
several_signatures(void **state)
{
	static const char message[] = "From: a@example.org\r\nSubject: x\r\n"
				      "\r\na  b\r\n";
	struct dkim_key *rsa = make_rsa(2048), *ed = parse(brisbane_pem);
	const struct dkim_signature_options o[] = {
		{rsa, "example.org", "pr1", false},
		{ed, "example.org", "pr1-ed", true},
	};
	struct str both = STR_INIT, each = STR_INIT;
	struct span rest, line;

	(void)state;
	sign_with(o, 2, message, &both);
	sign_with(&o[0], 1, message, &each);
	sign_with(&o[1], 1, message, &each);
	want_text("as each alone", str_text(&both), str_text(&each));
	want_true("rsa",
		span_starts(str_span(&both),
			"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; "
			"d=example.org; s=pr1;\r\n t=1700000000; bh="));
	want_true("ed25519",
		strstr(str_text(&both),
			"\r\nDKIM-Signature: v=1; a=ed25519-sha256; "
			"c=relaxed/simple; d=example.org;\r\n s=pr1-ed; "
			"t=1700000000; bh=") != NULL);
	rest = str_span(&both);
	while (span_next_line(&rest, &line))
		want_true("short lines", line.len <= 78 && line.len > 1);
	want_true("whole", span_ends(str_span(&both), "==\r\n"));
	str_clear(&both);
	str_clear(&each);
	dkim_key_free(rsa);
	dkim_key_free(ed);
}

static void
refusals(void **state)
{
	static const char *const names[] = {"", ".", "a..b", "a.", ".a", "a b",
		"a;b", "a\r\nb", "\xc3\xa9"};
	static const char *const messages[] = {"", "\r\n",
		"\r\nFrom: a@example.org\r\n", "To: b\r\n\r\nx",
		" From: a@example.org\r\n"};
	struct dkim_key *key = parse(brisbane_pem);
	struct dkim_signature_options o = {key, "example.org", "pr1", false};
	struct error err = ERROR_INIT;
	struct str out = STR_INIT;
	struct dkim_signer *signer;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		o.selector = names[i];
		want_true(names[i], !dkim_signer_new(&o, 1, &err));
		want_int(names[i], err.kind, ERROR_CONFIG);
		error_clear(&err);
	}
	o.selector = "pr1.lists";
	signer = dkim_signer_new(&o, 1, &err);
	for (size_t i = 0; i < COUNT(messages); i++) {
		want_true(messages[i],
			!dkim_sign(
				signer, span_of(messages[i]), 0, &out, &err));
		want_int(messages[i], err.kind, ERROR_DATA);
		want_int(messages[i], out.len, 0);
		error_clear(&err);
	}
	str_clear(&out);
	dkim_signer_free(signer);
	dkim_key_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_refused),
		cmocka_unit_test(keys_are_made),
		cmocka_unit_test(records),
		cmocka_unit_test(bodies),
		cmocka_unit_test(random_bodies_agree),
		cmocka_unit_test(header_fields),
		cmocka_unit_test(published_signature),
		cmocka_unit_test(signed_names),
		cmocka_unit_test(several_signatures),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
