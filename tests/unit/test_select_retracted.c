/*
 * Selection: what editors retracted, and what is a copy of it.
 */
#include "world.h"

static void
test_out(void **state)
{
	static const struct world_case cases[] = {
		{"a new one", "retracted=a", "", "a\nb",
			"a=retracted b=new [en] b"},
		{"an update", "retracted=a", "a", "a rev=2 mark=-1\nb",
			"a=retracted b=new [en] b"},
		{"also where it has been carried", "retracted=a", "a", "a\nb",
			"a=retracted b=new [en] b"},
		{"a translation", "retracted=a to=tr", "a", "a\na lang=tr\nb",
			"a=retracted b=new [en] b [tr] b"},
		{"whatever else it is", "retracted=a,b,c dropped=b", "",
			"a draft\nb\nc expires=-1\nd",
			"a=retracted b=retracted c=retracted d=new [en] d"},
		{"both that have its id", "retracted=a", "", "a\nother:a\nb",
			"a=retracted a=retracted b=new [en] b"},
		{"all of them", "retracted=a", "", "a", "a=retracted [en]"},
		{"it counts for no minimum", "min=2 retracted=a", "", "a\nb",
			"a=retracted b=too-few [en]"},
		{"ids that are not there", "retracted=x", "", "a",
			"a=new [en] a"},
		{"pinned by an editor", "retracted=a pinned=a", "", "a\nb",
			"a=retracted b=new [en] b"},
		{"named by an extra", "extra=a,b retracted=a", "", "a\nb",
			"a=retracted b=extra [en] b"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_copies(void **state)
{
	static const struct world_case cases[] = {
		{"behind it", "retracted=a", "",
			"a content=x\nfeed:b content=x\nc",
			"a=retracted b=retracted c=new [en] c"},
		{"before it", "retracted=a", "",
			"feed:b content=x\na content=x\nc",
			"b=retracted a=retracted c=new [en] c"},
		{"when it is gone", "", "a retracted content=x",
			"b content=x\nc", "b=retracted c=new [en] c"},
		{"of what it was when it was carried", "retracted=a",
			"a content=x", "a content=y\nb content=x\nc",
			"a=retracted b=retracted c=new [en] c"},
		{"named by an extra", "extra=b", "a retracted content=x",
			"b content=x", "b=retracted [en]"},
		{"its link, in another source", "retracted=a", "",
			"a link=https://example.org/a\n"
			"feed:b link=https://example.org/a\nc",
			"a=retracted b=retracted c=new [en] c"},
		{"an item's link, when that item is gone", "",
			"a retracted source=feed link=example.org/a",
			"feed:b link=https://example.org/a\nc",
			"b=retracted c=new [en] c"},
		{"two items that share a link", "", "a retracted source=feed",
			"feed:a link=https://example.org/a\n"
			"feed:b link=https://example.org/a",
			"a=retracted b=new [en] b"},
		{"a feed's ids were made anew", "", "a retracted source=feed",
			"feed:a link=https://example.org/a title=One\n"
			"feed:b link=https://example.org/a title=One\nc",
			"a=retracted b=retracted c=new [en] c"},
		{"two files that share a link", "",
			"a retracted source=folder link=example.org/a",
			"b link=https://example.org/a", "b=new [en] b"},
		{"a link that an extra names", "extra=b",
			"a retracted source=feed link=example.org/a",
			"feed:b link=https://example.org/a", "b=extra [en] b"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static char *
tell_first(const struct issue *issue)
{
	return mem_strdup(issue->decisions[0].detail);
}

static void
test_told(void **state)
{
	static const struct world_case cases[] = {
		{"by whom, when and why", "retracted=a", "", "a",
			"on 2026-11-19T06:00:00Z by Edna: wrong"},
		{"a copy", "", "a retracted content=x", "b content=x",
			"as 'a', on 2026-11-19T06:00:00Z by Edna: wrong"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_first);
}

static char *
tell_rows(const struct issue *issue)
{
	struct arena *arena = arena_new();
	struct str out = STR_INIT;
	struct carried_row *rows;
	size_t count = select_carried(arena, issue, &rows);

	for (size_t i = 0; i < count; i++)
		str_printf(&out, "%s%s", i ? " " : "", rows[i].id);
	arena_free(arena);
	return str_take(&out);
}

/* Undone, it is as new as it was. */
static void
test_nothing_is_recorded(void **state)
{
	static const struct world_case cases[] = {
		{"a new one", "retracted=a", "", "a\na lang=tr\nb", "b"},
		{"an old one", "fresh retracted=a", "", "a date=-30\nb", "b"},
		{"a copy", "retracted=a", "",
			"a content=x\nfeed:b content=x\nc", "c"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_rows);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_nothing_is_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
