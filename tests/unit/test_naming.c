#include "source/naming.h"

#include "source/slug.h"
#include "source/when.h"
#include "unit.h"

static const struct {
	const char *path, *id, *language, *date, *slug;
} paths[] = {
	{"x.md", "x", "", NULL, NULL},
	{"a/b/x.markdown", "a/b/x", "", NULL, NULL},
	{"x.tr.md", "x", "tr", NULL, NULL},
	{"a/x.pt_BR.md", "a/x", "pt-br", NULL, NULL},
	{"x.zh-Hant.md", "x", "zh-hant", NULL, NULL},
	{"x.es-419.md", "x", "es-419", NULL, NULL},
	{"x.ckb.md", "x", "ckb", NULL, NULL},
	/* a name in Latin-1 is no text for a store */
	{"m\xfcnchen.md", "m\xef\xbf\xbdnchen", "", NULL, NULL},
	/* dots that part no language */
	{"release-2.0.md", "release-2.0", "", NULL, NULL},
	{"Rust-1.34.2.md", "Rust-1.34.2", "", NULL, NULL},
	{"notes.old.md", "notes.old", "", NULL, NULL},
	{"notes.final.md", "notes.final", "", NULL, NULL},
	{"x.tr-.md", "x.tr-", "", NULL, NULL},
	{"tr.md", "tr", "", NULL, NULL},
	{".tr.md", ".tr", "", NULL, NULL},
	/* pages with their pictures beside them */
	{"x/index.md", "x", "", NULL, NULL},
	{"a/x/index.tr.md", "a/x", "tr", NULL, NULL},
	{"2024-03-09-x/index.md", "2024-03-09-x", "", "2024-03-09", "x"},
	{"index.md", "index", "", NULL, NULL},
	/* dates */
	{"2024-03-09-port-strike.md", "2024-03-09-port-strike", "",
		"2024-03-09", "port-strike"},
	{"p/2017-2-5-no-zeroes.tr.md", "p/2017-2-5-no-zeroes", "tr",
		"2017-02-05", "no-zeroes"},
	{"2024-03-09.md", "2024-03-09", "", "2024-03-09", NULL},
	{"2024-03-09_x.md", "2024-03-09_x", "", "2024-03-09", "x"},
	{"2015-03-31-5.0.0.md", "2015-03-31-5.0.0", "", "2015-03-31", "5.0.0"},
	{"2024-13-09-x.md", "2024-13-09-x", "", NULL, NULL},
	{"2023-02-29-x.md", "2023-02-29-x", "", NULL, NULL},
	{"2024-03-091.md", "2024-03-091", "", NULL, NULL},
	{"20240309-x.md", "20240309-x", "", NULL, NULL},
	{"2024-03-09-x/y.md", "2024-03-09-x/y", "", NULL, NULL},
};

static void
names(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		const char *path = paths[i].path;
		struct naming n;
		char *date = NULL;

		naming_read(arena, path, &n);
		if (n.has_date)
			date = arena_printf(arena, "%04d-%02d-%02d",
				n.date.year, n.date.month, n.date.day);
		want_text(path, n.id, paths[i].id);
		want_text(path, n.language, paths[i].language);
		want_text(path, date, paths[i].date);
		want_text(path, n.slug, paths[i].slug);
	}
	arena_free(arena);
}

static void
languages(void **state)
{
	static const char *const tags[][2] = {{"en", "en"}, {"EN_gb", "en-gb"},
		{"sr-Latn-RS", "sr-latn-rs"}, {"ca-valencia", "ca-valencia"},
		{"english", NULL}, {"xx", NULL}, {"", NULL}, {"e", NULL},
		{"en-", NULL}, {"en--us", NULL}, {"en us", NULL}};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(tags); i++)
		want_text(tags[i][0],
			naming_language(arena, span_of(tags[i][0])),
			tags[i][1]);
	arena_free(arena);
}

/* d: a dropping, n: a note, s: a section's page, m: Markdown */
static void
kinds(void **state)
{
	static const char *const cases[][2] = {
		{"x.md", "m"},
		{"x.MARKDOWN", "m"},
		{"x.mkdn", "m"},
		{"x.html", ""},
		{"x.md.bak", "d"},
		{"a/~$x.md", "dm"},
		{"a/.#x.md", "dm"},
		{"._x.md", "dm"},
		{"#x.md#", "d"},
		{"x.md~", "d"},
		{".x.md.swp", "d"},
		{"x.tmp", "d"},
		{"x (conflicted copy 2024-03-09).md", "dm"},
		{"x (Ayşe's conflicted copy).md", "dm"},
		{"x.sync-conflict-20240309-101010-ABC.md", "dm"},
		{"x (Case Conflict).md", "dm"},
		{"a-conflict-in-court.md", "m"},
		{"x (1).md", "m"},
		{"README.md", "nm"},
		{"readme.tr.md", "nm"},
		{"readme-first.md", "m"},
		{"a/_index.md", "sm"},
		{"_index.fr.md", "sm"},
		{"_indexed.md", "m"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = cases[i][0], *want = cases[i][1];

		want_int(path, naming_is_dropping(path), !!strchr(want, 'd'));
		want_int(path, naming_is_note(path), !!strchr(want, 'n'));
		want_int(path, naming_is_section(path), !!strchr(want, 's'));
		want_int(path, naming_is_markdown(path), !!strchr(want, 'm'));
	}
}

static void
dates(void **state)
{
	static const struct {
		const char *text;
		enum when_reading reading;
		const char *want; /* UTC where no zone is said */
	} cases[] = {
		{"2024-03-09", WHEN_CLEAR, "2024-03-09T00:00:00Z"},
		{" 2024-3-9 10:00 ", WHEN_CLEAR, "2024-03-09T10:00:00Z"},
		{"2024-03-09T10:00:00+03:00", WHEN_CLEAR,
			"2024-03-09T07:00:00Z"},
		{"2024/03/09", WHEN_CLEAR, "2024-03-09T00:00:00Z"},
		{"March 9, 2024", WHEN_CLEAR, "2024-03-09T00:00:00Z"},
		{"9 March 2024", WHEN_CLEAR, "2024-03-09T00:00:00Z"},
		{"Sat, 09 Mar 2024 10:00:00 +0300", WHEN_CLEAR,
			"2024-03-09T07:00:00Z"},
		{"09.03.2024", WHEN_CLEAR, "2024-03-09T00:00:00Z"},
		{"9. 3. 2024 10:30", WHEN_CLEAR, "2024-03-09T10:30:00Z"},
		{"2017-02-29 11:00:00", WHEN_GUESSED, "2017-03-01T11:00:00Z"},
		{"2023-01-29 18:30:22 2023 -0800", WHEN_GUESSED,
			"2023-01-29T18:30:22Z"},
		{"03/09/2024", WHEN_NONE, NULL},
		{"tomorrow", WHEN_NONE, NULL},
		{"2024-13-09", WHEN_NONE, NULL},
		{"32.03.2024", WHEN_NONE, NULL},
		{"1.2.3", WHEN_NONE, NULL},
		{"", WHEN_NONE, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct date_read read;
		struct str got = STR_INIT;

		want_int(cases[i].text,
			when_read(span_of(cases[i].text), &read),
			cases[i].reading);
		if (cases[i].want) {
			date_write_iso(&got, date_instant(&read, NULL));
			want_text(cases[i].text, str_text(&got), cases[i].want);
		}
		str_clear(&got);
	}
}

static void
slugs(void **state)
{
	static const char *const cases[][2] = {
		{"Söyleşi: Işıklar açık, İzmir'de",
			"soylesi-isiklar-acik-izmirde"},
		{"  Crème brûlée & Straße -- 5 % ", "creme-brulee-strasse-5"},
		{"Привет, Ἀθήνα", "privet-thina"},
		{"港が開いた", ""},
		{"A very long title that goes on and on beyond the sixty "
		 "characters",
			"a-very-long-title-that-goes-on-and-on-beyond-the-sixty"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "a",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaa"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str got = STR_INIT;

		slug_write(&got, span_of(cases[i][0]));
		want_text(cases[i][0], str_text(&got), cases[i][1]);
		str_clear(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(languages),
		cmocka_unit_test(kinds),
		cmocka_unit_test(dates),
		cmocka_unit_test(slugs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
