/*
 * What the next issue is composed of: what changes it, and what does not; and how
 * an issue is under way.
 */
#include "store_unit.h"

#include "store/basis.h"
#include "store/draft.h"
#include "store/edits.h"

/* ----- what changes it ----- */

static void
do_nothing(struct site *site)
{
	(void)site;
}

static void
decide(struct site *site)
{
	struct edits *edits = edits_read(span_of("{\"held\":[\"a\"]}"), NULL);

	MUST(store_set_edits(site->store, "weekly", edits, &must));
	edits_free(edits);
}

static void
decide_elsewhere(struct site *site)
{
	struct edits *edits = edits_read(span_of("{\"held\":[\"a\"]}"), NULL);

	MUST(store_set_edits(site->store, "daily", edits, &must));
	edits_free(edits);
}

static void
hold(struct site *site)
{
	MUST(store_set_meta(site->store, "held:weekly", "because", &must));
}

static void
draft(struct site *site)
{
	struct opening o = opening_numbered(site->list, 1, NOW);

	MUST(store_draft_put(site->store, &o,
		&(struct draft_note){.deadline = NOW + 9, .hash = "hash"}, NULL,
		&must));
}

static void
gather(struct site *site)
{
	const struct pooled item = {
		.source = "feed", .id = "a", .head = "{}", .text = ""};
	const struct source_state state = {.retry_at = INSTANT_NONE};

	MUST(store_pool_put(
		site->store, site->list, "feed", &state, &item, 1, NOW, &must));
}

static void
leave(struct site *site)
{
	set_state(site->store, site->list, "r1@example.org", SUBSCRIBER_GONE,
		ACTOR_SELF);
}

static void
mark_seen(struct site *site)
{
	const struct carried_row row = {.id = "three",
		.language = "en",
		.revision = "r1",
		.mark = INSTANT_NONE};

	MUST(store_mark_seen(site->store, site->list, &row, 1, NOW, &must));
}

static void
send_one(struct site *site)
{
	struct issue_record r = issue_of(site, 7);
	struct shard shard;

	want_true(
		"claim", claim(site->store, r.id, "me", "boot", false, &shard));
	turn(site->store, &shard, 1, RECIPIENT_WIRE);
	turn(site->store, &shard, 1, RECIPIENT_SENT);
	release(site->store, &shard);
	issue_record_clear(&r);
}

static void
open_next(struct site *site)
{
	int64_t issue;

	MUST(open_numbered(site->store, site->list, 8, NOW + 1, &issue, &must));
}

static void
pass_over(struct site *site)
{
	MUST(store_issue_skip(
		site->store, site->list, NOW + 1, NOW, "nothing new", &must));
}

static const struct {
	const char *name;
	void (*deed)(struct site *site);
	bool changes;
} deeds[] = {
	{"nothing", do_nothing, false},
	{"a decision", decide, true},
	{"one of another list", decide_elsewhere, false},
	{"a hold", hold, false},
	{"a draft", draft, true},
	{"a feed", gather, true},
	{"who leaves", leave, true},
	{"marked as read", mark_seen, true},
	{"a letter that goes out", send_one, false},
	{"an issue that opens", open_next, true},
	{"a slot without one", pass_over, true},
};

static void
read_basis(struct site *site, struct str *out)
{
	MUST(store_basis(site->store, site->list, "weekly", out, &must));
}

static void
test_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(deeds); i++) {
		struct str before = STR_INIT, after = STR_INIT;
		struct site site;
		int64_t issue;

		site_start(&site);
		add_readers(site.store, site.list, 3);
		MUST(open_numbered(
			site.store, site.list, 7, NOW - 1, &issue, &must));
		read_basis(&site, &before);
		deeds[i].deed(&site);
		read_basis(&site, &after);
		want_true(deeds[i].name,
			!span_same(str_span(&before), str_span(&after)) ==
				deeds[i].changes);
		str_clear(&before);
		str_clear(&after);
		site_end(&site);
	}
}

/* ----- under way ----- */

static void
test_under_way(void **state)
{
	struct site site;
	struct shard shard;
	size_t deferred;
	bool claimed, found;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	MUST(store_under_way(site.store, issue, &deferred, &claimed, &must));
	want_true("nobody sends", !claimed && !deferred);
	MUST(store_shard_claim(site.store,
		&(struct claim){.issue = issue,
			.owner = "me",
			.boot_id = "boot",
			.now = NOW,
			.lease_ms = 60 * 1000},
		&shard, &found, &must));
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	turn(site.store, &shard, 1, RECIPIENT_DUE);
	MUST(store_under_way(site.store, issue, &deferred, &claimed, &must));
	want_true("somebody does", claimed);
	want_int("put off", (int64_t)deferred, 1);
	release(site.store, &shard);
	MUST(store_under_way(site.store, issue, &deferred, &claimed, &must));
	want_true("nobody any more", !claimed && deferred == 1);
	site_end(&site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
