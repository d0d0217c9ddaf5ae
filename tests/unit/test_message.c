#include "unit.h"

#include "base/date.h"
#include "mime/decode.h"
#include "mime/message.h"

/* ----- transfer encodings ----- */

static void
decoding(void **state)
{
	static const struct {
		const char *encoding, *text, *want;
	} cases[] = {
		{"quoted-printable", "a=3Db =C3=A9", "a=b \xc3\xa9"},
		{"quoted-printable", "soft=\r\nbreak", "softbreak"},
		{"quoted-printable", "soft= \t\nbreak", "softbreak"},
		{"quoted-printable", "blanks  \r\nnext", "blanks\r\nnext"},
		{"quoted-printable", "=3 = =zz =", "=3 = =zz "},
		{"QUOTED-PRINTABLE (x)", "=c3=a9", "\xc3\xa9"},
		{"base64", "aGVs\r\nbG8=", "hello"},
		{"base64", "aGVsbG8", "hello"},
		{"base64", "aGVsb", "hel"},
		{"base64", "aG*Vs bG8=\r\n__________\r\nlist footer", "hello"},
		{"base64", "aGk=\r\naGk=\r\n", "hihi"},
		{"Base64;", "aGk=", "hi"},
		{"base64", "=====", ""},
		{"base64", "", ""},
		{"x-uuencode", "begin 644 a\n#0V%T\n`\nend\n", "Cat"},
		{"x-uuencode", "text\nbegin 644 a\n$0V%T(0\n", "Cat!"},
		{"x-uuencode", "no begin", "no begin"},
		{"7-bit", "=41", "=41"},
		{"", "=41", "=41"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		decode_transfer(&out, span_of(cases[i].encoding),
			span_of(cases[i].text));
		want_text(cases[i].text, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

/* ----- headers ----- */

static void
headers(void **state)
{
	static const struct {
		const char *mail, *name, *want;
	} cases[] = {
		{"Subject: one\nSubject: two\n\nx", "subject", "one"},
		{"Subject: a\r\n folded\r\n\r\nx", "Subject", "a folded"},
		{"Subject: a\r folded\r\rx", "Subject", "a folded"},
		{"From j@example.org Mon\nSubject: a\n\nx", "Subject", "a"},
		{">From j@example.org Mon\nSubject: a\n\nx", "Subject", "a"},
		{" continues nothing\nSubject: a\n\nx", "Subject", "a"},
		{": no name\nSubject: a\n\nx", "Subject", "a"},
		{"Subject: =?utf-8?q?=C5=9Feker?=\n\nx", "Subject",
			"\xc5\x9f"
			"eker"},
		{"Subject: caf\xe9\n\nx", "Subject", "caf\xc3\xa9"},
		{"A: b\nno colon here\nSubject: a\n\nx", "Subject", NULL},
		{"Subject:\n\nx", "Subject", ""},
		{"", "Subject", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct message *m = message_parse(a, span_of(cases[i].mail));

		want_text(cases[i].mail, message_header(m, cases[i].name),
			cases[i].want);
		arena_free(a);
	}
}

static void
fields(void **state)
{
	static const char mail[] =
		"Return-Path: <>\n"
		"From: =?utf-8?q?Ay=C5=9Fe?= <ayse@example.org>, b@example.org\n"
		"To: readers: c@example.com, D <d@example.com>;\n"
		"Date: Fri, 20 Nov 2026 09:00:00 +0300\n"
		"Message-Id: <one@example.org>\n"
		"In-Reply-To: <zero@example.org> from a friend\n"
		"References: <first@example.org>\n <zero@example.org>\n"
		"List-ID: Harbour <weekly.example.org>\n"
		"Authentication-Results: mx.example.net; dkim=pass\n"
		"Authentication-Results: elsewhere; dkim=fail\n"
		"Auto-Submitted: auto-replied\n\nx";
	struct arena *a = arena_new();
	struct message *m = message_parse(a, span_of(mail));

	(void)state;
	want_text("subject", m->subject, "");
	want_text("name", m->from.name,
		"Ay\xc5\x9f"
		"e");
	want_text("from", m->from.address, "ayse@example.org");
	want_text("sender", m->sender.address, NULL);
	want_int("to", m->to_count, 2);
	want_text("to", m->to[1].address, "d@example.com");
	want_int("date", m->date, 1795154400);
	want_text("id", m->id, "one@example.org");
	want_text("reply", m->in_reply_to, "zero@example.org");
	want_int("references", m->reference_count, 2);
	want_text("references", m->references[0], "first@example.org");
	want_text("list", m->list_id, "Harbour <weekly.example.org>");
	want_text("null sender", m->return_path, "");
	want_int("authentication", m->authentication_count, 2);
	want_text("auto", m->auto_submitted, "auto-replied");
	want_int("defects", m->defect_count, 0);
	m = message_parse(a, span_of("Message-ID: <a\x1b\x7f\n b@c\x01>\n\n"));
	want_text("controls", m->id, "ab@c");
	arena_free(a);
}

/* ----- the tree ----- */

static void
write_tree(struct str *out, const struct message_part *p)
{
	str_add(out, p->type);
	if (p->part_count == 0)
		return;
	str_add(out, "(");
	for (size_t i = 0; i < p->part_count; i++) {
		str_add(out, i ? " " : "");
		write_tree(out, &p->parts[i]);
	}
	str_add(out, ")");
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

static void
trees(void **state)
{
	static const struct {
		const char *mail, *tree;
		size_t defects;
	} cases[] = {
		{"\nx", "text/plain", 0},
		{"Content-Type: nonsense\n\nx", "text/plain", 0},
		{"Content-Type: TEXT/Html; charset=x\n\nx", "text/html", 0},
		{MIXED "--b\n\none\n--b\nContent-Type: image/png\n\n2\n--b--\n",
			"multipart/mixed(text/plain image/png)", 0},
		{MIXED "--b\r\n\r\none\r\n--b--  \r\n",
			"multipart/mixed(text/plain)", 0},
		{MIXED "--b\n\none", "multipart/mixed(text/plain)", 1},
		{MIXED "no boundary", "multipart/mixed(text/plain)", 1},
		{MIXED "--bc\n\none\n", "multipart/mixed(text/plain)", 1},
		{"Content-Type: multipart/mixed\n\n--z\n\none\n--z--\n",
			"multipart/mixed(text/plain)", 1},
		{"Content-Type: multipart/mixed\n\nx", "text/plain", 1},
		{MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n"
		       "\n--c\n\none\n--b\n\ntwo\n--b--\n",
			"multipart/mixed(multipart/alternative(text/plain) "
			"text/plain)",
			1},
		{MIXED "--b\nContent-Type: message/rfc822\n\nSubject: in\n\nx\n"
		       "--b--\n",
			"multipart/mixed(message/rfc822(text/plain))", 0},
		{"Content-Type: multipart/digest; boundary=b\n\n"
		 "--b\n\nSubject: in\n\nx\n--b--\n",
			"multipart/digest(message/rfc822(text/plain))", 0},
		{"Content-Type: message/rfc822\n"
		 "Content-Transfer-Encoding: base64\n\n"
		 "Q29udGVudC1UeXBlOiB0ZXh0L2h0bWwKCng=\n",
			"message/rfc822(text/html)", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct message *m = message_parse(a, span_of(cases[i].mail));
		struct str tree = STR_INIT;

		write_tree(&tree, &m->root);
		want_text(cases[i].mail, str_text(&tree), cases[i].tree);
		want_int(cases[i].mail, m->defect_count, cases[i].defects);
		str_clear(&tree);
		arena_free(a);
	}
}

/* Ten thousand levels, and as many parts: an end, in time. */
static void
limits(void **state)
{
	struct str deep = STR_INIT, wide = STR_INIT;
	struct arena *a = arena_new();
	struct message *m;

	(void)state;
	str_add(&wide, MIXED);
	for (int i = 0; i < 10000; i++) {
		str_printf(&deep,
			"Content-Type: multipart/mixed; boundary=b%d\n\n"
			"--b%d\n",
			i, i);
		str_add(&wide, "--b\n\nx\n");
	}
	m = message_parse(a, str_span(&deep));
	want_int("deep", m->defect_count > 0, 1);
	m = message_parse(a, str_span(&wide));
	want_int("wide", m->root.part_count, 1000);
	str_clear(&deep);
	str_clear(&wide);
	arena_free(a);
}

/* However deep it lies, it is UTF-8. */
static void
deep_texts(void **state)
{
	(void)state;
	for (int levels = 0; levels < 70; levels++) {
		struct str mail = STR_INIT, text = STR_INIT;
		struct arena *a = arena_new();
		bool html;

		for (int i = 0; i < levels; i++)
			str_printf(&mail,
				"Content-Type: multipart/mixed; boundary=b%d\n"
				"\n--b%d\n",
				i, i);
		str_add(&mail, "\n\x93quoted\x94\n");
		message_text(&text, message_parse(a, str_span(&mail)), &html);
		want_text("deep", str_text(&text),
			levels < 65 ? "\xe2\x80\x9cquoted\xe2\x80\x9d\n" : "");
		str_clear(&text);
		str_clear(&mail);
		arena_free(a);
	}
}

/* ----- text ----- */

#define PLAIN "--b\nContent-Type: text/plain\n\n"
#define HTML "--b\nContent-Type: text/html\n\n"

static void
texts(void **state)
{
	static const struct {
		const char *mail, *want;
		bool html;
	} cases[] = {
		{"\none\r\ntwo\rthree", "one\ntwo\nthree", false},
		{"Content-Type: multipart/alternative; boundary=b\n\n" PLAIN
		 "plain\n" HTML "<p>html\n--b--\n",
			"plain", false},
		{"Content-Type: multipart/alternative; boundary=b\n\n" HTML
		 "<p>html\n--b--\n",
			"<p>html", true},
		{MIXED PLAIN "one\n" PLAIN "footer\n--b--\n", "one\n\nfooter",
			false},
		{MIXED HTML "<p>one\n" PLAIN "footer\n--b--\n", "<p>one", true},
		{MIXED PLAIN "one\n--b\nContent-Disposition: attachment\n\n"
			     "two\n--b--\n",
			"one", false},
		{"Content-Type: text/html\n\n<p>x", "<p>x", true},
		{"Content-Type: image/png\n\nx", "", false},
		{"Content-Type: text/unheard-of\n\nx", "x", false},
		{"Content-Type: text/plain; charset=iso-8859-9\n\n\xfe",
			"\xc5\x9f", false},
		{"Content-Type: text/html\n\n<META http-equiv=x "
		 "content='text/html; charset=ISO-8859-9'>\xfe",
			"<META http-equiv=x content='text/html; "
			"charset=ISO-8859-9'>\xc5\x9f",
			true},
		{"Content-Type: text/html; charset=us-ascii\n\n"
		 "<meta charset=\"windows-1253\">\xe1",
			"<meta charset=\"windows-1253\">\xce\xb1", true},
		{"Content-Type: text/html\n\n<meta charset=koi8-r>\xc5\x9f",
			"<meta charset=koi8-r>\xc5\x9f", true},
		{"Content-Type: text/html\n\n<meta charset=unicode>\xe9",
			"<meta charset=unicode>\xc3\xa9", true},
		{"Content-Type: text/html; charset=iso-8859-9\n\n"
		 "<meta charset=koi8-r>\xfe",
			"<meta charset=koi8-r>\xc5\x9f", true},
		{"Content-Type: text/plain\n\n<meta charset=koi8-r>\xe9",
			"<meta charset=koi8-r>\xc3\xa9", false},
		{"Content-Type: text/plain; charset=unheard-of\n\n\xc5\x9f",
			"\xc5\x9f", false},
		{"\n\x93quoted\x94", "\xe2\x80\x9cquoted\xe2\x80\x9d", false},
		{"Content-Type: text/plain; format=flowed\n\n"
		 "one \ntwo\n> q \n> r\n>> s\n sp\n-- \nme\n",
			"one two\n> q r\n>> s\nsp\n-- \nme\n", false},
		{"Content-Type: text/plain; format=Flowed; delsp=yes\n\n"
		 "one \ntwo\n",
			"onetwo\n", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct message *m = message_parse(a, span_of(cases[i].mail));
		struct str out = STR_INIT;
		bool html;

		message_text(&out, m, &html);
		want_text(cases[i].mail, str_text(&out), cases[i].want);
		want_int(cases[i].mail, html, cases[i].html);
		str_clear(&out);
		arena_free(a);
	}
}

static void
add_name(void *data, const struct message_part *part)
{
	str_printf(data, "[%s]", part->name ? part->name : part->type);
}

static void
attachments(void **state)
{
	static const char mail[] = MIXED PLAIN
		"one\n"
		"--b\nContent-Type: image/png; name=a.png\n\nx\n"
		"--b\nContent-Disposition: attachment;\n"
		" filename*=utf-8''%C5%9F.txt\n\nx\n"
		"--b\nContent-Type: application/pgp-signature\n\nx\n"
		"--b\nContent-Type: application/pdf\n\nx\n--b--\n";
	struct arena *a = arena_new();
	struct str out = STR_INIT;

	(void)state;
	message_attachments(message_parse(a, span_of(mail)), add_name, &out);
	want_text("names", str_text(&out),
		"[a.png][\xc5\x9f.txt][application/pdf]");
	str_clear(&out);
	arena_free(a);
}

/* ----- a message within ----- */

static void
inner_message(void **state)
{
	static const struct {
		const char *headers, *body, *want;
	} cases[] = {
		{"", "Subject: in\n\nx\n", "in"},
		{"Content-Transfer-Encoding: base64\n",
			"U3ViamVjdDogaW4KCngK\n", "in"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct message *m = message_parse(a,
			span_of(arena_printf(a,
				"Content-Type: multipart/mixed; boundary=b\n\n"
				"--b\nContent-Type: message/rfc822\n%s\n%s"
				"--b--\n",
				cases[i].headers, cases[i].body)));

		want_int("parts", m->root.part_count, 1);
		m = message_parse(a, m->root.parts[0].body);
		want_text(cases[i].body, m->subject, cases[i].want);
		arena_free(a);
	}
}

/* ----- as it was sent ----- */

static void
as_sent(void **state)
{
	static const struct {
		const char *mail, *want;
	} cases[] = {
		{"From: a\n\nx\n", "From: a\n\nx"},
		{"From: a\r\nStatus: RO\r\n\r\nx\r\n\r\n", "From: a\n\nx"},
		{"STATUS: O\nFrom: a\n b\nX-Keywords: k\n l\n\nStatus: x\n",
			"From: a\n b\n\nStatus: x"},
		{"X-UID : 1\nX-UIDs: 1\n\n", "X-UID : 1\nX-UIDs: 1"},
		{"Status: O\n", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		message_as_sent(&out, span_of(cases[i].mail));
		want_text(cases[i].mail, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inner_message),
		cmocka_unit_test(as_sent),
		cmocka_unit_test(decoding),
		cmocka_unit_test(headers),
		cmocka_unit_test(fields),
		cmocka_unit_test(trees),
		cmocka_unit_test(limits),
		cmocka_unit_test(deep_texts),
		cmocka_unit_test(texts),
		cmocka_unit_test(attachments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
