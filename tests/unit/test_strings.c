/*
 * The languages built in: each says all that English says, with the same places
 * to fill in, and has every form that its own plural rules ask for.
 */
#include "words_unit.h"

#include "base/mem.h"
#include "render/plural.h"
#include "render/strings.h"

/* Which of the places "{n}" and the like a text has: a bit for each. */
static unsigned
places(const char *text)
{
	static const char *const names[] = {
		"{n}", "{address}", "{since}", "{day}", "{month}", "{year}"};
	unsigned found = 0;

	for (size_t i = 0; i < COUNT(names); i++)
		found |= strstr(text, names[i]) ? 1u << i : 0;
	return found;
}

static void
check_forms(const char *name, const struct value *forms,
	const struct value *rules, const struct value *english)
{
	const char *other = value_find_text(forms, "other");

	want_true(name, other);
	want_int(
		name, places(other), places(value_find_text(english, "other")));
	for (size_t i = 0; i < rules->count; i++)
		want_true(name, value_find_text(forms, rules->keys[i]));
	for (size_t i = 0; i < forms->count; i++)
		want_true(name,
			value_find(rules, forms->keys[i]) ||
				strcmp(forms->keys[i], "other") == 0);
}

static void
check_language(const char *file, const struct value *texts,
	const struct value *english)
{
	const struct value *rules = value_find(texts, "plurals");

	want_true(file, rules && rules->kind == VALUE_MAP);
	for (size_t i = 0; i < english->count; i++) {
		const char *key = english->keys[i];
		const struct value *ours = value_find(texts, key);
		const struct value *theirs = english->items[i];
		char *name = mem_printf("%s: %s", file, key);

		want_true(name, ours);
		want_int(name, ours->kind, theirs->kind);
		if (value_is_scalar(theirs))
			want_int(
				name, places(ours->text), places(theirs->text));
		else if (theirs->kind == VALUE_MAP && ours != rules)
			check_forms(name, ours, rules, theirs);
		free(name);
	}
}

static void
languages_are_whole(void **state)
{
	struct arena *arena = arena_new();
	const struct value *english =
		read_words(arena, "digest/strings/en.yaml");
	size_t languages = 0;

	(void)state;
	for (size_t i = 0; embedded_name(i); i++) {
		const char *name = embedded_name(i);

		if (!span_starts(span_of(name), "digest/strings/"))
			continue;
		check_language(name, read_words(arena, name), english);
		languages++;
	}
	want_true("languages", languages >= 6);
	arena_free(arena);
}

static void
each_in_its_own_words(void **state)
{
	static const struct civil date = {.year = 2026, .month = 11, .day = 20};
	static const struct {
		const char *language, *date;
		size_t n;
		const char *dispatches;
	} cases[] = {
		{"en", "20 November 2026", 1, "1 dispatch"},
		{"tr", "20 Kasım 2026", 2, "2 haber"},
		{"es", "20 de noviembre de 2026", 1, "1 noticia"},
		{"es-mx", "20 de noviembre de 2026", 12, "12 noticias"},
		{"el", "20 Νοεμβρίου 2026", 21, "21 ειδήσεις"},
		{"ar", "20 نوفمبر 2026", 2, "خبران"},
		{"ar", "20 نوفمبر 2026", 7, "7 أخبار"},
		{"ar", "20 نوفمبر 2026", 22, "22 خبرًا"},
		{"ar", "20 نوفمبر 2026", 100, "100 خبر"},
		{"zh-cn", "2026年11月20日", 1, "1条消息"},
	};
	struct arena *arena = arena_new();
	struct template_files files = {.built_in = {"digest"}, .arena = arena};
	struct error err = ERROR_INIT;
	struct strings *strings = strings_load(&files, NULL, &err);

	(void)state;
	want_text("loaded", err.text, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct value *texts =
			strings_find(strings, cases[i].language);

		want_text(cases[i].language, strings_date(arena, texts, date),
			cases[i].date);
		want_text(cases[i].language,
			strings_count(arena, texts, "dispatches", cases[i].n),
			cases[i].dispatches);
	}
	strings_free(strings);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_are_whole),
		cmocka_unit_test(each_in_its_own_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
