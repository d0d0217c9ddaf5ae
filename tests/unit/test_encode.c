#include "unit.h"

#include "mime/encode.h"
#include "model/slot.h"

static const struct {
	const char *text;
	bool slots;
	enum encoding encoding;
} choices[] = {
	{"", false, ENCODING_7BIT},
	{"plain\ntext\n", false, ENCODING_7BIT},
	{"plain\r\ntext\r\n", false, ENCODING_7BIT},
	{"plain\n", true, ENCODING_QP},
	{"trailing \n", false, ENCODING_QP},
	{".dot\n", false, ENCODING_QP},
	{"a\nFrom here\n", false, ENCODING_QP},
	{"a\tb\n", false, ENCODING_QP},
	{"a\001b\n", false, ENCODING_QP},
	{"İstanbul limanında\n", false, ENCODING_QP},
	{"港口新闻\n", false, ENCODING_BASE64},
	{"1234567890123456789012345678901234567890123456789012345678901234"
	 "56789012345678\n",
		false, ENCODING_7BIT},
	{"1234567890123456789012345678901234567890123456789012345678901234"
	 "567890123456789\n",
		false, ENCODING_QP},
};

static void
test_choose(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(choices); i++)
		want_int(choices[i].text,
			encode_choose(
				span_of(choices[i].text), choices[i].slots),
			choices[i].encoding);
}

#define TEN "0123456789"

static const struct {
	const char *name, *text, *want;
} qps[] = {
	{"empty", "", ""},
	{"plain", "a b\tc\n", "a b\tc\r\n"},
	{"CR LF", "a\r\nb\r\n", "a\r\nb\r\n"},
	{"lone CR", "a\rb\n", "a=0Db\r\n"},
	{"blank before lone CR", "a \rb\n", "a=20=0Db\r\n"},
	{"equals", "a=b\n", "a=3Db\r\n"},
	{"UTF-8", "ağ\n", "a=C4=9F\r\n"},
	{"not UTF-8", "a\xff\n", "a=FF\r\n"},
	{"controls", "a\001\177\n", "a=01=7F\r\n"},
	{"trailing blank", "a \nb\t\n c ", "a=20\r\nb=09\r\n c=20"},
	{"only blanks", "  \n", " =20\r\n"},
	{"dot", ".\n..a\na.\n", "=2E\r\n=2E.a\r\na.\r\n"},
	{"From", "From a\nFromage\n From b\n",
		"=46rom a\r\nFromage\r\n From b\r\n"},
	{"long",
		TEN TEN TEN TEN TEN TEN TEN "01234"
					    "567\n",
		TEN TEN TEN TEN TEN TEN TEN "01234=\r\n567\r\n"},
	{"dot after a soft break", TEN TEN TEN TEN TEN TEN TEN "01234.5\n",
		TEN TEN TEN TEN TEN TEN TEN "01234=\r\n=2E5\r\n"},
	{"From after a soft break", TEN TEN TEN TEN TEN TEN TEN "01234From 5\n",
		TEN TEN TEN TEN TEN TEN TEN "01234=\r\n=46rom 5\r\n"},
	{"no split character", TEN TEN TEN TEN TEN TEN TEN "ğ\n",
		TEN TEN TEN TEN TEN TEN TEN "=\r\n=C4=9F\r\n"},
};

static void
test_qp(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(qps); i++) {
		struct str out = STR_INIT;

		encode_qp(&out, span_of(qps[i].text), NULL);
		want_text(qps[i].name, str_text(&out), qps[i].want);
		str_clear(&out);
	}
}

/* {name} stands for a slot's mark in both texts. */
static const struct {
	const char *name, *text, *want;
} slotted[] = {
	{"inside", "to {name}, hello\n", "to=20=\r\n{name}=\r\n, hello\r\n"},
	{"at the start", "{name}!\n", "{name}=\r\n!\r\n"},
	{"at the end of a line", "a\n{name}\nb\n", "a\r\n{name}=\r\n\r\nb\r\n"},
	{"two", "{name}{name}", "{name}=\r\n{name}=\r\n"},
	{"dot behind", "{name}.\n", "{name}=\r\n=2E\r\n"},
};

static void
add_with_mark(struct str *out, const char *text)
{
	struct span rest = span_of(text);

	for (;;) {
		size_t at = span_find_text(rest, "{name}");

		str_add_span(out, span_slice(rest, 0, at));
		if (at == rest.len)
			break;
		slot_mark(out, "mark7q", (struct slot){.name = SLOT_NAME});
		rest = span_from(rest, at + strlen("{name}"));
	}
}

static void
test_slots(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(slotted); i++) {
		struct str text = STR_INIT, want = STR_INIT, out = STR_INIT;

		add_with_mark(&text, slotted[i].text);
		add_with_mark(&want, slotted[i].want);
		encode_qp(&out, str_span(&text), "mark7q");
		want_text(slotted[i].name, str_text(&out), str_text(&want));
		str_clear(&text);
		str_clear(&want);
		str_clear(&out);
	}
}

static void
test_value(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	encode_qp_value(&out, span_of("Ağ=1 "));
	want_text("value", str_text(&out), "A=C4=9F=3D1=20");
	str_truncate(&out, 0);
	encode_qp_value(&out, span_of("From .x"));
	want_text("From", str_text(&out), "=46rom .x");
	str_clear(&out);
}

static const struct {
	const char *bytes, *want;
} base64s[] = {
	{"", ""},
	{"f", "Zg==\r\n"},
	{"fo", "Zm8=\r\n"},
	{"foo", "Zm9v\r\n"},
	{"\xff\xfe\xfd", "//79\r\n"},
	{TEN TEN TEN TEN TEN "0123456",
		"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMj"
		"M0NTY3ODkwMTIzNDU2\r\n"},
	{TEN TEN TEN TEN TEN "01234567",
		"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMj"
		"M0NTY3ODkwMTIzNDU2\r\nNw==\r\n"},
};

static void
test_base64(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(base64s); i++) {
		struct str out = STR_INIT;

		encode_base64(&out, span_of(base64s[i].bytes));
		want_text(base64s[i].bytes, str_text(&out), base64s[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choose),
		cmocka_unit_test(test_qp),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_value),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
