/*
 * Retractions in the store, and who carries what was retracted.
 */
#include "store_unit.h"

#include "store/draft.h"
#include "store/retraction.h"

static const struct retraction wrong = {
	.id = "a", .source = "folder", .at = NOW, .by = "Edna", .why = "wrong"};

static const char *const no_aliases[] = {NULL};

static bool
put(struct site *site, const struct retraction *r, const char *const *aliases)
{
	bool is_new;

	MUST(store_retract(
		site->store, site->list, r, aliases, &is_new, &must));
	return is_new;
}

static void
test_kept(void **state)
{
	static const char *const aliases[] = {"content:x", "link:y", NULL};
	static const struct retraction again = {
		.id = "a", .at = NOW + 1, .by = "Ada"};
	struct error err = ERROR_INIT;
	const struct retraction *r;
	struct retractions *all;
	struct site site;
	bool was;

	(void)state;
	site_start(&site);
	want_true("new", put(&site, &wrong, no_aliases));
	want_true("again", !put(&site, &again, aliases));
	all = store_retractions(site.store, site.list, &err);
	r = retractions_find(all, "a");
	want_text("by", r->by, "Edna");
	want_text("why", r->why, "wrong");
	want_text("source", r->source, "folder");
	want_int("at", r->at, NOW);
	want_true("its content", retractions_find_alias(all, "content:x") == r);
	want_true("its link", retractions_find_alias(all, "link:y") == r);
	want_true("not another", !retractions_find(all, "b"));
	retractions_free(all);

	MUST(store_retract_undo(site.store, site.list, "b", &was, &must));
	want_true("another", !was);
	MUST(store_retract_undo(site.store, site.list, "a", &was, &must));
	want_true("was", was);
	all = store_retractions(site.store, site.list, &err);
	want_true("gone", !retractions_find(all, "a"));
	want_true("its names, too", !retractions_find_alias(all, "link:y"));
	retractions_free(all);
	site_end(&site);
}

/* Under its own id as "a", its content again as "b". */
static struct opening
make_opening(struct site *site, int number)
{
	static const struct carried_row rows[] = {
		{.id = "a",
			.language = "en",
			.revision = "1",
			.mark = INSTANT_NONE,
			.content = "content:x",
			.link = "link:y"},
		{.id = "b",
			.language = "en",
			.revision = "1",
			.mark = INSTANT_NONE,
			.content = "content:x"},
		{.id = "c",
			.language = "en",
			.revision = "1",
			.mark = INSTANT_NONE,
			.link = "link:y"},
		{.id = "a-backlog",
			.language = "en",
			.revision = "1",
			.kind = CARRIED_BACKLOG,
			.mark = INSTANT_NONE,
			.content = "content:x"},
	};
	static const struct opening_form forms[] = {
		{.language = "en", .format = "html", .bytes = {"form", 4}}};

	return (struct opening){.list = site->list,
		.number = number,
		.slot = NOW + number,
		.at = NOW,
		.salt = "salt",
		.subject = "subject",
		.carried = rows,
		.carried_count = COUNT(rows),
		.forms = forms,
		.form_count = 1,
		.list_language = "en",
		.list_format = "html"};
}

static bool
add_recalled(void *data, const struct recalled *r)
{
	str_printf(data, " %d:%s", r->number, r->id);
	return true;
}

static void
want_recalled(
	const char *name, struct site *site, bool drafts, const char *want)
{
	struct str got = STR_INIT;

	MUST(store_recalled(
		site->store, site->list, drafts, add_recalled, &got, &must));
	want_text(name, str_text(&got), want);
	str_clear(&got);
}

static bool
add_printed(void *data, const char *id)
{
	str_add_all(data, " ", id, NULL);
	return true;
}

static void
want_printed(struct site *site, int64_t holder, bool draft)
{
	struct str got = STR_INIT;

	MUST(store_printed(
		site->store, holder, draft, add_printed, &got, &must));
	want_text("printed", str_text(&got), " a b c");
	str_clear(&got);
}

static void
test_who_carries_it(void **state)
{
	static const struct draft_note note = {
		.deadline = NOW + 9, .hash = "hash", .report = "{}"};
	struct opening issue, draft;
	struct error err = ERROR_INIT;
	struct retractions *all;
	struct site site;
	int64_t issue_id, draft_id;
	bool known;

	(void)state;
	site_start(&site);
	issue = make_opening(&site, 1);
	draft = make_opening(&site, 2);
	MUST(store_issue_open(site.store, &issue, &issue_id, &must));
	MUST(store_draft_put(site.store, &draft, &note, &draft_id, &must));
	want_recalled("nothing yet", &site, false, "");
	put(&site, &wrong, no_aliases);
	want_recalled("issues", &site, false, " 1:a 1:b");
	want_recalled("drafts", &site, true, " 2:a 2:b");
	want_printed(&site, issue_id, false);
	want_printed(&site, draft_id, true);
	all = store_retractions(site.store, site.list, &err);
	want_true("the link it was carried with",
		retractions_find_alias(all, "link:y"));
	retractions_free(all);
	MUST(store_knows_dispatch(site.store, site.list, "c", &known, &must));
	want_true("known", known);
	MUST(store_knows_dispatch(site.store, site.list, "d", &known, &must));
	want_true("unknown", !known);
	MUST(store_knows_dispatch(
		site.store, site.list + 1, "c", &known, &must));
	want_true("of another list", !known);
	site_end(&site);
}

static void
test_void(void **state)
{
	static const struct draft_note note = {
		.deadline = NOW + 9, .hash = "hash", .report = "{}"};
	enum approval_result result;
	struct opening opening;
	struct site site;
	struct draft d;
	int64_t id;
	bool found;

	(void)state;
	site_start(&site);
	opening = make_opening(&site, 1);
	MUST(store_draft_put(site.store, &opening, &note, &id, &must));
	MUST(store_draft_approve(
		site.store, id, "hash", "Edna", NOW, &result, &must));
	MUST(store_draft_void(site.store, id, NOW + 20, &must));
	MUST(store_draft_of_id(site.store, id, &d, &found, &must));
	want_text("nobody's word", d.approver, NULL);
	want_int("when", d.approved, INSTANT_NONE);
	want_int("until", d.deadline, NOW + 20);
	draft_clear(&d);
	site_end(&site);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_who_carries_it),
		cmocka_unit_test(test_void),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
