#include "unit.h"

#include "model/archive.h"

static void
test_addresses(void **state)
{
	static const struct {
		const char *label, *web, *url;
		enum archive_rule archive;
		const char *want; /* NULL: none */
	} rows[] = {
		{"of its own", "https://lists.example.org",
			"https://archive.example.org", ARCHIVE_PUBLIC,
			"https://archive.example.org/weekly/7/tr/"},
		{"below web", "https://lists.example.org", NULL, ARCHIVE_PUBLIC,
			"https://lists.example.org/archive/weekly/7/tr/"},
		{"without web", NULL, "https://archive.example.org",
			ARCHIVE_PUBLIC,
			"https://archive.example.org/weekly/7/tr/"},
		{"nowhere", NULL, NULL, ARCHIVE_PUBLIC, NULL},
		{"not wanted", "https://lists.example.org",
			"https://archive.example.org", ARCHIVE_NONE, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct list list = {.name = "weekly",
			.language = "en",
			.web = rows[i].web,
			.archive_url = rows[i].url,
			.archive = rows[i].archive};
		struct str got = STR_INIT;
		bool has = list_has_archive(&list);

		if (has)
			archive_write_issue_url(&got, &list, NULL, 7, "tr");
		want_text(rows[i].label, has ? str_text(&got) : NULL,
			rows[i].want);
		str_clear(&got);
	}
}

/* Who has one link cannot make another; the same key makes the same. */
static void
test_links_are_not_guessed(void **state)
{
	const struct list list = {.name = "weekly", .archive = ARCHIVE_LINK};
	struct str pages[4] = {STR_INIT, STR_INIT, STR_INIT, STR_INIT};

	(void)state;
	archive_write_page(&pages[0], &list, 7, "a key");
	archive_write_page(&pages[1], &list, 7, "a key");
	archive_write_page(&pages[2], &list, 7, "another");
	archive_write_page(&pages[3], &list, 8, "a key");
	want_text("the same", str_text(&pages[0]), str_text(&pages[1]));
	want_int("128 bits", pages[0].len, strlen("7-") + 26);
	want_true("by the key",
		!text_equals(str_text(&pages[0]), str_text(&pages[2])));
	want_true("by the number",
		!text_equals(str_text(&pages[0]) + 2, str_text(&pages[3]) + 2));
	for (size_t i = 0; i < 4; i++)
		str_clear(&pages[i]);
}

static void
test_anchors(void **state)
{
	struct str a = STR_INIT, b = STR_INIT;

	(void)state;
	archive_write_anchor(&a, "quay-seven-agreement");
	archive_write_anchor(&b, "https://example.org/?a=\"b\"");
	want_int("short", a.len, 11);
	want_true("of letters and digits",
		strspn(str_text(&b), "abcdefghijklmnopqrstuvwxyz234567") ==
			b.len);
	want_true("differ", !text_equals(str_text(&a), str_text(&b)));
	str_clear(&a);
	str_clear(&b);
}

static void
test_issues(void **state)
{
	static const struct {
		const char *page;
		bool is_one;
	} cases[] = {
		{"example.org/news/12", true},
		{"example.org/news/12/tr", true},
		{"example.org/news/12/pt-BR", true},
		{"example.org/news/12-abcdefghijklmnopqrstuv234a", true},
		{"example.org/news/12-abcdefghijklmnopqrstuvwxyz/ar", true},
		{"example.org/news", false},
		{"example.org/news/harbour", false},
		{"example.org/news/2026/11", false},
		{"example.org/news/2026/11/harbour", false},
		{"example.org/news/2026/culture", false},
		{"example.org/news/12-days", false},
		{"example.org/news/12-days-at-sea", false},
		{"example.org/newsroom/12", false},
		{"example.org/daily/12", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (archive_is_issue("example.org/news",
			    span_of(cases[i].page)) != cases[i].is_one)
			fail_msg("%s", cases[i].page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_links_are_not_guessed),
		cmocka_unit_test(test_issues),
		cmocka_unit_test(test_anchors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
