#include "unit.h"

#include "mime/header.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

/* `want` NULL: refused. */
static const struct {
	const char *name, *value, *want;
} texts[] = {
	{"Subject", "Harbour Weekly 12", "Subject: Harbour Weekly 12\r\n"},
	{"Subject", "", "Subject:\r\n"},
	{"Subject", "   ", "Subject: =?utf-8?Q?___?=\r\n"},
	{"Subject", " a", "Subject: =?utf-8?Q?_a?=\r\n"},
	{"Subject", "a b ", "Subject: a =?utf-8?Q?b_?=\r\n"},
	{"Subject", "a b  c d", "Subject: a =?utf-8?Q?b__c?= d\r\n"},
	{"Subject", "The port of İzmir opens",
		"Subject: The port of =?utf-8?B?xLB6bWly?= opens\r\n"},
	/* the blank between two words that need it goes into the words */
	{"Subject", "İzmir ışık",
		"Subject: =?utf-8?B?xLB6bWlyIMSxxZ/EsWs=?=\r\n"},
	{"Subject", "港口", "Subject: =?utf-8?B?5riv5Y+j?=\r\n"},
	{"Subject", "what =?utf-8?Q?x?= means",
		"Subject: what =?utf-8?B?PT91dGYtOD9RP3g/PQ==?= means\r\n"},
	{"Subject", FIFTY " " FIFTY, "Subject: " FIFTY "\r\n " FIFTY "\r\n"},
	/* a word too long for a line is cut into encoded words */
	{"Subject", FIFTY FIFTY,
		"Subject: =?utf-8?Q?" FIFTY "0123456?=\r\n "
		"=?utf-8?Q?789" TEN TEN TEN TEN "?=\r\n"},
	{"Subject", "a\nBcc: b@example.org", NULL},
	{"Subject", "a\rb", NULL},
	{"Subject", "a\tb", NULL},
	{"Subject", "a\177b", NULL},
	{"Subject", "a\xff", NULL},
	{"", "a", NULL},
	{"Sub ject", "a", NULL},
	{"Subject:", "a", NULL},
	{"Subject\n", "a", NULL},
};

static void
test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct str out = STR_INIT;
		bool ok = header_add(
			&out, texts[i].name, span_of(texts[i].value), NULL);

		want_int(texts[i].value, ok, texts[i].want != NULL);
		want_text(texts[i].value, out.data, texts[i].want);
		str_clear(&out);
	}
}

static void
test_nul(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	want_true("NUL",
		!header_add(&out, "Subject", (struct span){"a\0b", 3}, NULL));
	want_int("nothing written", out.len, 0);
	str_clear(&out);
}

/* No line of what is written is longer than 78, and reading gives the text. */
static void
check_text(const char *name, struct span text)
{
	struct str out = STR_INIT, back = STR_INIT;
	struct span rest, line;

	want_true(name, header_add(&out, "Subject", text, NULL));
	rest = str_span(&out);
	while (span_next_line(&rest, &line)) {
		want_true(name, line.len <= 78);
		want_true(name,
			line.len == span_trim(line).len || line.data[0] == ' ');
	}
	header_decode(&back, span_slice(str_span(&out), 9, out.len - 11));
	want_text(name, str_text(&back), text.data);
	str_clear(&out);
	str_clear(&back);
}

static void
test_long_texts(void **state)
{
	static const char *const pieces[] = {"a", "word ", " ", "ğ", "Ünlü ",
		"港", "🧑‍🚀", "=?", "\"", "العربية "};
	unsigned random = 7;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct str text = STR_INIT;

		for (int j = 0; j < i; j++) {
			random = random * 1103515245 + 12345;
			str_add(&text, pieces[random >> 16 & 7]);
			if ((random >> 20 & 15) == 0)
				str_add(&text, pieces[8 + (random >> 24 & 1)]);
		}
		check_text("random", (struct span){str_text(&text), text.len});
		str_clear(&text);
	}
}

static const struct {
	const char *value, *want;
} raws[] = {
	{"<https://example.org/u/1>, <mailto:leave@example.org>",
		"List-Unsubscribe: <https://example.org/u/1>, "
		"<mailto:leave@example.org>\r\n"},
	{"<https://example.org/unsubscribe/1>, <mailto:leave@example.org>",
		"List-Unsubscribe: <https://example.org/unsubscribe/1>,\r\n"
		" <mailto:leave@example.org>\r\n"},
	{"List-Unsubscribe=One-Click",
		"List-Unsubscribe: List-Unsubscribe=One-Click\r\n"},
	{"<https://example.org/\r\nBcc: a@example.org>", NULL},
	{"<https://örnek.example/>", NULL},
};

static void
test_raw(void **state)
{
	struct str big = STR_INIT, out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(raws); i++) {
		bool ok = header_add_raw(
			&out, "List-Unsubscribe", span_of(raws[i].value), NULL);

		want_int(raws[i].value, ok, raws[i].want != NULL);
		want_text(raws[i].value, out.data, raws[i].want);
		str_clear(&out);
	}
	for (int i = 0; i < 1000; i++)
		str_add_char(&big, 'x');
	want_true("1000 octets without a blank",
		!header_add_raw(&out, "X-Long", str_span(&big), NULL));
	str_clear(&big);
	str_clear(&out);
}

static const struct {
	struct mailbox box;
	const char *want;
} boxes[] = {
	{{NULL, "a@example.org"}, "a@example.org"},
	{{"", "a@example.org"}, "a@example.org"},
	{{"Harbour Wire", "a@example.org"}, "Harbour Wire <a@example.org>"},
	{{"Wire, Harbour", "a@example.org"},
		"\"Wire, Harbour\" <a@example.org>"},
	{{"H. \"Wire\" \\", "a@example.org"},
		"\"H. \\\"Wire\\\" \\\\\" <a@example.org>"},
	{{"İnci", "a@example.org"}, "=?utf-8?B?xLBuY2k=?= <a@example.org>"},
	{{"Dr. İnci Kaya", "a@example.org"},
		"=?utf-8?B?RHIuIMSwbmNp?= Kaya <a@example.org>"},
	{{"=?utf-8?Q?x?=", "a@example.org"},
		"=?utf-8?B?PT91dGYtOD9RP3g/PQ==?= <a@example.org>"},
	{{NULL, "a@örnek.example"}, "a@xn--rnek-4qa.example"},
	{{"A", "çağrı@example.org"}, "A <çağrı@example.org>"},
	{{"A\r\nBcc: b@example.org", "a@example.org"}, NULL},
	{{"A", "a@example.org>\r\nBcc: <b@example.org"}, NULL},
	{{"A", "a@example.org, b@example.org"}, NULL},
	{{"A", NULL}, NULL},
};

static void
test_mailbox(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(boxes); i++) {
		struct str out = STR_INIT;
		bool ok = header_mailbox(&out, &boxes[i].box, 4, NULL);

		want_int(boxes[i].box.name, ok, boxes[i].want != NULL);
		want_text(
			boxes[i].box.name, ok ? out.data : NULL, boxes[i].want);
		str_clear(&out);
	}
}

static void
test_mailboxes(void **state)
{
	static const struct mailbox two[] = {
		{"Harbour Wire International", "harbour@example.org"},
		{"Wire, Harbour", "wire@example.org"},
	};
	struct str out = STR_INIT;

	(void)state;
	want_true("two", header_add_mailboxes(&out, "Cc", two, 2, NULL));
	want_text("two", str_text(&out),
		"Cc: Harbour Wire International <harbour@example.org>, "
		"\"Wire, Harbour\"\r\n <wire@example.org>\r\n");
	str_clear(&out);
}

static void
test_list_id(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	want_true("List-Id",
		header_add_list_id(&out, span_of("Liman Ağı"),
			span_of("weekly.example.org"), NULL));
	want_text("List-Id", str_text(&out),
		"List-Id: Liman =?utf-8?B?QcSfxLE=?= <weekly.example.org>\r\n");
	str_clear(&out);
}

static const struct {
	const char *value, *want;
} parameters[] = {
	{"port.jpg", "; filename=port.jpg"},
	{"a port.jpg", "; filename=\"a port.jpg\""},
	{"a\"b\\c", "; filename=\"a\\\"b\\\\c\""},
	{"", "; filename=\"\""},
	{"=?utf-8?Q?x?=", "; filename*=utf-8''%3D%3Futf-8%3FQ%3Fx%3F%3D"},
	{"liman ağı.jpg", "; filename*=utf-8''liman%20a%C4%9F%C4%B1.jpg"},
	{FIFTY FIFTY,
		";\r\n filename*0*=utf-8''" FIFTY "0123456;\r\n"
		" filename*1*=789" TEN TEN TEN TEN},
	{"a\nb", NULL},
	{"a\xff", NULL},
};

static void
test_parameter(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parameters); i++) {
		struct str out = STR_INIT;
		bool ok;

		str_add(&out, "Content-Disposition: attachment");
		ok = header_parameter(
			&out, "filename", span_of(parameters[i].value), NULL);
		want_int(parameters[i].value, ok, parameters[i].want != NULL);
		if (ok)
			want_text(parameters[i].value, out.data + 31,
				parameters[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_mailbox),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_list_id),
		cmocka_unit_test(test_parameter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
