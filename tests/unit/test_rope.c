/* Octets on their way out come in order, whoever they belong to. */
#include "unit.h"

#include "base/rope.h"

/* What is left of it, its runs parted by |. */
static void
want_left(const char *name, const struct rope *rope, const char *want)
{
	struct str out = STR_INIT;
	struct span runs[8];
	size_t count = rope_look(rope, runs, COUNT(runs));
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		if (i)
			str_add_char(&out, '|');
		str_add_span(&out, runs[i]);
		sum += runs[i].len;
	}
	want_text(name, str_text(&out), want);
	want_int(name, rope_left(rope), sum);
	str_clear(&out);
}

static void
fill(struct rope *rope)
{
	str_add(rope_own(rope), "head");
	rope_lend(rope, span_of("TEXT"));
	rope_lend(rope, SPAN_NONE);
	str_add(rope_own(rope), "value");
	rope_lend(rope, span_of("PAGE"));
	rope_lend(rope, span_of("FOOT"));
}

static void
runs_come_in_order(void **state)
{
	/* What is left after so many octets. */
	static const char *const left[] = {"head|TEXT|value|PAGE|FOOT",
		"ead|TEXT|value|PAGE|FOOT", "ad|TEXT|value|PAGE|FOOT",
		"d|TEXT|value|PAGE|FOOT", "TEXT|value|PAGE|FOOT",
		"EXT|value|PAGE|FOOT", "XT|value|PAGE|FOOT",
		"T|value|PAGE|FOOT", "value|PAGE|FOOT", "alue|PAGE|FOOT",
		"lue|PAGE|FOOT", "ue|PAGE|FOOT", "e|PAGE|FOOT", "PAGE|FOOT",
		"AGE|FOOT", "GE|FOOT", "E|FOOT", "FOOT", "OOT", "OT", "T", ""};

	(void)state;
	for (size_t by = 1; by < COUNT(left); by++) {
		struct rope rope = ROPE_INIT;

		fill(&rope);
		for (size_t n = 0; n + by < COUNT(left); n += by) {
			want_left("left", &rope, left[n]);
			rope_take(&rope, by);
		}
		rope_clear(&rope);
	}
}

static void
more_may_come_meanwhile(void **state)
{
	struct rope rope = ROPE_INIT;
	struct span first;

	(void)state;
	fill(&rope);
	rope_take(&rope, 19);
	str_add(rope_own(&rope), "next");
	want_left("behind what is left", &rope, "OT|next");
	want_int("as many as asked for", rope_look(&rope, &first, 1), 1);
	rope_take(&rope, 6);
	want_left("all", &rope, "");
	rope_empty(&rope);
	fill(&rope);
	want_left("again", &rope, "head|TEXT|value|PAGE|FOOT");
	rope_clear(&rope);
}

static void
a_whole_one_lends_nothing(void **state)
{
	struct rope rope = ROPE_INIT;

	(void)state;
	rope.whole = true;
	fill(&rope);
	want_left("one run", &rope, "headTEXTvaluePAGEFOOT");
	rope_clear(&rope);
	fill(&rope);
	want_left("for ever", &rope, "headTEXTvaluePAGEFOOT");
	rope_clear(&rope);
}

static void
ends_are_seen(void **state)
{
	struct rope rope = ROPE_INIT;

	(void)state;
	want_true("of nothing", !rope_ends(&rope, "x"));
	fill(&rope);
	want_true("lent", rope_ends(&rope, "OOT"));
	want_true("other", !rope_ends(&rope, "OOt"));
	str_add(rope_own(&rope), "\r\n");
	want_true("own", rope_ends(&rope, "\r\n"));
	rope_clear(&rope);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_come_in_order),
		cmocka_unit_test(more_may_come_meanwhile),
		cmocka_unit_test(a_whole_one_lends_nothing),
		cmocka_unit_test(ends_are_seen),
	};

	return cmocka_run_group_tests_name("rope", tests, NULL, NULL);
}
