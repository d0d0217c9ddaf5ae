#include "unit.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/list.h"

/* ----- names ----- */

static const struct {
	const char *column, *name;
} columns[] = {
	{"city", "city"},
	{"City", "city"},
	{"  HOME Town ", "home_town"},
	{"E-mail (work)", "e_mail_work"},
	{"Şehir", "sehir"},
	{"IŞIK / İzmir", "isik_izmir"},
	{"Prénom n° 2", "prenom_n_2"},
	{"_3", "3"},
	{"a__b", "a_b"},
	{"城市", ""},
	{"", ""},
	{"a.b;c\"d'e<f>", "a_b_c_d_e_f"},
	{"0123456789012345678901234567890123456789x",
		"0123456789012345678901234567890123456789"},
	{"012345678901234567890123456789012345678 9",
		"012345678901234567890123456789012345678"},
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(columns); i++) {
		struct str out = STR_INIT;

		field_name(&out, span_of(columns[i].column));
		want_text(columns[i].column, str_text(&out), columns[i].name);
		want_int(columns[i].column, field_is_name(str_span(&out)),
			*columns[i].name != '\0');
		str_clear(&out);
	}
}

static void
test_no_names(void **state)
{
	static const char *const bad[] = {"", "City", "_a", "a_", "a__b", "a b",
		"a.b", "ş", "01234567890123456789012345678901234567890"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		want_true(bad[i], !field_is_name(span_of(bad[i])));
}

static void
test_find(void **state)
{
	static const char json[] =
		"{\"Home Town\":\"\",\"home_town\":\"Saltmere\",\"n\":7,"
		"\"TEAM\":\"red\",\"Team\":\"blue\",\"deep\":{\"x\":\"y\"}}";
	static const struct {
		const char *name, *value;
	} cases[] = {
		{"home_town", "Saltmere"},
		{"team", "red"},
		{"tea", ""},
		{"n", "7"},
		{"deep", ""},
		{"absent", ""},
	};
	struct arena *arena = arena_new();
	struct value *v = json_parse(arena, "fields", span_of(json), NULL);

	(void)state;
	want_true("json", v != NULL);
	for (size_t i = 0; i < COUNT(cases); i++)
		want_true(cases[i].name,
			span_equals(field_find(v, span_of(cases[i].name)),
				cases[i].value));
	want_int("no columns", field_find(NULL, span_of("a")).len, 0);
	arena_free(arena);
}

/* ----- values ----- */

static const struct {
	const char *name, *value, *clean;
} values[] = {
	{"plain", "Ada", "Ada"},
	{"empty", "", ""},
	{"only blanks", " \t\r\n ", ""},
	{"Turkish", "İnci Çağlar", "İnci Çağlar"},
	{"one line", "Ada\r\nBcc: eve@example.org", "Ada Bcc: eve@example.org"},
	{"controls",
		"A\x01\x1b[31md\x7f"
		"a",
		"A[31mda"},
	{"bidi override", "Ada \u202egnp.exe\u202c \u2066x\u2069",
		"Ada gnp.exe x"},
	{"line separator",
		"a\u2028b\xc2\x85"
		"c",
		"a b c"},
	{"no UTF-8",
		"A\xff"
		"da",
		"A\ufffd"
		"da"},
	{"markup", "<script>\"x\" & 'y'</script>",
		"<script>\"x\" & 'y'</script>"},
	{"encoded word", "=?utf-8?q?x?=", "=?utf-8?q?x?="},
	{"an URL", "https://example.org", ""},
	{"an URL in words", "see HTTPS://example.org/now", ""},
	{"another scheme", "ftp://example.org", ""},
	{"www", "WWW.example.org", ""},
	{"wide colon", "https：//example.org", ""},
	{"unseen letters", "w\u200bww.example.org", ""},
	{"mail link", "mailto:eve@example.org", ""},
	{"host and path", "win at example.org/prize", ""},
	{"host and path, not first", "1/2 example.org/prize", ""},
	{"host, port and path", "win at example.org:8080/prize", ""},
	{"host in Punycode", "example.xn--p1ai/prize", ""},
	{"a number", "No.5b/3, 10:30/11:30", "No.5b/3, 10:30/11:30"},
	{"an abbreviation", "S.A./N.V. Quay 3/4", "S.A./N.V. Quay 3/4"},
	{"a domain alone", "Acme.example", "Acme.example"},
	{"dots", "J. R. / Ada", "J. R. / Ada"},
	{"64 columns",
		"0123456789012345678901234567890123456789012345678901234567890123",
		"0123456789012345678901234567890123456789012345678901234567890123"},
	{"65 columns",
		"01234567890123456789012345678901234567890123456789012345678901234",
		"0123456789012345678901234567890123456789012345678901234567890123"},
	{"a blank at the cut",
		"012345678901234567890123456789012345678901234567890123456789012 45",
		"012345678901234567890123456789012345678901234567890123456789012"},
	{"a letter with its mark at the cut",
		"012345678901234567890123456789012345678901234567890123456789012"
		"e\u0301x",
		"012345678901234567890123456789012345678901234567890123456789012"
		"e\u0301"},
	{"a flag at the cut",
		"012345678901234567890123456789012345678901234567890123456789012"
		"🇹🇷",
		"012345678901234567890123456789012345678901234567890123456789012"},
	{"a link behind the cut",
		"0123456789012345678901234567890123456789012345678901234567890123"
		" https://example.org",
		""},
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct str out = STR_INIT;

		field_clean(&out, span_of(values[i].value));
		want_text(values[i].name, str_text(&out), values[i].clean);
		str_clear(&out);
	}
}

/* Marks have no width: columns alone do not bound a value. */
static void
test_many_marks(void **state)
{
	struct str value = STR_INIT, out = STR_INIT;

	(void)state;
	for (int i = 0; i < 20; i++) {
		str_add_char(&value, 'a');
		for (int k = 0; k < 50; k++)
			str_add(&value, "\u0301");
	}
	field_clean(&out, str_span(&value));
	want_true("not too long", out.len <= FIELD_OCTETS);
	want_true("not nothing", out.len > 100);
	want_true("whole characters", text_is_utf8(str_span(&out)));
	str_clear(&value);
	str_clear(&out);
}

/* Not even marks without a letter go on for ever. */
static void
test_marks_alone(void **state)
{
	struct str value = STR_INIT, out = STR_INIT;

	(void)state;
	for (int i = 0; i < FIELD_OCTETS; i++)
		str_add(&value, "\u0301");
	field_clean(&out, str_span(&value));
	want_int("nothing", out.len, 0);
	str_clear(&value);
	str_clear(&out);
}

/* ----- defaults ----- */

static void
test_defaults(void **state)
{
	static struct field_default own[] = {{NULL, "Reader"}};
	static struct field_default city[] = {{"en", "your city"},
		{"pt-BR", "sua cidade"}, {"tr", "kentiniz"}};
	static struct list_field fields[] = {
		{"name", own, COUNT(own)},
		{"city", city, COUNT(city)},
		{"team", NULL, 0},
	};
	static const struct list list = {.language = "en",
		.fields = fields,
		.field_count = COUNT(fields)};
	static const struct {
		const char *name, *language, *text;
	} cases[] = {
		{"name", "en", "Reader"},
		{"name", "de", "Reader"},
		{"city", "en", "your city"},
		{"city", "tr", "kentiniz"},
		{"city", "tr-cy", "kentiniz"},
		{"city", "pt-br", "sua cidade"},
		{"city", "pt", "your city"},
		{"city", "de", "your city"},
		{"city", NULL, "your city"},
		{"team", "en", ""},
		{"undeclared", "en", ""},
	};
	struct list far = list;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_text(cases[i].name,
			field_default(&list, span_of(cases[i].name),
				cases[i].language),
			cases[i].text);
	far.language = "tr-CY";
	want_text("the list's own, nearly",
		field_default(&far, span_of("city"), "de"), "kentiniz");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_many_marks),
		cmocka_unit_test(test_marks_alone),
		cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
