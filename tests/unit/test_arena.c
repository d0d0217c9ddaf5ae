#include "unit.h"

#include "base/arena.h"

/* What is taken is a copy, and the str may be used again. */
static void
taking(void **state)
{
	struct arena *arena = arena_new();
	struct str s = STR_INIT;
	struct span span;
	char *text;

	(void)state;
	str_add(&s, "one");
	text = arena_take(arena, &s);
	want_int("is empty", s.len, 0);
	str_add(&s, "two");
	want_text("all", text, "one");
	want_text("some", arena_take_some(arena, &s), "two");
	str_add_bytes(&s, "a\0b", 3);
	span = arena_take_span(arena, &s);
	want_int("length", span.len, 3);
	want_text("behind a NUL", span.data + 2, "b");
	str_clear(&s);
	arena_free(arena);
}

static void
taking_nothing(void **state)
{
	struct arena *arena = arena_new();
	struct str s = STR_INIT;

	(void)state;
	want_text("never touched", arena_take(arena, &s), "");
	want_text("NULL for none", arena_take_some(arena, &s), NULL);
	want_text("a span", arena_take_span(arena, &s).data, "");
	str_reserve(&s, 100);
	want_text("only reserved", arena_take_some(arena, &s), NULL);
	want_true("its memory is freed", s.data == NULL);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taking),
		cmocka_unit_test(taking_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
