/* Turns of several rows, and what a refusal tells the roster. */
#include "store_unit.h"

#include "store/handle.h"

enum { PEOPLE = 12 };

struct sending {
	struct site site;
	struct shard shard;
	int64_t issue;
};

static void
start(struct sending *s)
{
	site_start(&s->site);
	add_readers(s->site.store, s->site.list, PEOPLE);
	s->issue = open_issue(&s->site);
	claim(s->site.store, s->issue, "a", "boot", false, &s->shard);
}

/* The rows go on the wire in one turn. */
static bool
send(struct sending *s, const int64_t *seqs, size_t count, struct error *err)
{
	struct turn_row rows[PEOPLE];

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct turn_row){.shard = &s->shard,
			.seq = seqs[i],
			.state = RECIPIENT_WIRE};
	return store_turn(s->site.store, NOW, rows, count, err);
}

static void
neighbours_go_together(void **state)
{
	static const int64_t seqs[] = {2, 3, 4, 6, 8, 9, 1};
	struct error err = ERROR_INIT;
	struct sending s;

	(void)state;
	start(&s);
	want_true("all", send(&s, seqs, COUNT(seqs), &err));
	want_int("on the wire", count_state(&s.site, RECIPIENT_WIRE),
		COUNT(seqs));
	want_int("due", count_state(&s.site, RECIPIENT_DUE),
		PEOPLE - COUNT(seqs));
	site_end(&s.site);
}

/* One of them has been sent, is on the wire, or is not there: none goes. */
static void
all_or_nobody(void **state)
{
	static const int64_t seqs[] = {1, 2, 3, 4, 5};
	static const int64_t beyond[] = {PEOPLE - 1, PEOPLE, PEOPLE + 1};
	struct error err = ERROR_INIT;
	struct sending s;

	(void)state;
	start(&s);
	turn(s.site.store, &s.shard, 3, RECIPIENT_WIRE);
	want_error("on the wire", send(&s, seqs, COUNT(seqs), &err), &err,
		ERROR_DATA, "is 'wire' and cannot become 'wire'");
	turn(s.site.store, &s.shard, 3, RECIPIENT_SENT);
	want_error("sent", send(&s, seqs, COUNT(seqs), &err), &err, ERROR_DATA,
		"recipient 3 is 'sent' and cannot become 'wire'");
	want_error("nobody", send(&s, beyond, COUNT(beyond), &err), &err,
		ERROR_DATA, "there is no recipient 13");
	want_int("due", count_state(&s.site, RECIPIENT_DUE), PEOPLE - 1);
	site_end(&s.site);
}

/* ----- what became of many ----- */

enum { FAR = 700 }; /* from each other, in one shard */

struct want {
	int64_t seq;
	const char *row; /* state, tries, next_at, code, reply */
};

static void
want_row(struct sending *s, const struct want *want)
{
	struct error err = ERROR_INIT;
	struct db_rows *rows = db_query(s->site.store->db, &err,
		"SELECT state || ' ' || tries || ' ' || next_at || ' ' || code"
		" || ' ' || coalesce(reply, 'NULL') FROM recipient"
		" WHERE id = " RECIPIENT_ID("?1", "?2"),
		db_int(s->issue), db_int(want->seq));

	want_true("there", db_next(rows, &err));
	want_text("row", row_text(rows, 0), want->row);
	db_done(rows);
}

static void
begin_with(struct sending *s, int people)
{
	site_start(&s->site);
	add_readers(s->site.store, s->site.list, people);
	s->issue = open_issue(&s->site);
	claim(s->site.store, s->issue, "a", "boot", false, &s->shard);
}

static void
end_with(struct sending *s, const struct turn_row *rows, size_t count,
	const struct want *wants, size_t want_count)
{
	MUST(store_turn(s->site.store, NOW, rows, count, &must));
	for (size_t i = 0; i < want_count; i++)
		want_row(s, &wants[i]);
	site_end(&s->site);
}

#define ROW(number, ...)                                          \
	{                                                         \
		.shard = &s.shard, .seq = (number), ##__VA_ARGS__ \
	}
#define SENT .state = RECIPIENT_SENT, .tried = true, .code = 250
#define LATER(when) \
	.state = RECIPIENT_DUE, .tried = true, .next_at = (when), .code = 450
#define REFUSED .state = RECIPIENT_REFUSED, .tried = true, .code = 550

/* Alike or not, near each other or not, in any order: each gets what is his,
 * and who stands between them nothing. */
static void
each_gets_his_own(void **state)
{
	struct sending s;
	const struct turn_row rows[] = {
		ROW(60, SENT, .reply = "sixty"),
		ROW(1, SENT, .reply = "one"),
		ROW(61, LATER(NOW + 60), .reply = "sixty-one"),
		ROW(FAR, SENT, .reply = "far"),
		ROW(58, SENT),
		ROW(62, LATER(NOW + 90), .reply = "sixty-two"),
		ROW(63, REFUSED, .reply = "sixty-three"),
		ROW(64, LATER(NOW + 60), .reply = "sixty-four"),
		ROW(FAR - 1, REFUSED, .reply = "near the far"),
	};
	const struct want wants[] = {
		{1, "3 1 0 250 one"},
		{2, "1 0 0 0 NULL"},
		{58, "3 1 0 250 NULL"},
		{59, "1 0 0 0 NULL"},
		{60, "3 1 0 250 sixty"},
		{61, "0 1 1700000060 450 sixty-one"},
		{62, "0 1 1700000090 450 sixty-two"},
		{63, "4 1 0 550 sixty-three"},
		{64, "0 1 1700000060 450 sixty-four"},
		{FAR - 1, "4 1 0 550 near the far"},
		{FAR, "3 1 0 250 far"},
	};
	struct turn_row wire[FAR];

	(void)state;
	begin_with(&s, FAR);
	for (int64_t i = 0; i < FAR; i++)
		wire[i] = (struct turn_row){.shard = &s.shard,
			.seq = i + 1,
			.state = RECIPIENT_WIRE};
	MUST(store_turn(s.site.store, NOW, wire, FAR, &must));
	end_with(&s, rows, COUNT(rows), wants, COUNT(wants));
}

/* Put off, and refused in the same turn: the second word is the last. Others
 * alike it come before. */
static void
the_last_word_counts(void **state)
{
	struct sending s;
	const struct turn_row rows[] = {
		ROW(6, REFUSED, .reply = "six"),
		ROW(5, LATER(NOW + 60), .reply = "first"),
		ROW(5, REFUSED, .reply = "last"),
		ROW(7, REFUSED, .reply = "seven"),
	};
	const struct want wants[] = {
		{5, "4 2 0 550 last"},
		{6, "4 1 0 550 six"},
		{7, "4 1 0 550 seven"},
	};

	(void)state;
	begin_with(&s, PEOPLE);
	end_with(&s, rows, COUNT(rows), wants, COUNT(wants));
}

/* Some of it was written, nobody knows what: each has what is known of him, and
 * tries count once. Who was to go on the wire got nothing. */
static void
what_is_known_is_written_once(void **state)
{
	static const int64_t out[] = {1, 2, 3, 4, 5, 6};
	struct sending s;
	const struct turn_row written[] = {
		ROW(1, SENT, .reply = "one"),
		ROW(3, LATER(NOW + 60), .reply = "three"),
	};
	const struct turn_row known[] = {
		ROW(1, SENT, .reply = "one"),
		ROW(2, SENT, .reply = "two"),
		ROW(3, LATER(NOW + 60), .reply = "three"),
		ROW(4, LATER(NOW + 60), .reply = "four"),
		ROW(5, .state = RECIPIENT_WIRE),
		ROW(7, .state = RECIPIENT_WIRE),
		ROW(8, REFUSED, .reply = "eight"),
	};
	const struct want wants[] = {
		{1, "3 1 0 250 one"},
		{2, "3 1 0 250 two"},
		{3, "0 1 1700000060 450 three"},
		{4, "0 1 1700000060 450 four"},
		{5, "0 0 0 0 NULL"},
		{6, "1 0 0 0 NULL"},
		{8, "4 1 0 550 eight"},
	};

	(void)state;
	begin_with(&s, PEOPLE);
	MUST(send(&s, out, COUNT(out), &must));
	MUST(store_turn(s.site.store, NOW, written, COUNT(written), &must));
	MUST(store_turn_rescue(s.site.store, NOW, known, COUNT(known), &must));
	for (size_t i = 0; i < COUNT(wants); i++)
		want_row(&s, &wants[i]);
	want_int("on the wire", count_state(&s.site, RECIPIENT_WIRE), 1);
	site_end(&s.site);
}

/* Another one has the shard: what he makes of it stands. */
static void
nothing_is_known_of_what_is_anothers(void **state)
{
	static const int64_t out[] = {1};
	struct sending s;
	struct shard others;
	const struct turn_row known[] = {ROW(1, SENT)};

	(void)state;
	start(&s);
	MUST(send(&s, out, COUNT(out), &must));
	claim(s.site.store, s.issue, "b", "boot", false, &others);
	MUST(store_turn_rescue(s.site.store, NOW, known, COUNT(known), &must));
	want_int("sent", count_state(&s.site, RECIPIENT_SENT), 0);
	site_end(&s.site);
}

/* ----- the roster ----- */

static enum subscriber_state
state_of(struct sending *s, const char *key)
{
	struct subscriber *r;
	enum subscriber_state state;

	MUST((r = store_subscriber(s->site.store, s->site.list, key, &must)));
	state = r->state;
	subscriber_free(r);
	return state;
}

static void
refuse(struct sending *s, int64_t seq, bool bounced)
{
	const struct turn_row row = {.shard = &s->shard,
		.seq = seq,
		.state = RECIPIENT_REFUSED,
		.tried = true,
		.bounced = bounced,
		.code = 550,
		.reply = "5.1.1 No such user"};

	MUST(store_turn(s->site.store, NOW, &row, 1, &must));
}

static bool
keep_last(void *data, const struct consent *c)
{
	struct str *last = data;

	str_truncate(last, 0);
	str_printf(last, "%s to %s by %s: %s", subscriber_state_name(c->was),
		subscriber_state_name(c->now), actor_name(c->actor),
		c->proof ? c->proof : "");
	return true;
}

static void
want_last(struct sending *s, const char *key, const char *want)
{
	struct str last = STR_INIT;
	struct subscriber *r;

	MUST((r = store_subscriber(s->site.store, s->site.list, key, &must)));
	MUST(store_consents(s->site.store, r->id, keep_last, &last, &must));
	want_text(key, str_text(&last), want);
	subscriber_free(r);
	str_clear(&last);
}

static void
a_refusal_tells_the_roster(void **state)
{
	struct sending s;
	size_t count;

	(void)state;
	start(&s);
	refuse(&s, 1, true);
	refuse(&s, 2, false);
	set_state(s.site.store, s.site.list, "r3@example.org", SUBSCRIBER_GONE,
		ACTOR_SELF);
	refuse(&s, 3, true);
	want_int("bounced", state_of(&s, "r1@example.org"), SUBSCRIBER_BOUNCED);
	want_int("not that", state_of(&s, "r2@example.org"), SUBSCRIBER_ACTIVE);
	want_int("stays gone", state_of(&s, "r3@example.org"), SUBSCRIBER_GONE);
	want_last(&s, "r1@example.org",
		"active to bounced by relay: refused in issue 1: 550 5.1.1 No "
		"such user");
	/* An editor's word takes it back, and only that. */
	set_state(s.site.store, s.site.list, "r4@example.org",
		SUBSCRIBER_BOUNCED, ACTOR_INBOX);
	refuse(&s, 4, true);
	MUST(store_issue_retry(
		s.site.store, s.issue, NOW, false, &count, &must));
	want_int("retried", count, 4);
	want_int("again", state_of(&s, "r1@example.org"), SUBSCRIBER_ACTIVE);
	want_last(&s, "r1@example.org",
		"bounced to active by editor: tried again by an editor");
	want_int("not who was returned", state_of(&s, "r4@example.org"),
		SUBSCRIBER_BOUNCED);
	want_int("nor who left", state_of(&s, "r3@example.org"),
		SUBSCRIBER_GONE);
	site_end(&s.site);
}

/* He leaves between the look at him and the writing: his word stands. */
static void
a_refusal_comes_behind_a_leaving(void **state)
{
	struct sending s;
	PGconn *other;
	char *leave;

	(void)state;
	NEEDS_SERVER();
	start(&s);
	store_close(s.site.store);
	MUST((s.site.store =
			store_open(&(struct store_options){.url = s.site.url,
					   .patience_ms = 10000},
				&must)));
	other = PQconnectdb(s.site.url);
	leave = mem_printf("BEGIN; UPDATE subscriber SET state = %d"
			   " WHERE key = 'r1@example.org'",
		SUBSCRIBER_GONE);
	PQclear(PQexec(other, leave));
	want_int("sent", PQsendQuery(other, "SELECT pg_sleep(0.3); COMMIT"), 1);
	refuse(&s, 1, true);
	while (PQgetResult(other))
		continue;
	want_int("gone", state_of(&s, "r1@example.org"), SUBSCRIBER_GONE);
	PQfinish(other);
	free(leave);
	site_end(&s.site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_go_together),
		cmocka_unit_test(all_or_nobody),
		cmocka_unit_test(each_gets_his_own),
		cmocka_unit_test(the_last_word_counts),
		cmocka_unit_test(what_is_known_is_written_once),
		cmocka_unit_test(nothing_is_known_of_what_is_anothers),
		cmocka_unit_test(a_refusal_tells_the_roster),
		cmocka_unit_test(a_refusal_comes_behind_a_leaving),
	};

	return cmocka_run_group_tests_name("store: turns", tests, NULL, NULL);
}
