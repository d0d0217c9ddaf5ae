/*
 * The words of the desk: each language says all that English says and no more,
 * with the same places to fill in; and why a dispatch is in or out, which in
 * English the program says itself.
 */
#include "words_unit.h"

#include "base/mem.h"
#include "model/issue.h"

static const char folder[] = "desk/strings/";

/* Each "{name}" of one is in the other. */
static bool
has_places(const char *text, const char *of)
{
	struct span rest = span_of(of);

	for (;;) {
		size_t at = span_find(rest, '{');
		size_t end = at + span_find(span_from(rest, at), '}');
		char *place;
		bool has;

		if (end >= rest.len)
			return true;
		place = mem_printf("%.*s", (int)(end + 1 - at), rest.data + at);
		has = strstr(text, place) != NULL;
		free(place);
		if (!has)
			return false;
		rest = span_from(rest, end + 1);
	}
}

static void
check_word(const char *file, const struct value *words, const char *key,
	const struct value *theirs)
{
	const struct value *ours = value_find(words, key);
	char *name = mem_printf("%s: %s", file, key);

	want_true(name, ours && ours->kind == theirs->kind);
	if (value_is_scalar(theirs)) {
		want_true(name, has_places(ours->text, theirs->text));
		want_true(name, has_places(theirs->text, ours->text));
	} else
		want_true(name, strstr(value_find_text(ours, "other"), "{n}"));
	free(name);
}

/* How many reasons it gives; it has them all, or it is English. */
static size_t
check_reasons(const char *file, const struct value *words, bool english)
{
	for (int r = 0; r < REASON_COUNT; r++) {
		char *key =
			mem_printf("reason_%s", reason_name((enum reason)r));
		char *name = mem_printf("%s: %s", file, key);

		want_int(name, value_find_text(words, key) != NULL, !english);
		free(name);
		free(key);
	}
	return english ? 0 : REASON_COUNT;
}

static void
languages_are_whole(void **state)
{
	struct arena *arena = arena_new();
	const struct value *english = read_words(arena, "desk/strings/en.yaml");
	size_t languages = 0;

	(void)state;
	for (size_t i = 0; embedded_name(i); i++) {
		const char *file = embedded_name(i);
		const struct value *words;

		if (!span_starts(span_of(file), folder))
			continue;
		words = read_words(arena, file);
		for (size_t k = 0; k < english->count; k++)
			check_word(file, words, english->keys[k],
				english->items[k]);
		want_int(file, words->count,
			english->count +
				check_reasons(file, words,
					strstr(file, "/en.yaml") != NULL));
		want_true(file,
			strstr(file, value_find_text(words, "spoken_in")));
		languages++;
	}
	want_true("languages", languages >= 6);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
