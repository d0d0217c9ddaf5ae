#include "unit.h"

#include "letter_unit.h"

#include <sys/stat.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "render/render.h"

static void
want_out(const char *name, const char *text, const char *const *unwanted)
{
	for (; *unwanted; unwanted++)
		if (strstr(text, *unwanted))
			fail_msg("%s: <%s> is in <%s>", name, *unwanted, text);
}

static void
make_small_issue(struct world *w)
{
	static const char *signatories[] = {"Ada Byte", "Ümit Çark", "Eve Key"};
	static const char *added[] = {"Eve Key"};
	static struct organisation organisations[] = {
		{"Night Bakers' Guild", "NBG"}, {NULL, "ABC"}};
	struct variant *v = add(w, ENTRY_NEW, "Bread & <roses>",
		"One *word*, and [a link](https://example.org/a).\n\n- x\n");

	v->section = "Bread";
	v->author = "Ada Byte";
	v->place = "Saltmere";
	v->link = "https://example.org/bread";
	v->organisations = organisations;
	v->organisation_count = 2;
	v->picture = (struct picture){
		.file = "p.jpg", .alt = "A loaf", .credit = "NBG"};
	w->dispatches[0].date = 1767225600; /* 2026-01-01 */
	w->entries[0].section = v->section;
	w->entries[0].labelled = true;

	v = add(w, ENTRY_NEW, "Only this was said.", "Only *this* was said.");
	v->title_is_body = true;

	v = add(w, ENTRY_UPDATED, "Declaration", "We declare.");
	v->link = "https://example.org/declaration";
	v->update_note = "Two more towns.";
	v->updated = 1772496000; /* 2026-03-03 */
	v->signatories = signatories;
	v->signatory_count = 3;
	w->entries[2].added_signatories = added;
	w->entries[2].added_count = 1;

	add(w, ENTRY_TITLE, "One too many", "")->link =
		"https://example.org/many";
}

static void
the_text_part(void **state)
{
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	make_small_issue(&w);
	letter = render(&w, FORMAT_TEXT, NULL);
	want_text("subject", letter->subject,
		"Harbour Weekly 7: Bread & <roses>");
	want_text("html", letter->html, NULL);
	want_text("language", letter->language, "en");
	want_text("text", letter->text,
		"Harbour Weekly\n"
		"==============\n"
		"Issue 7 · 20 November 2026 · 4 dispatches\n"
		"Read online: https://lists.example.org/archive/weekly/7/\n"
		"\n\n"
		"Bread\n"
		"=====\n"
		"\n"
		"1. Bread & <roses>\n"
		"------------------\n"
		"Updated · Night Bakers' Guild (NBG), ABC\n"
		"Saltmere · 1 January 2026 · By Ada Byte\n"
		"\n"
		"One word, and a link [1].\n"
		"\n"
		"- x\n"
		"\n"
		"A loaf · Photo: NBG\n"
		"\n"
		"On the web: https://example.org/bread\n"
		"\n"
		"[1] https://example.org/a\n"
		"\n\n"
		"More dispatches\n"
		"===============\n"
		"\n"
		"2. Only this was said.\n"
		"\n\n"
		"Updates to earlier dispatches\n"
		"=============================\n"
		"\n"
		"3. Declaration\n"
		"--------------\n"
		"\n"
		"Updated · 3 March 2026\n"
		"\n"
		"Two more towns.\n"
		"\n"
		"New signatory: Eve Key (3 signatories)\n"
		"\n"
		"Signed by: Ada Byte, Ümit Çark, Eve Key\n"
		"\n"
		"Read on: https://example.org/declaration\n"
		"\n\n"
		"Also published:\n"
		"\n"
		"- One too many\n"
		"  https://example.org/many\n"
		"\n"
		"-- \n"
		"This letter was sent to q7zslotaddress. because you joined on \n"
		"q7zslotsince..\n"
		"Unsubscribe:\n"
		"q7zslotunsubscribe_url.\n"
		"Change what you receive:\n"
		"q7zslotpreferences_url.\n"
		"Privacy:\n"
		"https://example.org/privacy\n"
		"\n"
		"This letter does not watch you. It has no tracking pixels and "
		"no \n"
		"rewritten links; nobody can tell whether you opened it or what "
		"you \n"
		"clicked.\n"
		"\n"
		"Harbour Wire, Quay 1\n");
	letter_free(letter);
	world_clear(&w);
}

static void
the_html_part(void **state)
{
	static const char *const wanted[] = {"<html lang=\"en\" dir=\"ltr\">",
		"<title>Harbour Weekly 7: Bread &amp; &lt;roses&gt;</title>",
		"Bread &amp; &lt;roses&gt;</h3>",
		"<p>One <em>word</em>, and "
		"<a href=\"https://example.org/a\">a link</a>.</p>",
		"href=\"https://example.org/bread\"",
		"<p>Only <em>this</em> was said.</p>", ">Updated \xc2\xb7 ",
		">Two more towns.</p>",
		"New signatory: Eve Key (3 signatories)",
		"<a href=\"https://example.org/many\"",
		"href=\"q7zslotunsubscribe_url.\"", "does not watch you",
		"A loaf \xc2\xb7 Photo: NBG", NULL};
	static const char *const unwanted[] = {"<roses>", "<img", "http://",
		"We declare.", "Only this was said.</h3>", "text-transform",
		"{{", "p.jpg", NULL};
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	make_small_issue(&w);
	letter = render(&w, FORMAT_HTML, NULL);
	want_in("html", letter->html, wanted);
	want_out("html", letter->html, unwanted);
	want_true("text too", strstr(letter->text, "Bread & <roses>"));
	want_int("nothing saved", letter->html_saved, 0);
	letter_free(letter);
	world_clear(&w);
}

/* In an edition of its fallback language a dispatch keeps its own direction. */
static void
an_entry_runs_its_own_way(void **state)
{
	static const struct {
		const char *language, *want;
	} cases[] = {
		{"ar", "lang=\"ar\" dir=\"rtl\""},
		{"he-IL", "lang=\"he-IL\" dir=\"rtl\""},
		{"az-arab", "lang=\"az-arab\" dir=\"rtl\""},
		{"ks-Deva-IN", "lang=\"ks-Deva-IN\" dir=\"ltr\""},
		{"az-1926", "lang=\"az-1926\" dir=\"ltr\""},
		{"tr", "lang=\"tr\" dir=\"ltr\""},
		{"", "<div id=\"dbkncb5e5xu\">"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		struct letter *letter;

		world_init(&w);
		add(&w, ENTRY_NEW, "A title", "A body.")->language =
			cases[i].language;
		letter = render(&w, FORMAT_HTML, NULL);
		want_true(cases[i].want, strstr(letter->html, cases[i].want));
		letter_free(letter);
		world_clear(&w);
	}
}

/* But the letter's words in it run their way: "5 December" would be garbled. */
static void
the_letter_runs_its_own_way(void **state)
{
	static const struct {
		const char *letter, *entry, *want, *unwanted;
	} cases[] = {
		{"en", "ar", "<span lang=\"en\" dir=\"ltr\">5 December 2026",
			"lang=\"en\" dir=\"rtl\""},
		{"ar", "en", "<span lang=\"ar\" dir=\"rtl\">5 ",
			"<span lang=\"en"},
		{"en", "en", ">5 December 2026", "<span lang="},
		{"he", "he", "<html lang=\"en\" dir=\"ltr\">",
			"<html lang=\"he\""},
		{"he", "he", "<span lang=\"en\" dir=\"ltr\">5 December 2026",
			"<html lang=\"he\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		struct letter *letter;

		world_init(&w);
		w.list.language = w.edition.language = cases[i].letter;
		add(&w, ENTRY_NEW, "A title", "A body.")->language =
			cases[i].entry;
		w.dispatches[0].date = civil_to_instant(
			(struct civil){.year = 2026, .month = 12, .day = 5}, 0);
		letter = render(&w, FORMAT_HTML, NULL);
		want_true(cases[i].want, strstr(letter->html, cases[i].want));
		want_true(cases[i].unwanted,
			!strstr(letter->html, cases[i].unwanted));
		letter_free(letter);
		world_clear(&w);
	}
}

/* What the list says of itself is in its language: the stop at its end stays
 * there, and "1 Signal Quay" is not "Signal Quay 1". */
static void
the_list_runs_its_own_way(void **state)
{
#define OURS "<span lang=\"en\" dir=\"ltr\">"
	static const char *const templates[] = {"digest", "minimal"};
	static const char *const wanted[] = {OURS "Harbour Weekly</span></h1>",
		">" OURS "What is new.</span></p>",
		">" OURS "Who we are.</span></p>",
		">" OURS "1 Signal Quay<br>Port Meridian</span></p>", NULL};
	static const char *const unwanted[] = {"<span lang", NULL};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(templates); i++) {
		struct world w;
		struct letter *letter;

		world_init(&w);
		w.list.template_name = templates[i / 2];
		w.list.description = "What is new.";
		w.list.about = "Who we are.";
		w.list.postal_address = "1 Signal Quay\nPort Meridian";
		w.edition.language = i % 2 ? "en" : "ar";
		add(&w, ENTRY_NEW, "A title", "A body.");
		letter = render(&w, FORMAT_HTML, NULL);
		if (i % 2)
			want_out(templates[i / 2], letter->html, unwanted);
		else
			want_in(templates[i / 2], letter->html, wanted);
		letter_free(letter);
		world_clear(&w);
	}
#undef OURS
}

static void
an_address_has_its_lines(void **state)
{
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	make_small_issue(&w);
	w.list.postal_address = "1 Signal Quay\nPort <Meridian>\n";
	letter = render(&w, FORMAT_HTML, NULL);
	want_true("html",
		strstr(letter->html,
			">1 Signal Quay<br>Port &lt;Meridian&gt;</p>"));
	letter_free(letter);
	world_clear(&w);
}

/* And a place of another script does not take the day behind it along. */
static void
a_byline_runs_one_way(void **state)
{
	static const struct {
		const char *letter, *place, *want;
	} cases[] = {
		{"en", "Karsova",
			"Karsova \u00b7 5 December 2026 \u00b7 By Ada"},
		{"en", "\u0628\u064a\u0631\u0648\u062a",
			"\u0628\u064a\u0631\u0648\u062a\u200e \u00b7 5 "},
		{"ar", "Karsova", "Karsova\u200f \u00b7 5 "},
		{"ar", "Pier 7", "Pier 7\u200f \u00b7 5 "},
		{"ar", "\u0628\u064a\u0631\u0648\u062a",
			"\u0628\u064a\u0631\u0648\u062a \u00b7 5 "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		struct letter *letter;
		struct variant *v;

		world_init(&w);
		w.edition.language = cases[i].letter;
		v = add(&w, ENTRY_NEW, "A title", "A body.");
		v->place = cases[i].place;
		v->author = "Ada";
		w.dispatches[0].date = civil_to_instant(
			(struct civil){.year = 2026, .month = 12, .day = 5}, 0);
		letter = render(&w, FORMAT_HTML, NULL);
		want_true(cases[i].want, strstr(letter->html, cases[i].want));
		want_true(cases[i].want, strstr(letter->text, cases[i].want));
		letter_free(letter);
		world_clear(&w);
	}
}

/* And its lists are indented there, whichever way the letter runs. */
static void
lists_are_indented_where_they_begin(void **state)
{
	static const struct {
		const char *letter, *entry, *want;
	} cases[] = {
		{"en", "en", "padding:0 0 0 28px"},
		{"en", "ar", "padding:0 28px 0 0"},
		{"en", "", "padding:0 0 0 28px"},
		{"ar", "en", "padding:0 0 0 28px"},
		{"ar", "ar", "padding:0 28px 0 0"},
		{"ar", "", "padding:0 28px 0 0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		struct letter *letter;
		const char *ul;

		world_init(&w);
		w.edition.language = cases[i].letter;
		add(&w, ENTRY_NEW, "A title", "One:\n\n- a\n- b")->language =
			cases[i].entry;
		letter = render(&w, FORMAT_HTML, NULL);
		ul = strstr(letter->html, "<ul");
		want_true(cases[i].want, ul);
		want_true(cases[i].want,
			memmem(ul, strcspn(ul, ">"), cases[i].want,
				strlen(cases[i].want)));
		letter_free(letter);
		world_clear(&w);
	}
}

/* And so do the cells of its tables. */
static void
cells_begin_where_lines_do(void **state)
{
	static const struct {
		const char *letter, *entry, *template, *want;
	} cases[] = {
		{"en", "ar", "digest", "text-align:right"},
		{"en", "ar", "minimal", "text-align:right"},
		{"ar", "", "digest", "text-align:right"},
		{"ar", "en", "digest", "text-align:left"},
		{"ar", "en", "minimal", "text-align:left"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		struct letter *letter;
		const char *th;

		world_init(&w);
		w.list.template_name = cases[i].template;
		w.edition.language = cases[i].letter;
		add(&w, ENTRY_NEW, "A title", "a | b\n--|--\n1 | 2")->language =
			cases[i].entry;
		letter = render(&w, FORMAT_HTML, NULL);
		th = strstr(letter->html, "<th");
		want_true(cases[i].letter, th);
		want_true(cases[i].want,
			memmem(th, strcspn(th, ">"), cases[i].want,
				strlen(cases[i].want)));
		letter_free(letter);
		world_clear(&w);
	}
}

static void
titles_have_their_language(void **state)
{
	static const char *const names[] = {"digest", "minimal"};
	static const char *const wanted[] = {
		"<a href=\"https://example.org/ar\" lang=\"ar\" dir=\"rtl\">",
		"<span lang=\"tr\" dir=\"ltr\">", NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct world w;
		struct letter *letter;
		struct variant *v;

		world_init(&w);
		w.list.template_name = names[i];
		add(&w, ENTRY_NEW, "A title", "A body.");
		v = add(&w, ENTRY_TITLE, "Arabic", "A body.");
		v->language = "ar";
		v->link = "https://example.org/ar";
		add(&w, ENTRY_TITLE, "Turkish", "A body.")->language = "tr";
		letter = render(&w, FORMAT_HTML, NULL);
		want_in(names[i], letter->html, wanted);
		letter_free(letter);
		world_clear(&w);
	}
}

/* As that of an entry: no blank or bracket ends it where it is printed. */
static void
links_of_titles_are_whole(void **state)
{
	static const char *const wanted[] = {
		"\n  https://example.org/a%20b?c=%3Cd%3E\n", NULL};
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	add(&w, ENTRY_NEW, "A title", "A body.");
	add(&w, ENTRY_TITLE, "Over", "A body.")->link =
		"https://example.org/a b?c=<d>";
	letter = render(&w, FORMAT_TEXT, NULL);
	want_in("text", letter->text, wanted);
	letter_free(letter);
	world_clear(&w);
}

static void
html_bodies_are_made_safe(void **state)
{
	static const char *const wanted[] = {
		"<p>Two <em>loaves</em>.</p>", ">more</a>", NULL};
	static const char *const unwanted[] = {"<script", "onclick", NULL};
	static const char *const lines[] = {"\nTwo loaves.\n", NULL};
	struct world w;
	struct letter *letter;
	struct variant *v;

	(void)state;
	world_init(&w);
	v = add(&w, ENTRY_NEW, "A title",
		"<p onclick=x>Two <i>loaves</i>.<script>no</script>"
		"<p><a href=/more>more</a>");
	v->body_kind = BODY_HTML;
	v->link = "https://example.org/a";
	letter = render(&w, FORMAT_HTML, NULL);
	want_in("html", letter->html, wanted);
	want_out("html", letter->html, unwanted);
	want_in("text", letter->text, lines);
	letter_free(letter);
	world_clear(&w);
}

static void
what_is_not_configured_is_not_there(void **state)
{
	static const char *const unwanted[] = {
		"nsubscribe", "references", "Privacy", "Quay 1", NULL};
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	make_small_issue(&w);
	w.list.web = w.list.postal_address = w.list.privacy_url = NULL;
	letter = render(&w, FORMAT_HTML, NULL);
	want_out("text", letter->text, unwanted);
	want_out("html", letter->html, unwanted);
	letter_free(letter);

	w.list.unsubscribe = "leave@example.org";
	letter = render(&w, FORMAT_HTML, NULL);
	want_true("by mail", strstr(letter->text, "q7zslotunsubscribe_url."));
	want_true("by mail", strstr(letter->text, "q7zslotpreferences_url."));
	letter_free(letter);
	world_clear(&w);
}

static void
contents_and_groups(void **state)
{
	static const char *const wanted[] = {
		"In this issue:\n\n1. One\n"
		"2. Two\n3. Three\n4. A title so long that",
		"\n   there, because it\xe2\x80\xa6\n",
		"~ Talks at the case ~\n\n1. One", "Part 1\n", NULL};
	/* A story's tag keeps things together, but is no heading. */
	static const char *const unwanted[] = {"congress-2026", NULL};
	struct world w;
	struct letter *letter;
	struct variant *v;

	(void)state;
	world_init(&w);
	for (int i = 0; i < 2; i++) {
		v = add(&w, ENTRY_NEW, i ? "Two" : "One", "x");
		v->series = "Talks at the case";
		v->part = i + 1;
		w.entries[i].group = v->series;
	}
	add(&w, ENTRY_NEW, "Three", "x")->story = "congress-2026";
	w.entries[2].group = "congress-2026";
	add(&w, ENTRY_NEW,
		"A title so long that contents show only its "
		"beginning, which is cut there, because it would "
		"be a burden",
		"x");
	letter = render(&w, FORMAT_TEXT, NULL);
	want_in("text", letter->text, wanted);
	want_out("text", letter->text, unwanted);
	want_true("whole", strstr(letter->text, "be a burden"));
	letter_free(letter);
	world_clear(&w);
}

/* Its lines are those that `flowed` shows where nothing flows. */
static void
a_fixed_text(void **state)
{
	static const char *const wanted[] = {
		"no tracking pixels and no\nrewritten links", "\n-- \n",
		"\n\n> > quoted\n>\n> > 5\n", NULL};
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	w.list.text = TEXT_FIXED;
	add(&w, ENTRY_NEW, "T", "> > quoted\n>\n> \\> 5\n");
	letter = render(&w, FORMAT_TEXT, NULL);
	want_true("fixed", !letter->flows);
	want_in("text", letter->text, wanted);
	letter_free(letter);
	world_clear(&w);
}

static void
turkish(void **state)
{
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	add(&w, ENTRY_NEW, "Haber", "x");
	w.edition.language = "tr-cy";
	letter = render(&w, FORMAT_TEXT, NULL);
	want_true("date",
		strstr(letter->text, "Sayı 7 · 20 Kasım 2026 · 1 haber"));
	letter_free(letter);
	w.edition.language = "xx";
	letter = render(&w, FORMAT_TEXT, NULL);
	want_true("english", strstr(letter->text, "20 November 2026"));
	letter_free(letter);
	world_clear(&w);
}

static void
a_letter_that_is_too_large(void **state)
{
	struct str large = STR_INIT;
	struct world w;
	struct letter *letter;
	static const char *const wanted[] = {"Read the full text",
		"word word word", "Shortened here.", NULL};

	(void)state;
	world_init(&w);
	for (int i = 0; i < 4000; i++)
		str_add(&large, "word ");
	add(&w, ENTRY_NEW, "Short", "little");
	add(&w, ENTRY_NEW, "With a link", str_text(&large))->link =
		"https://example.org/x";
	add(&w, ENTRY_NEW, "Without", str_text(&large));
	w.list.html_budget = 40000;
	letter = render(&w, FORMAT_HTML, NULL);
	want_int("the linked one", letter->html_saved, 1);
	want_true("fits", strlen(letter->html) <= 40000);
	want_int("told", w.warnings.count, 1);
	letter_free(letter);

	w.list.html_budget = 20000;
	letter = render(&w, FORMAT_HTML, NULL);
	want_int("both", letter->html_saved, 2);
	want_true("fits", strlen(letter->html) <= 20000);
	want_in("html", letter->html, wanted);
	/* No link leads to the rest of this one: the text keeps it. */
	want_true("text", strlen(letter->text) > 20000);
	letter_free(letter);
	str_clear(&large);
	world_clear(&w);
}

/* An update that its note stands for takes no room, and none is made for it. */
static void
a_body_that_is_not_printed(void **state)
{
	struct str large = STR_INIT;
	struct letter *letter;
	struct variant *v;
	struct world w;

	(void)state;
	world_init(&w);
	while (large.len < 30000)
		str_add(&large, "word ");
	v = add(&w, ENTRY_UPDATED, "Updated", str_text(&large));
	v->link = "https://example.org/u";
	v->update_note = "One more word.";
	add(&w, ENTRY_NEW, "New", str_text(&large))->link =
		"https://example.org/n";
	w.list.html_budget = 50000;
	letter = render(&w, FORMAT_HTML, NULL);
	want_int("saved", letter->html_saved, 0);
	want_int("told", w.warnings.count, 0);
	letter_free(letter);
	str_clear(&large);
	world_clear(&w);
}

/* Somebody mails a log: the others' issue goes out all the same. */
static void
bodies_beyond_sense(void **state)
{
	static const enum letter_format formats[] = {FORMAT_HTML, FORMAT_TEXT};
	struct str huge = STR_INIT;
	struct world w;

	(void)state;
	world_init(&w);
	while (huge.len < 5 << 19)
		str_add(&huge, "word word\n");
	add(&w, ENTRY_NEW, "Short", "little");
	add(&w, ENTRY_NEW, "Log", str_text(&huge))->body_kind = BODY_TEXT;
	add(&w, ENTRY_NEW, "Page", str_text(&huge))->body_kind = BODY_HTML;
	w.list.html_budget = 0;
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct letter *letter = render(&w, formats[i], NULL);

		want_true("text", strlen(letter->text) < 4 << 20);
		want_true("short", strstr(letter->text, "little"));
		want_true("opening", strstr(letter->text, "word word"));
		want_true("title", strstr(letter->text, "Log"));
		want_int("saved", letter->html_saved, 1);
		letter_free(letter);
	}
	want_int("told", w.warnings.count, 2);
	str_clear(&huge);
	world_clear(&w);
}

/* No text ends in the middle of it without a word to anybody. */
static void
a_body_that_was_not_read_whole(void **state)
{
	static const enum letter_format formats[] = {FORMAT_HTML, FORMAT_TEXT};
	struct str huge = STR_INIT;
	struct variant *v;
	struct world w;

	(void)state;
	world_init(&w);
	while (huge.len <= 1 << 20)
		str_add(&huge, "One sentence. ");
	v = add(&w, ENTRY_NEW, "Minutes", str_text(&huge));
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct letter *letter = render(&w, formats[i], NULL);

		want_true("opening", strstr(letter->text, "One sentence."));
		want_true("not the rest", strlen(letter->text) < 10000);
		want_true("promises", !strstr(letter->text, "whole text"));
		want_int("told", w.warnings.count, i + 1);
		letter_free(letter);
	}
	/* What is not printed is not cut. */
	v->link = "https://example.org/u";
	v->update_note = "One more.";
	w.entries[0].kind = ENTRY_UPDATED;
	letter_free(render(&w, FORMAT_TEXT, NULL));
	want_int("told", w.warnings.count, COUNT(formats));
	str_clear(&huge);
	world_clear(&w);
}

static void
mistakes(void **state)
{
	static const struct {
		const char *title, *body, *subject, *name, *want;
	} cases[] = {
		{"q7zslotname.", "x", "s", "digest",
			"a dispatch contains the mark of this issue's slots"},
		{"T", "q7&#122;slot", "s", "digest",
			"a dispatch contains the mark of this issue's slots"},
		{"T", "x", "{{list.titel}}", "digest",
			"subject of list 'weekly':1: there is no value "
			"'list.titel', did you mean 'title'?"},
		{"T", "x", "{{#list}}", "digest",
			"subject of list 'weekly':1: section 'list' is never "
			"closed"},
		{"T", "x", "s", "other",
			"/nowhere/templates/other: No such file or directory"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		char *problem;

		world_init(&w);
		add(&w, ENTRY_NEW, cases[i].title, cases[i].body);
		w.list.subject = cases[i].subject;
		w.list.template_name = cases[i].name;
		want_true(cases[i].want, !render(&w, FORMAT_HTML, &problem));
		want_text(cases[i].want, problem, cases[i].want);
		free(problem);
		world_clear(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_part),
		cmocka_unit_test(the_html_part),
		cmocka_unit_test(an_entry_runs_its_own_way),
		cmocka_unit_test(the_letter_runs_its_own_way),
		cmocka_unit_test(the_list_runs_its_own_way),
		cmocka_unit_test(an_address_has_its_lines),
		cmocka_unit_test(a_byline_runs_one_way),
		cmocka_unit_test(lists_are_indented_where_they_begin),
		cmocka_unit_test(cells_begin_where_lines_do),
		cmocka_unit_test(titles_have_their_language),
		cmocka_unit_test(links_of_titles_are_whole),
		cmocka_unit_test(html_bodies_are_made_safe),
		cmocka_unit_test(what_is_not_configured_is_not_there),
		cmocka_unit_test(contents_and_groups),
		cmocka_unit_test(turkish),
		cmocka_unit_test(a_letter_that_is_too_large),
		cmocka_unit_test(a_body_that_is_not_printed),
		cmocka_unit_test(bodies_beyond_sense),
		cmocka_unit_test(a_body_that_was_not_read_whole),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(a_fixed_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
