/*
 * The digest forms as messages: their structure, what becomes of slots, and
 * what may not begin a line.
 */
#include "unit.h"

#include "mime/form.h"
#include "mime/rfc1153.h"

#define MARK "zq4k7w2mpx9dslot"
#define SLOT(name) MARK name "."

static const struct list weekly = {
	.name = "weekly",
	.title = "Harbour Weekly",
	.list_id = "weekly.example.org",
	.from = {"Harbour Wire", "weekly@example.org"},
};

static struct letter_item items[] = {
	{.subject = "Bread",
		.from_name = "Ada, the baker",
		.language = "en",
		.id = "1@weekly.example.org",
		.date = 1767225600,
		.text = "- One.\n\nTwo.\n"},
	{.subject = "Köprü",
		.id = "2@weekly.example.org",
		.date = 1795158000,
		.text = "----\n.\nFrom Ümit\n"},
	{.subject = "Empty",
		.language = "no tag",
		.id = "3@weekly.example.org",
		.date = 1795158000,
		.text = ""},
};

static struct letter
make_letter(enum letter_format format)
{
	return (struct letter){
		.format = format,
		.language = "en",
		.subject = "Harbour Weekly 12",
		.text = "Harbour Weekly\n- masthead\n",
		.foot = "Leave: " SLOT("unsubscribe_url") "\n-- \n",
		.items = items,
		.item_count = COUNT(items),
	};
}

static struct form *
make(const struct list *list, const struct letter *letter, struct error *err)
{
	return form_new(
		&(struct form_input){
			.list = list,
			.letter = letter,
			.mark = MARK,
			.number = 12,
			.date = 1795158000,
			.boundary_seed = "salt",
		},
		err);
}

/* The message behind its own headers. */
static char *
make_body(const struct list *list, const struct letter *letter)
{
	struct slot_values values = {
		.value = {[SLOT_TO] = {"a@example.org", 13},
			[SLOT_MESSAGE_ID] = {"<1@x>", 5},
			[SLOT_UNSUBSCRIBE_URL] = {
				"https://example.org/?a=1", 24}}};
	struct error err = ERROR_INIT;
	struct str out = STR_INIT;
	struct form *form = make(list, letter, &err);
	const char *start;
	char *body;

	if (!form)
		fail_msg("%s", err.text);
	form_fill(form, &values, &out);
	start = strstr(str_text(&out), "MIME-Version: 1.0\r\n");
	body = strdup(start + strlen("MIME-Version: 1.0\r\n"));
	str_clear(&out);
	form_free(form);
	return body;
}

/* ----- multipart/digest ----- */

static const char qp[] = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";

/* Takes `wanted` off the front of *message. */
static void
want_next(const char **message, const char *wanted)
{
	size_t n = strlen(wanted);

	if (strncmp(*message, wanted, n) != 0)
		fail_msg("want <%s>, got <%.*s…>", wanted, (int)n, *message);
	*message += n;
}

/* "--=_…" CR LF; the same as before, unless there was none. */
static void
want_boundary(const char **message, char boundary[32], const char *end)
{
	if (!boundary[0])
		snprintf(boundary, 32, "%.*s", (int)strcspn(*message, "\r"),
			*message);
	want_next(message, boundary);
	want_next(message, end);
}

static void
want_message(const char **message, const char *headers, const char *encoding,
	const char *body)
{
	want_next(message,
		"Content-Type: message/rfc822\r\n"
		"Content-Transfer-Encoding: 7bit\r\n"
		"\r\n");
	want_next(message, headers);
	want_next(message,
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=\"utf-8\"\r\n"
		"Content-Transfer-Encoding: ");
	want_next(message, encoding);
	want_next(message, "\r\n\r\n");
	want_next(message, body);
	want_next(message, "\r\n");
}

static void
a_digest_of_messages(void **state)
{
	struct letter letter = make_letter(FORMAT_MIME_DIGEST);
	char *whole = make_body(&weekly, &letter);
	const char *rest = strstr(whole, "\r\n\r\n") + 4;
	char outer[32] = "", inner[32] = "";

	(void)state;
	want_true("type",
		strncmp(whole, "Content-Type: multipart/mixed; ", 31) == 0);
	want_boundary(&rest, outer, "\r\n");
	want_next(&rest,
		"Content-Type: text/plain; charset=\"utf-8\"\r\n"
		"Content-Transfer-Encoding: 7bit\r\n"
		"\r\n"
		"Harbour Weekly\r\n"
		"- masthead\r\n"
		"\r\n");
	want_boundary(&rest, outer, "\r\n");
	want_next(&rest, "Content-Type: multipart/digest; boundary=\"");
	rest = strstr(rest, "\r\n\r\n") + 4;
	want_boundary(&rest, inner, "\r\n");
	want_message(&rest,
		"From: \"Ada, the baker\" <weekly@example.org>\r\n"
		"Subject: Bread\r\n"
		"Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
		"Message-ID: <1@weekly.example.org>\r\n"
		"Content-Language: en\r\n",
		"7bit", "- One.\r\n\r\nTwo.\r\n");
	want_boundary(&rest, inner, "\r\n");
	want_message(&rest,
		"From: Harbour Wire <weekly@example.org>\r\n"
		"Subject: =?utf-8?B?S8O2cHLDvA==?=\r\n"
		"Date: Fri, 20 Nov 2026 07:00:00 +0000\r\n"
		"Message-ID: <2@weekly.example.org>\r\n",
		"quoted-printable", "----\r\n=2E\r\n=46rom =C3=9Cmit\r\n");
	want_boundary(&rest, inner, "\r\n");
	want_message(&rest,
		"From: Harbour Wire <weekly@example.org>\r\n"
		"Subject: Empty\r\n"
		"Date: Fri, 20 Nov 2026 07:00:00 +0000\r\n"
		"Message-ID: <3@weekly.example.org>\r\n",
		"7bit", "\r\n");
	want_boundary(&rest, inner, "--\r\n\r\n");
	want_boundary(&rest, outer, "\r\n");
	want_next(&rest, "Content-Type: text/plain; charset=\"utf-8\"\r\n");
	want_next(&rest, qp);
	want_next(&rest,
		"Leave:=20=\r\n"
		"https://example.org/?a=3D1=\r\n"
		"\r\n"
		"--=20\r\n"
		"\r\n");
	want_boundary(&rest, outer, "--\r\n");
	want_text("end", rest, "");
	want_true("boundaries", strcmp(inner, outer) != 0);
	free(whole);
}

/* A multipart has a part at least (RFC 2046, 5.1.1). */
static void
no_messages_no_digest(void **state)
{
	struct letter letter = make_letter(FORMAT_MIME_DIGEST);
	char *whole;

	(void)state;
	letter.item_count = 0;
	whole = make_body(&weekly, &letter);
	want_true("digest", !strstr(whole, "multipart/digest"));
	want_true("foot", strstr(whole, "\r\n--=20\r\n"));
	free(whole);
}

/* RFC 6532, 3.7 */
static void
an_international_sender(void **state)
{
	struct letter letter = make_letter(FORMAT_MIME_DIGEST);
	struct list list = weekly;
	char *whole;

	(void)state;
	list.from.address = "haber-ağı@example.org";
	whole = make_body(&list, &letter);
	want_true("global",
		strstr(whole,
			"Content-Type: message/global\r\n"
			"Content-Transfer-Encoding: 8bit\r\n"));
	want_true("rfc822", !strstr(whole, "message/rfc822"));
	free(whole);
}

static void
what_it_refuses(void **state)
{
	static const struct {
		const char *name;
		struct letter_item item;
		const char *error;
	} cases[] = {
		{"a line break",
			{.subject = "a\nBcc: x@example.org",
				.id = "1@x",
				.text = "x\n"},
			"a line break"},
		{"a line break in the name",
			{.subject = "a",
				.from_name = "A\r\nBcc: x@example.org",
				.id = "1@x",
				.text = "x\n"},
			"a line break"},
		{"a slot in a header",
			{.subject = SLOT("name"), .id = "1@x", .text = "x\n"},
			"a header contains the mark"},
		{"the mark in a text",
			{.subject = "a", .id = "1@x", .text = MARK "x\n"},
			"part contains the mark"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct letter letter = make_letter(FORMAT_MIME_DIGEST);
		struct letter_item item = cases[i].item;
		struct error err = ERROR_INIT;
		struct form *form;

		letter.items = &item;
		letter.item_count = 1;
		form = make(&weekly, &letter, &err);
		if (form || !strstr(err.text, cases[i].error))
			fail_msg("%s: got <%s>", cases[i].name, err.text);
		error_clear(&err);
	}
}

/* A slot of an item's text is one like any other. */
static void
slots_in_items(void **state)
{
	struct letter letter = make_letter(FORMAT_MIME_DIGEST);
	struct letter_item item = {.subject = "a",
		.id = "1@x",
		.text = "<" SLOT("unsubscribe_url") ">\n"};
	char *whole;

	(void)state;
	letter.items = &item;
	letter.item_count = 1;
	whole = make_body(&weekly, &letter);
	want_true("filled",
		strstr(whole,
			"\r\n<=\r\nhttps://example.org/?a=3D1=\r\n>\r\n"));
	free(whole);
}

/* ----- one text ----- */

static void
one_text(void **state)
{
	struct letter letter = make_letter(FORMAT_RFC1153);
	struct str out = STR_INIT;

	(void)state;
	letter.foot = "Leave.\n-- \n";
	rfc1153_write(&out, &letter, &weekly, 12);
	want_text("rfc1153", str_text(&out),
		"Harbour Weekly\n"
		" - masthead\n"
		"\n"
		"Leave.\n"
		" -- \n"
		"\n"
		"-----------------------------------"
		"-----------------------------------\n"
		"\n"
		"Date: Thu, 01 Jan 2026 00:00:00 +0000\n"
		"From: \"Ada, the baker\" <weekly@example.org>\n"
		"Subject: Bread\n"
		"\n"
		" - One.\n"
		"\n"
		"Two.\n"
		"\n"
		"------------------------------\n"
		"\n"
		"Date: Fri, 20 Nov 2026 07:00:00 +0000\n"
		"From: Harbour Wire <weekly@example.org>\n"
		"Subject: Köprü\n"
		"\n"
		" ----\n"
		".\n"
		"From Ümit\n"
		"\n"
		"------------------------------\n"
		"\n"
		"Date: Fri, 20 Nov 2026 07:00:00 +0000\n"
		"From: Harbour Wire <weekly@example.org>\n"
		"Subject: Empty\n"
		"\n"
		"\n"
		"------------------------------\n"
		"\n"
		"End of Harbour Weekly Digest, Issue 12\n"
		"**************************************\n");
	str_clear(&out);
}

/* The slots of the foot are filled in the one text, too. */
static void
one_text_has_slots(void **state)
{
	struct letter letter = make_letter(FORMAT_RFC1153);
	char *whole = make_body(&weekly, &letter);

	(void)state;
	want_true(
		"type", strncmp(whole, "Content-Type: text/plain; ", 26) == 0);
	want_true("slot",
		strstr(whole,
			"\r\nLeave:=20=\r\nhttps://example.org/?a=3D1="
			"\r\n\r\n --=20\r\n"));
	free(whole);
}

static void
its_headers(void **state)
{
	static const struct {
		const char *name, *from, *address, *subject, *want;
	} cases[] = {
		{"plain", "Ada Byte", "a@example.org", "Bread",
			"From: Ada Byte <a@example.org>\nSubject: Bread\n"},
		{"a name of none", NULL, "a@example.org", "Bread",
			"From: a@example.org\nSubject: Bread\n"},
		{"quotes", "Ada \"B\" (NBG)", "a@example.org", "x",
			"From: \"Ada \\\"B\\\" (NBG)\" <a@example.org>\n"},
		{"a domain beyond ASCII", "Ümit", "a@çınar.example", "x",
			"From: Ümit <a@xn--nar-1la48a.example>\n"},
		{"folded", "A", "a@example.org",
			"Appeal of the postal sorters and letter carriers to "
			"every ministry, company and household concerned",
			"Subject: Appeal of the postal sorters and letter "
			"carriers to every\n"
			" ministry, company and household concerned\n\n"},
		{"folded by columns", "A", "a@example.org",
			"çöğüşı çöğüşı çöğüşı çöğüşı çöğüşı çöğüşı çöğüşı "
			"çöğüşı çöğüşı çöğüşı",
			"Subject: çöğüşı çöğüşı çöğüşı çöğüşı çöğüşı çöğüşı "
			"çöğüşı çöğüşı çöğüşı\n çöğüşı\n\n"},
		{"one long word", "A", "a@example.org",
			"https://example.org/"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			"Subject: https://example.org/"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"\n\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct letter letter = make_letter(FORMAT_RFC1153);
		struct letter_item item = {.subject = (char *)cases[i].subject,
			.from_name = (char *)cases[i].from,
			.text = "x\n"};
		struct list list = weekly;
		struct str out = STR_INIT;

		list.from = (struct mailbox){NULL, cases[i].address};
		letter.items = &item;
		letter.item_count = 1;
		rfc1153_write(&out, &letter, &list, 12);
		if (!strstr(str_text(&out), cases[i].want))
			fail_msg("%s: <%s> lacks <%s>", cases[i].name,
				str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
its_trailer(void **state)
{
	static const struct {
		const char *title, *want;
	} cases[] = {
		{"Harbour Digest",
			"\n\nEnd of Harbour Digest, Issue 12\n"
			"*******************************\n"},
		{"港",
			"\n\nEnd of 港 Digest, Issue 12\n"
			"**************************\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct letter letter = make_letter(FORMAT_RFC1153);
		struct list list = weekly;
		struct str out = STR_INIT;

		list.title = cases[i].title;
		rfc1153_write(&out, &letter, &list, 12);
		want_true(cases[i].title,
			span_ends(str_span(&out), cases[i].want));
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_digest_of_messages),
		cmocka_unit_test(no_messages_no_digest),
		cmocka_unit_test(an_international_sender),
		cmocka_unit_test(what_it_refuses),
		cmocka_unit_test(slots_in_items),
		cmocka_unit_test(one_text),
		cmocka_unit_test(one_text_has_slots),
		cmocka_unit_test(its_headers),
		cmocka_unit_test(its_trailer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
