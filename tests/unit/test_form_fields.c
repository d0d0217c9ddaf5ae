/*
 * What a form says of its reader: his name, columns of the roster, also in the
 * subject.
 */
#include "form_unit.h"

#include "mime/form_again.h"

#include "base/text.h"
#include "mime/header.h"

static struct field_default own_names[] = {{"tr", "okur"}, {NULL, "Reader"}};
static struct field_default cities[] = {{NULL, "your city"}};
static struct list_field fields[] = {
	{"name", own_names, COUNT(own_names)},
	{"team", NULL, 0},
	{"city", cities, COUNT(cities)},
};

static const struct letter greeting = {
	.format = FORMAT_HTML,
	.language = "en",
	.subject = "Dear " SLOT("name") ", news from " SLOT(
		"field_city") ": the quay is open",
	.text = SLOT("field_city") "/" SLOT("field_team") "/" SLOT(
		"name") "/" SLOT("field_city") ".\n",
	.html = "<p>" SLOT("field_team") " " SLOT("field_city") "</p>\n",
};

static struct form *
make_greeting(const char *language)
{
	struct list list = weekly;
	struct letter letter = greeting;
	struct error err = ERROR_INIT;
	struct form *form;

	list.fields = fields;
	list.field_count = COUNT(fields);
	list.language = "en";
	letter.language = (char *)language;
	form = make(&list, &letter, &err);
	if (!form)
		fail_msg("%s", err.text);
	return form;
}

/* The greeting for a reader of that name, city and team; yours. */
static char *
greet(const struct form *form, const char *name, const char *city,
	const char *team)
{
	struct slot_values values = ada;
	struct span columns[2];
	struct str out = STR_INIT;

	want_int("columns", form_field_count(form), COUNT(columns));
	for (size_t i = 0; i < COUNT(columns); i++)
		columns[i] = span_of(
			text_equals(form_field_name(form, i), "city") ? city
								      : team);
	values.value[SLOT_NAME] = span_of(name);
	values.fields = columns;
	form_fill(form, &values, &out);
	return str_take(&out);
}

static const struct {
	const char *name, *city, *subject;
} subjects[] = {
	{"Ada", "Saltmere", "Dear Ada, news from Saltmere: the quay is open"},
	{"", "", "Dear Reader, news from your city: the quay is open"},
	{"İnci Çağlar", "İzmir",
		"Dear İnci Çağlar, news from İzmir: the quay is open"},
	{"👩‍🚒 Crew 🇹🇷", "港口",
		"Dear 👩‍🚒 Crew 🇹🇷, news from 港口: the quay is open"},
	{"Wolfeschlegelsteinhausenbergerdorff Hubert Blaine of Upper Quay",
		"Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
		"Dear Wolfeschlegelsteinhausenbergerdorff Hubert Blaine of "
		"Upper Quay, news from "
		"Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch: "
		"the quay is open"},
	{"=?utf-8?q?x?=", "a =?b", /* told as text, not as what it says */
		"Dear =?utf-8?q?x?=, news from a =?b: the quay is open"},
	{"Ada\r\nBcc: eve@example.org", "x\r\n\r\ny",
		"Dear Ada Bcc: eve@example.org, news from x y: the quay is "
		"open"},
	{"A\xff", "\u202ex", "Dear A\ufffd, news from x: the quay is open"},
};

/* The field's value, unfolded and decoded; yours. */
static char *
read_subject(const char *message)
{
	static const char start[] = "\r\nSubject: ";
	const char *at = strstr(message, start) + strlen(start), *end = at;
	struct str out = STR_INIT;

	do {
		end = strstr(end + 1, "\r\n");
	} while (end[2] == ' ');
	header_decode(&out, (struct span){at, (size_t)(end - at)});
	return str_take(&out);
}

static void
test_subject(void **state)
{
	struct form *form = make_greeting("en");

	(void)state;
	for (size_t i = 0; i < COUNT(subjects); i++) {
		char *message =
			greet(form, subjects[i].name, subjects[i].city, "red");
		char *subject = read_subject(message);
		struct span head = span_of(message), line;

		want_text(subjects[i].name, subject, subjects[i].subject);
		head.len = span_find_text(head, "\r\n\r\n");
		while (span_next_line(&head, &line)) {
			want_true("folded", line.len <= 78);
			want_true("ASCII", text_is_ascii(line));
			want_true("nothing is injected",
				!span_starts(line, "Bcc"));
		}
		want_part("the header goes on", message,
			"\r\nDate: Fri, 20 Nov 2026 07:00:00 +0000\r\n");
		free(subject);
		free(message);
	}
	form_free(form);
}

static void
test_proof_subject(void **state)
{
	struct form *form = make(&weekly, &greeting, NULL);
	const struct span columns[2] = {{"Saltmere", 8}, {"Saltmere", 8}};
	struct slot_values values = ada;
	struct form *proof;
	char *message, *subject;

	values.fields = columns;
	values.value[SLOT_NAME] = span_of("İnci");
	proof = form_new_proof(form, &values, &weekly, 0, NULL);
	message = fill(proof);
	subject = read_subject(message);

	(void)state;
	want_text("proof", subject,
		"[Proof] Dear İnci, news from Saltmere: the quay is open");
	free(subject);
	free(message);
	form_free(proof);
	form_free(form);
}

static void
test_fields(void **state)
{
	struct form *form = make_greeting("en");
	char *message = greet(form, "Ada", "<Kadı & köy>", "");

	(void)state;
	want_int("asks for columns", (form_slots(form) & 1u << SLOT_FIELD) != 0,
		1);
	want_part("text", message,
		"\r\n\r\n<Kad=C4=B1 & k=C3=B6y>=\r\n/=\r\n=\r\n/=\r\n"
		"Ada=\r\n/=\r\n<Kad=C4=B1 & k=C3=B6y>=\r\n=2E\r\n");
	want_part("HTML", message,
		"\r\n=20=\r\n&lt;Kad=C4=B1 &amp; k=C3=B6y&gt;=\r\n</p>");
	free(message);
	form_free(form);
	form = make(&weekly, &plain_letter, NULL);
	want_int(
		"asks for none", (form_slots(form) & 1u << SLOT_FIELD) != 0, 0);
	form_free(form);
}

static void
test_fallbacks(void **state)
{
	struct form *english = make_greeting("en");
	struct form *turkish = make_greeting("tr");
	struct slot_values nobody = ada;
	struct str out = STR_INIT;
	char *message = greet(turkish, "", "", "mavi");

	(void)state;
	want_part("by language", message, "\r\nSubject: Dear okur, news ");
	want_part("text", message, "\r\nyour city=\r\n/=\r\nmavi=\r\n/");
	free(message);
	nobody.value[SLOT_NAME] = span_of("");
	form_fill(english, &nobody, &out);
	want_part("without columns", out.data, "Dear Reader, news from your c");
	str_clear(&out);
	form_free(english);
	form_free(turkish);
}

/* A field may be of 64 wide characters, of which each octet takes three. */
static void
test_size_is_enough(void **state)
{
	struct form *form = make_greeting("tr");
	struct str wide = STR_INIT;
	char *message;

	(void)state;
	for (size_t i = 0; i < 64; i++)
		str_add(&wide, "\u6e2f");
	message = greet(form, wide.data, wide.data, wide.data);
	want_true("size", form_size(form) >= strlen(message));
	free(message);
	str_clear(&wide);
	form_free(form);
}

/* A frozen form keeps its fields and their defaults. */
static void
test_fields_are_stored(void **state)
{
	struct form *form = make_greeting("tr"), *again;
	struct str bytes = STR_INIT, second = STR_INIT;
	char *one = greet(form, "", "Çeşme", ""), *two;

	(void)state;
	form_save(form, &bytes);
	want_true(
		"version", span_starts(str_span(&bytes), "postrider form 2\n"));
	want_part("default", bytes.data, "\nfield_city your city\n");
	want_part("no default", bytes.data, "\nfield_team \n");
	want_part("own name", bytes.data, "\nname okur\n");
	again = form_load(str_span(&bytes), NULL);
	want_true("loaded", again != NULL);
	two = greet(again, "", "Çeşme", "");
	want_text("the same", two, one);
	form_save(again, &second);
	want_text("saved again", second.data, bytes.data);
	form_free(again);
	want_whole(&bytes);
	free(one);
	free(two);
	form_free(form);
	str_clear(&bytes);
	str_clear(&second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_proof_subject),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fallbacks),
		cmocka_unit_test(test_size_is_enough),
		cmocka_unit_test(test_fields_are_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
