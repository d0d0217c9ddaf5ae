/*
 * The words of the pages for readers: each language says all that English says,
 * with the same places to fill in, and counts by its own rules.
 */
#include "words_unit.h"

#include "base/mem.h"
#include "render/page.h"

static const char folder[] = "pages/strings/";

static unsigned
places(const char *text)
{
	static const char *const names[] = {
		"{n}", "{list}", "{address}", "{sibling}", "{until}"};
	unsigned found = 0;

	for (size_t i = 0; i < COUNT(names); i++)
		found |= strstr(text, names[i]) ? 1u << i : 0;
	return found;
}

static void
check_words(const char *file, const struct value *words,
	const struct value *english)
{
	want_int(file, words->count, english->count);
	for (size_t i = 0; i < english->count; i++) {
		const struct value *theirs = english->items[i];
		const struct value *ours = value_find(words, english->keys[i]);
		char *name = mem_printf("%s: %s", file, english->keys[i]);

		want_true(name, ours && ours->kind == theirs->kind);
		/* A language may say it without naming the list again. */
		if (value_is_scalar(theirs))
			want_int(name, places(ours->text) & ~2u,
				places(theirs->text) & ~2u);
		free(name);
	}
}

static void
languages_are_whole(void **state)
{
	struct arena *arena = arena_new();
	const struct value *english =
		read_words(arena, "pages/strings/en.yaml");
	size_t languages = 0;

	(void)state;
	for (size_t i = 0; embedded_name(i); i++) {
		const char *name = embedded_name(i);

		if (!span_starts(span_of(name), folder))
			continue;
		check_words(name, read_words(arena, name), english);
		languages++;
	}
	want_true("languages", languages >= 6);
	arena_free(arena);
}

static void
weeks_are_counted(void **state)
{
	static const struct {
		const char *language;
		size_t n;
		const char *want;
	} cases[] = {
		{"en", 4, "4 weeks"},
		{"es", 2, "2 semanas"},
		{"el", 8, "8 εβδομάδες"},
		{"tr", 12, "12 hafta"},
		{"zh", 26, "26 周"},
		{"ar", 2, "أسبوعان"},
		{"ar", 4, "4 أسابيع"},
		{"ar", 12, "12 أسبوعًا"},
	};
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	struct pages *pages = pages_load("/nowhere", "pages", true, &err);

	(void)state;
	want_text("loaded", err.text, NULL);
	for (size_t i = 0; i < COUNT(cases); i++)
		want_text(cases[i].language,
			page_count(arena, pages, cases[i].language, "weeks",
				cases[i].n),
			cases[i].want);
	pages_free(pages);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_are_whole),
		cmocka_unit_test(weeks_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
