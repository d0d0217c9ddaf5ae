/*
 * A place up or down, of what an editor saw, on top of what others decided.
 */
#include "run/editing_move.h"
#include "unit.h"

/* Of "abcd" as the editor saw it. */
static const struct move_case {
	const char *decided, *id;
	enum editing_verb verb;
	const char *want;
} cases[] = {
	{"{}", "a", EDITING_DOWN, "{\"order\":[\"b\",\"a\",\"c\",\"d\"]}"},
	{"{}", "a", EDITING_UP, "{}"},
	{"{}", "d", EDITING_DOWN, "{}"},
	/* somebody moved meanwhile */
	{"{\"order\":[\"b\",\"a\",\"c\",\"d\"]}", "d", EDITING_UP,
		"{\"order\":[\"b\",\"a\",\"d\",\"c\"]}"},
	{"{\"order\":[\"b\",\"a\",\"c\",\"d\"]}", "a", EDITING_DOWN,
		"{\"order\":[\"b\",\"c\",\"a\",\"d\"]}"},
	/* these stand so among themselves */
	{"{\"order\":[\"d\",\"x\",\"b\"]}", "a", EDITING_DOWN,
		"{\"order\":[\"d\",\"a\",\"c\",\"b\"]}"},
	/* put first, held back or dropped meanwhile */
	{"{\"pinned\":[\"x\",\"d\"]}", "d", EDITING_DOWN,
		"{\"pinned\":[\"a\",\"d\",\"x\"]}"},
	{"{\"pinned\":[\"d\",\"c\"]}", "c", EDITING_UP,
		"{\"pinned\":[\"c\",\"d\"]}"},
	{"{\"pinned\":[\"d\",\"c\"]}", "b", EDITING_UP,
		"{\"order\":[\"b\",\"a\"],\"pinned\":[\"d\",\"c\"]}"},
	{"{\"held\":[\"b\"],\"dropped\":[\"c\"]}", "a", EDITING_DOWN,
		"{\"order\":[\"d\",\"a\"],\"held\":[\"b\"],"
		"\"dropped\":[\"c\"]}"},
};

static const char *const shown[] = {"a", "b", "c", "d"};

static bool
move(const char *id, enum editing_verb verb, struct edits *edits, bool *moved,
	struct error *err)
{
	const struct editing e = {.verb = verb,
		.ids = &id,
		.id_count = 1,
		.shown = shown,
		.shown_count = 4};

	return editing_move(&e, edits, moved, err);
}

static void
test_moved(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct move_case *c = &cases[i];
		struct error err = ERROR_INIT;
		struct edits *edits = edits_read(span_of(c->decided), &err);
		struct str got = STR_INIT;
		bool moved;

		want_true(c->decided, edits != NULL);
		want_true(c->want, move(c->id, c->verb, edits, &moved, &err));
		edits_write(&got, edits);
		want_text(c->decided, str_text(&got), c->want);
		want_int(c->want, moved, strcmp(c->decided, c->want) != 0);
		str_clear(&got);
		edits_free(edits);
	}
}

static void
test_not_in(void **state)
{
	static const char *const decided[] = {
		"{\"held\":[\"b\"]}", "{\"dropped\":[\"b\"]}"};

	(void)state;
	for (size_t i = 0; i < sizeof decided / sizeof *decided; i++) {
		struct error err = ERROR_INIT;
		struct edits *edits = edits_read(span_of(decided[i]), &err);
		bool moved;

		want_true(decided[i],
			!move("b", EDITING_UP, edits, &moved, &err));
		want_text(decided[i], err.text,
			"'b' is not in the issue any more");
		error_clear(&err);
		edits_free(edits);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_not_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
