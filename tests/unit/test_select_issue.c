/*
 * Selection: how an issue is put together: order, limits, editions.
 */
#include "world.h"

static void
test_order(void **state)
{
	static const struct world_case cases[] = {
		{"the newest first", "", "", "a date=-3\nb date=-1\nc date=-2",
			"a=new b=new c=new [en] b c a"},
		{"of one moment, as they came", "", "", "b\na\nc",
			"b=new a=new c=new [en] b a c"},
		{"the undated last, in their source's order", "", "",
			"a date= order=9\nb date= order=2\nc date=-5",
			"a=new b=new c=new [en] c b a"},
		{"sections together, by their first", "", "",
			"a date=-4 section=News\nb date=-1 section=Sport\n"
			"c date=-2 section=news\nd date=-3 section=Sport",
			"a=new b=new c=new d=new [en] b d c a"},
		{"sections as the list names them", "sections=News,Sport", "",
			"a date=-2 section=News\nb date=-1 section=Sport",
			"a=new b=new [en] a b"},
		{"without a section: behind them all", "", "",
			"a date=-3 section=News\nb date=-2 section=Sport\n"
			"c date=",
			"a=new b=new c=new [en] b a c"},
		{"without a section, but the lead", "", "",
			"a date=-1 section=News\nb date=-0.5\nc date=-3",
			"a=new b=new c=new [en] b c a"},
		{"a series by its parts, at its newest", "", "",
			"a date=-5 series=S part=2\nb date=-2\n"
			"c date=-1 series=s part=3\nd date=-6 series=S part=1",
			"a=new b=new c=new d=new [en] d a c b"},
		{"a series without parts: as it came", "", "",
			"a date=-1 series=S\nb date=-2 series=S",
			"a=new b=new [en] b a"},
		{"ten parts are no text", "", "",
			"a series=S part=10\nb series=S part=9",
			"a=new b=new [en] b a"},
		{"a story together, at its first", "", "",
			"a date=-1 story=C\nb date=-2\nc date=-3 story=c",
			"a=new b=new c=new [en] c a b"},
		{"a story across sections", "", "",
			"a date=-1 story=C section=News\nb date=-2 section=Sport\n"
			"c date=-3 story=C section=Sport\nd date=-4 section=News",
			"a=new b=new c=new d=new [en] c a d b"},
		{"a series inside a story", "", "",
			"a date=-1 story=C\nb date=-2\n"
			"c date=-3 story=C series=S part=2\n"
			"d date=-4 series=S part=1",
			"a=new b=new c=new d=new [en] d c a b"},
		{"updates last, by their marks", "", "a\nb",
			"a date=-1 rev=2 mark=-0.9\nb date=-9 rev=2 mark=-0.1\n"
			"c date=-30",
			"a=updated b=updated c=new [en] c +b +a"},
		{"an updated part of a series of new ones", "", "a",
			"a series=S part=1 rev=2 mark=-1\nb series=S part=2",
			"a=updated b=new [en] b +a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

/* In tr what exists in en only stands where its section or series is. */
static void
test_names_of_two_languages(void **state)
{
	static const struct world_case cases[] = {
		{"a series in both", "to=tr", "",
			"a date=-9 series=S part=1\n"
			"a lang=tr series=Dizi part=1\n"
			"b date=-2 series=s part=2\nc date=-3",
			"a=new b=new c=new [en] a b c [tr] a b c"},
		{"sections in both", "to=tr", "",
			"a date=-4 section=News\na lang=tr section=Haber\n"
			"b date=-1 section=Sport\nc date=-2 section=news\n"
			"d date=-3 section=Sport",
			"a=new b=new c=new d=new [en] b d c a [tr] b d c a"},
		{"as the list names them", "to=tr sections=News,Sport", "",
			"a date=-4 section=News\na lang=tr section=Haber\n"
			"b date=-1 section=Sport",
			"a=new b=new [en] a b [tr] a b"},
		{"two of one name in tr are two in en", "to=tr", "",
			"a date=-1 section=News\na lang=tr section=Haber\n"
			"b date=-2 section=Sport\n"
			"c date=-3 section=Notes\nc lang=tr section=Haber\n"
			"d date=-4 section=News",
			"a=new b=new c=new d=new [en] a d b c [tr] a c d b"},
		{"one of two names in tr is either", "to=tr", "",
			"a date=-1 section=News\na lang=tr section=Haber\n"
			"b date=-2 section=News\nb lang=tr section=Duyuru\n"
			"c date=-3 section=News",
			"a=new b=new c=new [en] a b c [tr] a b c"},
		{"carried before", "to=tr", "a",
			"a series=S part=1\na lang=tr series=Dizi part=1\n"
			"b date=-9 series=Dizi lang=tr part=3\n"
			"c date=-2\nd date=-1 series=S part=4",
			"a=translated b=new c=new d=new "
			"[en] b d c [tr] a b d c"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_first_issue(void **state)
{
	static const struct world_case cases[] = {
		{"it reaches back a week", "fresh", "",
			"a date=-6\nb date=-8\nc date=-7",
			"a=new b=backlog c=new [en] a c"},
		{"of a source added later, too", "fresh", "z", "feed:a date=-8",
			"a=backlog [en]"},
		{"it could not be carried before its embargo", "fresh", "",
			"a date=-30 embargo=-2\nb date=-30 embargo=-9",
			"a=new b=backlog [en] a"},
		{"an old one with a new mark", "fresh", "",
			"a date=-80 mark=-1", "a=new [en] *a"},
		{"undated up to the maximum", "fresh max=3", "",
			"a date=-1\nb date=\nc date=\nd date=\ne date=-90",
			"a=new b=new c=new d=backlog e=backlog [en] a b c"},
		{"dated over the maximum are no backlog", "fresh max=1", "",
			"a date=-2\nb date=-1", "a=title-only b=new [en] b ~a"},
		{"skipped slots before it do not lose any", "fresh waited=7",
			"", "a date=-8\nb date=-15", "a=new b=backlog [en] a"},
		{"a site that was just copied", "fresh settle", "",
			"a date=-8 changed=-1\nb date=-1 changed=-1",
			"a=backlog b=settling [en]"},
		{"carried by another path before its source was seen", "fresh",
			"a", "a rev=2 mark=-1", "a=updated [en] +a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_limits(void **state)
{
	static const struct world_case cases[] = {
		{"too few", "min=3", "", "a\nb draft\nc",
			"a=too-few b=draft c=too-few [en]"},
		{"just enough", "min=2", "", "a\nb", "a=new b=new [en] a b"},
		{"updates count", "min=2", "b", "a\nb rev=2 mark=-1",
			"a=new b=updated [en] a +b"},
		{"too few for the list's readers, enough for others",
			"min=2 to=tr", "b", "a\nb\nb lang=tr",
			"a=new b=translated [en] a [tr] a b"},
		{"over the maximum: titles", "max=2", "",
			"a date=-3\nb date=-1\nc date=-2",
			"a=title-only b=new c=new [en] b c ~a"},
		{"over the maximum: the newest waits", "max=2 roll", "",
			"a date=-3\nb date=-1\nc date=-2",
			"a=new b=rolled c=new [en] c a"},
		{"the undated wait longest", "max=1 roll", "",
			"a date=\nb date=-1", "a=rolled b=new [en] b"},
		{"no maximum", "max=0", "", "a\nb", "a=new b=new [en] a b"},
		{"updates take room", "max=1", "b",
			"a date=-3\nb rev=2 mark=-1",
			"a=title-only b=updated [en] +b ~a"},
		{"an update over the maximum", "max=1", "b",
			"a date=-1\nb date=-9 rev=2 mark=-2",
			"a=new b=title-only [en] a ~b"},
		{"a series is not torn", "max=2", "",
			"a date=-1\nb date=-2 series=S part=1\n"
			"c date=-3 series=S part=2\nd date=-4",
			"a=new b=title-only c=title-only d=new "
			"[en] a d ~b ~c"},
		{"unless it alone is too long", "max=2", "",
			"a date=-1 series=S part=3\nb date=-2 series=S part=1\n"
			"c date=-3 series=S part=2",
			"a=title-only b=new c=new [en] b c ~a"},
		{"and with roll it goes on next time", "max=2 roll", "",
			"a date=-1 series=S part=3\nb date=-2 series=S part=1\n"
			"c date=-3 series=S part=2",
			"a=rolled b=new c=new [en] b c"},
		{"a late translation takes room from its readers",
			"max=1 to=tr", "a", "a\na lang=tr\nb date=-2",
			"a=translated b=title-only [en] ~b [tr] a ~b"},
		{"titles are new, with their label", "max=1", "",
			"a date=-1\nb date=-3 mark=-2",
			"a=new b=title-only [en] a ~*b"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_languages(void **state)
{
	static const struct world_case cases[] = {
		{"an edition for each language", "to=tr", "", "a\na lang=tr\nb",
			"a=new b=new [en] a b [tr] a b"},
		{"the list's own comes first, once", "to=tr to=en to=tr", "",
			"a", "a=new [en] a [tr] a"},
		{"a late translation, for its readers alone", "to=tr", "a",
			"a\na lang=tr", "a=translated [en] [tr] a"},
		{"a kind of the language", "to=tr-CY", "a", "a\na lang=tr",
			"a=translated [en] [tr-CY] a"},
		{"readers of a third language have had it", "to=de to=tr", "a",
			"a\na lang=tr", "a=translated [en] [de] [tr] a"},
		{"a late fallback is not news", "to=de fallback=fr,en", "a",
			"a\na lang=fr", "a=seen [en] [de]"},
		{"no reader of that language", "", "a", "a\na lang=tr",
			"a=seen [en]"},
		{"the fallback was updated", "to=de", "a", "a rev=2 mark=-1",
			"a=updated [en] +a [de] +a"},
		{"one language was updated", "to=tr", "a\na lang=tr",
			"a\na lang=tr rev=2 mark=-1", "a=updated [en] [tr] +a"},
		{"one updated, one translated", "to=tr", "a",
			"a rev=2 mark=-1\na lang=tr",
			"a=updated [en] +a [tr] a"},
		{"a translation still to be written", "to=tr", "a content=x",
			"a content=x\na lang=tr content=x", "a=seen [en] [tr]"},
		{"a translation of what was marked as read", "to=tr",
			"a kind=backlog", "a\na lang=tr", "a=seen [en] [tr]"},
		{"a translation of what has moved", "to=tr", "a kind=moved",
			"a\na lang=tr", "a=translated [en] [tr] a"},
		{"the language changed without a mark", "to=tr", "a\na lang=tr",
			"a\na lang=tr rev=2", "a=unmarked [en] [tr]"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_once_across(void **state)
{
	static const struct world_case cases[] = {
		{"had it from the sibling", "spare=en", "@a", "a\nb",
			"a=new b=new [en] a b [en/1] b"},
		{"had it by a former revision", "spare=en", "@a",
			"a rev=2 former=1", "a=new [en] a [en/1]"},
		{"had another revision", "spare=en", "@a rev=0", "a",
			"a=new [en] a [en/1] a"},
		{"had it under another id", "spare=en", "@z content=x",
			"a content=x", "a=new [en] a [en/1]"},
		{"had it under another id, by its link", "spare=en",
			"@z link=example.org/1", "a link=https://example.org/1",
			"a=new [en] a [en/1]"},
		{"had it in another language", "spare=tr", "@a", "a\na lang=tr",
			"a=new [en] a [tr/1] a"},
		{"the sibling passed over it", "spare=en", "@a kind=backlog",
			"a", "a=new [en] a [en/1] a"},
		{"the sibling gave the title", "spare=en", "@a kind=title", "a",
			"a=new [en] a [en/1] a"},
		{"an edition may be empty", "spare=en", "@a", "a",
			"a=new [en] a [en/1]"},
		{"a translation they had, and nothing else", "spare=tr",
			"a\n@a lang=tr", "a\na lang=tr",
			"a=too-few [en] [tr/1]"},
		{"an update they had", "spare=en", "a\n@a rev=2",
			"a rev=2 mark=-1", "a=updated [en] +a [en/1]"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_extra(void **state)
{
	static const struct world_case cases[] = {
		{"only those named", "extra=b", "", "a\nb", "b=extra [en] b"},
		{"seen or not", "extra=a", "a", "a", "a=extra [en] a"},
		{"below the minimum, over the maximum", "extra=a,b min=5 max=1",
			"", "a\nb", "a=extra b=extra [en] a b"},
		{"whatever the filters", "extra=a sections=News", "", "a",
			"a=extra [en] a"},
		{"old, from a new source", "freshextra=a", "", "a date=-90",
			"a=extra [en] a"},
		{"but no draft", "extra=a", "", "a draft", "a=draft [en]"},
		{"and no embargo is broken", "extra=a", "", "a embargo=1",
			"a=embargo [en]"},
		{"to every language", "extra=a to=tr", "a\na lang=tr",
			"a\na lang=tr", "a=extra [en] a [tr] a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

/* Nothing is too few, whatever the minimum. */
static void
test_nothing(void **state)
{
	static const struct {
		const char *rules, *seen, *dispatches;
		bool below;
	} cases[] = {
		{"min=0", "a", "a", true},
		{"min=0", "", "a", false},
		{"min=0 extra=a", "", "a draft", true},
		{"min=9 extra=a", "", "a", false},
		{"min=0 to=tr", "a", "a\na lang=tr", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world *w = world_new(
			cases[i].rules, cases[i].seen, cases[i].dispatches);
		struct issue *issue = select_issue(&w->in);

		want_int(cases[i].rules, issue->below_minimum, cases[i].below);
		issue_free(issue);
		world_free(w);
	}
}

/* By its id, by its content, by its link; and not what is out. */
static void
test_spared_ids(void **state)
{
	struct world *w = world_new("to=tr",
		"c\n@a lang=tr\n@y content=x\n@z link=example.org/1\n@c\n@e",
		"a\nb content=x link=https://example.org/1\nc\nd");
	struct issue *issue = select_issue(&w->in);
	const char **ids;

	(void)state;
	want_int("ids", select_spared(w->arena, issue, w->sibling, &ids), 3);
	want_text("by id", ids[0], "a");
	want_text("by content", ids[1], "y");
	want_text("by link", ids[2], "z");
	issue_free(issue);
	world_free(w);
}

static void
test_signatories(void **state)
{
	struct world *w = world_new("", "",
		"a rev=2 mark=-1 signed=Union_A,Union_B,UNION_C,Union_D,union_d");
	struct carried before = {.number = 3,
		.revision = "1",
		.mark = INSTANT_NONE,
		.signatories = "Union B\nUnion  c\n"};
	struct issue *issue;
	const struct entry *e;

	(void)state;
	seen_add(w->seen, "a", "en", &before);
	issue = select_issue(&w->in);
	e = issue->editions[0].entries;
	want_int("entries", issue->editions[0].entry_count, 1);
	want_int("before", e->before->number, 3);
	want_int("added", e->added_count, 2);
	want_text("first", e->added_signatories[0], "Union A");
	want_text("second", e->added_signatories[1], "Union D");
	issue_free(issue);
	world_free(w);
}

static void
test_sections(void **state)
{
	struct world *w = world_new("", "",
		"a date=-1 section=News story=C\nb date=-2 section=Sport "
		"story=C\nc date=-3 section=NEWS\nd date=-4");
	struct issue *issue = select_issue(&w->in);
	static const char *const want[] = {"News", "News", "News", NULL};

	(void)state;
	want_int("entries", issue->editions[0].entry_count, 4);
	for (size_t i = 0; i < COUNT(want); i++)
		want_text("section", issue->editions[0].entries[i].section,
			want[i]);
	issue_free(issue);
	world_free(w);
}

static void
test_groups(void **state)
{
	struct world *w = world_new("", "",
		"a date=-1 series=S part=2\nb date=-2 series=s part=1\n"
		"c date=-3 story=C\nd date=-4 story=c series=D\n"
		"e date=-5 story=c\nf date=-6");
	struct issue *issue = select_issue(&w->in);
	static const char *const want[] = {"S", "S", "C", "D", "C", NULL};

	(void)state;
	want_int("entries", issue->editions[0].entry_count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		want_text(
			"group", issue->editions[0].entries[i].group, want[i]);
	issue_free(issue);
	world_free(w);
}

/* ----- all together ----- */

/* Sorting and looking up, never comparing each with each. */
static void
test_many(void **state)
{
	enum { MANY = 20000 };
	struct world *w = world_new("fresh max=40", "", "");
	struct issue *issue;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		struct dispatch *d = dispatches_add(&w->dispatches);
		struct variant *v = d->variants =
			arena_alloc(w->arena, sizeof *v);

		d->id = arena_printf(w->arena, "%zu", i);
		d->source = "feed";
		d->order = MANY - i;
		d->variant_count = 1;
		*v = (struct variant){.language = "en",
			.title = d->id,
			.body = "Text.",
			.section = i % 3 ? "News" : "Sport",
			.series = arena_printf(w->arena, "%zu", i % 5000),
			.revision = "1",
			.updated = INSTANT_NONE};
		snprintf(v->content, sizeof v->content, "%zu", i);
	}
	issue = select_issue(&w->in);
	want_int("in full", issue->editions[0].entry_count, 40);
	want_text("the lead", issue->editions[0].entries[0].dispatch->id,
		"19999");
	issue_free(issue);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_names_of_two_languages),
		cmocka_unit_test(test_first_issue),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_once_across),
		cmocka_unit_test(test_extra),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_spared_ids),
		cmocka_unit_test(test_signatories),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
