/*
 * Edits in the store: kept for a list, gone with the issue.
 */
#include "store_unit.h"

#include "store/edits.h"

static void
put(struct site *site, const char *list, const char *json)
{
	struct error err = ERROR_INIT;
	struct edits *edits = edits_read(span_of(json), &err);

	want_no_error(json, &err);
	MUST(store_set_edits(site->store, list, edits, &must));
	edits_free(edits);
}

static void
want_edits(struct site *site, const char *list, const char *want)
{
	struct error err = ERROR_INIT;
	struct edits *edits = store_edits(site->store, list, &err);
	struct str got = STR_INIT;

	want_no_error(list, &err);
	edits_write(&got, edits);
	want_text(list, str_text(&got), want);
	str_clear(&got);
	edits_free(edits);
}

static void
test_kept(void **state)
{
	struct site site;
	char *text;

	(void)state;
	site_start(&site);
	want_edits(&site, "weekly", "{}");
	put(&site, "weekly", "{\"held\":[\"a\"]}");
	put(&site, "daily", "{\"subject\":\"Today\"}");
	store_close(site.store);
	site.store = site_open(&site);
	want_edits(&site, "weekly", "{\"held\":[\"a\"]}");
	MUST(store_edits_clear(site.store, "weekly", &must));
	want_edits(&site, "weekly", "{}");
	want_edits(&site, "daily", "{\"subject\":\"Today\"}");
	put(&site, "daily", "{\"by\":[\"Ada\"]}");
	text = store_meta(site.store, "edits:daily", NULL);
	want_text("nothing decided leaves nothing", text, NULL);
	site_end(&site);
}

static void
test_changed_meanwhile(void **state)
{
	struct error err = ERROR_INIT;
	struct edits *edits;
	struct site site;
	bool same;

	(void)state;
	site_start(&site);
	edits = store_edits(site.store, "weekly", &err);
	MUST(store_edits_are(site.store, "weekly", edits, &same, &must));
	want_true("none, still", same);
	put(&site, "weekly", "{\"held\":[\"a\"]}");
	MUST(store_edits_are(site.store, "weekly", edits, &same, &must));
	want_true("held meanwhile", !same);
	edits_free(edits);
	site_end(&site);
}

static void
test_broken(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;

	(void)state;
	site_start(&site);
	MUST(store_set_meta(site.store, "edits:weekly", "{", &must));
	want_error("no JSON", store_edits(site.store, "weekly", &err), &err,
		ERROR_DATA, "edits");
	site_end(&site);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_changed_meanwhile),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
