/* The pool: what is put into it comes back the same, in its order. */
#include "store_unit.h"

#include "base/json.h"
#include "model/dispatch_value.h"

/* ----- dispatches as values ----- */

static void
make_dispatch(struct dispatches *all)
{
	static struct organisation organisations[] = {
		{"Night Bakers' Guild", "NBG"}, {NULL, "ABC"}};
	static const char *tags[] = {"bread", "night"};
	static const char *signatories[] = {"Ada Byte", "Ümit Çark"};
	static struct variant variants[] = {
		{.language = "en",
			.title = "Bread & \"roses\"",
			.body_kind = BODY_HTML,
			.body = "<p>One\n\ttwo</p>",
			.link = "https://example.org/1",
			.picture.url = "https://example.org/1.jpg",
			.part = 2,
			.updated = 1700000000,
			.marked = true,
			.organisations = organisations,
			.organisation_count = 2,
			.tags = tags,
			.tag_count = 2,
			.signatories = signatories,
			.signatory_count = 2,
			.revision = "0123456789abcdef0123456789abcdef",
			.content = "fedcba9876543210fedcba9876543210"},
		{.language = "tr",
			.title = "Ekmek",
			.body = "",
			.updated = INSTANT_NONE,
			.title_is_body = true},
	};
	struct dispatch *d = dispatches_add(all);

	d->id = "tag:example.org,2026:1";
	d->source = "https://example.org/feed";
	d->date = 1690000000;
	d->variants = variants;
	d->variant_count = 2;
}

static void
there_and_back(void **state)
{
	struct error err = ERROR_INIT;
	struct str first = STR_INIT, second = STR_INIT;
	struct dispatches all, again;
	struct dispatch *d;

	(void)state;
	dispatches_init(&all);
	dispatches_init(&again);
	make_dispatch(&all);
	json_write(&first, dispatch_to_value(all.arena, &all.items[0]), false);
	d = dispatch_from_value(&again,
		json_parse(again.arena, "pool", str_span(&first), &err));
	want_true("read", d != NULL);
	json_write(&second, dispatch_to_value(again.arena, d), false);
	want_text("the same", str_text(&second), str_text(&first));
	want_int("date", d->date, 1690000000);
	want_int("embargo", d->embargo, INSTANT_NONE);
	want_int("kind", d->variants[0].body_kind, BODY_HTML);
	want_text("body apart", d->variants[0].body, "");
	want_true("body apart", d->variants[0].body_apart);
	want_true("no body", !d->variants[1].body_apart);
	want_text("acronym", d->variants[0].organisations[1].acronym, "ABC");
	want_int("not updated", d->variants[1].updated, INSTANT_NONE);
	want_true("flag", d->variants[1].title_is_body);
	want_text("no link", d->variants[1].link, NULL);
	want_text("picture", d->variants[0].picture.url,
		"https://example.org/1.jpg");
	want_text("no picture", d->variants[1].picture.url, NULL);
	str_clear(&first);
	str_clear(&second);
	dispatches_clear(&all);
	dispatches_clear(&again);
}

static void
what_is_none_is_refused(void **state)
{
	static const char *const texts[] = {"{}", "[]", "1", "{\"id\": \"a\"}",
		"{\"id\": \"a\", \"variants\": []}",
		"{\"id\": \"a\", \"variants\": [{}]}",
		"{\"id\": \"a\", \"variants\": [1, \"x\"]}",
		"{\"variants\": [{\"title\": \"t\"}]}"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct dispatches all;

		dispatches_init(&all);
		want_true(texts[i],
			!dispatch_from_value(&all,
				json_parse(all.arena, "pool", span_of(texts[i]),
					NULL)));
		dispatches_clear(&all);
	}
}

/* ----- the store's side ----- */

struct seen_items {
	struct str text;
};

static bool
add_item(void *data, const struct pooled *item)
{
	struct seen_items *s = data;

	str_printf(&s->text, "%s/%s=%s@%lld ", item->source, item->id,
		item->head, (long long)item->at);
	return true;
}

static void
want_pool(struct site *site, const char *want)
{
	struct seen_items s = {.text = STR_INIT};

	MUST(store_pool(site->store, site->list, NULL, add_item, &s, &must));
	want_text("pool", str_text(&s.text), want);
	str_clear(&s.text);
}

static void
items_keep_their_place(void **state)
{
	const struct source_state fresh = {.retry_at = INSTANT_NONE};
	const struct pooled first[] = {{.id = "a", .head = "1", .text = ""},
		{.id = "b", .head = "2", .text = ""}};
	const struct pooled second[] = {{.id = "c", .head = "3", .text = ""},
		{.id = "a", .head = "4", .text = ""}};
	struct site site;

	(void)state;
	site_start(&site);
	MUST(store_pool_put(
		site.store, site.list, "f", &fresh, first, 2, 10, &must));
	MUST(store_pool_put(
		site.store, site.list, "f", &fresh, second, 2, 20, &must));
	want_pool(&site, "f/a=4@20 f/b=2@10 f/c=3@20 ");
	/* It still shows what it showed within a day of its newest. */
	MUST(store_pool_prune(site.store, site.list, 15, &must));
	want_pool(&site, "f/a=4@20 f/b=2@10 f/c=3@20 ");
	MUST(store_pool_put(site.store, site.list, "f", &fresh, second, 2,
		20 + 86400, &must));
	MUST(store_pool_prune(site.store, site.list, 15, &must));
	want_pool(&site, "f/a=4@86420 f/c=3@86420 ");
	site_end(&site);
}

static void
a_source_has_its_bound(void **state)
{
	const struct source_state fresh = {.retry_at = INSTANT_NONE};
	const struct pooled old[] = {{.id = "a", .head = "1", .text = ""},
		{.id = "b", .head = "2", .text = ""},
		{.id = "c", .head = "3", .text = ""}};
	const struct pooled late[] = {{.id = "a", .head = "4", .text = ""}};
	struct site site;
	size_t forgotten;

	(void)state;
	site_start(&site);
	MUST(store_pool_put(
		site.store, site.list, "f", &fresh, old, 3, 10, &must));
	MUST(store_pool_put(
		site.store, site.list, "f", &fresh, late, 1, 20, &must));
	MUST(store_pool_put(
		site.store, site.list, "g", &fresh, old, 2, 10, &must));
	MUST(store_pool_bound(site.store, site.list, 3, &forgotten, &must));
	want_int("forgotten", forgotten, 0);
	MUST(store_pool_bound(site.store, site.list, 2, &forgotten, &must));
	want_int("forgotten", forgotten, 1);
	want_pool(&site, "f/a=4@20 f/c=3@10 g/a=1@10 g/b=2@10 ");
	MUST(store_pool_bound(site.store, site.list + 1, 1, &forgotten, &must));
	want_int("another list's", forgotten, 0);
	site_end(&site);
}

static void
a_source_inherits(void **state)
{
	const struct source_state read = {
		.position = "p", .retry_at = INSTANT_NONE};
	const struct pooled old[] = {{.id = "a", .head = "1", .text = "A"},
		{.id = "b", .head = "2", .text = "B"}};
	const struct pooled now[] = {{.id = "b", .head = "3", .text = "C"}};
	struct source_state state_now;
	struct str text = STR_INIT;
	struct site site;

	(void)state;
	site_start(&site);
	MUST(store_pool_put(
		site.store, site.list, "f", &read, old, 2, 10, &must));
	MUST(store_pool_put(
		site.store, site.list, "g", &read, now, 1, 20, &must));
	for (int i = 0; i < 2; i++) {
		MUST(store_pool_inherit(
			site.store, site.list, "f", "g", &must));
		want_pool(&site, "f/a=1@10 f/b=2@10 g/b=3@20 g/a=1@10 ");
	}
	MUST(store_pool_text(
		site.store, site.list, "g", "a", &text, NULL, &must));
	want_text("text", str_text(&text), "A");
	MUST(store_source(site.store, site.list, "f", &state_now, &must));
	want_text("the old one", state_now.position, NULL);
	source_state_clear(&state_now);
	MUST(store_source(site.store, site.list, "g", &state_now, &must));
	want_text("its own", state_now.position, "p");
	source_state_clear(&state_now);
	str_clear(&text);
	site_end(&site);
}

static void
bodies_stand_apart(void **state)
{
	const struct source_state fresh = {.retry_at = INSTANT_NONE};
	const struct pooled items[] = {{.id = "a", .head = "1", .text = "<p>ä"},
		{.id = "b", .head = "2", .text = ""}};
	/* The head has a hash of the body: the same head, the same body. */
	const struct pooled same = {.id = "a", .head = "1", .text = "other"};
	struct str text = STR_INIT;
	struct site site;
	bool found;

	(void)state;
	site_start(&site);
	MUST(store_pool_put(
		site.store, site.list, "f", &fresh, items, 2, 10, &must));
	MUST(store_pool_put(
		site.store, site.list, "g", &fresh, &same, 1, 10, &must));
	MUST(store_pool_put(
		site.store, site.list, "f", &fresh, &same, 1, 20, &must));
	want_pool(&site, "f/a=1@10 f/b=2@10 g/a=1@10 ");
	MUST(store_pool_text(
		site.store, site.list, "f", "a", &text, &found, &must));
	want_text("kept", str_text(&text), "<p>ä");
	MUST(store_pool_text(
		site.store, site.list, "f", "c", &text, &found, &must));
	want_true("absent", !found);
	str_clear(&text);
	/* It is still there, a day later. */
	MUST(store_pool_put(site.store, site.list, "f", &fresh, &same, 1,
		10 + 86400, &must));
	want_pool(&site, "f/a=1@86410 f/b=2@10 g/a=1@10 ");
	site_end(&site);
}

static void
validators_come_with_their_items(void **state)
{
	struct source_state state_of = {.etag = (char *)"\"1\"",
		.modified = (char *)"Mon",
		.position = (char *)"7:9",
		.retry_at = 99,
		.failures = 2,
		.told = true};
	struct source_state got;
	struct seen *seen;
	struct site site;

	(void)state;
	site_start(&site);
	MUST(store_source(site.store, site.list, "f", &got, &must));
	want_text("new", got.etag, NULL);
	want_int("new", got.retry_at, INSTANT_NONE);
	MUST(store_pool_put(
		site.store, site.list, "f", &state_of, NULL, 0, 10, &must));
	MUST(store_source(site.store, site.list, "f", &got, &must));
	want_text("etag", got.etag, "\"1\"");
	want_text("modified", got.modified, "Mon");
	want_text("position", got.position, "7:9");
	want_int("retry", got.retry_at, 99);
	want_int("failures", got.failures, 2);
	want_true("told", got.told);
	source_state_clear(&got);
	/* That it was fetched does not make it one that had its issue. */
	seen = store_seen(site.store, site.list, 0, NULL);
	want_true("no issue yet", !seen_has_source(seen, "f"));
	seen_free(seen);
	site_end(&site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(items_keep_their_place),
		cmocka_unit_test(a_source_has_its_bound),
		cmocka_unit_test(a_source_inherits),
		cmocka_unit_test(bodies_stand_apart),
		cmocka_unit_test(validators_come_with_their_items),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
