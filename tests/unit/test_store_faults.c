/*
 * Whatever the store is asked about readers, sources and mails: when a call of
 * the database fails, it says so, and nothing of it stays. The deeds follow one
 * another, and the store remembers.
 */
#include "failing_db.h"

#include "store/lease.h"
#include "store/post.h"
#include "store/put_back.h"
#include "store/request.h"
#include "store/returned.h"

static const char key[] = "r1@example.org";

/* ----- facts, lists, secrets ----- */

static bool
make_list(struct life *life, struct error *err)
{
	int64_t id;

	return store_list(life->site.store, "daily", &id, err);
}

static bool
set_meta(struct life *life, struct error *err)
{
	return store_set_meta(life->site.store, "a fact", "yes", err);
}

static bool
meta(struct life *life, struct error *err)
{
	char *value = store_meta(life->site.store, "a fact", err);
	bool there = value != NULL;

	free(value);
	return there;
}

static bool
see_name(void *data, const char *name)
{
	(void)name;
	++*(int *)data;
	return true;
}

static bool
known_as(struct life *life, struct error *err)
{
	int count = 0;

	return store_lists_known_as(
		life->site.store, "none.example.org", see_name, &count, err);
}

static bool
take_secret(struct life *life, struct error *err)
{
	bool taken;

	return store_take_hash_secret(
		life->site.store, "another secret", &taken, err);
}

/* ----- readers ----- */

/* Five come at first; then one is struck, one is changed and one comes. */
static bool
merge_people(struct life *life, int first, int last, struct error *err)
{
	struct merge_report report;
	struct merge *merge = store_merge_new(life->site.store, life->site.list,
		&(struct merge_options){.actor = ACTOR_FILE,
			.origin = ORIGIN_FILE,
			.strike = true,
			.at = NOW});
	bool ok = true;

	for (int i = first; ok && i <= last; i++) {
		char *address = mem_printf("r%d@example.org", i);
		struct subscriber s = {.key = address,
			.address = address,
			.name = i == 2 && first > 1 ? "Ada" : NULL,
			.since = INSTANT_NONE};

		ok = store_merge_add(merge, &s, 0, err);
		free(address);
	}
	ok = ok && store_merge_finish(merge, &report, err);
	store_merge_free(merge);
	return ok;
}

static bool
merge_first(struct life *life, struct error *err)
{
	return merge_people(life, 1, 6, err);
}

static bool
merge_again(struct life *life, struct error *err)
{
	return merge_people(life, 2, 7, err);
}

static bool
change(struct life *life, const char *address, enum subscriber_state state,
	int64_t until, struct error *err)
{
	struct subscriber s = {.key = address,
		.address = address,
		.language = "tr",
		.origin = ORIGIN_WEB,
		.since = INSTANT_NONE,
		.until = until};

	return store_subscriber_change(life->site.store, life->site.list,
		&(struct change){.subscriber = &s,
			.state = state,
			.actor = ACTOR_SELF,
			.proof = "a test",
			.at = NOW},
		err);
}

static bool
come_back(struct life *life, struct error *err)
{
	return change(life, key, SUBSCRIBER_ACTIVE, INSTANT_NONE, err);
}

static bool
come_new(struct life *life, struct error *err)
{
	return change(
		life, "new@example.org", SUBSCRIBER_ACTIVE, INSTANT_NONE, err);
}

static bool
come_pending(struct life *life, struct error *err)
{
	return change(life, "pending@example.org", SUBSCRIBER_PENDING,
		INSTANT_NONE, err);
}

static bool
pause_for_a_day(struct life *life, struct error *err)
{
	return change(life, key, SUBSCRIBER_PAUSED, NOW + 86400, err);
}

static bool
wake(struct life *life, struct error *err)
{
	size_t count = 0;

	return store_wake(life->site.store, life->site.list, NOW + 90000,
		       &count, err) &&
		count == 1;
}

static bool
find_reader(struct life *life, struct error *err)
{
	struct subscriber *s =
		store_subscriber(life->site.store, life->site.list, key, err);

	life->reader = s ? s->id : 0;
	subscriber_free(s);
	return life->reader != 0;
}

static bool
find_numbered(struct life *life, struct error *err)
{
	struct subscriber *s = store_subscriber_numbered(
		life->site.store, life->site.list, life->reader, err);
	bool there = s != NULL;

	subscriber_free(s);
	return there;
}

static bool
readdress(struct life *life, struct error *err)
{
	struct subscriber s = {.key = "moved@example.org",
		.address = "moved@example.org",
		.origin = ORIGIN_WEB,
		.since = INSTANT_NONE};

	return store_subscriber_readdress(life->site.store, life->site.list,
		life->reader,
		&(struct change){.subscriber = &s,
			.actor = ACTOR_SELF,
			.proof = "a test",
			.at = NOW},
		err);
}

COUNTS(each_subscriber, const struct subscriber *)

static bool
subscribers(struct life *life, struct error *err)
{
	int count = 0;

	return store_subscribers(life->site.store, life->site.list,
		       each_subscriber, &count, err) &&
		count > 5;
}

static bool
subscriber_counts(struct life *life, struct error *err)
{
	size_t counts[SUBSCRIBER_STATES];

	return store_subscriber_counts(
		       life->site.store, life->site.list, counts, err) &&
		counts[SUBSCRIBER_ACTIVE] > 0;
}

COUNTS(each_consent, const struct consent *)

static bool
consents(struct life *life, struct error *err)
{
	int count = 0;

	return store_consents(life->site.store, life->reader, each_consent,
		       &count, err) &&
		count > 1;
}

/* ----- who is known by a hash ----- */

static bool
suppress(struct life *life, struct error *err)
{
	return store_suppress(life->site.store,
		&(struct suppression){.list = SITE_WIDE,
			.key = "r3@example.org",
			.reason = "asked by letter",
			.actor = ACTOR_EDITOR,
			.at = NOW},
		err);
}

static bool
is_suppressed(struct life *life, struct error *err)
{
	char *reason = NULL;
	bool yes = false;
	bool ok = store_is_suppressed(life->site.store, life->site.list,
		"r3@example.org", &yes, &reason, err);

	free(reason);
	return ok && yes;
}

static bool
unsuppress(struct life *life, struct error *err)
{
	bool found;

	return store_unsuppress(life->site.store, SITE_WIDE, "r3@example.org",
		       &found, err) &&
		found;
}

static bool
erase(struct life *life, struct error *err)
{
	bool found;

	return store_erase(life->site.store,
		       &(struct erasure){.list = life->site.list,
			       .key = "r4@example.org",
			       .actor = ACTOR_SELF,
			       .at = NOW},
		       &found, err) &&
		found;
}

static bool
erase_hashes(struct life *life, struct error *err)
{
	static const struct erased erased[] = {
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NOW}};
	size_t count;

	return store_erase_hashes(
		life->site.store, life->site.list, erased, 1, &count, err);
}

static bool
has_hashes(struct life *life, struct error *err)
{
	bool any = false;

	return store_has_hashes(life->site.store, &any, err) && any;
}

/* ----- what they asked for ----- */

static bool
request_add(struct life *life, struct error *err)
{
	struct request request = {.list = life->site.list,
		.kind = REQUEST_JOIN,
		.key = "pending@example.org",
		.address = "pending@example.org",
		.by = ORIGIN_WEB,
		.at = NOW};
	bool ok = store_request_add(life->site.store, &request, err);

	life->request = request.id;
	return ok;
}

static bool
request_find(struct life *life, struct error *err)
{
	struct request *request =
		store_request(life->site.store, life->request, err);
	bool there = request != NULL;

	request_free(request);
	return there;
}

COUNTS(each_request, const struct request *)

static bool
requests(struct life *life, struct error *err)
{
	int count = 0;

	return store_requests(life->site.store, life->site.list, 0,
		       "pending@example.org", each_request, &count, err) &&
		count == 1;
}

static bool
request_confirm(struct life *life, struct error *err)
{
	return store_request_confirm(
		life->site.store, life->request, CONFIRMED_NEW, false, err);
}

static bool
requests_prune(struct life *life, struct error *err)
{
	return store_requests_prune(
		life->site.store, life->site.list, NOW + 1, err);
}

static bool
hear(struct life *life, struct error *err)
{
	bool before;

	return store_hear(life->site.store, "a mail", NOW, &before, err) &&
		!before;
}

static bool
was_heard(struct life *life, struct error *err)
{
	bool was = false;

	return store_was_heard(life->site.store, "a mail", &was, err) && was;
}

static bool
heard_prune(struct life *life, struct error *err)
{
	return store_heard_prune(life->site.store, NOW + 1, err);
}

/* ----- the post ----- */

static bool
post_add(struct life *life, struct error *err)
{
	struct post post = {.list = life->site.list,
		.kind = POST_WELCOME,
		.subscriber = life->reader,
		.address = key,
		.key = key,
		.at = NOW};
	bool taken = false;

	return store_post_add(life->site.store, &post,
		       &(struct post_limits){POST_TO_ANYBODY, 9, 9, 9}, &taken,
		       err) &&
		taken;
}

static bool
post_take(struct life *life, struct error *err)
{
	bool found = false;
	struct post *post = store_post_take(
		life->site.store, life->site.list, NOW, 60, &found, err);

	life->post = post ? post->id : 0;
	post_free(post);
	return found && life->post;
}

static bool
post_failed(struct life *life, struct error *err)
{
	return store_post_failed(
		life->site.store, life->post, NOW + 60, "451 later", err);
}

static bool
post_sent(struct life *life, struct error *err)
{
	return store_post_sent(life->site.store, life->post, NOW, err);
}

static bool
each_post(void *data, const struct post *post, int64_t sent, const char *why)
{
	(void)post;
	(void)sent;
	(void)why;
	++*(int *)data;
	return true;
}

static bool
posts(struct life *life, struct error *err)
{
	int count = 0;

	return store_posts(life->site.store, life->site.list, life->reader, key,
		       each_post, &count, err) &&
		count == 1;
}

static bool
post_prune(struct life *life, struct error *err)
{
	return store_post_prune(life->site.store, NOW + 1, err);
}

/* ----- sources ----- */

static const struct pooled items[] = {
	{"feed", "a", "{\"title\":\"A\"}", "The body of A.", NOW},
	{"feed", "b", "{\"title\":\"B\"}", "The body of B.", NOW},
};

static bool
pool_put(struct life *life, struct error *err)
{
	struct source_state state = {.etag = "\"1\"", .retry_at = INSTANT_NONE};

	return store_pool_put(life->site.store, life->site.list, "feed", &state,
		items, COUNT(items), NOW, err);
}

static bool
source(struct life *life, struct error *err)
{
	struct source_state state = {.etag = NULL};
	bool ok = store_source(
		life->site.store, life->site.list, "feed", &state, err);
	bool known = ok && state.etag;

	source_state_clear(&state);
	return known;
}

COUNTS(each_pooled, const struct pooled *)

static bool
pool(struct life *life, struct error *err)
{
	int count = 0;

	return store_pool(life->site.store, life->site.list, NULL, each_pooled,
		       &count, err) &&
		count == COUNT(items);
}

static bool
pool_text(struct life *life, struct error *err)
{
	struct str text = STR_INIT;
	bool found = false;
	bool ok = store_pool_text(life->site.store, life->site.list, "feed",
		"a", &text, &found, err);

	str_clear(&text);
	return ok && found;
}

static bool
pool_put_later(struct life *life, struct error *err)
{
	struct source_state state = {.etag = "\"2\"", .retry_at = INSTANT_NONE};

	return store_pool_put(life->site.store, life->site.list, "feed", &state,
		items, 1, NOW + 30 * 86400, err);
}

static bool
pool_prune(struct life *life, struct error *err)
{
	return store_pool_prune(
		life->site.store, life->site.list, NOW + 20 * 86400, err);
}

/* ----- whose turn it is ----- */

static const struct lease lease = {"bearer", "one", 60000};

static bool
lease_take(struct life *life, struct error *err)
{
	bool ours = false;
	char *owner = NULL;
	bool ok =
		store_lease_take(life->site.store, &lease, &ours, &owner, err);

	free(owner);
	return ok && ours;
}

static bool
lease_leave(struct life *life, struct error *err)
{
	return store_lease_leave(life->site.store, &lease, err);
}

/* ----- all of it ----- */

#define DEED(act)                \
	{                        \
#act, act, false \
	}

static const struct deed deeds[] = {
	DEED(make_list),
	DEED(set_meta),
	DEED(meta),
	DEED(known_as),
	DEED(take_secret),
	{"merge_first", merge_first, true},
	{"merge_again", merge_again, true},
	DEED(come_back),
	DEED(come_new),
	DEED(come_pending),
	DEED(pause_for_a_day),
	DEED(wake),
	DEED(find_reader),
	DEED(find_numbered),
	DEED(subscribers),
	DEED(subscriber_counts),
	DEED(consents),
	DEED(suppress),
	DEED(is_suppressed),
	DEED(unsuppress),
	DEED(suppress),
	DEED(erase),
	DEED(erase_hashes),
	DEED(has_hashes),
	{"merge_again", merge_again, true},
	DEED(request_add),
	DEED(request_find),
	DEED(requests),
	DEED(request_confirm),
	{"requests_prune", requests_prune, true},
	DEED(hear),
	DEED(was_heard),
	DEED(heard_prune),
	DEED(post_add),
	DEED(post_take),
	DEED(post_failed),
	DEED(post_sent),
	DEED(posts),
	DEED(readdress),
	DEED(post_prune),
	DEED(pool_put),
	DEED(source),
	DEED(pool),
	DEED(pool_text),
	DEED(pool_put_later),
	DEED(pool_prune),
	DEED(lease_take),
	DEED(lease_leave),
};

static void
test_each_call_fails(void **state)
{
	(void)state;
	live_twice(deeds, COUNT(deeds), NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
