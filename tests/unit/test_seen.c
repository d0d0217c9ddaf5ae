#include "unit.h"

#include "base/date.h"
#include "model/seen.h"

static void
add(struct seen *seen, const char *id, const char *language,
	const char *revision, int number)
{
	seen_add(seen, id, language,
		&(struct carried){
			.number = number,
			.kind = CARRIED_NEW,
			.revision = revision,
			.mark = INSTANT_NONE,
			.signatories = "A. Example\nB. Example",
		});
}

static void
test_find(void **state)
{
	static const struct {
		const char *id, *language, *revision; /* NULL: absent */
		int number;
	} cases[] = {
		{"one", "en", "r3", 7}, /* replaced by the later call */
		{"one", "tr", "r2", 3},
		{"one", "de", NULL, 0},
		{"two", "", "r9", 0},
		{"two", "en", NULL, 0},
		{"three", "en", NULL, 0},
	};
	struct seen *seen = seen_new();
	char revision[] = "r9";

	(void)state;
	add(seen, "one", "en", "r1", 2);
	add(seen, "one", "tr", "r2", 3);
	add(seen, "one", "en", "r3", 7);
	add(seen, "two", "", revision, 0);
	memset(revision, 'x', 2); /* all is copied */

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct carried *c =
			seen_find(seen, cases[i].id, cases[i].language);

		want_text(
			cases[i].id, c ? c->revision : NULL, cases[i].revision);
		if (!c)
			continue;
		want_int(cases[i].id, c->number, cases[i].number);
		want_text(
			cases[i].id, c->signatories, "A. Example\nB. Example");
	}
	want_true("in any language", seen_has(seen, "two"));
	want_true("in none", !seen_has(seen, "three"));
	seen_free(seen);
	seen_free(NULL);
}

static void
test_aliases_and_sources(void **state)
{
	struct seen *seen = seen_new();

	(void)state;
	seen_add_alias(seen, "link:example.org/a", "one");
	seen_add_alias(seen, "link:example.org/a", "one");
	seen_add_alias(seen, "content:abc", "one");
	seen_add_alias(seen, "content:abc", "two");
	seen_add_source(seen, "dispatches");

	want_text("kept", seen_find_alias(seen, "link:example.org/a"), "one");
	want_text("replaced", seen_find_alias(seen, "content:abc"), "two");
	want_text("absent", seen_find_alias(seen, "content:abd"), NULL);
	want_true("source", seen_has_source(seen, "dispatches"));
	want_true("no source", !seen_has_source(seen, "dispatch"));
	seen_free(seen);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_aliases_and_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
