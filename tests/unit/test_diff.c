/*
 * Differences of texts. "-[a]" is removed, "+[b]" added.
 */
#include "unit.h"

#include "base/diff.h"

static void
tell(struct str *out, const struct diff_run *runs, size_t count)
{
	static const char *const marks[] = {
		[DIFF_KEPT] = "", [DIFF_ADDED] = "+", [DIFF_REMOVED] = "-"};

	for (size_t i = 0; i < count; i++) {
		bool kept = runs[i].kind == DIFF_KEPT;

		str_add_all(out, marks[runs[i].kind], kept ? "" : "[", NULL);
		str_add_span(out, runs[i].text);
		str_add(out, kept ? "" : "]");
	}
}

static void
test_texts(void **state)
{
	static const struct {
		const char *name, *old, *new, *want;
	} cases[] = {
		{"nothing", "", "", ""},
		{"the same", "One.\nTwo.\n", "One.\nTwo.\n", "One.\nTwo.\n"},
		{"all of it is new", "", "One.\n", "+[One.\n]"},
		{"all of it is gone", "One.\n", "", "-[One.\n]"},
		{"a word", "The old crane.\n", "The new crane.\n",
			"The -[old]+[new] crane.\n"},
		{"two words", "The old crane stands.\n",
			"The new boat stands.\n",
			"The -[old crane]+[new boat] stands.\n"},
		{"a mark", "It ends.\n", "It ends!\n", "It ends-[.]+[!]\n"},
		{"more words", "It ends.\n", "It never ends.\n",
			"It +[never ]ends.\n"},
		{"a line more", "a\nb\n", "a\nx\nb\n", "a\n+[x\n]b\n"},
		{"a line less", "a\nx\nb\n", "a\nb\n", "a\n-[x\n]b\n"},
		{"lines that moved", "a\nb\nc\n", "c\na\nb\n",
			"+[c\n]a\nb\n-[c\n]"},
		{"the last line end", "a\nb", "a\nb\n", "a\nb+[\n]"},
		{"other letters", "Çınarlı güzel.\n", "Çınarlı çok güzel.\n",
			"Çınarlı +[çok ]güzel.\n"},
		{"ideographs", "码头工人复工。\n", "码头工人罢工。\n",
			"码头工人-[复]+[罢]工。\n"},
		{"no UTF-8", "a \xff b\n", "a \xfe b\n",
			"a -[\xff]+[\xfe] b\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct str got = STR_INIT;
		size_t count;
		struct diff_run *runs = diff_texts(arena, span_of(cases[i].old),
			span_of(cases[i].new), &count);

		tell(&got, runs, count);
		want_text(cases[i].name, str_text(&got), cases[i].want);
		str_clear(&got);
		arena_free(arena);
	}
}

/* Kept and removed is the old text, kept and added the new one; no run is empty,
 * and none is of the kind of the one before it unless something was between. */
static void
want_property(const char *name, struct span old, struct span new)
{
	struct arena *arena = arena_new();
	struct str a = STR_INIT, b = STR_INIT;
	size_t count;
	struct diff_run *runs = diff_texts(arena, old, new, &count);

	for (size_t i = 0; i < count; i++) {
		want_true(name, runs[i].text.len > 0);
		want_true(name, i == 0 || runs[i].kind != runs[i - 1].kind);
		if (runs[i].kind != DIFF_ADDED)
			str_add_span(&a, runs[i].text);
		if (runs[i].kind != DIFF_REMOVED)
			str_add_span(&b, runs[i].text);
	}
	want_true(name, span_same(str_span(&a), old));
	want_true(name, span_same(str_span(&b), new));
	str_clear(&a);
	str_clear(&b);
	arena_free(arena);
}

static unsigned seed = 1;

static unsigned
dice(unsigned sides)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % sides;
}

static void
write_random(struct str *out, unsigned most)
{
	static const char *const pieces[] = {"a", "b", "cc", " ", " ", "\n",
		"\n", ".", "\xc3\xa7", "\xc3", "\xe5\xb7\xa5", "\t", "a b\n"};

	for (unsigned n = dice(most); n; n--)
		str_add(out, pieces[dice(COUNT(pieces))]);
	if (dice(4) == 0)
		str_add_char(out, '\0');
}

static void
test_random(void **state)
{
	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct str a = STR_INIT, b = STR_INIT;
		char name[16];

		snprintf(name, sizeof name, "text %d", i);
		write_random(&a, 1 + (unsigned)i % 60);
		write_random(&b, 1 + (unsigned)i % 60);
		want_property(name, str_span(&a), str_span(&b));
		str_clear(&a);
		str_clear(&b);
	}
}

/* Past the bound the changed part is replaced as a whole. */
static void
test_bound(void **state)
{
	static const struct {
		const char *name;
		int lines;
		size_t runs; /* 0: many */
	} cases[] = {
		{"within", DIFF_UNITS / 2 - 1, 0},
		{"beyond", DIFF_UNITS, 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct str a = STR_INIT, b = STR_INIT;
		size_t count;

		str_add(&a, "head\n");
		str_add(&b, "head\n");
		for (int n = 0; n < cases[i].lines; n++) {
			str_printf(&a, "%d\n", n);
			str_printf(&b, "%d\n", n % 2 ? n : -n - 1);
		}
		str_add(&a, "tail\n");
		str_add(&b, "tail\n");
		want_property(cases[i].name, str_span(&a), str_span(&b));
		diff_texts(arena, str_span(&a), str_span(&b), &count);
		if (cases[i].runs)
			want_int(cases[i].name, count, cases[i].runs);
		else
			want_true(cases[i].name, count > 500);
		str_clear(&a);
		str_clear(&b);
		arena_free(arena);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
