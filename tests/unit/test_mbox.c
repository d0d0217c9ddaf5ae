#include "unit.h"

#include "mime/mbox.h"

#define LINE "From jane@example.org Mon Aug  2 21:25:01 2004\n"

static void
splitting(void **state)
{
	static const struct {
		const char *bytes, *want; /* each in brackets */
	} cases[] = {
		{LINE "A: 1\n\none\n\n" LINE "A: 2\n\ntwo\n",
			"[A: 1\n\none\n][A: 2\n\ntwo\n]"},
		{"From j Mon Aug  2 21:25:01 2004\r\nA: 1\r\n\r\none\r\n\r\n"
		 "From j Mon Aug  2 21:25:01 2004\r\nA: 2\r\n\r\n",
			"[A: 1\r\n\r\none\r\n][A: 2\r\n\r\n]"},
		{"From j Mon Aug  2 21:25:01 2004\rA: 1\r\rone\r\r"
		 "From j Mon Aug  2 21:25:01 2004\rA: 2\r\r",
			"[A: 1\r\rone\r][A: 2\r\r]"},
		/* No blank line between. */
		{LINE "A: 1\n\none\n" LINE "A: 2\n\ntwo\n",
			"[A: 1\n\none][A: 2\n\ntwo\n]"},
		/* "From" in a text. */
		{LINE "A: 1\n\nFrom here on\nall: is text\n",
			"[A: 1\n\nFrom here on\nall: is text\n]"},
		{LINE "A: 1\n\nx\n\nFrom here on, all\nis text\n",
			"[A: 1\n\nx\n\nFrom here on, all\nis text\n]"},
		/* Netscape's */
		{"From - \nA: 1\n\none\n\nFrom -\nA: 2\n\ntwo\n",
			"[A: 1\n\none\n][A: 2\n\ntwo\n]"},
		/* mboxrd */
		{LINE "A: 1\n\n>From x\n>>From y\n> From z\n",
			"[A: 1\n\nFrom x\n>From y\n> From z\n]"},
		/* mboxcl2: what Content-Length takes is no new message. */
		{LINE "Content-Length: 54\n\nx\n\n" LINE "A: 2\n\n" LINE
		      "A: 3\n\n",
			"[Content-Length: 54\n\nx\n\n" LINE "A: 2]"
			"[A: 3\n\n]"},
		/* A Content-Length that lies. */
		{LINE "Content-Length: 9999\n\nx\n\n" LINE "A: 2\n\n",
			"[Content-Length: 9999\n\nx\n][A: 2\n\n]"},
		{LINE "Content-Length: 1\n\nx y z\n\n" LINE "A: 2\n\n",
			"[Content-Length: 1\n\nx y z\n][A: 2\n\n]"},
		{"\n\n" LINE "A: 1\n\n", "[A: 1\n\n]"},
		/* A length of a message without a body. */
		{LINE "Content-Length: 60\n" LINE "A: 2\n\ntwo\n",
			"[Content-Length: 60][A: 2\n\ntwo\n]"},
		{LINE, "[]"},
		{"", ""},
		{"\n\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct span rest = span_of(cases[i].bytes), message;
		struct str out = STR_INIT;

		while (mbox_next(a, &rest, &message)) {
			str_add(&out, "[");
			str_add_span(&out, message);
			str_add(&out, "]");
		}
		want_text(cases[i].bytes, str_text(&out), cases[i].want);
		str_clear(&out);
		arena_free(a);
	}
}

static void
recognising(void **state)
{
	static const struct {
		const char *bytes;
		bool want;
	} cases[] = {
		{LINE, true},
		{"\n" LINE, true},
		{"From : a@example.org\n\n", false},
		{"From: a@example.org\n\n", false},
		{"Subject: x\n" LINE, false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].bytes, mbox_is(span_of(cases[i].bytes)),
			cases[i].want);
}

static size_t
count_messages(const struct str *bytes)
{
	struct arena *a = arena_new();
	struct span rest = str_span(bytes), message;
	size_t count = 0;

	while (mbox_next(a, &rest, &message))
		count++;
	arena_free(a);
	return count;
}

enum { MANY = 20000 };

/* Both took minutes: each message looked at all that follow it. */
static void
many(void **state)
{
	static const char form[] = LINE "Content-Length: %-12d\n\n.\n\n";
	struct str headers = STR_INIT, lengths = STR_INIT;
	int size = (int)sizeof form - 1 - 5 + 12;
	int head = size - 3;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		str_add(&headers, LINE "A: b\n");
		/* All lead to the line at the end. */
		str_printf(&lengths, form, (MANY - i) * size - head);
	}
	str_add(&lengths, "From ");
	for (int i = 0; i < MANY; i++)
		str_add(&lengths, "a long line without a date, ");
	want_int("no blank lines", count_messages(&headers), MANY);
	want_true("lengths", count_messages(&lengths) >= 1);
	str_clear(&headers);
	str_clear(&lengths);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splitting),
		cmocka_unit_test(recognising),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
