/*
 * Selection: what an issue leaves behind, and the aliases it goes by.
 */
#include "world.h"

/* ----- what is recorded ----- */

static char *
tell_rows(const struct issue *issue)
{
	static const char *const kinds[] = {
		"new", "updated", "title", "backlog", "moved"};
	struct arena *arena = arena_new();
	struct carried_row *rows;
	size_t count = select_carried(arena, issue, &rows);
	struct str out = STR_INIT;

	for (size_t i = 0; i < count; i++)
		str_printf(&out, "%s%s/%s/%s %s", i ? ", " : "", rows[i].id,
			rows[i].language, rows[i].revision,
			kinds[rows[i].kind]);
	arena_free(arena);
	return str_take(&out);
}

static void
test_carried(void **state)
{
	static const struct world_case cases[] = {
		{"new", "", "", "a\nb draft", "a/en/1 new"},
		{"in two languages", "to=tr", "", "a\na lang=tr",
			"a/en/1 new, a/tr/1 new"},
		{"a language without readers", "", "", "a\na lang=tr",
			"a/en/1 new, a/tr/1 backlog"},
		{"one that came later, without readers", "", "a",
			"a\na lang=tr\nb", "a/tr/1 backlog, b/en/1 new"},
		{"one that is still to be written", "", "a content=x",
			"a content=x\na lang=tr content=x\nb", "b/en/1 new"},
		{"an unsaid language", "", "", "a lang=", "a/en/1 new"},
		{"updated in one language", "to=tr", "a\na lang=tr",
			"a rev=2\na lang=tr rev=2 mark=-1", "a/tr/2 updated"},
		{"unmarked changes are not consumed", "", "a", "a rev=2\nb",
			"b/en/1 new"},
		{"titles", "max=1", "", "a date=-1\nb date=-2",
			"a/en/1 new, b/en/1 title"},
		{"rolled", "max=1 roll", "", "a date=-1\nb date=-2",
			"b/en/1 new"},
		{"backlog", "fresh", "", "a\nb date=-9",
			"a/en/1 new, b/en/1 backlog"},
		{"moved: under its new id", "", "old content=x",
			"a content=x rev=7\nb", "a/en/7 moved, b/en/1 new"},
		{"moved: backlog stays backlog", "",
			"old content=x kind=backlog", "a content=x\nb",
			"a/en/1 backlog, b/en/1 new"},
		{"moved: by its link", "", "old link=example.org/1",
			"feed:a rev=2 link=https://example.org/1\nb",
			"a/en/2 moved, b/en/1 new"},
		{"moved: a translation still to be written", "",
			"old content=x", "a content=x\na lang=tr content=x\nb",
			"a/en/1 moved, b/en/1 new"},
		{"moved: and translated at last", "to=tr", "old content=x",
			"a content=x\na lang=tr\na lang=de content=x",
			"a/en/1 moved, a/tr/1 new"},
		{"a duplicate is not consumed", "", "",
			"a content=x\nfeed:b content=x", "a/en/1 new"},
		{"too few", "min=2", "", "a", ""},
		{"spared by all its readers", "spare=tr", "@a lang=tr",
			"a\na lang=tr", "a/en/1 new, a/tr/1 backlog"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_rows);
}

static void
test_carried_row(void **state)
{
	struct world *w = world_new("", "",
		"a mark=-1 signed=Union_A,Union_B content=x "
		"link=https://example.org/1");
	struct issue *issue = select_issue(&w->in);
	struct carried_row *rows;

	(void)state;
	want_int("rows", select_carried(w->arena, issue, &rows), 1);
	want_int("mark", rows->mark, slot - DAY);
	want_true("marked", rows->marked);
	want_text("signatories", rows->signatories, "Union A\nUnion B\n");
	want_text("content", rows->content, "content:x");
	want_text("link", rows->link, "link:example.org/1");
	want_text("body", rows->body, "Text.");
	issue_free(issue);
	world_free(w);
}

/* Two issues in a row: what the first leaves behind, the second goes by. */
static void
test_next_issue(void **state)
{
	static const char dispatches[] =
		"a\na lang=tr\nb date=-9\nc content=x\nfeed:d content=x\n"
		"feed:e link=https://example.org/e\nf date=-2 draft";
	struct world *w = world_new("fresh", "", dispatches);
	struct issue *issue = select_issue(&w->in);
	struct carried_row *rows;
	size_t count = select_carried(w->arena, issue, &rows);
	char *got;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct carried_row *r = &rows[i];

		seen_add(w->seen, r->id, r->language,
			&(struct carried){.number = 4,
				.kind = r->kind,
				.revision = r->revision,
				.mark = r->mark,
				.marked = r->marked});
		seen_add_alias(w->seen, r->content, r->id);
		if (r->link)
			seen_add_alias(w->seen, r->link, r->id);
	}
	issue_free(issue);
	w->in.audiences = &(struct audience){.language = "tr"};
	w->in.audience_count = 1;
	issue = select_issue(&w->in);
	got = tell_issue(issue);
	want_text("the next", got,
		"a=seen b=seen c=seen d=duplicate e=seen f=draft [en] [tr]");
	free(got);
	issue_free(issue);
	world_free(w);
}

/* ----- aliases ----- */

static void
test_links(void **state)
{
	static const struct {
		const char *link, *want;
	} cases[] = {
		{"https://example.org/a", "link:example.org/a"},
		{"http://WWW.Example.ORG/A", "link:example.org/A"},
		{"https://example.org/a/", "link:example.org/a"},
		{"https://example.org:443/a", "link:example.org/a"},
		{"http://example.org:80/a", "link:example.org/a"},
		{"https://example.org:8443/a", "link:example.org:8443/a"},
		{"https://example.org./a", "link:example.org/a"},
		{"https://example.org/a#top", "link:example.org/a"},
		{"https://example.org/#!/news/7", "link:example.org#!/news/7"},
		{"https://example.org/a?utm_source=x&UTM_medium=y",
			"link:example.org/a"},
		{"https://example.org/a?id=7&fbclid=x&b=1",
			"link:example.org/a?id=7&b=1"},
		{"https://example.org/a?&id=7&", "link:example.org/a?id=7"},
		{"https://example.org/?p=12", "link:example.org?p=12"},
		{"https://example.org/%c3%a7a", "link:example.org/%C3%A7a"},
		{"https://example.org", NULL},
		{"https://www.example.org/?utm_source=x#top", NULL},
		{"https:///a", NULL},
		{"mailto:a@example.org", NULL},
		{"https", NULL},
		{"", NULL},
	};
	struct arena *arena = arena_new();
	const char *content, *link;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct variant v = {.link = cases[i].link, .body = "Text."};

		select_aliases(arena, &v, &content, &link);
		want_text(cases[i].link, link, cases[i].want);
		want_text(cases[i].link, content, NULL);
	}
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carried),
		cmocka_unit_test(test_carried_row),
		cmocka_unit_test(test_next_issue),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
