/*
 * Requests, the post, what came back; and several calls as one transaction.
 */
#include "store_unit.h"

#include "store/post.h"
#include "store/request.h"
#include "store/returned.h"

#define ADA "ada@example.org"
#define BOB "bob@example.org"

static int64_t
id_of(struct site *site, const char *key)
{
	struct subscriber *s =
		store_subscriber(site->store, site->list, key, NULL);
	int64_t id = s ? s->id : 0;

	subscriber_free(s);
	return id;
}

/* ----- together ----- */

static void
test_together(void **state)
{
	static const struct {
		const char *name;
		bool inner, outer;
		const char *a, *b;
	} cases[] = {
		{"both", true, true, "1", "1"},
		{"the inner one fails", false, true, "1", NULL},
		{"the outer one fails", true, false, NULL, NULL},
	};
	struct error err = ERROR_INIT;
	struct site site;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *a, *b;

		site_start(&site);
		MUST(store_together(site.store, &must));
		MUST(store_set_meta(site.store, "a", "1", &must));
		MUST(store_together(site.store, &must));
		MUST(store_set_meta(site.store, "b", "1", &must));
		want_int(cases[i].name,
			store_together_end(
				site.store, "inner", cases[i].inner, &err),
			cases[i].inner);
		want_int(cases[i].name,
			store_together_end(
				site.store, "outer", cases[i].outer, &err),
			cases[i].outer);
		store_close(site.store);
		site.store = site_open(&site);
		a = store_meta(site.store, "a", &err);
		b = store_meta(site.store, "b", &err);
		want_text(cases[i].name, a, cases[i].a);
		want_text(cases[i].name, b, cases[i].b);
		free(a);
		free(b);
		site_end(&site);
	}
}

/* A call that is refused takes back itself alone. */
static void
test_together_refused(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;

	(void)state;
	site_start(&site);
	set_state(site.store, site.list, BOB, SUBSCRIBER_GONE, ACTOR_SELF);
	MUST(store_together(site.store, &must));
	set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	want_error("refused",
		store_subscriber_change(site.store, site.list,
			&(struct change){
				.subscriber = &(struct subscriber){.key = BOB,
					.address = BOB},
				.state = SUBSCRIBER_ACTIVE,
				.actor = ACTOR_EDITOR},
			&err),
		&err, ERROR_DATA, "only he can come back");
	MUST(store_together_end(site.store, "batch", true, &must));
	want_true("the other stands", id_of(&site, ADA) != 0);
	site_end(&site);
}

/* ----- requests ----- */

static int64_t
ask(struct site *site, const char *key, int64_t subscriber, int64_t at)
{
	struct request r = {.list = site->list,
		.kind = REQUEST_JOIN,
		.subscriber = subscriber,
		.key = key,
		.address = key,
		.name = "Ada",
		.wording = "I want it",
		.origin = "form, 192.0.2.7",
		.by = ORIGIN_WEB,
		.at = at};

	MUST(store_request_add(site->store, &r, &must));
	return r.id;
}

static bool
count_request(void *data, const struct request *r)
{
	(void)r;
	(*(int *)data)++;
	return true;
}

static bool
add_name(void *data, const char *name)
{
	str_add_all(data, name, " ", NULL);
	return true;
}

/* Which lists a list_id belonged to, of those that have a past. */
static void
test_known_as(void **state)
{
	static const struct {
		const char *name;
		enum subscriber_state is;
		const char *asked, *want;
	} cases[] = {
		{"a reader of the file", SUBSCRIBER_REMOVED, "w.example.org",
			"weekly "},
		{"one who left", SUBSCRIBER_GONE, "w.example.org", "weekly "},
		{"of another", SUBSCRIBER_GONE, "v.example.org", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str got = STR_INIT;
		struct site site;

		site_start(&site);
		MUST(store_set_meta(site.store, STORE_LIST_ID "weekly",
			"w.example.org", &must));
		MUST(store_set_meta(site.store, STORE_LIST_ID "never",
			"w.example.org", &must));
		MUST(store_lists_known_as(
			site.store, cases[i].asked, add_name, &got, &must));
		want_text("no past", str_text(&got), "");
		add_readers(site.store, site.list, 2);
		set_state(site.store, site.list, "r1@example.org", cases[i].is,
			ACTOR_EDITOR);
		MUST(store_lists_known_as(
			site.store, cases[i].asked, add_name, &got, &must));
		want_text(cases[i].name, str_text(&got), cases[i].want);
		str_clear(&got);
		site_end(&site);
	}
}

static void
test_requests(void **state)
{
	struct error err = ERROR_INIT;
	struct request *r;
	struct site site;
	int64_t id;
	int count = 0;

	(void)state;
	site_start(&site);
	id = ask(&site, ADA, 0, NOW);
	r = store_request(site.store, id, &err);
	want_text("address", r->address, ADA);
	want_text("wording", r->wording, "I want it");
	want_text("origin", r->origin, "form, 192.0.2.7");
	want_text("language", r->language, NULL);
	want_int("at", r->at, NOW);
	want_int("by", r->by, ORIGIN_WEB);
	want_true("open", !r->done && !r->confirmed);
	request_free(r);
	MUST(store_request_confirm(
		site.store, id, CONFIRMED_OLD, false, &must));
	MUST(store_request_confirm(site.store, id, CONFIRMED_NEW, true, &must));
	r = store_request(site.store, id, &err);
	want_int("both", r->confirmed, CONFIRMED_OLD | CONFIRMED_NEW);
	want_true("done", r->done);
	request_free(r);
	ask(&site, ADA, 0, NOW);
	ask(&site, BOB, 0, NOW);
	MUST(store_requests(
		site.store, site.list, 0, ADA, count_request, &count, &must));
	want_int("his", count, 2);
	want_true("none", !store_request(site.store, 99, &err));
	want_no_error("none", &err);
	site_end(&site);
}

/* Invariant 15. */
static void
test_never_confirmed(void **state)
{
	struct site site;
	int64_t first, last, next;

	(void)state;
	site_start(&site);
	set_state(site.store, site.list, ADA, SUBSCRIBER_PENDING, ACTOR_SELF);
	set_state(site.store, site.list, BOB, SUBSCRIBER_PENDING, ACTOR_SELF);
	first = id_of(&site, ADA);
	last = id_of(&site, BOB);
	ask(&site, ADA, first, NOW);
	ask(&site, BOB, last, NOW);
	MUST(store_requests_prune(site.store, site.list, NOW, &must));
	want_int("still asked", id_of(&site, ADA), first);
	MUST(store_requests_prune(site.store, site.list, NOW + 1, &must));
	want_int("forgotten", id_of(&site, ADA), 0);
	want_int("the last number stays", id_of(&site, BOB), last);
	set_state(site.store, site.list, "c@example.org", SUBSCRIBER_ACTIVE,
		ACTOR_SELF);
	next = id_of(&site, "c@example.org");
	want_true("a new number", next > last);
	MUST(store_requests_prune(site.store, site.list, NOW + 1, &must));
	want_int("now he goes too", id_of(&site, BOB), 0);
	want_int("a reader stays", id_of(&site, "c@example.org"), next);
	site_end(&site);
}

/* ----- the post ----- */

static bool
put(struct site *site, const char *key, enum post_kind kind, int64_t at,
	int hourly, int daily)
{
	struct post post = {.list = site->list,
		.kind = kind,
		.address = key,
		.key = key,
		.language = "tr",
		.at = at};
	bool taken;

	MUST(store_post_add(site->store, &post,
		&(struct post_limits){
			.account = hourly ? POST_TO_ANYBODY : POST_UNCOUNTED,
			.hourly = hourly,
			.daily = daily},
		&taken, &must));
	return taken;
}

static struct post *
take(struct site *site, int64_t now)
{
	struct post *post;
	bool found;

	MUST((post = store_post_take(
		      site->store, site->list, now, 60, &found, &must),
		must.kind == ERROR_NONE));
	want_int("found", found, post != NULL);
	return post;
}

static void
test_post(void **state)
{
	struct site site;
	struct post *post;

	(void)state;
	site_start(&site);
	want_true("put", put(&site, ADA, POST_WELCOME, NOW, 0, 0));
	want_true("put", put(&site, BOB, POST_PROBE, NOW + 1, 0, 0));
	want_true("not before", !take(&site, NOW - 1));
	post = take(&site, NOW + 5);
	want_text("the oldest", post->address, ADA);
	want_text("language", post->language, "tr");
	want_int("kind", post->kind, POST_WELCOME);
	want_int("tries", post->tries, 1);
	MUST(store_post_failed(
		site.store, post->id, NOW + 30, "450 later", &must));
	post_free(post);
	post = take(&site, NOW + 5);
	want_text("the other", post->address, BOB);
	MUST(store_post_sent(site.store, post->id, NOW + 6, &must));
	post_free(post);
	want_true("leased or sent", !take(&site, NOW + 29));
	post = take(&site, NOW + 30);
	want_int("again", post->tries, 2);
	post_free(post);
	want_true("until the end of the lease", !take(&site, NOW + 89));
	post = take(&site, NOW + 90);
	MUST(store_post_failed(
		site.store, post->id, INSTANT_NONE, "550 no", &must));
	post_free(post);
	want_true("given up", !take(&site, NOW + 9999));
	site_end(&site);
}

enum { DECADE = 315360000 };

/* It was put, and put off, by a clock that ran ahead, which is right again. */
static void
test_post_of_the_future(void **state)
{
	struct site site;
	struct post *post;

	(void)state;
	site_start(&site);
	want_true(
		"put", put(&site, ADA, POST_CONFIRM_JOIN, NOW + DECADE, 0, 0));
	post = take(&site, NOW);
	want_true("at once", post != NULL);
	MUST(store_post_failed(
		site.store, post->id, NOW + DECADE + 60, "450 later", &must));
	post_free(post);
	post = take(&site, NOW + 1);
	want_true("again", post != NULL);
	MUST(store_post_failed(
		site.store, post->id, NOW + 4 * 3600, "450 later", &must));
	post_free(post);
	want_true("it waits", !take(&site, NOW + 4 * 3600 - 1));
	site_end(&site);
}

static void
test_post_limits(void **state)
{
	static const struct {
		const char *name, *key;
		enum post_kind kind;
		int64_t at;
		int hourly, daily;
		bool taken;
	} steps[] = {
		{"first", ADA, POST_CONFIRM_JOIN, 0, 3, 1, true},
		{"the same", ADA, POST_CONFIRM_JOIN, 60, 3, 1, false},
		{"another kind", ADA, POST_KNOWN, 60, 3, 1, true},
		{"another address", BOB, POST_CONFIRM_JOIN, 60, 3, 1, true},
		{"over the cap", "c@e.org", POST_CONFIRM_JOIN, 60, 3, 1, false},
		{"not by strangers", ADA, POST_WELCOME, 60, 0, 0, true},
		{"an hour later", "c@e.org", POST_CONFIRM_JOIN, 3661, 3, 1,
			true},
		{"a day later", ADA, POST_CONFIRM_JOIN, 86400, 3, 1, true},
		{"the clock was ten years ahead", BOB, POST_KNOWN, DECADE, 3, 1,
			true},
		{"and then right", BOB, POST_KNOWN, 2 * 86400, 1, 1, true},
	};
	struct site site;

	(void)state;
	site_start(&site);
	for (size_t i = 0; i < COUNT(steps); i++)
		want_int(steps[i].name,
			put(&site, steps[i].key, steps[i].kind,
				NOW + steps[i].at, steps[i].hourly,
				steps[i].daily),
			steps[i].taken);
	site_end(&site);
}

/* A site has many lists, and one mailbox should not get a mail of each. */
static void
test_post_limit_of_an_address(void **state)
{
	static const struct post_limits limits = {.account = POST_TO_ANYBODY,
		.hourly = 100,
		.daily = 1,
		.everywhere = 3};
	struct site site;

	(void)state;
	site_start(&site);
	for (int64_t i = 0; i < 12; i++) {
		const char *key = i < 6 ? ADA : BOB;
		struct post post = {.list = i + 1,
			.kind = POST_CONFIRM_JOIN,
			.address = key,
			.key = key,
			.at = NOW + i};
		bool taken;

		MUST(store_post_add(site.store, &post, &limits, &taken, &must));
		want_int(key, taken, i % 6 < 3);
	}
	want_true("not by strangers", put(&site, ADA, POST_WELCOME, NOW, 0, 0));
	site_end(&site);
}

/* Limits outlive sending, and what waits outlives pruning. */
static void
test_post_prune(void **state)
{
	struct site site;
	struct post *post;

	(void)state;
	site_start(&site);
	put(&site, ADA, POST_KNOWN, NOW, 0, 1);
	put(&site, BOB, POST_KNOWN, NOW, 0, 1);
	post = take(&site, NOW);
	MUST(store_post_sent(site.store, post->id, NOW, &must));
	want_true("sent and counted",
		!put(&site, post->key, POST_KNOWN, NOW + 1, 0, 1));
	MUST(store_post_prune(site.store, NOW + 1, &must));
	want_true(
		"forgotten", put(&site, post->key, POST_KNOWN, NOW + 1, 0, 1));
	post_free(post);
	post = take(&site, NOW);
	want_true("the other waits still", post != NULL);
	post_free(post);
	site_end(&site);
}

/* ----- what came back ----- */

static bool
add_return(struct site *site, int64_t subscriber, int64_t issue,
	enum return_class class, int64_t at)
{
	bool known;

	MUST(store_return_add(site->store,
		&(struct return_record){subscriber, issue, class, "5.1.1",
			"no such user", at, false},
		&known, &must));
	return !known;
}

static void
test_returns(void **state)
{
	size_t counts[RETURN_CLASSES];
	struct site site;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	want_true("new", add_return(&site, 1, 1, RETURN_SOFT, NOW));
	want_true("again", !add_return(&site, 1, 1, RETURN_SOFT, NOW + 9));
	want_true("class", add_return(&site, 1, 1, RETURN_HARD, NOW));
	want_true("issue", add_return(&site, 1, 2, RETURN_SOFT, NOW + 9));
	want_true("another", add_return(&site, 2, 2, RETURN_SOFT, NOW + 9));
	want_true("a probe", add_return(&site, 1, 0, RETURN_SOFT, NOW + 9));
	want_true(
		"and the next", add_return(&site, 1, 0, RETURN_SOFT, NOW + 9));
	MUST(store_return_counts(site.store, 1, NOW, counts, &must));
	want_int("soft", counts[RETURN_SOFT], 4);
	want_int("hard", counts[RETURN_HARD], 1);
	MUST(store_return_counts(site.store, 1, NOW + 1, counts, &must));
	want_int("aged out", counts[RETURN_HARD], 0);
	MUST(store_returns_prune(site.store, site.list + 1, NOW + 9, &must));
	MUST(store_return_counts(site.store, 1, 0, counts, &must));
	want_int("another list", counts[RETURN_SOFT], 4);
	MUST(store_returns_prune(site.store, site.list, NOW + 9, &must));
	MUST(store_return_counts(site.store, 1, 0, counts, &must));
	want_int("forgotten", counts[RETURN_SOFT], 3);
	site_end(&site);
}

static bool
keep_probed(void *data, int64_t subscriber)
{
	*(int64_t *)data = *(int64_t *)data * 10 + subscriber;
	return true;
}

static int64_t
probed_before(struct site *site, int64_t before)
{
	int64_t ids = 0;

	MUST(store_probes(
		site->store, site->list, before, keep_probed, &ids, &must));
	return ids;
}

static void
test_probes(void **state)
{
	size_t counts[RETURN_CLASSES];
	struct site site;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	add_return(&site, 1, 1, RETURN_HARD, NOW);
	MUST(store_probe_set(site.store, 1, NOW, false, &must));
	MUST(store_probe_set(site.store, 2, NOW + 5, false, &must));
	want_int("before", probed_before(&site, NOW), 0);
	want_int("the first", probed_before(&site, NOW + 1), 1);
	want_int("both", probed_before(&site, NOW + 6), 12);
	MUST(store_probe_set(site.store, 1, INSTANT_NONE, true, &must));
	want_int("settled", probed_before(&site, NOW + 6), 2);
	MUST(store_return_counts(site.store, 1, 0, counts, &must));
	want_int("a clean slate", counts[RETURN_HARD], 0);
	/* Leaving ends it. */
	set_state(site.store, site.list, "r2@example.org", SUBSCRIBER_GONE,
		ACTOR_SELF);
	want_int("gone", probed_before(&site, NOW + 6), 0);
	site_end(&site);
}

/* What another process finds after each commit, as if this one had been killed
 * there: "probe: 0 pending, 1 returned; ". */
struct witness {
	struct site *site;
	struct str told;
};

static void
look(void *data, const char *what, bool after)
{
	size_t states[SUBSCRIBER_STATES], returned[RETURN_CLASSES];
	struct witness *w = data;
	struct store *other;

	if (!after)
		return;
	other = site_open(w->site);
	MUST(store_subscriber_counts(other, w->site->list, states, &must));
	MUST(store_return_counts(other, 1, 0, returned, &must));
	str_printf(&w->told, "%s: %zu pending, %zu returned; ", what,
		states[SUBSCRIBER_PENDING], returned[RETURN_HARD]);
	store_close(other);
}

/* A probe that ends wipes the slate in the same commit, and who never confirmed
 * is forgotten in one. */
static void
test_one_commit(void **state)
{
	struct witness w = {.told = STR_INIT};
	struct site site;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 1);
	add_return(&site, 1, 1, RETURN_HARD, NOW);
	set_state(site.store, site.list, ADA, SUBSCRIBER_PENDING, ACTOR_SELF);
	set_state(site.store, site.list, BOB, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	store_close(site.store);
	w.site = &site;
	MUST((site.store = store_open(
		      &(struct store_options){
			      .url = site.url, .step = look, .step_data = &w},
		      &must)));
	MUST(store_probe_set(site.store, 1, INSTANT_NONE, true, &must));
	MUST(store_requests_prune(site.store, site.list, NOW + 1, &must));
	want_text("after each", str_text(&w.told),
		"probe: 1 pending, 0 returned; "
		"prune: 0 pending, 0 returned; ");
	str_clear(&w.told);
	site_end(&site);
}

static bool
count_sent(void *data, const struct sent_issue *sent)
{
	want_int("number", sent->number, 1);
	want_text("subject", sent->subject, "Weekly");
	want_int("state", sent->state, RECIPIENT_DUE);
	want_true("nobody has answered for him", !sent->reply);
	(*(int *)data)++;
	return true;
}

static void
test_whose(void **state)
{
	struct recipient_whose whose;
	struct site site;
	int64_t issue;
	bool found;
	int count = 0;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	issue = open_issue(&site);
	MUST(store_recipient_whose(
		site.store, issue, 3, &whose, &found, &must));
	want_true("none", !found && !whose.salt);
	MUST(store_recipient_whose(
		site.store, issue, 2, &whose, &found, &must));
	want_true("found", found);
	want_int("list", whose.list, site.list);
	want_int(
		"subscriber", whose.subscriber, id_of(&site, "r2@example.org"));
	want_int("opened", whose.opened, NOW);
	want_text("salt", whose.salt, "salt");
	free(whose.salt);
	MUST(store_sent_issues(
		site.store, whose.subscriber, count_sent, &count, &must));
	want_int("issues", count, 1);
	site_end(&site);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_together_refused),
		cmocka_unit_test(test_known_as),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_never_confirmed),
		cmocka_unit_test(test_post),
		cmocka_unit_test(test_post_of_the_future),
		cmocka_unit_test(test_post_limits),
		cmocka_unit_test(test_post_limit_of_an_address),
		cmocka_unit_test(test_post_prune),
		cmocka_unit_test(test_returns),
		cmocka_unit_test(test_probes),
		cmocka_unit_test(test_one_commit),
		cmocka_unit_test(test_whose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
