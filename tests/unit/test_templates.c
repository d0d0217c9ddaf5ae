/*
 * Templates and style sheets of a site, beside those built in.
 */
#include "unit.h"

#include "letter_unit.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "render/render.h"

static void
write_file(const char *folder, const char *name, const char *text)
{
	char *path = file_join(folder, name);
	struct error err = ERROR_INIT;

	want_true(path, file_write(path, span_of(text), 0644, &err));
	free(path);
}

/* A world whose list has a folder of templates of its own. */
struct own {
	struct world w;
	char site[32], *folder;
};

static void
own_init(struct own *own, const char *name)
{
	struct error err = ERROR_INIT;
	char *strings;

	*own = (struct own){.site = "/tmp/postrider-test-XXXXXX"};
	want_true("site", mkdtemp(own->site));
	own->folder = mem_printf("%s/templates/%s", own->site, name);
	strings = file_join(own->folder, "strings");
	want_true("folder", file_make_folders(strings, 0755, &err));
	free(strings);
	world_init(&own->w);
	own->w.list.site = own->site;
	own->w.list.template_name = name;
}

static void
own_clear(struct own *own)
{
	char *command = mem_printf("rm -r %s", own->site);

	want_int("removed", system(command), 0);
	free(command);
	free(own->folder);
	world_clear(&own->w);
}

static void
own_templates_stand_before_those_built_in(void **state)
{
	struct letter *letter;
	struct own own;

	(void)state;
	own_init(&own, "mine");
	write_file(own.folder, "strings/de-AT.yaml",
		"date: \"{weekday}, {day}. {month}\"\n"
		"weekdays: [So, Mo, Di, Mi, Do, Fr, Sa]\n");
	write_file(own.folder, "text.mustache",
		"{{issue.date}} {{strings.unsubscribe}}{{#sections}}"
		"{{#groups}}{{#entries}}\n{{extra.colour}} {{lede}}{{/entries}}"
		"{{/groups}}{{/sections}}\n");

	own.w.edition.language = "de-at";
	{
		struct arena *arena = arena_new();
		struct value *extra = value_new_map(arena);

		value_set_text(arena, extra, "colour", "blue");
		add(&own.w, ENTRY_NEW, "T", "Whole.")->extra = extra;
		letter = render(&own.w, FORMAT_TEXT, NULL);
		want_text("text", letter->text,
			"Fr, 20. November Unsubscribe\nblue Whole.\n");
		letter_free(letter);
		arena_free(arena);
	}
	own_clear(&own);
}

/* One reader of another language stops nobody's letter. */
static void
names_of_ones_own_are_in_all_languages(void **state)
{
	static const struct {
		const char *list, *reader, *want;
	} cases[] = {
		{"de", "de", "Moin Tschau\n"},
		{"de", "tr", "Moin Tschau\n"},
		{"de", "en", "Moin Tschau\n"},
		{"de", "xx", "Moin Tschau\n"},
		{"nl", "en", "Dag Tschau\n"},
		{"nl", "nl-be", "Dag Tschau\n"},
		{"nl", "de", "Moin Tschau\n"},
	};
	static const char months[] =
		"months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n";

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct letter *letter;
		struct own own;

		own_init(&own, "mine");
		write_file(own.folder, "strings/de.yaml",
			"greeting: Moin\nparting: Tschau\n");
		write_file(own.folder, "strings/nl.yaml", "greeting: Dag\n");
		write_file(own.folder, "strings/pt.yaml", months);
		write_file(own.folder, "text.mustache",
			"{{strings.greeting}} {{strings.parting_text}}\n");
		own.w.list.language = cases[i].list;
		own.w.edition.language = cases[i].reader;
		add(&own.w, ENTRY_NEW, "T", "Whole.");
		letter = render(&own.w, FORMAT_TEXT, NULL);
		want_true(cases[i].reader, letter);
		want_text(cases[i].reader, letter->text, cases[i].want);
		letter_free(letter);
		own_clear(&own);
	}
}

static void
what_readers_are_called(void **state)
{
	static struct field_default own[] = {{NULL, "Reader"}};
	static struct list_field fields[] = {
		{"name", own, COUNT(own)}, {"city", NULL, 0}};
	struct world w;
	struct letter *letter;

	(void)state;
	world_init(&w);
	add(&w, ENTRY_NEW, "The quay is open", "It is.");
	w.list.fields = fields;
	w.list.field_count = COUNT(fields);
	w.list.subject = "{{subscriber.name}} in {{subscriber.fields.city}}: "
			 "{{lead.title}}";
	letter = render(&w, FORMAT_HTML, NULL);
	want_text("subject", letter->subject,
		"q7zslotname. in q7zslotfield_city.: The quay is open");
	want_text("to nobody in particular", letter->subject_shown,
		"Reader in \u2026: The quay is open");
	want_in("the page's title", letter->html,
		(const char *[]){
			"<title>q7zslotname. in q7zslotfield_city.: ", NULL});
	letter_free(letter);
	world_clear(&w);
}

/* What a folder with these files makes of one dispatch; yours to free(). */
static char *
html_of_folder(const char *page, const char *css, struct problems *warnings)
{
	struct letter *letter;
	struct own own;
	char *html;

	own_init(&own, "mine");
	if (page)
		write_file(own.folder, "html.mustache", page);
	if (css)
		write_file(own.folder, "style.css", css);
	add(&own.w, ENTRY_NEW, "T", "A *word*.");
	letter = render(&own.w, FORMAT_HTML, NULL);
	html = mem_strdup(letter->html);
	*warnings = own.w.warnings;
	own.w.warnings = PROBLEMS_INIT;
	letter_free(letter);
	own_clear(&own);
	return html;
}

static void
a_style_sheet_is_inlined(void **state)
{
	static const char page[] =
		"<html><head></head><body>{{#sections}}{{#groups}}{{#entries}}"
		"{{{body_html}}}{{/entries}}{{/groups}}{{/sections}}</body>";
	struct problems warnings;
	char *html = html_of_folder(page,
		"em{color:red}\np{color red}\n@media print{p{color:#000}}",
		&warnings);

	(void)state;
	want_text("html", html,
		"<html><head><style>\n@media print{p{color:#000!important}}\n"
		"</style>\n</head><body><p>A <em style=\"color:red\">word</em>."
		"</p>\n</body>");
	want_int("told", warnings.count, 1);
	want_true("told",
		strstr(warnings.items[0].text, "/style.css:2: 'color red'"));
	problems_clear(&warnings);
	free(html);
}

/* The built-in sheet is for the built-in page. */
static void
a_page_of_its_own_has_its_own_sheet(void **state)
{
	static const char page[] =
		"<html><head></head><body><h1>x</h1><table class=\"paper\"><tr>"
		"<td><p>x <a href=\"#x\">x</a></p></td></tr></table></body>";
	static const char css[] = "body{own:sheet}";
	struct problems warnings;
	char *html = html_of_folder(page, NULL, &warnings);

	(void)state;
	want_text("no sheet", html, page);
	want_int("told", warnings.count, 0);
	free(html);
	html = html_of_folder(NULL, css, &warnings);
	want_true("another sheet", strstr(html, "own:sheet"));
	want_int("told", warnings.count, 0);
	free(html);
}

/* A page of titles alone has room; its plain part keeps the bodies. */
static void
a_page_without_bodies(void **state)
{
	struct str large = STR_INIT;
	struct letter *letter;
	struct own own;

	(void)state;
	own_init(&own, "mine");
	write_file(own.folder, "html.mustache", "<p>{{lead.title}}</p>");
	while (large.len < 50000)
		str_add(&large, "word ");
	own.w.list.html_budget = 40000;
	add(&own.w, ENTRY_NEW, "T", str_text(&large))->link =
		"https://example.org/";
	letter = render(&own.w, FORMAT_HTML, NULL);
	want_int("saved", letter->html_saved, 0);
	want_true("text", strlen(letter->text) > 50000);
	letter_free(letter);
	str_clear(&large);
	own_clear(&own);
}

static void
a_sheet_counts_for_the_budget(void **state)
{
	static const char *const wanted[] = {"Read the full text", NULL};
	struct str body = STR_INIT;
	struct letter *letter;
	struct own own;

	(void)state;
	own_init(&own, "mine");
	write_file(own.folder, "style.css", "em{color:rgb(100,100,100)}");
	for (int i = 0; i < 1000; i++)
		str_add(&body, "*x* ");
	own.w.list.html_budget = 40000;
	add(&own.w, ENTRY_NEW, "T", str_text(&body))->link =
		"https://example.org/";
	letter = render(&own.w, FORMAT_HTML, NULL);
	want_in("html", letter->html, wanted);
	want_int("shortened", letter->html_saved, 1);
	letter_free(letter);
	str_clear(&body);
	own_clear(&own);
}

/* What is wrong with the language xx of a site, when its file is this; or the
 * head of a letter in it with so many dispatches. Yours. */
static char *
line_in(const char *strings, size_t dispatches)
{
	struct letter *letter;
	struct own own;
	char *problem, *got;

	own_init(&own, "digest");
	write_file(own.folder, "strings/xx.yaml", strings);
	write_file(own.folder, "text.mustache", "{{issue.line}}");
	own.w.edition.language = "xx";
	while (dispatches--)
		add(&own.w, ENTRY_NEW, "T", "x");
	letter = render(&own.w, FORMAT_TEXT, &problem);
	got = mem_strdup(letter ? letter->text : problem + strlen(own.site));
	free(problem);
	letter_free(letter);
	own_clear(&own);
	return got;
}

static void
numbers_take_the_form_of_their_language(void **state)
{
	static const struct {
		const char *strings;
		size_t dispatches;
		const char *want;
	} cases[] = {
		{"dispatches: {one: \"{n} a\", other: \"{n} b\"}", 1,
			"Issue 7 · 20 November 2026 · 1 a"},
		{"dispatches: {one: \"{n} a\", other: \"{n} b\"}", 2,
			"Issue 7 · 20 November 2026 · 2 b"},
		{"plurals: {}\n"
		 "dispatches: {one: \"{n} a\", other: \"{n} b\"}",
			1, "Issue 7 · 20 November 2026 · 1 b"},
		{"plurals: {few: \"n = 2..4\"}\n"
		 "dispatches: {few: \"{n} c\", other: \"{n} b\"}",
			3, "Issue 7 · 20 November 2026 · 3 c"},
		{"plurals: {few: \"n = 2..4\"}\n"
		 "dispatches: {one: \"{n} a\", other: \"{n} b\"}",
			3, "Issue 7 · 20 November 2026 · 3 b"},
		{"plurals:\n  one: n is 1\n", 1,
			"/templates/digest/strings/xx.yaml:2:8: rule 'one': "
			"'is' stands where '=' or '!=' should"},
		{"plurals: {some: n = 1}\n", 1,
			"/templates/digest/strings/xx.yaml:1:11: only zero, "
			"one, two, few and many have a rule, not 'some'"},
		{"plurals: n = 1\n", 1,
			"/templates/digest/strings/xx.yaml:1:10: rules are "
			"written 'one: n = 1'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = line_in(cases[i].strings, cases[i].dispatches);

		want_text(cases[i].strings, got, cases[i].want);
		free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_templates_stand_before_those_built_in),
		cmocka_unit_test(names_of_ones_own_are_in_all_languages),
		cmocka_unit_test(what_readers_are_called),
		cmocka_unit_test(a_style_sheet_is_inlined),
		cmocka_unit_test(a_page_of_its_own_has_its_own_sheet),
		cmocka_unit_test(a_page_without_bodies),
		cmocka_unit_test(a_sheet_counts_for_the_budget),
		cmocka_unit_test(numbers_take_the_form_of_their_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
