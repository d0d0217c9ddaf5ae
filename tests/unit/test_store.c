/*
 * The invariants at the head of store/store.h: one test for each, by number.
 */
#include "store_unit.h"

#include "store/handle.h"

/* ----- 1, 2: opening ----- */

/* The recipients of the next issue are too many: for a disk that is full, or
 * for a constraint. */
static void
fail_in_the_middle(const struct site *site)
{
	struct db *db = site->store->db;
	int64_t pages = 0;
	char *limit;

	if (site->server) {
		MUST(db->ops->script(db,
			"ALTER TABLE recipient ADD CONSTRAINT few"
			" CHECK (id % 4294967296 < 2000)",
			&must));
		return;
	}
	MUST(db_number(db, &must, &pages, "PRAGMA page_count"));
	limit = mem_printf(
		"PRAGMA max_page_count = %lld", (long long)pages + 3);
	MUST(db->ops->script(db, limit, &must));
	free(limit);
}

/* Another process has the limit no more. */
static void
go_on(struct site *site)
{
	if (site->server)
		MUST(site->store->db->ops->script(site->store->db,
			"ALTER TABLE recipient DROP CONSTRAINT few", &must));
	store_close(site->store);
	site->store = site_open(site);
}

static void
test_1_whole_or_not_at_all(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	struct seen *seen;
	int64_t issue, last;
	int number;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3000);
	fail_in_the_middle(&site);
	want_error("full",
		open_numbered(site.store, site.list, 1, NOW, &issue, &err),
		&err, site.server ? ERROR_BUG : ERROR_IO,
		site.server ? "violates check constraint"
			    : "database or disk is full; free some space");
	go_on(&site);
	seen = store_seen(site.store, site.list, 0, &err);
	want_true("nothing carried", !seen_has(seen, "one"));
	want_true("no source", !seen_has_source(seen, "dispatches"));
	seen_free(seen);
	MUST(store_issue_next(
		site.store, site.list, INT64_MAX, &number, &last, &must));
	want_int("number", number, 1);
	want_true("no slot", last == INSTANT_NONE);
	open_issue(&site);
	want_int("all", count_state(&site, RECIPIENT_DUE), 3000);
	site_end(&site);
}

static void
test_2_unique(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	int64_t issue, other;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 1);
	open_issue(&site);
	want_error("number",
		open_numbered(site.store, site.list, 1, NOW + 9, &issue, &err),
		&err, ERROR_LATER, "another run has opened");
	want_error("slot",
		open_numbered(site.store, site.list, 2, NOW, &issue, &err),
		&err, ERROR_LATER, "another run has opened");
	want_error("skip",
		store_issue_skip(site.store, site.list, NOW, NOW,
			"below the minimum", &err),
		&err, ERROR_LATER, "dealt with this slot");
	MUST(store_list(site.store, "daily", &other, &must));
	MUST(open_numbered(site.store, other, 1, NOW, &issue, &must));
	site_end(&site);
}

/* ----- 3: consuming ----- */

static void
test_3_opening_consumes(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	const struct carried *c;
	struct seen *seen;

	(void)state;
	site_start(&site);
	seen = store_seen(site.store, site.list, 0, &err);
	want_true("before", !seen_has(seen, "one"));
	seen_free(seen);
	open_issue(&site);
	seen = store_seen(site.store, site.list, 0, &err);
	c = seen_find(seen, "two", "en");
	want_true("after", c != NULL);
	want_int("number", c->number, 1);
	want_int("mark", c->mark, 5);
	want_true("marked", c->marked);
	want_text("signatories", c->signatories, "A\nB");
	want_true(
		"no mark", seen_find(seen, "one", "en")->mark == INSTANT_NONE);
	want_text("content", seen_find_alias(seen, "content:1"), "one");
	want_text("link", seen_find_alias(seen, "link:example.org/1"), "one");
	want_true("source", seen_has_source(seen, "dispatches"));
	seen_free(seen);
	site_end(&site);
}

/* ----- 4, 5, 8: turns ----- */

struct watch {
	const char *url;
	int64_t wires;
};

/* Looks with another handle, as another process would. */
static void
count_wires(void *data, const char *what, bool after)
{
	struct watch *watch = data;
	struct db *db;

	if (!after || strcmp(what, "turn") != 0)
		return;
	MUST((db = store_connect(watch->url, DB_READ, 50, &must)));
	MUST(db_number(db, &must, &watch->wires,
		"SELECT count(*) FROM recipient WHERE state = 1"));
	db->ops->close(db);
}

static void
test_4_wire_is_committed(void **state)
{
	struct site site;
	struct watch watch;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	watch = (struct watch){.url = site.url};
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	site.store->step = count_wires;
	site.store->step_data = &watch;
	want_true(
		"claim", claim(site.store, issue, "a", "boot", false, &shard));
	turn(site.store, &shard, 2, RECIPIENT_WIRE);
	want_int("seen from outside", watch.wires, 1);
	site_end(&site);
}

static void
test_5_final_states(void **state)
{
	static const struct {
		const char *name;
		enum recipient_state path[3]; /* up to RECIPIENT_STATES */
		enum recipient_state then;
		const char *refused; /* NULL: it may */
	} cases[] = {
		{"sent, wire", {RECIPIENT_WIRE, RECIPIENT_SENT}, RECIPIENT_WIRE,
			"is 'sent' and cannot become 'wire'"},
		{"sent, due", {RECIPIENT_WIRE, RECIPIENT_SENT}, RECIPIENT_DUE,
			"is 'sent' and cannot become 'due'"},
		{"sent, refused", {RECIPIENT_WIRE, RECIPIENT_SENT},
			RECIPIENT_REFUSED, "cannot become 'refused'"},
		{"refused, wire", {RECIPIENT_REFUSED}, RECIPIENT_WIRE,
			"is 'refused' and cannot"},
		{"refused, due", {RECIPIENT_REFUSED}, RECIPIENT_DUE,
			"is 'refused' and cannot"},
		{"sent without wire", {RECIPIENT_STATES}, RECIPIENT_SENT,
			"is 'due' and cannot become 'sent'"},
		{"wire twice", {RECIPIENT_WIRE}, RECIPIENT_WIRE,
			"is 'wire' and cannot become 'wire'"},
		{"held by a turn", {RECIPIENT_WIRE}, RECIPIENT_HELD,
			"cannot become 'held'"},
		{"deferred at RCPT", {RECIPIENT_STATES}, RECIPIENT_DUE, NULL},
		{"deferred at DATA", {RECIPIENT_WIRE}, RECIPIENT_DUE, NULL},
		{"refused at RCPT", {RECIPIENT_STATES}, RECIPIENT_REFUSED,
			NULL},
	};
	struct error err = ERROR_INIT;
	struct site site;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, COUNT(cases));
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t seq = (int64_t)i + 1;
		bool ok;

		for (size_t j = 0; j < 3 && cases[i].path[j]; j++)
			if (cases[i].path[j] != RECIPIENT_STATES)
				turn(site.store, &shard, seq, cases[i].path[j]);
		ok = try_turn(site.store, &shard, seq, cases[i].then, &err);
		if (cases[i].refused)
			want_error(cases[i].name, ok, &err, ERROR_DATA,
				cases[i].refused);
		else
			want_true(cases[i].name, ok);
	}
	want_error("nobody",
		try_turn(site.store, &shard, 99, RECIPIENT_WIRE, &err), &err,
		ERROR_DATA, "there is no recipient 99");
	site_end(&site);
}

static void
test_5_retry_alone_leads_back(void **state)
{
	struct site site;
	struct shard shard;
	size_t count;
	int64_t issue, seq;
	bool closed;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	turn(site.store, &shard, 1, RECIPIENT_SENT);
	turn(site.store, &shard, 2, RECIPIENT_REFUSED);
	MUST(store_issue_close(site.store, issue, NOW, true, &closed, &must));
	want_int("never tried", count_state(&site, RECIPIENT_EXPIRED), 0);
	turn(site.store, &shard, 3, RECIPIENT_DUE);
	release(site.store, &shard);
	MUST(store_issue_close(site.store, issue, NOW, true, &closed, &must));
	want_true("closed", closed);
	want_int("expired", count_state(&site, RECIPIENT_EXPIRED), 1);
	want_true("nothing to claim",
		!claim(site.store, issue, "b", "boot", false, &shard));
	MUST(store_issue_retry(site.store, issue, NOW, false, &count, &must));
	want_int("refused and expired", count, 2);
	want_int("sent stays", count_state(&site, RECIPIENT_SENT), 1);
	want_int("counted anew", count_state(&site, RECIPIENT_DUE), 2);
	want_true(
		"claim", claim(site.store, issue, "b", "boot", false, &shard));
	want_int("due", load(site.store, &shard, &seq), 2);
	want_int("the refused one", seq, 2);
	site_end(&site);
}

/* ----- 6, 7, 9: in doubt ----- */

/* A run that claims, puts the first due one on the wire, and dies. */
static size_t
die_sending(struct site *site, int64_t issue, const char *owner, bool hold)
{
	struct shard shard;
	int64_t seq;

	if (!claim(site->store, issue, owner, "boot", hold, &shard))
		return 0;
	load(site->store, &shard, &seq);
	if (seq)
		turn(site->store, &shard, seq, RECIPIENT_WIRE);
	store_close(site->store);
	site->store = site_open(site);
	return shard.doubts;
}

static void
test_6_claim_settles(void **state)
{
	struct issue_record r;
	struct site site;
	struct shard shard;
	int64_t issue, seq;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	want_int("none yet", die_sending(&site, issue, "a", false), 0);
	want_int("on the wire", count_state(&site, RECIPIENT_WIRE), 1);
	want_true(
		"claim", claim(site.store, issue, "b", "boot", false, &shard));
	want_int("in doubt", shard.doubts, 1);
	want_int("due again", load(site.store, &shard, &seq), 3);
	r = issue_of(&site, 1);
	want_int("counted", r.doubts, 1);
	issue_record_clear(&r);
	site_end(&site);
}

/* The connection died, the process lives: he waits for the next run, once per
 * run, and nobody else of his shard is in doubt then. */
static void
test_6_released_in_doubt(void **state)
{
	struct site site;
	struct shard shard;
	int64_t issue, at;
	bool closed;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	turn(site.store, &shard, 2, RECIPIENT_REFUSED);
	turn(site.store, &shard, 3, RECIPIENT_REFUSED);
	release(site.store, &shard);
	want_true("not in this run",
		!claim(site.store, issue, "a", "boot", false, &shard));
	want_int("still on the wire", count_state(&site, RECIPIENT_WIRE), 1);
	MUST(store_next_try(site.store, issue, &at, &must));
	want_int("the next run may at once", at, 0);
	MUST(store_issue_close(site.store, issue, NOW, false, &closed, &must));
	want_true("not closed", !closed);
	want_true("the next run",
		claim(site.store, issue, "b", "new boot", false, &shard));
	want_int("he alone", shard.doubts, 1);
	want_int("due again", load(site.store, &shard, NULL), 1);
	site_end(&site);
}

static void
test_7_third_time_held(void **state)
{
	struct site site;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 1);
	issue = open_issue(&site);
	want_int("sent", die_sending(&site, issue, "a", false), 0);
	want_int("resent", die_sending(&site, issue, "b", false), 1);
	want_int("resent again", die_sending(&site, issue, "c", false), 1);
	want_true("settled",
		claim(site.store, issue, "d", "boot", false, &shard));
	want_int("in doubt", shard.doubts, 1);
	want_int("nobody is due", load(site.store, &shard, NULL), 0);
	want_int("held", count_state(&site, RECIPIENT_HELD), 1);
	release(site.store, &shard);
	want_true(
		"done", !claim(site.store, issue, "e", "boot", false, &shard));
	site_end(&site);
}

static void
test_7_hold_at_once(void **state)
{
	struct site site;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	issue = open_issue(&site);
	die_sending(&site, issue, "a", true);
	want_int("in doubt", die_sending(&site, issue, "b", true), 1);
	want_int("held", count_state(&site, RECIPIENT_HELD), 1);
	want_int("the other one", count_state(&site, RECIPIENT_WIRE), 1);
	site_end(&site);
}

static void
test_8_fence(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	struct store *other;
	struct shard mine, theirs;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	other = site_open(&site);
	claim(site.store, issue, "a", "boot", false, &mine);
	turn(site.store, &mine, 1, RECIPIENT_WIRE);
	want_true(
		"taken over", claim(other, issue, "b", "boot", false, &theirs));
	want_int("in doubt", theirs.doubts, 1);
	want_error("outcome",
		try_turn(site.store, &mine, 1, RECIPIENT_SENT, &err), &err,
		ERROR_LATER, "another process took over");
	want_error("release", store_shard_release(site.store, &mine, &err),
		&err, ERROR_LATER, "another process took over");
	want_int("unchanged", count_state(&site, RECIPIENT_DUE), 3);
	turn(other, &theirs, 1, RECIPIENT_WIRE);
	turn(other, &theirs, 1, RECIPIENT_SENT);
	release(other, &theirs);
	want_error("after a release too",
		try_turn(other, &theirs, 2, RECIPIENT_WIRE, &err), &err,
		ERROR_LATER, "took over");
	store_close(other);
	site_end(&site);
}

/* All rows of a turn or none. */
static void
test_8_turn_is_whole(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	want_error("second row",
		store_turn(site.store, NOW,
			(struct turn_row[]){
				{.shard = &shard,
					.seq = 1,
					.state = RECIPIENT_WIRE},
				{.shard = &shard,
					.seq = 2,
					.state = RECIPIENT_SENT},
			},
			2, &err),
		&err, ERROR_DATA, "recipient 2");
	want_int("nothing", count_state(&site, RECIPIENT_DUE), 3);
	site_end(&site);
}

static void
test_9_other_boot(void **state)
{
	struct site site;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	turn(site.store, &shard, 1, RECIPIENT_SENT);
	want_true("after a restart",
		claim(site.store, issue, "b", "other", false, &shard));
	/* Turns of a server's database were on its disk. */
	want_int("those not final", shard.doubts, site.server ? 0 : 2);
	want_int("due", load(site.store, &shard, NULL), 2);
	release(site.store, &shard);
	want_true("given back",
		claim(site.store, issue, "c", "third", false, &shard));
	want_int("nobody in doubt", shard.doubts, 0);
	site_end(&site);
}

/* Power that goes again and again holds nobody who is due. */
static void
test_9_many_boots(void **state)
{
	static const char *const boots[] = {"1", "2", "3", "4", "5"};
	struct site site;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	for (size_t i = 0; i < COUNT(boots); i++) {
		want_true("claim",
			claim(site.store, issue, boots[i], boots[i], false,
				&shard));
		if (i < 3)
			turn(site.store, &shard, 1, RECIPIENT_WIRE);
	}
	want_int("held", count_state(&site, RECIPIENT_HELD), 1);
	want_int("due", count_state(&site, RECIPIENT_DUE), 2);
	site_end(&site);
}

/* Where doubts are held all turns are on the disk: only `wire` is in doubt. */
static void
test_9_boot_of_who_is_held(void **state)
{
	struct site site;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", true, &shard);
	want_true("each turn is on the disk", shard.hold);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	want_true("after a restart",
		claim(site.store, issue, "b", "other", true, &shard));
	want_int("in doubt", shard.doubts, 1);
	want_int("held", count_state(&site, RECIPIENT_HELD), 1);
	want_int("due", load(site.store, &shard, NULL), 2);
	site_end(&site);
}

/* ----- 10, 11 ----- */

static void
test_10_inactive_is_dropped(void **state)
{
	struct site site;
	struct shard shard;
	int64_t issue, seq;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 4);
	issue = open_issue(&site);
	set_state(site.store, site.list, "r1@example.org", SUBSCRIBER_GONE,
		ACTOR_SELF);
	claim(site.store, issue, "a", "boot", false, &shard);
	want_int("loaded", load(site.store, &shard, &seq), 3);
	want_int("the next one", seq, 2);
	want_int("not yet", count_state(&site, RECIPIENT_DROPPED), 0);
	MUST(store_turn(site.store, NOW, NULL, 0, &must));
	want_int(
		"with the next turn", count_state(&site, RECIPIENT_DROPPED), 1);
	turn(site.store, &shard, 2, RECIPIENT_WIRE);

	/* Also in a resend. */
	set_state(site.store, site.list, "r2@example.org", SUBSCRIBER_PAUSED,
		ACTOR_SELF);
	claim(site.store, issue, "b", "boot", false, &shard);
	want_int("in doubt", shard.doubts, 1);
	want_int("loaded", load(site.store, &shard, &seq), 2);
	release(site.store, &shard);
	want_int("with the release", count_state(&site, RECIPIENT_DROPPED), 2);
	site_end(&site);
}

static void
test_11_closing(void **state)
{
	struct issue_record r;
	struct site site;
	struct shard shard;
	int64_t issue;
	bool closed;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	issue = open_issue(&site);
	MUST(store_issue_close(site.store, issue, NOW, false, &closed, &must));
	want_true("due", !closed);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	turn(site.store, &shard, 2, RECIPIENT_DUE);
	MUST(store_issue_close(site.store, issue, NOW, true, &closed, &must));
	want_true("wire", !closed);
	turn(site.store, &shard, 1, RECIPIENT_SENT);
	release(site.store, &shard);
	MUST(store_issue_close(
		site.store, issue, NOW + 5, false, &closed, &must));
	want_true("closed", closed);
	r = issue_of(&site, 1);
	want_int("state", r.state, ISSUE_CLOSED);
	want_int("when", r.closed, NOW + 5);
	want_int("sent", r.counts[RECIPIENT_SENT], 1);
	want_int("expired", r.counts[RECIPIENT_EXPIRED], 1);
	want_int("carried", r.carried, 2);
	issue_record_clear(&r);
	site_end(&site);
}

/* ----- 12, 13: test_store_merge.c has the rest ----- */

static void
merge_keys(struct site *site, int from, int to, bool accept,
	struct merge_report *report)
{
	struct merge *merge = store_merge_new(site->store, site->list,
		&(struct merge_options){.actor = ACTOR_FILE,
			.origin = ORIGIN_FILE,
			.strike = true,
			.accept = accept,
			.at = NOW});

	for (int i = from; i <= to; i++) {
		char *key = mem_printf("r%d@example.org", i);
		struct subscriber s = {
			.key = key, .address = key, .since = INSTANT_NONE};

		MUST(store_merge_add(merge, &s, 0, &must));
		free(key);
	}
	MUST(store_merge_finish(merge, report, &must));
	store_merge_free(merge);
}

static void
test_12_gone_stays_gone(void **state)
{
	static const enum subscriber_state left[] = {
		SUBSCRIBER_GONE, SUBSCRIBER_ERASED};
	struct error err = ERROR_INIT;
	struct merge_report report;
	struct subscriber *s;
	struct site site;

	(void)state;
	for (size_t i = 0; i < COUNT(left); i++) {
		site_start(&site);
		add_readers(site.store, site.list, 2);
		set_state(site.store, site.list, "r1@example.org", left[i],
			ACTOR_SELF);
		merge_keys(&site, 1, 2, true, &report);
		want_int("kept out", report.kept_out, 1);
		want_int("returned", report.returned, 0);
		merge_keys(&site, 2, 2, true, &report);
		merge_keys(&site, 1, 2, true, &report);
		s = store_subscriber(
			site.store, site.list, "r1@example.org", &err);
		want_int("state", s->state, left[i]);
		subscriber_free(s);
		want_error("by an editor",
			store_subscriber_change(site.store, site.list,
				&(struct change){
					.subscriber =
						&(struct subscriber){
							.key = "r1@example.org",
							.address =
								"r1@example.org"},
					.state = SUBSCRIBER_ACTIVE,
					.actor = ACTOR_EDITOR,
					.at = NOW},
				&err),
			&err, ERROR_DATA, "only he can come back");
		set_state(site.store, site.list, "r1@example.org",
			SUBSCRIBER_ACTIVE, ACTOR_SELF);
		site_end(&site);
	}
}

static void
test_13_guard(void **state)
{
	static const struct {
		const char *name;
		int people, left;
		bool accept, guarded;
	} cases[] = {
		{"a fifth", 10, 8, false, false},
		{"more than a fifth", 10, 7, false, true},
		{"when told", 10, 7, true, false},
		{"all of many", 10, 0, false, true},
		{"all of few", 4, 0, false, false},
	};
	struct merge_report report;
	size_t counts[SUBSCRIBER_STATES];
	struct site site;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int struck = cases[i].people - cases[i].left;

		site_start(&site);
		merge_keys(&site, 1, cases[i].people, false, &report);
		want_int(cases[i].name, report.added, cases[i].people);
		merge_keys(&site, 1, cases[i].left, cases[i].accept, &report);
		want_int(cases[i].name, report.guarded, cases[i].guarded);
		if (cases[i].guarded) {
			want_int("would", report.would_strike, struck);
			want_int("of", report.of, cases[i].people);
			struck = 0;
		}
		want_int(cases[i].name, report.struck, struck);
		MUST(store_subscriber_counts(
			site.store, site.list, counts, &must));
		want_int(cases[i].name, counts[SUBSCRIBER_REMOVED], struck);
		site_end(&site);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_1_whole_or_not_at_all),
		cmocka_unit_test(test_2_unique),
		cmocka_unit_test(test_3_opening_consumes),
		cmocka_unit_test(test_4_wire_is_committed),
		cmocka_unit_test(test_5_final_states),
		cmocka_unit_test(test_5_retry_alone_leads_back),
		cmocka_unit_test(test_6_claim_settles),
		cmocka_unit_test(test_6_released_in_doubt),
		cmocka_unit_test(test_7_third_time_held),
		cmocka_unit_test(test_7_hold_at_once),
		cmocka_unit_test(test_8_fence),
		cmocka_unit_test(test_8_turn_is_whole),
		cmocka_unit_test(test_9_other_boot),
		cmocka_unit_test(test_9_many_boots),
		cmocka_unit_test(test_9_boot_of_who_is_held),
		cmocka_unit_test(test_10_inactive_is_dropped),
		cmocka_unit_test(test_11_closing),
		cmocka_unit_test(test_12_gone_stays_gone),
		cmocka_unit_test(test_13_guard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
