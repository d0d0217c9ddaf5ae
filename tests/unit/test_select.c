/*
 * Selection: which dispatches are in, and why the others are out.
 */
#include "world.h"

static void
test_identity(void **state)
{
	static const struct world_case cases[] = {
		{"nothing at all", "", "", "", " [en]"},
		{"never carried", "", "", "a", "a=new [en] a"},
		{"carried as it is", "", "a", "a", "a=seen [en]"},
		{"old but never carried", "", "", "a date=-900",
			"a=new [en] a"},
		{"undated and never carried", "", "",
			"a date=", "a=new [en] a"},
		{"one of two", "", "a", "a\nb", "a=seen b=new [en] b"},
		{"marked as read", "", "a issue=0 kind=backlog", "a",
			"a=seen [en]"},
		{"the language was unsaid, now it is said", "",
			"a lang=en content=a1", "a lang=en-gb", "a=seen [en]"},
		{"an unsaid language is the list's", "", "a lang=en",
			"a lang=", "a=seen [en]"},
		{"an id comes twice", "", "", "a\nother:a",
			"a=new a=duplicate [en] a"},
		{"seen comes before expired, draft and filters",
			"sections=News", "a", "a draft expires=-1",
			"a=seen [en]"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_updates(void **state)
{
	static const struct world_case cases[] = {
		{"changed without a mark", "", "a", "a rev=2",
			"a=unmarked [en]"},
		{"the same, by another name", "updates=any", "a",
			"a rev=2 former=1", "a=seen [en]"},
		{"changed, any change counts", "updates=any", "a", "a rev=2",
			"a=updated [en] +a"},
		{"changed, and no updates are wanted", "updates=none", "a",
			"a rev=2 mark=-1", "a=seen [en]"},
		{"a first mark", "", "a", "a rev=2 mark=-1",
			"a=updated [en] +a"},
		{"a newer mark", "", "a mark=-9", "a rev=2 mark=-1",
			"a=updated [en] +a"},
		{"a newer mark alone", "", "a mark=-9", "a mark=-1",
			"a=updated [en] +a"},
		{"the same mark, and changed", "", "a mark=-1",
			"a rev=2 mark=-1", "a=unmarked [en]"},
		{"an older mark", "", "a mark=-1", "a rev=2 mark=-9",
			"a=unmarked [en]"},
		{"updated: true, and changed", "", "a marked", "a rev=2 marked",
			"a=updated [en] +a"},
		{"updated: true, the same", "", "a marked", "a marked",
			"a=seen [en]"},
		{"the mark was taken off", "", "a mark=-1", "a rev=2",
			"a=unmarked [en]"},
		{"marked at first sight", "", "", "a mark=-1", "a=new [en] *a"},
		{"an update of what was only a title", "", "a kind=title",
			"a rev=2 mark=-1", "a=updated [en] +a"},
		{"an update comes after what is new", "", "a",
			"a rev=2 mark=-0.5\nb date=-3",
			"a=updated b=new [en] b +a"},
		{"an update that is now a draft", "", "a",
			"a rev=2 mark=-1 draft", "a=draft [en]"},
		{"an update that the filters leave out", "sections=News", "a",
			"a rev=2 mark=-1 section=Sport", "a=filtered [en]"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_moved(void **state)
{
	static const struct world_case cases[] = {
		{"a renamed file", "", "old content=x", "a content=x",
			"a=moved [en]"},
		{"renamed, with another summary", "", "old content=x",
			"a content=x rev=2", "a=moved [en]"},
		{"any change counts, but moving is none", "updates=any",
			"old content=x", "a content=x rev=2", "a=moved [en]"},
		{"renamed, and marked as updated", "", "old content=x",
			"a content=x rev=2 mark=-1", "a=updated [en] +a"},
		{"the link moved", "", "old content=x link=example.org/1",
			"a content=x link=https://example.org/2",
			"a=moved [en]"},
		{"a copy beside the one carried", "", "a content=x",
			"a content=x\nb content=x", "a=seen b=duplicate [en]"},
		{"a feed item's id moved, its text changed", "",
			"old link=example.org/1",
			"feed:a rev=2 link=https://www.example.org/1/",
			"a=moved [en]"},
		{"and it is marked", "", "old link=example.org/1",
			"feed:a rev=2 mark=-1 link=https://example.org/1",
			"a=updated [en] +a"},
		{"a file that points to the page of one now gone", "",
			"old link=example.org/1",
			"a link=https://example.org/1", "a=new [en] a"},
		{"unless it says that it is an update", "",
			"old link=example.org/1",
			"a rev=2 mark=-1 link=https://example.org/1",
			"a=updated [en] +a"},
		{"two items of a feed share a page", "",
			"feed:a link=example.org/1\na link=example.org/1",
			"feed:a link=https://example.org/1\n"
			"feed:b link=https://example.org/1",
			"a=seen b=new [en] b"},
		{"a feed's ids were made anew, its texts changed", "",
			"a link=example.org/1",
			"feed:a link=https://example.org/1 title=One\n"
			"feed:b link=https://example.org/1 title=One",
			"a=seen b=duplicate [en]"},
		{"of another moment", "", "a link=example.org/1",
			"feed:a link=https://example.org/1 title=One\n"
			"feed:b link=https://example.org/1 title=One date=-2",
			"a=seen b=new [en] b"},
		{"of no moment", "", "a link=example.org/1",
			"feed:a link=https://example.org/1 title=One date=\n"
			"feed:b link=https://example.org/1 title=One date=",
			"a=seen b=new [en] b"},
		{"two files with one headline and page", "",
			"a link=example.org/1",
			"a link=https://example.org/1 title=One\n"
			"b link=https://example.org/1 title=One",
			"a=seen b=new [en] b"},
		{"a draft is a draft, wherever it was copied from", "",
			"old content=x", "a content=x draft", "a=draft [en]"},
		{"a translation of what moved", "to=tr", "old content=x",
			"a content=x\na lang=tr", "a=translated [en] [tr] a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_duplicates(void **state)
{
	static const struct world_case cases[] = {
		{"the same text from two sources", "", "",
			"a content=x\nfeed:b content=x",
			"a=new b=duplicate [en] a"},
		{"the first source wins, whatever the dates", "", "",
			"feed:b content=x date=-1\na content=x date=-3",
			"b=new a=duplicate [en] b"},
		{"the same link from two sources", "", "",
			"a link=https://example.org/1?fbclid=x\n"
			"feed:b link=http://www.example.org/1/#top",
			"a=new b=duplicate [en] a"},
		{"the same link in one folder", "", "",
			"a link=https://example.org/congress\n"
			"b link=https://example.org/congress",
			"a=new b=new [en] a b"},
		{"the same link in two folders", "", "",
			"a link=https://example.org/campaign\n"
			"other:b link=https://example.org/campaign\n"
			"feed:c link=https://example.org/campaign",
			"a=new b=new c=duplicate [en] a b"},
		{"an item once more, with another id and text", "", "",
			"feed:a title=x content=1 date=-1 "
			"link=https://example.org/1\n"
			"feed:b title=x content=2 date=-1 "
			"link=https://example.org/1",
			"a=new b=duplicate [en] a"},
		{"two items of one page", "", "",
			"feed:a title=x content=1 date=-1 "
			"link=https://example.org/1\n"
			"feed:b title=x content=2 date=-2 "
			"link=https://example.org/1",
			"a=new b=new [en] a b"},
		{"all link to a home page", "", "",
			"a link=https://example.org/\n"
			"feed:b link=https://example.org",
			"a=new b=new [en] a b"},
		{"titles recur, with other links", "", "",
			"feed:a content=x body= link=https://example.org/1\n"
			"feed:b content=x body= link=https://example.org/2",
			"a=new b=new [en] a b"},
		{"a draft does not hide the one that is out", "", "",
			"a content=x draft\nfeed:b content=x",
			"a=draft b=new [en] b"},
		{"nor does one that is filtered", "sections=News", "",
			"a content=x\nfeed:b content=x section=News",
			"a=filtered b=new [en] b"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_time(void **state)
{
	static const struct world_case cases[] = {
		{"embargoed", "", "", "a embargo=1", "a=embargo [en]"},
		{"the embargo ends at the slot", "", "", "a embargo=0",
			"a=new [en] a"},
		{"a draft of an issue to come", "now=-1", "", "a embargo=-0.5",
			"a=new [en] a"},
		{"a late run", "now=0.5", "", "a embargo=0.25", "a=new [en] a"},
		{"dated in the future", "", "", "a date=2", "a=future [en]"},
		{"expired", "", "", "a expires=-1", "a=expired [en]"},
		{"expires later", "", "", "a expires=1", "a=new [en] a"},
		{"expired is final, embargo is not", "", "",
			"a expires=-1 embargo=3", "a=expired [en]"},
		{"a draft", "", "", "a draft", "a=draft [en]"},
		{"just written", "settle", "", "a changed=-60",
			"a=settling [en]"},
		{"just written, and settling is off", "", "", "a changed=-60",
			"a=new [en] a"},
		{"settled", "settle", "", "a changed=-120", "a=new [en] a"},
		{"written by a clock an hour ahead", "settle", "",
			"a changed=3600", "a=new [en] a"},
		{"written by a clock a little ahead", "settle", "",
			"a changed=30", "a=settling [en]"},
		{"no time of change", "settle", "", "feed:a", "a=new [en] a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

static void
test_filters(void **state)
{
	static const struct world_case cases[] = {
		{"by acronym", "organisations=IBU", "",
			"a acronym=ibu\nb acronym=XYZ\nc",
			"a=new b=filtered c=filtered [en] a"},
		{"by name", "organisations=Dockers_of_İzmir", "",
			"a org=Dockers_of_Varna\nb org=DOCKERS_OF_İZMİR",
			"a=filtered b=new [en] b"},
		{"by section, in any case", "sections=STRASSE,news", "",
			"a section=News\nb section=Straße\nc section=Sport",
			"a=new b=new c=filtered [en] b a"},
		{"by tag", "tags=pay,peace", "",
			"a tags=other,Peace\nb tags=other\nc",
			"a=new b=filtered c=filtered [en] a"},
		{"by language", "languages=tr", "",
			"a\nb lang=tr-cy\nc\nc lang=tr",
			"a=filtered b=new c=new [en] b c"},
		{"all filters hold", "sections=News tags=pay", "",
			"a section=News tags=pay\nb section=News",
			"a=new b=filtered [en] a"},
		{"one variant is enough", "sections=Haberler", "",
			"a section=News\na lang=tr section=Haberler",
			"a=new [en] a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

/* ----- what decisions and entries say ----- */

static void
test_details(void **state)
{
	static const struct {
		const char *name, *rules, *seen, *dispatches, *want;
	} cases[] = {
		{"seen", "", "a", "a", "in issue 3"},
		{"read", "", "a issue=0 kind=backlog", "a", "marked as read"},
		{"passed over", "", "a kind=backlog", "a",
			"passed over in issue 3"},
		{"no updates", "updates=none", "a", "a rev=2",
			"in issue 3; changed since, but the list takes no "
			"updates"},
		{"moved", "", "old content=x", "a content=x",
			"moved from 'old', in issue 3"},
		{"embargo", "", "", "a embargo=1",
			"until 2026-11-21T06:00:00Z"},
		{"future", "", "", "a date=1", "dated 2026-11-21T06:00:00Z"},
		{"expired", "", "", "a expires=-1",
			"since 2026-11-19T06:00:00Z"},
		{"backlog", "fresh", "", "a date=-9",
			"the first issue reaches back to "
			"2026-11-13T06:00:00Z"},
		{"filtered", "sections=News", "", "a section=Sport",
			"its section is 'Sport'"},
		{"filtered, for it has none", "tags=pay", "", "a",
			"it has no tag"},
		{"too few", "min=2", "", "a", "1, and the minimum is 2"},
		{"updated", "", "a", "a rev=2 mark=-1",
			"in issue 3; marked 2026-11-19T06:00:00Z"},
		{"moved and updated", "", "old content=x",
			"a content=x rev=2 marked",
			"moved from 'old', in issue 3"},
		{"new", "", "", "a", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world *w = world_new(
			cases[i].rules, cases[i].seen, cases[i].dispatches);
		struct issue *issue = select_issue(&w->in);

		want_text(cases[i].name, issue->decisions[0].detail,
			cases[i].want);
		issue_free(issue);
		world_free(w);
	}
}

static void
test_reasons(void **state)
{
	(void)state;
	for (int r = 0; r < REASON_COUNT; r++) {
		want_true("name", reason_name((enum reason)r));
		want_true("text", reason_text((enum reason)r));
		want_int(reason_name((enum reason)r),
			reason_is_in((enum reason)r), r <= REASON_EXTRA);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
