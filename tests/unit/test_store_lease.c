/* What several hosts agree on by a store: whose shards are whose and for how
 * long, and whose turn it is. Each host has a connection of its own. */
#include "store_unit.h"

#include "store/basis.h"
#include "store/handle.h"
#include "store/lease.h"

enum {
	PEOPLE = 1500, /* two shards */
	LONG = 60 * 1000,
	SHORT = 100, /* ms */
};

struct hosts {
	struct site site;
	struct store *other;
	int64_t issue;
};

static void
start(struct hosts *h)
{
	site_start(&h->site);
	h->other = site_open(&h->site);
	add_readers(h->site.store, h->site.list, PEOPLE);
	h->issue = open_issue(&h->site);
}

static void
end(struct hosts *h)
{
	store_close(h->other);
	site_end(&h->site);
}

static struct claim
claim_of(const struct hosts *h, const char *owner, int64_t ms)
{
	return (struct claim){.issue = h->issue,
		.owner = owner,
		.boot_id = "boot",
		.now = NOW,
		.lease_ms = ms};
}

static bool
take(const struct hosts *h, struct store *store, const char *owner, int64_t ms,
	struct shard *shard)
{
	struct claim claim = claim_of(h, owner, ms);
	bool found = false;

	MUST(store_shard_claim(store, &claim, shard, &found, &must));
	return found;
}

static bool
is_claimed(const struct hosts *h)
{
	size_t deferred;
	bool claimed;

	MUST(store_under_way(
		h->site.store, h->issue, &deferred, &claimed, &must));
	return claimed;
}

/* ----- shards ----- */

static void
a_living_lease_is_left_alone(void **state)
{
	struct shard a, b, c;
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	want_true("first", take(&h, h.site.store, "a", LONG, &a));
	want_true("second", take(&h, h.other, "b", LONG, &b));
	want_true("another", a.first != b.first);
	want_true("none is left", !take(&h, h.other, "b", LONG, &c));
	want_true("for nobody", !take(&h, h.site.store, "a", LONG, &c));
	turn(h.site.store, &a, a.first, RECIPIENT_WIRE);
	turn(h.other, &b, b.last, RECIPIENT_WIRE);
	end(&h);
}

static void
an_ended_lease_is_taken_with_its_doubts(void **state)
{
	struct error err = ERROR_INIT;
	struct shard a, b;
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	want_true("first", take(&h, h.site.store, "a", SHORT, &a));
	turn(h.site.store, &a, 1, RECIPIENT_WIRE);
	turn(h.site.store, &a, 2, RECIPIENT_WIRE);
	turn(h.site.store, &a, 1, RECIPIENT_SENT);
	want_true("has it", is_claimed(&h));
	usleep(2 * SHORT * 1000);
	want_true("has it no more", !is_claimed(&h));
	want_true("taken", take(&h, h.other, "b", LONG, &b));
	want_int("the same", b.first, a.first);
	want_int("in doubt", b.doubts, 1);
	want_true("the fence moved", b.fence > a.fence);
	want_error("no turn any more",
		try_turn(h.site.store, &a, 3, RECIPIENT_WIRE, &err), &err,
		ERROR_LATER, "another process took over");
	want_error("nor is it given back",
		store_shard_release(h.site.store, &a, &err), &err, ERROR_LATER,
		"another process took over");
	turn(h.other, &b, 2, RECIPIENT_WIRE);
	end(&h);
}

/* A first host has one on the wire, gives the shard back, and another has it. */
static void
hand_over(struct hosts *h, struct shard *a, struct shard *b,
	bool (*give_back)(struct store *store, const struct shard *shard,
		struct error *err))
{
	want_true("first", take(h, h->site.store, "a", LONG, a));
	turn(h->site.store, a, 1, RECIPIENT_WIRE);
	MUST(give_back(h->site.store, a, &must));
	want_int("a call", count_state(&h->site, RECIPIENT_WIRE), 1);
	want_true("taken", take(h, h->other, "b", LONG, b));
	want_int("the same", b->first, a->first);
	want_int("in doubt", b->doubts, 1);
}

/* Whose connection was cut is settled by another at once, for he is on the
 * wire of nobody. */
static void
what_was_given_back_has_no_lease(void **state)
{
	struct shard a, b;
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	hand_over(&h, &a, &b, store_shard_release);
	end(&h);
}

/* Nobody waits for it: the next call does, and tells what went wrong. */
static void
what_is_given_back_later_is_free_then(void **state)
{
	struct error err = ERROR_INIT;
	struct shard a, b;
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	hand_over(&h, &a, &b, store_shard_release_later);
	want_error("no more his",
		store_shard_release_later(h.site.store, &a, &err) &&
			try_turn(h.site.store, &a, 2, RECIPIENT_WIRE, &err),
		&err, ERROR_LATER, "another process took over");
	turn(h.other, &b, 2, RECIPIENT_WIRE);
	end(&h);
}

/* He was dropped by another way: nobody is due, but the shard does not know. */
static void
an_empty_shard_is_given_back_for_good(void **state)
{
	struct recipient out[1];
	struct shard a;
	struct hosts h;
	size_t count;

	(void)state;
	start(&h);
	MUST(db_run(h.site.store->db, &must, "UPDATE recipient SET state = ?1",
		db_int(RECIPIENT_DROPPED)));
	for (int i = 0; i < 2; i++) {
		want_true("claimed", take(&h, h.site.store, "a", LONG, &a));
		MUST(store_recipients(
			h.site.store, &a, 0, NOW, out, 1, &count, &must));
		want_int("nobody", count, 0);
		release(h.site.store, &a);
	}
	want_true("no more", !take(&h, h.site.store, "a", LONG, &a));
	end(&h);
}

static void
a_lease_is_kept(void **state)
{
	struct shard a, b, c;
	struct claim claim;
	struct hosts h;
	size_t count;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	want_true("first", take(&h, h.site.store, "a", SHORT, &a));
	want_true("second", take(&h, h.site.store, "a", SHORT, &b));
	claim = claim_of(&h, "a", LONG);
	MUST(store_shards_keep(h.site.store, &claim, &count, &must));
	want_int("both", count, 2);
	usleep(2 * SHORT * 1000);
	want_true("kept", !take(&h, h.other, "b", LONG, &c));
	claim.lease_ms = 0;
	MUST(store_shards_keep(h.site.store, &claim, &count, &must));
	want_true("over", take(&h, h.other, "b", LONG, &c));
	MUST(store_shards_keep(h.site.store, &claim, &count, &must));
	want_int("one was taken", count, 1);
	end(&h);
}

/* A run that read of the issue before it was paused begins nothing. */
static void
a_paused_issue_is_not_claimed(void **state)
{
	struct shard a;
	struct hosts h;

	(void)state;
	start(&h);
	MUST(store_issue_pause(h.site.store, h.issue, "a test", NOW, &must));
	want_true("paused", !take(&h, h.site.store, "a", LONG, &a));
	MUST(store_issue_pause(h.site.store, h.issue, NULL, NOW, &must));
	want_true("lifted", take(&h, h.site.store, "a", LONG, &a));
	end(&h);
}

/* Rows in any order: shards are locked in theirs. */
static void
a_turn_is_of_several_shards(void **state)
{
	struct turn_row rows[3];
	struct shard a, b;
	struct hosts h;

	(void)state;
	start(&h);
	want_true("first", take(&h, h.site.store, "a", LONG, &a));
	want_true("second", take(&h, h.site.store, "a", LONG, &b));
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i] = (struct turn_row){.shard = i == 1 ? &a : &b,
			.seq = (i == 1 ? a.first : b.first) + (int64_t)i,
			.state = RECIPIENT_WIRE};
	MUST(store_turn(h.site.store, NOW, rows, COUNT(rows), &must));
	want_int("on the wire", count_state(&h.site, RECIPIENT_WIRE), 3);
	end(&h);
}

/* Does the other host? */
static bool
closes(const struct hosts *h)
{
	bool closed;

	MUST(store_issue_close(h->other, h->issue, NOW, true, &closed, &must));
	return closed;
}

/* Who was put off in a shard that another host has is not given up under it. */
static void
nobody_expires_in_other_hands(void **state)
{
	struct shard a, b;
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	want_true("first", take(&h, h.site.store, "a", LONG, &a));
	want_true("second", take(&h, h.other, "b", LONG, &b));
	turn(h.site.store, &a, a.first, RECIPIENT_DUE);
	turn(h.other, &b, b.first, RECIPIENT_DUE);
	release(h.other, &b);
	want_true("not closed", !closes(&h));
	want_int("given up", count_state(&h.site, RECIPIENT_EXPIRED), 1);
	want_int("due", count_state(&h.site, RECIPIENT_DUE), PEOPLE - 1);
	turn(h.site.store, &a, a.first, RECIPIENT_WIRE);
	end(&h);
}

/* Whose last shard is through and not yet given back closes the issue himself:
 * else what he has done would be taken for another's. */
static void
who_still_holds_a_shard_closes(void **state)
{
	struct shard a;
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	while (take(&h, h.site.store, "a", LONG, &a)) {
		for (int64_t seq = a.first; seq <= a.last; seq++) {
			turn(h.site.store, &a, seq, RECIPIENT_WIRE);
			turn(h.site.store, &a, seq, RECIPIENT_SENT);
		}
		want_true("in hands", !closes(&h));
		release(h.site.store, &a);
	}
	want_true("closed", closes(&h));
	end(&h);
}

/* Who is no more closes nothing. */
static void
what_nobody_holds_any_more_is_closed(void **state)
{
	struct shard a, b;
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	want_true("first", take(&h, h.site.store, "a", SHORT, &a));
	want_true("second", take(&h, h.site.store, "a", SHORT, &b));
	usleep(2 * SHORT * 1000);
	want_true("somebody is due", !closes(&h));
	MUST(db_run(h.other->db, &must, "UPDATE recipient SET state = ?1",
		db_int(RECIPIENT_SENT)));
	want_true("closed", closes(&h));
	end(&h);
}

/* ----- names ----- */

static void
want_owner(struct store *store, const char *owner, int64_t ms, const char *want)
{
	struct lease lease = {.name = "run:weekly", .owner = owner, .ms = ms};
	char *other;
	bool ours;

	MUST(store_lease_take(store, &lease, &ours, &other, &must));
	want_text(owner, ours ? owner : other, want);
	free(other);
}

static void
a_name_is_one_owners(void **state)
{
	struct lease a = {.name = "run:weekly", .owner = "a"};
	struct lease b = {.name = "run:weekly", .owner = "b"};
	struct hosts h;

	(void)state;
	start(&h);
	want_owner(h.site.store, "a", LONG, "a");
	want_owner(h.other, "b", LONG, "a");
	want_owner(h.site.store, "a", LONG, "a");
	MUST(store_lease_leave(h.other, &b, &must));
	want_owner(h.other, "b", LONG, "a");
	MUST(store_lease_leave(h.site.store, &a, &must));
	want_owner(h.other, "b", LONG, "b");
	end(&h);
}

static void
a_name_is_free_when_its_lease_is_over(void **state)
{
	struct hosts h;

	(void)state;
	NEEDS_SERVER();
	start(&h);
	want_owner(h.site.store, "a", SHORT, "a");
	usleep(2 * SHORT * 1000);
	want_owner(h.other, "b", LONG, "b");
	want_owner(h.site.store, "a", LONG, "b");
	end(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_living_lease_is_left_alone),
		cmocka_unit_test(an_ended_lease_is_taken_with_its_doubts),
		cmocka_unit_test(what_was_given_back_has_no_lease),
		cmocka_unit_test(what_is_given_back_later_is_free_then),
		cmocka_unit_test(an_empty_shard_is_given_back_for_good),
		cmocka_unit_test(a_lease_is_kept),
		cmocka_unit_test(a_paused_issue_is_not_claimed),
		cmocka_unit_test(a_turn_is_of_several_shards),
		cmocka_unit_test(nobody_expires_in_other_hands),
		cmocka_unit_test(who_still_holds_a_shard_closes),
		cmocka_unit_test(what_nobody_holds_any_more_is_closed),
		cmocka_unit_test(a_name_is_one_owners),
		cmocka_unit_test(a_name_is_free_when_its_lease_is_over),
	};

	return cmocka_run_group_tests_name("store: leases", tests, NULL, NULL);
}
