/*
 * Selection: what editors decided.
 */
#include "world.h"

static void
test_out(void **state)
{
	static const struct world_case cases[] = {
		{"held back", "held=b", "", "a\nb", "a=new b=held-back [en] a"},
		{"all of them", "held=a", "", "a", "a=held-back [en]"},
		{"held back counts for no minimum", "min=2 held=b", "", "a\nb",
			"a=too-few b=held-back [en]"},
		{"and leaves room", "max=1 held=a", "", "a\nb date=-2",
			"a=held-back b=new [en] b"},
		{"an update", "held=a", "a", "a rev=2 mark=-1\nb",
			"a=held-back b=new [en] b"},
		{"a copy does not come in its place", "held=a", "",
			"a content=x\nfeed:b content=x",
			"a=held-back b=duplicate [en]"},
		{"what is out is out for its own reason", "held=a,b", "a",
			"a\nb draft", "a=seen b=draft [en]"},
		{"dropped", "dropped=b", "", "a\nb", "a=new b=dropped [en] a"},
		{"dropped before it could come", "dropped=a,b", "",
			"a embargo=5\nb draft\nc",
			"a=dropped b=dropped c=new [en] c"},
		{"a copy of what was dropped", "dropped=a", "",
			"a content=x\nfeed:b content=x",
			"a=dropped b=duplicate [en]"},
		{"seen is seen", "dropped=a", "a", "a", "a=seen [en]"},
		{"an extra names its own", "extra=a held=a", "", "a\nb",
			"a=extra [en] a"},
		{"ids that are not there", "held=x dropped=y pinned=z order=u",
			"", "a\nb", "a=new b=new [en] a b"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_issue);
}

/* "Land: a b | c", with the section of each run of entries. */
static char *
tell_sections(const struct issue *issue)
{
	const struct edition *e = &issue->editions[0];
	struct str out = STR_INIT;

	for (size_t i = 0; i < e->entry_count; i++) {
		const struct entry *entry = &e->entries[i];

		if (i == 0 || !text_equals(entry->section, entry[-1].section) ||
			entry->pinned != entry[-1].pinned)
			str_printf(&out, "%s%s:", i ? " | " : "",
				entry->pinned		 ? "^"
					: entry->section ? entry->section
							 : "-");
		str_printf(&out, " %s%s",
			entry->kind == ENTRY_UPDATED ? "+" : "",
			entry->dispatch->id);
	}
	return str_take(&out);
}

#define LAND_AND_SEA               \
	"a section=Land date=-1\n" \
	"b section=Land date=-2\n" \
	"c section=Sea date=-3\n"  \
	"d section=Sea date=-4\n"

static void
test_order(void **state)
{
	static const struct world_case cases[] = {
		{"without", "", "", LAND_AND_SEA, "Land: a b | Sea: c d"},
		{"one is no order", "order=d", "", LAND_AND_SEA,
			"Land: a b | Sea: c d"},
		{"within a section", "order=b,a", "", LAND_AND_SEA,
			"Land: b a | Sea: c d"},
		{"a section goes with its own", "order=d,a", "", LAND_AND_SEA,
			"Sea: c d | Land: a b"},
		{"sections", "order=c,d,a,b", "", LAND_AND_SEA,
			"Sea: c d | Land: a b"},
		{"all of them, whatever the sections", "order=a,c,b,d", "",
			LAND_AND_SEA, "Land: a | Sea: c | Land: b | Sea: d"},
		{"a newcomer stays in its section", "order=c,d,a", "",
			LAND_AND_SEA, "Sea: c d | Land: a b"},
		{"the newest of its section", "order=d,b", "", LAND_AND_SEA,
			"Sea: c d | Land: a b"},
		{"the sections the list names", "sections=Sea,Land order=b,a",
			"", LAND_AND_SEA, "Sea: c d | Land: b a"},
		{"a series is split", "order=p2,a,p1", "",
			"p1 series=S part=1\np2 series=S part=2\na",
			"-: p2 a p1"},
		{"a story is split", "order=s1,a,s2", "",
			"s1 story=S date=-3\ns2 story=S date=-1\na date=-2",
			"-: s1 a s2"},
		{"an update stays behind", "order=b,a", "u",
			"u rev=2 mark=-1\na\nb", "-: b a +u"},
		{"unless it is named", "order=u,a", "u",
			"u rev=2 mark=-1\na\nb", "-: +u a b"},
		{"named twice by the sources", "order=b,a", "",
			"a\nb\nfeed:a content=y", "-: b a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_sections);
}

static void
test_pinned(void **state)
{
	static const struct world_case cases[] = {
		{"one", "pinned=d", "", LAND_AND_SEA,
			"^: d | Land: a b | Sea: c"},
		{"in the order of the pins", "pinned=d,b", "", LAND_AND_SEA,
			"^: d b | Land: a | Sea: c"},
		{"before any order", "pinned=d order=a,d,c", "", LAND_AND_SEA,
			"^: d | Land: a b | Sea: c"},
		{"an update, too", "pinned=u", "u", "u rev=2 mark=-1\na",
			"^: +u | -: a"},
		{"a part of a series", "pinned=p2", "",
			"p1 series=S part=1\np2 series=S part=2\na",
			"^: p2 | -: p1 a"},
		{"never over the maximum", "max=1 pinned=d", "", LAND_AND_SEA,
			"^: d"},
		{"nor more of them", "max=1 pinned=d,c", "", LAND_AND_SEA,
			"^: d c"},
		{"the others have the rest", "max=2 pinned=d", "", LAND_AND_SEA,
			"^: d | Land: a"},
		{"nor with roll", "max=1 roll pinned=a", "", LAND_AND_SEA,
			"^: a"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_sections);
}

static char *
tell_carried(const struct issue *issue)
{
	static const char *const kinds[] = {
		"new", "updated", "title", "backlog", "moved"};
	struct arena *arena = arena_new();
	struct str out = STR_INIT;
	struct carried_row *rows;
	size_t count = select_carried(arena, issue, &rows);

	for (size_t i = 0; i < count; i++)
		str_printf(&out, "%s%s.%s=%s", i ? " " : "", rows[i].id,
			rows[i].language, kinds[rows[i].kind]);
	arena_free(arena);
	return str_take(&out);
}

static void
test_carried(void **state)
{
	static const struct world_case cases[] = {
		{"dropped for good", "dropped=b", "", "a\nb\nb lang=tr",
			"a.en=new b.en=backlog b.tr=backlog"},
		{"an update of one of two languages", "dropped=b",
			"b\nb lang=tr", "a\nb rev=2 mark=-1\nb lang=tr",
			"a.en=new b.en=backlog"},
		{"an update by its mark alone", "dropped=b", "b mark=-9",
			"a\nb mark=-1", "a.en=new b.en=backlog"},
		{"held back is not consumed", "held=b", "", "a\nb", "a.en=new"},
		{"nor is its copy", "held=b", "",
			"a\nb content=x\nfeed:c content=x", "a.en=new"},
	};

	(void)state;
	judge_cases(cases, COUNT(cases), tell_carried);
}

static void
test_note(void **state)
{
	struct world *w = world_new("held=x", "", "a");
	struct issue *issue = select_issue(&w->in);

	(void)state;
	want_true("none", issue->note == NULL);
	issue_free(issue);
	edits_set_note(w->edits, span_of("*Hello*"), NULL);
	issue = select_issue(&w->in);
	want_text("note", issue->note->body, "*Hello*");
	issue_free(issue);
	world_free(w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_pinned),
		cmocka_unit_test(test_carried),
		cmocka_unit_test(test_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
