/*
 * CSV, as people's programs write it. Each case is read from memory, and again
 * from a pipe that gives a few bytes at a time.
 */
#include "unit.h"

#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "subscribers/charset.h"
#include "subscribers/csv.h"

/* "[a][b]\n" for each row, with "!" in front of one that is unclosed; then the
 * error. */
static char *
tell_rows(struct csv *csv)
{
	struct error err = ERROR_INIT;
	struct str out = STR_INIT;
	struct csv_row row;

	while (csv_next(csv, &row, &err)) {
		if (row.unclosed)
			str_add(&out, "!");
		for (size_t i = 0; i < row.count; i++) {
			str_add(&out, "[");
			str_add_span(&out, row.fields[i]);
			str_add(&out, "]");
		}
		str_add(&out, "\n");
	}
	if (err.kind)
		str_add(&out, err.text);
	error_clear(&err);
	return str_take(&out);
}

/* ----- a pipe that drips ----- */

struct drip {
	int fd;
	struct span text;
};

static void *
drip_run(void *data)
{
	struct drip *d = data;
	size_t step = 1 + d->text.len / 200;

	while (d->text.len) {
		ssize_t n = write(d->fd, d->text.data,
			d->text.len < step ? d->text.len : step);

		if (n <= 0)
			break;
		d->text = span_from(d->text, (size_t)n);
	}
	close(d->fd);
	return NULL;
}

static char *
read_pipe(struct span text)
{
	struct drip drip = {.text = text};
	struct csv *csv;
	pthread_t thread;
	int fds[2];
	char *got;

	want_int("pipe", pipe(fds), 0);
	drip.fd = fds[1];
	want_int("thread", pthread_create(&thread, NULL, drip_run, &drip), 0);
	csv = csv_new(fds[0], "a.csv");
	got = tell_rows(csv);
	csv_free(csv);
	close(fds[0]);
	pthread_join(thread, NULL);
	return got;
}

static void
want_rows(const char *name, struct span text, const char *want)
{
	struct csv *csv = csv_new_text(text, "a.csv");
	char *got = tell_rows(csv);

	want_text(name, got, want);
	free(got);
	csv_free(csv);
	got = read_pipe(text);
	want_text(name, got, want);
	free(got);
}

/* ----- cases ----- */

static void
test_rows(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{"empty", "", ""},
		{"only a line end", "\n", ""},
		{"one field", "Abc def", "[Abc def]\n"},
		{"rows", "a,b\nc,d\n", "[a][b]\n[c][d]\n"},
		{"no last line end", "a,b\nc,d", "[a][b]\n[c][d]\n"},
		{"CR LF", "a,b\r\nc,d\r\n", "[a][b]\n[c][d]\n"},
		{"CR", "a,b\rc,d\r", "[a][b]\n[c][d]\n"},
		{"empty lines", "\n\na,b\n\r\n\nc,d\n\n", "[a][b]\n[c][d]\n"},
		{"empty fields", ",\n,,\na,,\n", "[][]\n[][][]\n[a][][]\n"},
		{"a row of one quoted nothing", "a\n\"\"\nb\n",
			"[a]\n[]\n[b]\n"},
		{"blanks stay", " a , b \n", "[ a ][ b ]\n"},
		{"ragged", "a,b\nc\nd,e,f\n", "[a][b]\n[c]\n[d][e][f]\n"},
		{"quoted", "\"a\",\" b \",c\n", "[a][ b ][c]\n"},
		{"delimiter in quotes", "\"a,b\",c\n", "[a,b][c]\n"},
		{"line ends in quotes", "\"a\nb\",c\n\"d\r\ne\",\"f\rg\"",
			"[a\nb][c]\n[d\r\ne][f\rg]\n"},
		{"doubled quotes", "\"\"\"a\"\"\",\"b\"\"c\",\"\"\"\"\n",
			"[\"a\"][b\"c][\"]\n"},
		{"empty quotes", "\"\",\"\"\n\"\",\"\"", "[][]\n[][]\n"},
		{"quotes inside a field", "a,b \"c\",d\"\n",
			"[a][b \"c\"][d\"]\n"},
		{"blanks behind a quote", "a,\",b\"  ,c\n", "[a][,b][c]\n"},
		{"a quote that closes nothing", "\"a,\"b,c\"\nd,e\n",
			"[a,\"b,c]\n[d][e]\n"},
		{"never closed", "a,\"b\nc,d\n", "![a][b\nc,d\n]\n"},
		{"never closed, behind a field that is", "\"a\",\"b",
			"![a][b]\n"},
		{"semicolons", "a;b\nc,c;d\n", "[a][b]\n[c,c][d]\n"},
		{"tabs", "a\tb\nc, c\td\n", "[a][b]\n[c, c][d]\n"},
		{"bars", "a|b\nc,c|d\n", "[a][b]\n[c,c][d]\n"},
		{"semicolons, and commas in the first row",
			"Name, first;Mail\nx;y\nz;w\n",
			"[Name, first][Mail]\n[x][y]\n[z][w]\n"},
		{"semicolons in quotes", "a,b\n\"c;d\",\"e;f\"\n\"g;h\",i\n",
			"[a][b]\n[c;d][e;f]\n[g;h][i]\n"},
		{"only a later row has a delimiter", "a\nb;c\n",
			"[a]\n[b][c]\n"},
		{"Excel names it", "sep=;\r\na;b,b\r\n", "[a][b,b]\n"},
		{"BOM", "\xef\xbb\xbf\"a\",b\n", "[a][b]\n"},
		{"UTF-8", "Çiğdem,b\n", "[Çiğdem][b]\n"},
		{"windows-1252", "Jo\xebl,\x80 5\n", "[Joël][€ 5]\n"},
		{"only one row of it", "\xc3\xab,a\n\xeb,b\n",
			"[ë][a]\n[ë][b]\n"},
		{"a letter only across two fields", "\xc3,\xa9x\n",
			"[Ã][©x]\n"},
		{"bytes that mean nothing", "\x81,b\n", "[\xef\xbf\xbd][b]\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_rows(cases[i].name, span_of(cases[i].text), cases[i].want);
}

#define BYTES(literal)                                        \
	{                                                     \
		.data = (literal), .len = sizeof(literal) - 1 \
	}

static void
test_utf16(void **state)
{
	static const struct {
		const char *name;
		struct span text;
		const char *want;
	} cases[] = {
		{"little",
			BYTES("\xff\xfe"
			      "a\0,\0\x31\x01\n\0"),
			"[a][ı]\n"},
		{"big", BYTES("\xfe\xff\0a\0,\x01\x31\0\n"), "[a][ı]\n"},
		{"without a BOM", BYTES("a\0;\0b\0\n\0"), "[a][b]\n"},
		{"big without a BOM", BYTES("\0a\0;\0b"), "[a][b]\n"},
		{"a pair", BYTES("a\0,\0\x3d\xd8\x00\xde"), "[a][😀]\n"},
		{"a lone one", BYTES("a\0,\0\x3d\xd8x\0"),
			"[a][\xef\xbf\xbdx]\n"},
		{"cut off", BYTES("a\0,\0b"), "[a][\xef\xbf\xbd]\n"},
		{"cut off in a pair", BYTES("a\0,\0\x3d\xd8"),
			"[a][\xef\xbf\xbd]\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_rows(cases[i].name, cases[i].text, cases[i].want);
}

static void
test_lines(void **state)
{
	static const char text[] = "a,b\r\n\n\"c\r\nd\ne\rf\",g\nh,i\n";
	static const unsigned long want[] = {1, 3, 7};
	struct csv *csv = csv_new_text(span_of(text), "a.csv");
	struct csv_row row;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		want_true("row", csv_next(csv, &row, NULL));
		want_int("line", row.line, want[i]);
	}
	want_true("end", !csv_next(csv, &row, NULL));
	csv_free(csv);
}

static void
test_findings(void **state)
{
	static const struct {
		const char *text;
		const char *language;
		char delimiter;
		const char *line_end, *encoding;
	} cases[] = {
		{"a;b\r\n", NULL, ';', "crlf", "utf-8"},
		{"\xef\xbb\xbf"
		 "a\tb\n",
			NULL, '\t', "lf", "utf-8-sig"},
		{"a\rb", NULL, ',', "cr", "utf-8"},
		{"\"a\nb\"", NULL, ',', "", "utf-8"},
		{"\xfe\xff", NULL, ',', "", "utf-16"},
		{"\xfe,b\n", "tr-CY", ',', "lf", "windows-1254"},
		{"\xfe,b\n", "de", ',', "lf", "windows-1252"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct csv *csv = csv_new_text(span_of(cases[i].text), "a.csv");
		struct csv_row row;

		csv_set_language(csv, cases[i].language);
		csv_next(csv, &row, NULL);
		want_int(cases[i].text, csv_delimiter(csv), cases[i].delimiter);
		want_text(cases[i].text, csv_line_end(csv), cases[i].line_end);
		want_text(cases[i].text, csv_encoding(csv), cases[i].encoding);
		csv_free(csv);
	}
}

static void
test_code_pages(void **state)
{
	static const struct {
		const char *language, *bytes, *want;
	} cases[] = {
		{"tr", "\xdd\xfd\xde\xfe\xd0\xf0", "İıŞşĞğ"},
		{"pl", "\xb3\xf3", "łó"},
		{"ru", "\xcf\xf0", "Пр"},
		{"el", "\xc1\xe2", "Αβ"},
		{"fr", "\xe9\x9c", "éœ"},
		{NULL, "\x93\x94", "“”"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct charset charset;
		struct str out = STR_INIT;

		charset_load(&charset, charset_of_language(cases[i].language));
		charset_decode(&out, &charset, span_of(cases[i].bytes));
		want_text(cases[i].want, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

/* ----- size ----- */

/* Rows longer than any buffer, and their ends at every place in it. */
static void
test_long_rows(void **state)
{
	(void)state;
	for (size_t n = 65520; n < 65550; n++) {
		struct str text = STR_INIT, want = STR_INIT;

		for (size_t i = 0; i < n; i++)
			str_add_char(&text, 'a');
		str_printf(&want, "[%s]", str_text(&text));
		str_add(&text, ",\"b\"\"\r\n\" ,c\r\nd,e\r\n");
		str_add(&want, "[b\"\r\n][c]\n[d][e]\n");
		want_rows("long", str_span(&text), str_text(&want));
		str_clear(&text);
		str_clear(&want);
	}
}

static void
test_limit(void **state)
{
	static const struct {
		const char *name, *start, *fill, *want;
	} cases[] = {
		{"a quote left open", "a,b\nc,\"d\n", "e,f\n",
			"[a][b]\na.csv:2: a row of more than 1 MiB; is a quote "
			"left open there?"},
		{"no line end", "a,b\n", "c",
			"[a][b]\na.csv:2: a row of more than 1 MiB; is a quote "
			"left open there?"},
		{"nothing but delimiters", "a,b\n", ",",
			"[a][b]\na.csv:2: a row of more than 1 MiB; is a quote "
			"left open there?"},
		{"quotes and blanks", "a,b\n\"", "\"  x",
			"[a][b]\na.csv:2: a row of more than 1 MiB; is a quote "
			"left open there?"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str text = STR_INIT;
		struct csv *csv;
		char *got;

		str_add(&text, cases[i].start);
		while (text.len < 2 << 20)
			str_add(&text, cases[i].fill);
		csv = csv_new_text(str_span(&text), "a.csv");
		got = tell_rows(csv);
		want_text(cases[i].name, got, cases[i].want);
		free(got);
		csv_free(csv);
		str_clear(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_code_pages),
		cmocka_unit_test(test_long_rows),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
