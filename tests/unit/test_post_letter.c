/* The words of the post, in every language. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"
#include "render/template_files.h"
#include "run/post_letter.h"

enum { NOW = 1795158000, WEEK = 7 * 24 * 3600 };

#define TOKEN "aaaabbbbccccddddeeeeffff"

static const char *const languages[] = {"en", "tr", "es", "el", "ar", "zh"};

static const char *siblings[] = {"monthly", NULL};

static const struct subscriber reader = {
	.state = SUBSCRIBER_PAUSED,
	.format = "text",
	.language = "tr",
	.until = 1796126400, /* 1 December 2026, noon */
};

static struct list
make_list(void)
{
	return (struct list){
		.name = "weekly",
		.site = "/nowhere",
		.title = "Harbour Weekly",
		.list_id = "weekly.example.org",
		.from = {"Harbour Wire", "weekly@example.org"},
		.language = "en",
		.web = "https://lists.example.org",
		.unsubscribe = "leave@example.org",
		.archive = ARCHIVE_PUBLIC,
		.siblings = siblings,
		.joining = {.open = true, .confirm_within = WEEK},
		.about = "Harbour Wire is written by dockers.",
		.contact = "desk@example.org",
		.privacy_url = "https://example.org/privacy",
		.postal_address = "Harbour Wire, Quay 1, Example",
	};
}

static struct post_facts
make_facts(const struct list *list, enum post_kind kind, const char *language)
{
	return (struct post_facts){
		.list = list,
		.kind = kind,
		.language = language,
		.address = "ada@example.org",
		.new_address = "lovelace@example.net",
		.confirm = TOKEN,
		.leave = "leave" TOKEN,
		.prefer = "prefer" TOKEN,
		.reader = &reader,
		.now = NOW,
		.until = NOW + WEEK,
		.latest = "Harbour Weekly 12: The quay",
		.latest_number = 12,
	};
}

static struct pages *
load_pages(void)
{
	struct error err = ERROR_INIT;
	struct pages *pages = pages_load("/nowhere", "post", false, &err);

	if (!pages)
		fail_msg("%s", err.text);
	return pages;
}

static struct post_letter
write_letter(struct pages *pages, const struct post_facts *facts)
{
	struct error err = ERROR_INIT;
	struct post_letter letter;

	if (!post_letter_write(pages, facts, &letter, &err))
		fail_msg("%s, %s: %s", post_kind_name(facts->kind),
			facts->language, err.text);
	return letter;
}

static void
want_in(const char *name, const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s: <%s> lacks <%s>", name, text, part);
}

static void
want_not_in(const char *name, const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("%s: <%s> has <%s>", name, text, part);
}

/* ----- whole in every language ----- */

/* 72 columns, but for what cannot be broken. */
static void
want_narrow(const char *name, const char *text)
{
	struct span rest = span_of(text), line;

	while (span_next_line(&rest, &line)) {
		while (span_ends(line, " "))
			line.len--;
		if (text_width(line) > 72 && span_find(line, ' ') < line.len)
			fail_msg("%s: too wide: <%.*s>", name, (int)line.len,
				line.data);
	}
}

static void
every_kind_in_every_language(void **state)
{
	struct list list = make_list(), by_mail = list;
	const struct list *lists[] = {&list, &by_mail};
	struct pages *pages = load_pages();

	(void)state;
	by_mail.web = NULL;
	for (size_t i = 0; i < COUNT(languages) * POST_LATEST * 2; i++) {
		enum post_kind kind = (enum post_kind)(i / 2 % POST_LATEST);
		const char *language = languages[i / 2 / POST_LATEST];
		struct post_facts facts =
			make_facts(lists[i % 2], kind, language);
		struct post_letter l = write_letter(pages, &facts);
		const char *name = post_kind_name(kind);

		want_text(name, l.language, language);
		want_true(name, strlen(l.subject) > 5 && strlen(l.text) > 80);
		want_not_in(name, l.subject, "{");
		want_not_in(name, l.text, "{");
		want_not_in(name, l.text, "\n\n\n");
		want_in(name, l.text, "Harbour Weekly");
		want_in(name, l.text, "Harbour Wire, Quay 1, Example");
		want_in(name, l.text, "https://example.org/privacy");
		want_narrow(name, l.text);
		post_letter_clear(&l);
	}
	pages_free(pages);
}

/* What one leaves out would be English. */
static void
no_word_is_missing(void **state)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct pages *pages = load_pages();
	struct span text;
	struct value *words;

	(void)state;
	want_true("built in", embedded_find("post/strings/en.yaml", &text));
	words = yaml_parse(arena, "en.yaml", 1, text, &err);
	want_true("words", words && words->count > 20);
	for (size_t i = 0; i < words->count; i++)
		for (size_t l = 1; l < COUNT(languages); l++) {
			const char *key = words->keys[i];

			want_true(key,
				strcmp(page_word(arena, pages, "en", key, NULL),
					page_word(arena, pages, languages[l],
						key, NULL)) != 0);
		}
	pages_free(pages);
	arena_free(arena);
}

/* ----- what each says ----- */

static void
where_it_leads(void **state)
{
	static const struct {
		enum post_kind kind;
		const char *part;
	} cases[] = {
		{POST_CONFIRM_JOIN, "https://lists.example.org/c/" TOKEN "\n"},
		{POST_CONFIRM_LEAVE, "https://lists.example.org/c/" TOKEN "\n"},
		{POST_CONFIRM_OLD, "https://lists.example.org/c/" TOKEN "\n"},
		{POST_CONFIRM_OLD, "lovelace@example.net"},
		{POST_CONFIRM_NEW, "https://lists.example.org/n/" TOKEN "\n"},
		{POST_CONFIRM_ERASE, "https://lists.example.org/c/" TOKEN "\n"},
		{POST_CONFIRM_JOIN, "until 26 November 2026."},
		{POST_CONFIRM_JOIN, "published by Harbour Wire"},
		{POST_CONFIRM_JOIN, "ada@example.org"},
		{POST_KNOWN, "https://lists.example.org/p/prefer" TOKEN},
		{POST_WELCOME, "https://lists.example.org/p/prefer" TOKEN},
		{POST_WELCOME, "https://lists.example.org/u/leave" TOKEN},
		{POST_WELCOME,
			"Harbour Weekly 12: The quay\n"
			"https://lists.example.org/archive/weekly/12/\n"},
		{POST_GOODBYE, "https://lists.example.org/u/leave" TOKEN},
		{POST_PROBE, "https://lists.example.org/u/leave" TOKEN},
		{POST_SETTINGS, "Format: text\n"},
		{POST_SETTINGS, "https://lists.example.org/p/prefer" TOKEN},
	};
	struct list list = make_list();
	struct pages *pages = load_pages();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct post_facts facts =
			make_facts(&list, cases[i].kind, "en");
		struct post_letter l = write_letter(pages, &facts);

		want_in(post_kind_name(cases[i].kind), l.text, cases[i].part);
		post_letter_clear(&l);
	}
	pages_free(pages);
}

static void
without_pages_all_goes_by_mail(void **state)
{
	static const struct {
		enum post_kind kind;
		const char *subject, *part;
	} cases[] = {
		{POST_CONFIRM_JOIN, "confirm " TOKEN, "answer this mail"},
		{POST_CONFIRM_LEAVE, "confirm " TOKEN, "answer this mail"},
		{POST_CONFIRM_ERASE, "confirm " TOKEN, "answer this mail"},
		{POST_WELCOME, "Welcome to Harbour Weekly",
			"write to leave@example.org with this subject:\n\n"
			"unsubscribe leave" TOKEN "\n"},
		{POST_WELCOME, "Welcome to Harbour Weekly",
			"\n\nsettings prefer" TOKEN "\n"},
		{POST_SETTINGS, "settings prefer" TOKEN,
			"Format: text\nLanguage: tr\n"
			"Letters are paused. They come again on 1 December "
			"2026.\n"},
		{POST_SETTINGS, "settings prefer" TOKEN, "\npause 4\n"},
		{POST_SETTINGS, "settings prefer" TOKEN,
			"Format (html, text, mime-digest, rfc1153):\n"
			"format text\n"},
		{POST_SETTINGS, "settings prefer" TOKEN, "\nmove monthly\n"},
		{POST_GOODBYE, "You have left Harbour Weekly",
			"leave@example.org"},
	};
	struct list list = make_list();
	struct pages *pages = load_pages();

	(void)state;
	list.web = NULL;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct post_facts facts =
			make_facts(&list, cases[i].kind, "en");
		struct post_letter l = write_letter(pages, &facts);

		want_text("subject", l.subject, cases[i].subject);
		want_in(cases[i].subject, l.text, cases[i].part);
		want_not_in(cases[i].subject, l.text, "https://lists");
		post_letter_clear(&l);
	}
	pages_free(pages);
}

/* Nobody could confirm. */
static void
it_must_lead_somewhere(void **state)
{
	struct list list = make_list();
	struct post_facts facts = make_facts(&list, POST_CONFIRM_JOIN, "en");
	struct pages *pages = load_pages();
	struct error err = ERROR_INIT;
	struct post_letter l;

	(void)state;
	list.web = list.unsubscribe = NULL;
	want_true("refused", !post_letter_write(pages, &facts, &l, &err));
	want_int("kind", err.kind, ERROR_CONFIG);
	post_letter_clear(&l);
	error_clear(&err);
	pages_free(pages);
}

static void
what_is_not_there_is_not_said(void **state)
{
	struct list list = make_list();
	struct post_facts facts = make_facts(&list, POST_WELCOME, "en");
	struct pages *pages = load_pages();
	struct post_letter l;

	(void)state;
	list.about = list.contact = list.privacy_url = NULL;
	list.postal_address = NULL;
	list.from.name = NULL;
	list.archive = ARCHIVE_LINK; /* only who has the link may read it */
	l = write_letter(pages, &facts);
	want_in("publisher", l.text, "published by example.org");
	want_in("latest", l.text, "Harbour Weekly 12: The quay");
	want_not_in("archive", l.text, "/archive/");
	want_not_in("privacy", l.text, "Privacy");
	want_not_in("questions", l.text, "Questions");
	post_letter_clear(&l);
	facts.latest = NULL;
	l = write_letter(pages, &facts);
	want_not_in("no issue yet", l.text, "latest");
	post_letter_clear(&l);
	pages_free(pages);
}

static void
how_long_it_holds(void **state)
{
	static const struct {
		int64_t left;
		const char *part;
	} cases[] = {
		/* NOW is 07:00 UTC on 20 November: the 26th counts whole. */
		{WEEK, "until 26 November 2026."},
		{2 * 24 * 3600, "until 21 November 2026."},
		{3600, "until 20 November 2026, 08:00 UTC."},
	};
	struct list list = make_list();
	struct pages *pages = load_pages();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct post_facts facts =
			make_facts(&list, POST_CONFIRM_JOIN, "en");
		struct post_letter l;

		facts.until = NOW + cases[i].left;
		l = write_letter(pages, &facts);
		want_in(cases[i].part, l.text, cases[i].part);
		post_letter_clear(&l);
	}
	pages_free(pages);
}

/* ----- texts from elsewhere ----- */

static void
a_title_stays_on_its_line(void **state)
{
	struct list list = make_list();
	struct post_facts facts = make_facts(&list, POST_CONFIRM_JOIN, "en");
	struct pages *pages = load_pages();
	struct post_letter l;

	(void)state;
	list.title = "> {{list}} \u202eWeekly\u202c";
	l = write_letter(pages, &facts);
	want_text("subject", l.subject, "Please confirm: > {{list}} Weekly");
	want_in("text", l.text, "> {{list}}");
	want_not_in("no quote", l.text, "\n>");
	post_letter_clear(&l);
	pages_free(pages);
}

/* From right to left, what is put in is kept by itself. */
static void
from_right_to_left(void **state)
{
	struct list list = make_list();
	struct post_facts facts = make_facts(&list, POST_CONFIRM_JOIN, "ar");
	struct pages *pages = load_pages();
	struct post_letter l = write_letter(pages, &facts);

	(void)state;
	want_in("isolated", l.text, "\u2068ada@example.org\u2069");
	want_in("link", l.text, "\nhttps://lists.example.org/c/" TOKEN "\n");
	want_not_in("subject", l.subject, "\u2068");
	post_letter_clear(&l);
	pages_free(pages);
}

static void
an_unknown_language(void **state)
{
	static const struct {
		const char *asked, *of_list, *want;
	} cases[] = {
		{"xx", "tr", "tr"}, {NULL, "el", "el"},
		{"tr-cy", "en", "tr-cy"},
		{"xx", "yy", "yy"}, /* in English words */
	};
	struct list list = make_list();
	struct pages *pages = load_pages();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct post_facts facts =
			make_facts(&list, POST_WELCOME, cases[i].asked);
		struct post_letter l;

		list.language = cases[i].of_list;
		l = write_letter(pages, &facts);
		want_text("language", l.language, cases[i].want);
		post_letter_clear(&l);
	}
	pages_free(pages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_in_every_language),
		cmocka_unit_test(no_word_is_missing),
		cmocka_unit_test(where_it_leads),
		cmocka_unit_test(without_pages_all_goes_by_mail),
		cmocka_unit_test(it_must_lead_somewhere),
		cmocka_unit_test(what_is_not_there_is_not_said),
		cmocka_unit_test(how_long_it_holds),
		cmocka_unit_test(a_title_stays_on_its_line),
		cmocka_unit_test(from_right_to_left),
		cmocka_unit_test(an_unknown_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
