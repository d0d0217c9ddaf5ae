/*
 * Columns of rosters: what they are called, and a row read as a person.
 */
#include "unit.h"

#include "subscribers/columns.h"

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		enum column_kind kind;
	} cases[] = {
		{"email", COLUMN_ADDRESS},
		{"E-mail", COLUMN_ADDRESS},
		{" E-Mail Address ", COLUMN_ADDRESS},
		{"email_address", COLUMN_ADDRESS},
		{"E-mail 1 - Value", COLUMN_ADDRESS},
		{"E-POSTA", COLUMN_ADDRESS},
		{"e-posta adresi", COLUMN_ADDRESS},
		{"Mail", COLUMN_ADDRESS},
		{"Adresse électronique", COLUMN_ADDRESS},
		{"Correo electrónico", COLUMN_ADDRESS},
		{"Электронная почта", COLUMN_ADDRESS},
		{"Adres", COLUMN_ADDRESS_MAYBE},
		{"Address", COLUMN_ADDRESS_MAYBE},
		{"Name", COLUMN_NAME},
		{"Ad Soyad", COLUMN_NAME},
		{"İSİM", COLUMN_NAME},
		{"First name", COLUMN_FIRST_NAME},
		{"Adı", COLUMN_FIRST_NAME},
		{"Prénom", COLUMN_FIRST_NAME},
		{"Last name", COLUMN_LAST_NAME},
		{"SOYADI", COLUMN_LAST_NAME},
		{"Language", COLUMN_LANGUAGE},
		{"Dil", COLUMN_LANGUAGE},
		{"Format", COLUMN_FORMAT},
		{"Status", COLUMN_STATE},
		{"Subscription status", COLUMN_STATE},
		{"Unsubscribed", COLUMN_LEFT},
		{"Unsubscribed at", COLUMN_LEFT},
		{"Email permission", COLUMN_FIELD},
		{"E-mail 1 - Type", COLUMN_FIELD},
		{"City", COLUMN_FIELD},
		{"mai", COLUMN_FIELD},
		{"", COLUMN_FIELD},
		{"-", COLUMN_FIELD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].name, column_kind_of(span_of(cases[i].name)),
			cases[i].kind);
}

static void
test_states(void **state)
{
	static const struct {
		const char *text;
		enum standing standing; /* as a state */
		bool flag;		/* under "Unsubscribed" */
	} cases[] = {
		{"Unsubscribed", STANDING_LEFT, true},
		{"hard-bounced", STANDING_BOUNCED, true},
		{"Opted Out", STANDING_LEFT, true},
		{"pending", STANDING_ABSENT, true},
		{"Ayrıldı", STANDING_LEFT, true},
		{"AYRILDI", STANDING_LEFT, true},
		{"ÇIKTI", STANDING_LEFT, true},
		{"désabonné", STANDING_LEFT, true},
		{"subscribed", STANDING_READER, true},
		{"Active", STANDING_READER, true},
		{"VIP", STANDING_READER, true},
		{"2024-03-01", STANDING_READER, true},
		{"yes", STANDING_READER, true},
		{"1", STANDING_READER, true},
		{"", STANDING_READER, false},
		{" ", STANDING_READER, false},
		{"0", STANDING_READER, false},
		{"No", STANDING_READER, false},
		{"FALSE", STANDING_READER, false},
		{"Hayır", STANDING_READER, false},
		{"-", STANDING_READER, false},
		{"–", STANDING_READER, false},
		{"—", STANDING_READER, false},
		{"...", STANDING_READER, false},
		{"[]", STANDING_READER, false},
		{"{}", STANDING_READER, false},
		{"\"\"", STANDING_READER, false},
		{"0.00", STANDING_READER, false},
		{"\\N", STANDING_READER, false},
		{"0000-00-00", STANDING_READER, false},
		{"0000-00-00 00:00:00", STANDING_READER, false},
		{"0000-00-00T00:00:00.000Z", STANDING_READER, false},
		{"0001-01-01T00:00:00Z", STANDING_READER, false},
		{"0001-01-01 00:00:00 +0000 UTC", STANDING_READER, false},
		{"-0001-11-30T00:00:00+00:00", STANDING_READER, false},
		{"1/1/0001 12:00:00 AM", STANDING_READER, false},
		{"01.01.0001", STANDING_READER, false},
		{"00/00/0000 00:00", STANDING_READER, false},
		{"30.11.-0001 00:00", STANDING_READER, false},
		{"+", STANDING_READER, true},
		{"*", STANDING_READER, true},
		{"✓", STANDING_READER, true},
		{"0000001", STANDING_READER, true},
		{"0001", STANDING_READER, true},
		{"1/1/00012", STANDING_READER, true},
		{"1/1/01", STANDING_READER, true},
		{"01/03/24 00:00 +0000", STANDING_READER, true},
		{"Fri Mar 01 00:00:00 +0000 2024", STANDING_READER, true},
		{"1/1/2001", STANDING_READER, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		want_int(cases[i].text, column_standing(span_of(cases[i].text)),
			cases[i].standing);
		want_int(cases[i].text,
			column_flag_is_set(span_of(cases[i].text)),
			cases[i].flag);
	}
}

/* ----- people ----- */

/* "address|name|language|format|fields", "!" for one who left; "H" for a
 * header; a line each. */
static char *
tell_people(const char *text)
{
	struct columns *columns = columns_new();
	struct csv *csv = csv_new_text(span_of(text), "a.csv");
	struct str out = STR_INIT;
	struct person p;
	struct csv_row row;
	enum row_kind kind;

	while (csv_next(csv, &row, NULL)) {
		kind = columns_read(columns, &row, &p);
		if (kind == ROW_HEADER)
			str_add(&out, "H\n");
		if (kind != ROW_PERSON)
			continue;
		str_printf(&out, "%s%s|%s|%s|%s|%s\n",
			p.standing != STANDING_READER ? "!" : "",
			p.address.data, p.name ? p.name : "",
			p.language ? p.language : "", p.format ? p.format : "",
			p.fields ? p.fields : "");
	}
	csv_free(csv);
	columns_free(columns);
	return str_take(&out);
}

static void
test_people(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{"one column", "email\na@example.org\n",
			"H\na@example.org||||\n"},
		{"no header", "a@example.org\nb@example.org\n",
			"a@example.org||||\nb@example.org||||\n"},
		{"no header, and a name", "7,a@example.org,Ann Poe,x\n",
			"a@example.org|Ann Poe|||{\"_0\":\"7\",\"_3\":\"x\"}\n"},
		{"no header, and the first is mistyped",
			"a@,Ann\nb@example.org,Ben\n",
			"||||{\"_0\":\"a@\",\"_1\":\"Ann\"}\n"
			"b@example.org|Ben|||\n"},
		{"any order",
			"Name;Dil;E-posta;Format\n"
			"Ann;TR;a@example.org;Text\n",
			"H\na@example.org|Ann|tr|text|\n"},
		{"a postal address", "Address,Mail\nQuay 1,a@example.org\n",
			"H\na@example.org||||{\"Address\":\"Quay 1\"}\n"},
		{"no postal address", "Adres,Ad\na@example.org,Ann\n",
			"H\na@example.org|Ann|||\n"},
		{"a column without a name we know",
			"Who,Where\nAnn,a@example.org\n",
			"H\na@example.org||||{\"Who\":\"Ann\"}\n"},
		{"a title above the header",
			"Readers of the weekly\n\nName,Email\nAnn,a@example.org\n",
			"H\nH\na@example.org|Ann|||\n"},
		{"two columns of addresses, one is empty",
			"Email,Work email\n,a@example.org\nb@example.org,\n",
			"H\na@example.org||||\nb@example.org||||\n"},
		{"first and last",
			"Email,First name,Last name\na@example.org,Ann,Poe\n",
			"H\na@example.org|Ann Poe|||\n"},
		{"Vorname and Name",
			"Email,Name,Vorname\na@example.org,Poe,Ann\n",
			"H\na@example.org|Ann Poe|||\n"},
		{"First name and whole name",
			"Email,Name,First name\na@example.org,Ann Poe,Ann\n",
			"H\na@example.org|Ann Poe|||\n"},
		{"a name with the address",
			"Email\n\"\"\"Poe, Ann\"\" <a@example.org>\"\n",
			"H\na@example.org|Poe, Ann|||\n"},
		{"a column of names goes before it",
			"Email,Name\nAnn <a@example.org>,Ann Poe\n",
			"H\na@example.org|Ann Poe|||\n"},
		{"blanks, and what nobody sees",
			"Email\n\u00a0 a@example.org\u200b \n",
			"H\na@example.org||||\n"},
		{"mailto", "Email\nmailto:a@example.org\n",
			"H\na@example.org||||\n"},
		{"line breaks in a name",
			"Email,Name\na@example.org,\"Ann\r\nBcc: x\"\n",
			"H\na@example.org|Ann Bcc: x|||\n"},
		{"blank rows", "Email,Name\n,\n , \na@example.org,Ann\n",
			"H\na@example.org|Ann|||\n"},
		{"an empty address", "Email,Name\n,Ann\n", "H\n|Ann|||\n"},
		{"a locale", "email,lang\na@example.org,pt_BR\n",
			"H\na@example.org||pt-br||\n"},
		{"no language", "email,lang\na@example.org,English\n",
			"H\na@example.org||||\n"},
		{"a format by another name",
			"email,format\na@example.org,Plain Text\n",
			"H\na@example.org|||text|\n"},
		{"who left",
			"email,status\na@example.org,unsubscribed\n"
			"b@example.org,subscribed\nc@example.org,Unsubscribed\n",
			"H\n!a@example.org||||\nb@example.org||||\n"
			"!c@example.org||||\n"},
		{"who left, by date",
			"email,unsubscribed at\n"
			"a@example.org,2024-01-01\nb@example.org,\n",
			"H\n!a@example.org||||\nb@example.org||||\n"},
		{"names that come twice", "email,A,A\na@example.org,1,2\n",
			"H\na@example.org||||{\"A\":\"1\",\"A_1\":\"2\"}\n"},
		{"more fields than names", "email\na@example.org,1\n",
			"H\na@example.org||||{\"_1\":\"1\"}\n"},
		{"fewer fields than names", "email,name\na@example.org\n",
			"H\na@example.org||||\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = tell_people(cases[i].text);

		want_text(cases[i].name, got, cases[i].want);
		free(got);
	}
}

static void
test_long_name(void **state)
{
	struct str text = STR_INIT, want = STR_INIT;
	char *got;

	(void)state;
	str_add(&text, "email,name\na@example.org,");
	str_add(&want, "H\na@example.org|");
	for (int i = 0; i < 150; i++) {
		str_add(&text, "漢");
		if (i < 100) /* two columns each */
			str_add(&want, "漢");
	}
	str_add(&want, "|||\n");
	got = tell_people(str_text(&text));
	want_text("cut", got, str_text(&want));
	free(got);
	str_clear(&text);
	str_clear(&want);
}

static void
test_nul(void **state)
{
	static const char text[] = "email\na@example.org\0x\n";
	struct csv *csv = csv_new_text(
		(struct span){.data = text, .len = sizeof text - 1}, "a.csv");
	struct columns *columns = columns_new();
	struct csv_row row;
	struct person p;

	(void)state;
	while (csv_next(csv, &row, NULL))
		columns_read(columns, &row, &p);
	want_int("all of it", p.address.len, strlen("a@example.org") + 2);
	csv_free(csv);
	columns_free(columns);
}

/* A header of equal names, and rows of nothing but columns. */
/* One would make all that is kept of a reader unreadable. */
static void
test_nul_in_field(void **state)
{
	static const char text[] = "email,City\na@example.org,Salt\0mere\n";
	struct span bytes = {text, sizeof text - 1};
	struct columns *columns = columns_new();
	struct csv *csv = csv_new_text(bytes, "roster");
	struct person person;
	struct csv_row row;

	(void)state;
	while (csv_next(csv, &row, NULL))
		columns_read(columns, &row, &person);
	want_text("fields", person.fields, "{\"City\":\"Saltmere\"}");
	columns_free(columns);
	csv_free(csv);
}

static void
test_many_columns(void **state)
{
	struct str text = STR_INIT;
	char *got;

	(void)state;
	for (int row = 0; row < 3; row++) {
		for (int i = 0; i < 300000; i++)
			str_add(&text, "a,");
		str_add(&text, "\n");
	}
	got = tell_people(str_text(&text));
	want_true("a header", strncmp(got, "H\n|", 3) == 0);
	free(got);
	str_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_nul_in_field),
		cmocka_unit_test(test_many_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
