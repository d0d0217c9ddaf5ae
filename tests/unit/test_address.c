#include "unit.h"

#include "model/address.h"

/* `key` NULL: refused, with `reason` in its words. */
static const struct {
	const char *text, *key, *wire, *reason;
} addresses[] = {
	{"ada@example.org", "ada@example.org", "ada@example.org", NULL},
	{"Ada@Example.ORG", "ada@example.org", "Ada@Example.ORG", NULL},
	{"a+b/c=d@example.org", "a+b/c=d@example.org", "a+b/c=d@example.org",
		NULL},
	{"!#$%&'*+-/=?^_`.{|}~@example.org", "!#$%&'*+-/=?^_`.{|}~@example.org",
		"!#$%&'*+-/=?^_`.{|}~@example.org", NULL},
	{"desk@bücher.example", "desk@xn--bcher-kva.example",
		"desk@xn--bcher-kva.example", NULL},
	{"desk@BÜCHER.example", "desk@xn--bcher-kva.example",
		"desk@xn--bcher-kva.example", NULL},
	/* ß is a letter of its own (IDNA2008), not "ss" */
	{"a@straße.example", "a@xn--strae-oqa.example",
		"a@xn--strae-oqa.example", NULL},
	{"a@xn--bcher-kva.example", "a@xn--bcher-kva.example",
		"a@xn--bcher-kva.example", NULL},
	/* symbols: IDNA 2008 has none, some registries sell them */
	{"a@i❤.example", "a@xn--i-7iq.example", "a@xn--i-7iq.example", NULL},
	{"a@i❤\ufe0f.example", "a@xn--i-7iq.example", "a@xn--i-7iq.example",
		NULL},
	{"a@xn--i-7iq.example", "a@xn--i-7iq.example", "a@xn--i-7iq.example",
		NULL},
	{"a@😆.example", "a@xn--k28h.example", "a@xn--k28h.example", NULL},
	{"a@münchen😆ost.örnek.example",
		"a@xn--mnchenost-q9a54022l.xn--rnek-4qa.example",
		"a@xn--mnchenost-q9a54022l.xn--rnek-4qa.example", NULL},
	{"Çağrı@örnek.example", "çağrı@xn--rnek-4qa.example",
		"Çağrı@xn--rnek-4qa.example", NULL},
	{"İSMAİL@example.org", "i̇smai̇l@example.org", "İSMAİL@example.org",
		NULL},
	{"юзер@пример.example", "юзер@xn--e1afmkfd.example",
		"юзер@xn--e1afmkfd.example", NULL},
	/* composed or not, one mailbox */
	{"e\u0301@example.org", "é@example.org", "e\u0301@example.org", NULL},
	{"a@c--n.example", "a@c--n.example", "a@c--n.example", NULL},

	{"", NULL, NULL, "empty"},
	{"ada", NULL, NULL, "has no '@'"},
	{"@example.org", NULL, NULL, "nothing before"},
	{"ada@", NULL, NULL, "nothing behind"},
	{"a@b@example.org", NULL, NULL, "more than one '@'"},
	{" ada@example.org", NULL, NULL, "blank"},
	{"ada@example.org ", NULL, NULL, "blank"},
	{"ada@example.org\r\nBcc: x@example.org", NULL, NULL, "line break"},
	{"ada@exa\tmple.org", NULL, NULL, "control"},
	{"\xff@example.org", NULL, NULL, "not UTF-8"},
	{"Ada <ada@example.org>", NULL, NULL, "without a name"},
	{"\"ada\"@example.org", NULL, NULL, "quotes"},
	{"ada(x)@example.org", NULL, NULL, "'(' may not"},
	{".ada@example.org", NULL, NULL, "dot at the start"},
	{"ada.@example.org", NULL, NULL, "dot at the end"},
	{"a..da@example.org", NULL, NULL, "two dots"},
	{"\u0301a@example.org", NULL, NULL, "U+0301"},
	{"a\u200bb@example.org", NULL, NULL, "U+200B"},
	{"a\u202eb@example.org", NULL, NULL, "U+202E"},
	{"a\u00a0b@example.org", NULL, NULL, "U+00A0"},
	/* the Greek question mark is a semicolon in disguise */
	{"a\u037eb@example.org", NULL, NULL, "';' may not"},
	{"ada@example", NULL, NULL, "no dot"},
	{"ada@.example.org", NULL, NULL, "dot too many"},
	{"ada@example.org.", NULL, NULL, "dot too many"},
	{"ada@example..org", NULL, NULL, "dot too many"},
	{"ada@example.org\uff0e", NULL, NULL, "dot too many"},
	{"ada@-example.org", NULL, NULL, "hyphen"},
	{"ada@example-.org", NULL, NULL, "hyphen"},
	{"ada@ex_ample.org", NULL, NULL, "character"},
	{"ada@ex\u037e.org", NULL, NULL, "character"},
	/* a letter that was lost on the way is no symbol */
	{"ada@caf\ufffd.example", NULL, NULL, "character"},
	{"ada@ab--c.org", NULL, NULL, "'--'"},
	{"ada@a\u200db.org", NULL, NULL, "joiner"},
	{"ada@⒈.org", NULL, NULL, "character"},
	{"ada@a\ue000.org", NULL, NULL, "character"},
	{"ada@xn--0.org", NULL, NULL, "means nothing"},
	{"ada@[192.0.2.1]", NULL, NULL, "brackets"},
	{"ada@192.0.2.1", NULL, NULL, "digit"},
	{"ada@example.org2", NULL, NULL, "digit"},
};

static void
test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		const char *name = addresses[i].text;
		struct span text = span_of(name);
		struct error err = ERROR_INIT;
		struct str key = STR_INIT, wire = STR_INIT;
		bool utf8, ok = address_check(text, &err);

		if (ok != (addresses[i].key != NULL))
			fail_msg("%s: %s", name, ok ? "taken" : err.text);
		if (ok) {
			address_key(&key, text);
			want_text(name, key.data, addresses[i].key);
			want_true(name, address_has_key(text, key.data));
			address_wire(&wire, text, &utf8);
			want_text(name, wire.data, addresses[i].wire);
		} else if (!strstr(err.text, addresses[i].reason)) {
			fail_msg("%s: '%s' lacks '%s'", name, err.text,
				addresses[i].reason);
		}
		want_int(name, address_has_key(text, addresses[i].text),
			ok && strcmp(addresses[i].text, addresses[i].key) == 0);
		error_clear(&err);
		str_clear(&key);
		str_clear(&wire);
	}
}

/* `letters` times 'a', then `tail`. */
static bool
takes(size_t letters, const char *tail)
{
	struct str text = STR_INIT;
	bool ok;

	for (size_t i = 0; i < letters; i++)
		str_add_char(&text, 'a');
	str_add(&text, tail);
	ok = address_check(str_span(&text), NULL);
	str_clear(&text);
	return ok;
}

static void
test_lengths(void **state)
{
#define LABEL "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
	(void)state;
	want_true("local 64", takes(64, "@example.org"));
	want_true("local 65", !takes(65, "@example.org"));
	want_true("label 63", takes(1, "@" LABEL ".org"));
	want_true("label 64", !takes(1, "@x" LABEL ".org"));
	/* 62 + 1 + 63 + 1 + 63 + 1 + 63 = 254 */
	want_true("all 254", takes(62, "@" LABEL "." LABEL "." LABEL));
	want_true("all 255", !takes(63, "@" LABEL "." LABEL "." LABEL));
	want_true("huge", !takes(1000000, "@example.org"));
#undef LABEL
}

static void
test_nul(void **state)
{
	(void)state;
	want_true("NUL", !address_check((struct span){"a@b.org\0c", 9}, NULL));
}

static void
test_needs_utf8(void **state)
{
	struct str wire = STR_INIT;
	bool utf8;

	(void)state;
	address_wire(&wire, span_of("çağrı@example.org"), &utf8);
	want_true("local part", utf8);
	address_wire(&wire, span_of("a@örnek.example"), &utf8);
	want_true("domain only", !utf8);
	str_clear(&wire);
}

static void
test_domain(void **state)
{
	struct span domain = address_domain(span_of("ada@example.org"));

	(void)state;
	want_true("domain", span_equals(domain, "example.org"));
	want_int("none", address_domain(span_of("ada")).len, 0);
}

/* `address` NULL: refused. */
static const struct {
	const char *text, *name, *address;
} mailboxes[] = {
	{"a@example.org", NULL, "a@example.org"},
	{"  a@example.org ", NULL, "a@example.org"},
	{"<a@example.org>", NULL, "a@example.org"},
	{"Harbour Wire <a@example.org>", "Harbour Wire", "a@example.org"},
	{"\"Wire, \\\"H\\\"\" <a@example.org>", "Wire, \"H\"", "a@example.org"},
	{"Wire <3 <a@example.org>", "Wire <3", "a@example.org"},
	{"Liman Ağı <a@example.org>", "Liman Ağı", "a@example.org"},
	{"\"\" <a@example.org>", NULL, "a@example.org"},
	{"\"Wire <a@example.org>", NULL, NULL},
	{"\"A\" B <a@example.org>", NULL, NULL},
	{"Harbour Wire", NULL, NULL},
	{"Wire <a@example.org> x", NULL, NULL},
	{"Wire <>", NULL, NULL},
	{"W\nBcc: b@example.org <a@example.org>", NULL, NULL},
	{"", NULL, NULL},
};

static void
test_mailboxes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mailboxes); i++) {
		const char *text = mailboxes[i].text;
		char *name, *address;
		bool ok = mailbox_parse(span_of(text), &name, &address, NULL);

		want_int(text, ok, mailboxes[i].address != NULL);
		want_text(text, name, mailboxes[i].name);
		want_text(text, address, mailboxes[i].address);
		free(name);
		free(address);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_needs_utf8),
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_mailboxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
