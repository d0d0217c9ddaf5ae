/*
 * Pages: templates of a folder, in one language, with their words filled in.
 */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "render/page.h"

static char site[] = "/tmp/postrider-pages-XXXXXX";

static void
put(const char *name, const char *text)
{
	char *path = mem_printf("%s/templates/notes/%s", site, name);
	struct error err = ERROR_INIT;

	want_true(path, file_write(path, span_of(text), 0644, &err));
	free(path);
}

static int
make_site(void **state)
{
	char *folder;

	(void)state;
	if (!mkdtemp(site))
		return -1;
	folder = mem_printf("%s/templates/notes/strings", site);
	if (!file_make_folders(folder, 0755, NULL))
		return -1;
	free(folder);
	put("plain.mustache",
		"{{strings.hello}} ({{language}}, {{direction}}) {{name}}\n");
	put("note.css", "p {}\n");
	put("lost.mustache", "\n{{nowhere}}\n");
	put("strings/en.yaml",
		"hello: 'Hello {name}, {other}{'\n"
		"only_english: here\n"
		"weeks: {one: '{n} week', other: '{n} weeks'}\n");
	put("strings/tr.yaml", "hello: 'Merhaba {name}'\n");
	put("strings/ar.yaml", "hello: 'مرحبا {name}'\n");
	return 0;
}

static int
drop_site(void **state)
{
	char *command = mem_printf("rm -r %s", site);
	int failed = system(command);

	(void)state;
	free(command);
	return failed;
}

static const struct rendering {
	const char *name;
	bool html;
	const char *language, *who, *want;
} renderings[] = {
	{"plain text", false, "en", "A & B",
		"Hello A & B, {other}{ (en, ltr) A & B\n"},
	{"escaped for HTML", true, "en", "<b>",
		"Hello &lt;b&gt;, {other}{ (en, ltr) &lt;b&gt;\n"},
	{"what is filled in is not read again", false, "tr", "{name}",
		"Merhaba {name} (tr, ltr) {name}\n"},
	{"a kind of it", false, "tr-cy", "A", "Merhaba A (tr-cy, ltr) A\n"},
	{"from right to left", false, "ar", "A",
		"مرحبا \u2068"
		"A\u2069 (ar, rtl) A\n"},
	{"nobody speaks it: English", false, "xx", "A",
		"Hello A, {other}{ (xx, ltr) A\n"},
};

static void
pages_are_rendered(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(renderings); i++) {
		const struct rendering *r = &renderings[i];
		struct error err = ERROR_INIT;
		struct arena *arena = arena_new();
		struct value *view = value_new_map(arena);
		struct pages *pages = pages_load(site, "notes", r->html, &err);
		struct str out = STR_INIT;

		value_set_text(arena, view, "name", r->who);
		want_text(r->name, err.text, NULL);
		want_true(r->name, pages);
		page_render(pages, "plain", r->language, view, &out, &err);
		want_text(r->name, err.text, NULL);
		want_text(r->name, str_text(&out), r->want);
		str_clear(&out);
		pages_free(pages);
		arena_free(arena);
	}
}

static void
names_are_taken_strictly(void **state)
{
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	struct pages *pages = pages_load(site, "notes", false, &err);
	struct str out = STR_INIT;

	(void)state;
	want_true("loaded", pages);
	want_true("lost",
		!page_render(
			pages, "lost", "en", value_new_map(arena), &out, &err));
	want_true("names template and line",
		err.text && strstr(err.text, "notes/lost.mustache:2"));
	error_clear(&err);
	want_true("absent",
		!page_render(pages, "absent", "en", value_new_map(arena), &out,
			&err));
	want_int("absent", err.kind, ERROR_INPUT);
	error_clear(&err);
	str_clear(&out);
	pages_free(pages);
	arena_free(arena);
}

static void
words_stand_alone(void **state)
{
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	struct pages *pages = pages_load(site, "notes", false, &err);
	const char *const *languages = pages_languages(arena, pages);
	struct value *view = value_new_map(arena);
	struct str css = STR_INIT;

	(void)state;
	want_true("loaded", pages);
	want_true("tr", pages_speak(pages, "tr"));
	want_true("tr-cy", pages_speak(pages, "tr-cy"));
	want_true("xx", !pages_speak(pages, "xx"));
	want_text("from English",
		page_word(arena, pages, "tr", "only_english", NULL), "here");
	want_text("none", page_word(arena, pages, "tr", "none", NULL), "");
	value_set_text(arena, view, "name", "Ada");
	want_text("filled", page_word(arena, pages, "tr", "hello", view),
		"Merhaba Ada");
	want_true("sorted", languages[0] && languages[1]);
	want_text("first", languages[0], "ar");
	want_text("second", languages[1], "el");
	want_true("a file", pages_file(pages, "note.css", &css, NULL));
	want_text("a file", str_text(&css), "p {}\n");
	want_true("no file", !pages_file(pages, "none.css", &css, &err));
	want_text("no file", err.text, NULL);
	str_clear(&css);
	want_text(
		"count", page_count(arena, pages, "en", "weeks", 3), "3 weeks");
	/* Months come from the words of letters. */
	want_text("date",
		page_date(arena, pages, "tr",
			(struct civil){.year = 2026, .month = 11, .day = 20}),
		"20 Kasım 2026");
	pages_free(pages);
	arena_free(arena);
}

static void
a_folder_must_be_somewhere(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	want_true("none", !pages_load(site, "nowhere", true, &err));
	want_int("none", err.kind, ERROR_INPUT);
	error_clear(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_rendered),
		cmocka_unit_test(names_are_taken_strictly),
		cmocka_unit_test(words_stand_alone),
		cmocka_unit_test(a_folder_must_be_somewhere),
	};

	return cmocka_run_group_tests(tests, make_site, drop_site);
}
