/*
 * The body of a POST, urlencoded and multipart.
 */
#include "unit.h"

#include "web/submission.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=xyz"

static const struct form_case {
	const char *name, *type, *body;
	const char *want; /* "name=value|…"; NULL: neither kind */
} cases[] = {
	{"one click", URLENCODED, "List-Unsubscribe=One-Click",
		"List-Unsubscribe=One-Click|"},
	{"no type", NULL, "a=b", "a=b|"},
	{"with a charset", URLENCODED "; charset=utf-8", "a=b", "a=b|"},
	{"in capitals", "APPLICATION/X-WWW-FORM-URLENCODED", "a=b", "a=b|"},
	{"several", NULL, "a=b&c=&d&=e&&a=f", "a=b|c=|d=|a=f|"},
	{"encoded", NULL, "%61%3D=b+c%2bd%26", "a==b c+d&|"},
	{"half encoded", NULL, "a=%&b=%4&c=%zz", "a=%|b=%4|c=%zz|"},
	{"empty", NULL, "", ""},
	{"JSON", "application/json", "{}", NULL},
	{"multipart without boundary", "multipart/form-data", "--", NULL},
	{"multipart", MULTIPART,
		"--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
		"b\r\n--xyz--\r\n",
		"a=b|"},
	{"multipart as mail providers send it",
		"multipart/form-data; charset=utf-8; boundary=\"xyz\"",
		"--xyz\r\ncontent-type: text/plain\r\n"
		"content-disposition:form-data;name=List-Unsubscribe\r\n\r\n"
		"One-Click\r\n--xyz--",
		"List-Unsubscribe=One-Click|"},
	{"with a preamble, line breaks within, bare LF", MULTIPART,
		"none --xyz\n--xyz\nContent-Disposition: form-data; name=a\n\n"
		"b\nc\n\n--xyz\n"
		"Content-Disposition: form-data; x=\"1;2\"; name=d\n\n"
		"--xyzzy is no end\n--xyz--\nname=e",
		"a=b\nc\n|d=|"},
	{"never closed", MULTIPART,
		"--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nb",
		"a=b|"},
	{"a part without a name", MULTIPART,
		"--xyz\r\nContent-Type: text/plain\r\n\r\nb\r\n--xyz--", ""},
	{"no part", MULTIPART, "nothing here", ""},
};

static void
bodies_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct str all = STR_INIT;
		struct submission s;
		bool is = submission_read(
			&s, arena, cases[i].type, span_of(cases[i].body));

		want_int(cases[i].name, is, cases[i].want != NULL);
		for (size_t k = 0; k < s.count; k++) {
			str_add_span(&all, s.fields[k].name);
			str_add_char(&all, '=');
			str_add_span(&all, s.fields[k].value);
			str_add_char(&all, '|');
		}
		if (is)
			want_text(cases[i].name, str_text(&all), cases[i].want);
		str_clear(&all);
		arena_free(arena);
	}
}

static void
fields_are_found(void **state)
{
	struct arena *arena = arena_new();
	struct span value;
	struct submission s;

	(void)state;
	submission_read(&s, arena, NULL,
		span_of("name=+Ada%0D%0ABcc:+x%E2%80%AE+&long=12345&bad=%FF&"
			"name=2&List-Unsubscribe=one-click+"));
	want_true("find", submission_find(&s, "long", &value));
	want_int("find", value.len, 5);
	want_true("none", !submission_find(&s, "short", &value));
	want_text("one line", submission_line(&s, "name", 100), "Ada Bcc: x");
	want_text("fits", submission_line(&s, "long", 5), "12345");
	want_text("too long", submission_line(&s, "long", 4), "");
	want_text("no UTF-8", submission_line(&s, "bad", 9), "\uFFFD");
	want_text("none", submission_line(&s, "short", 9), NULL);
	want_true("says", submission_says(&s, "list-unsubscribe", "One-Click"));
	want_true("says not", !submission_says(&s, "name", "One-Click"));
	arena_free(arena);
}

static void
fields_are_counted(void **state)
{
	struct arena *arena = arena_new();
	struct str body = STR_INIT;
	struct submission s;

	(void)state;
	for (int i = 0; i < 2 * SUBMISSION_FIELDS; i++)
		str_add(&body, "a=b&");
	submission_read(&s, arena, NULL, str_span(&body));
	want_int("at most", s.count, SUBMISSION_FIELDS);
	arena_free(arena);
	str_clear(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_are_read),
		cmocka_unit_test(fields_are_found),
		cmocka_unit_test(fields_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
