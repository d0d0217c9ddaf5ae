/*
 * The bounce policy: one reader, a row of failures, and what they come to.
 */
#include "membership_unit.h"

#include "store/suppress.h"

#define H RETURN_HARD
#define S RETURN_SOFT
#define T RETURN_TEMPORARY
#define C RETURN_COMPLAINT

/* What came back of which issue (0 ends; PROBE: of a probe), so many days
 * after he joined. */
struct back {
	enum return_class class;
	int issue, day;
	enum bounce_effect want;
};

enum { PROBE = -1, ROWS = 6 };

static enum bounce_effect
take_back(struct club *c, int64_t subscriber, const struct back *b)
{
	enum bounce_effect effect;

	MUST(bounce_take(c->site.store,
		&(struct bounce){.list = &c->list,
			.list_id = c->site.list,
			.subscriber = subscriber,
			.issue = b->issue == PROBE ? 0 : b->issue,
			.probe = b->issue == PROBE,
			.class = b->class,
			.status = "5.1.1",
			.text = "no\r\nsuch user",
			.now = NOW + DAYS(b->day)},
		&effect, &must));
	return effect;
}

static const struct row {
	const char *name;
	struct back back[ROWS];
	int hard, soft;
	const char *state;
} rows[] = {
	{"hard, at once", {{H, 1, 1, BOUNCE_DROPPED}}, 1, 3, "bounced"},
	{"hard, after two",
		{{H, 1, 1, BOUNCE_COUNTED}, {H, 1, 2, BOUNCE_KNOWN},
			{H, 2, 3, BOUNCE_DROPPED}},
		2, 3, "bounced"},
	{"soft",
		{{S, 1, 1, BOUNCE_COUNTED}, {S, 2, 2, BOUNCE_COUNTED},
			{S, 2, 2, BOUNCE_KNOWN}, {S, 3, 3, BOUNCE_DROPPED}},
		1, 3, "bounced"},
	{"soft ones age out",
		{{S, 1, 1, BOUNCE_COUNTED}, {S, 2, 2, BOUNCE_COUNTED},
			{S, 3, 70, BOUNCE_COUNTED}, {S, 4, 71, BOUNCE_COUNTED}},
		1, 3, "active"},
	{"temporary, never",
		{{T, 1, 1, BOUNCE_COUNTED}, {T, 2, 2, BOUNCE_COUNTED},
			{T, 3, 3, BOUNCE_COUNTED}, {T, 4, 4, BOUNCE_COUNTED}},
		1, 1, "active"},
	{"a complaint",
		{{C, 1, 1, BOUNCE_DROPPED}, {C, 2, 2, BOUNCE_IGNORED},
			{H, 2, 3, BOUNCE_IGNORED}},
		1, 3, "gone"},
	{"nothing after it",
		{{H, 1, 1, BOUNCE_DROPPED}, {H, 2, 2, BOUNCE_IGNORED}}, 1, 3,
		"bounced"},
	{"a complaint of who bounced",
		{{H, 1, 1, BOUNCE_DROPPED}, {C, 1, 2, BOUNCE_DROPPED}}, 1, 3,
		"gone"},
	{"an old reader is asked",
		{{H, 1, 180, BOUNCE_PROBED}, {H, 2, 181, BOUNCE_COUNTED},
			{T, PROBE, 181, BOUNCE_COUNTED}},
		1, 3, "active"},
	{"and does not answer",
		{{H, 1, 180, BOUNCE_PROBED}, {H, PROBE, 181, BOUNCE_DROPPED}},
		1, 3, "bounced"},
	{"nor is his mailbox emptied",
		{{S, 1, 200, BOUNCE_PROBED}, {S, PROBE, 201, BOUNCE_DROPPED}},
		1, 1, "bounced"},
	{"not old enough", {{H, 1, 179, BOUNCE_DROPPED}}, 1, 3, "bounced"},
};

static void
test_policy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct club c;
		int64_t id;

		id = club_start_with_ada(&c);
		c.list.bounce_policy.hard = row->hard;
		c.list.bounce_policy.soft = row->soft;
		for (int k = 0; k < ROWS && row->back[k].issue; k++)
			want_int(row->name, take_back(&c, id, &row->back[k]),
				row->back[k].want);
		want_text(row->name, club_state(&c, ADA), row->state);
		club_end(&c);
	}
}

static void
test_unknown(void **state)
{
	struct club c;

	(void)state;
	club_start(&c);
	want_int("nobody",
		take_back(&c, 99, &(struct back){.class = H, .issue = 1}),
		BOUNCE_IGNORED);
	club_end(&c);
}

/* What came back before he joined anew says nothing of him now. */
static void
test_joined_anew(void **state)
{
	struct club c;
	int64_t id;

	(void)state;
	id = club_start_with_ada(&c);
	c.list.bounce_policy.hard = 2;
	take_back(&c, id, &(struct back){H, 1, 1, 0});
	take_back(&c, id, &(struct back){H, 2, 2, 0});
	want_text("bounced", club_state(&c, ADA), "bounced");
	c.m.now += DAYS(3);
	join(&c, ADA);
	want_int("one", take_back(&c, id, &(struct back){H, 3, 4, 0}),
		BOUNCE_COUNTED);
	want_text("still a reader", club_state(&c, ADA), "active");
	club_end(&c);
}

/* Six soft ones, so many days apart, read in one go: what the last comes to. */
static void
want_soft_in_one_go(int apart, enum bounce_effect want, const char *state)
{
	enum bounce_effect effect;
	struct club c;
	int64_t id = club_start_with_ada(&c);

	c.list.bounce_policy.probe_after = DAYS(999);
	for (int i = 1; i <= 6; i++)
		MUST(bounce_take(c.site.store,
			&(struct bounce){.list = &c.list,
				.list_id = c.site.list,
				.subscriber = id,
				.issue = i,
				.class = S,
				.came = NOW + DAYS(apart * i),
				.now = NOW + DAYS(apart * 6)},
			&effect, &must));
	want_int("the last", effect, want);
	want_text("three in 60 days", club_state(&c, ADA), state);
	club_end(&c);
}

/* It counts when it came, not when it is read. */
static void
test_counts_when_it_came(void **state)
{
	enum bounce_effect effect;
	struct club c;
	int64_t id;

	(void)state;
	want_soft_in_one_go(30, BOUNCE_DROPPED, "bounced");
	want_soft_in_one_go(31, BOUNCE_COUNTED, "active");
	/* A clock that is behind by a minute makes nothing older than he is. */
	id = club_start_with_ada(&c);
	MUST(bounce_take(c.site.store,
		&(struct bounce){.list = &c.list,
			.list_id = c.site.list,
			.subscriber = id,
			.issue = 1,
			.class = H,
			.came = NOW - 60,
			.now = NOW + 60},
		&effect, &must));
	want_int("another clock", effect, BOUNCE_DROPPED);
	club_end(&c);
}

/* The address that he has now is not the one that failed. */
static void
test_another_address(void **state)
{
	static const struct subscriber new = {.key = "ada@new.example",
		.address = "ada@new.example",
		.origin = ORIGIN_WEB};
	int64_t id, before;
	struct club c;

	(void)state;
	id = club_start_with_ada(&c);
	c.list.bounce_policy.hard = 2;
	before = open_issue(&c.site);
	want_int("one", take_back(&c, id, &(struct back){H, 98, 0, 0}),
		BOUNCE_COUNTED);
	MUST(store_subscriber_readdress(c.site.store, c.site.list, id,
		&(struct change){.subscriber = &new,
			.proof = "both confirmed",
			.at = NOW + DAYS(1)},
		&must));
	for (int i = 0; i < 2; i++)
		want_int("what went to the old one",
			take_back(&c, id, &(struct back){H, (int)before, 2, 0}),
			BOUNCE_OLD);
	want_int("the first of the new one",
		take_back(&c, id, &(struct back){H, 99, 3, 0}), BOUNCE_COUNTED);
	want_text("a reader", club_state(&c, new.key), "active");
	want_int("but his word is his",
		take_back(&c, id, &(struct back){C, (int)before, 3, 0}),
		BOUNCE_DROPPED);
	want_text("gone", club_state(&c, new.key), "gone");
	club_end(&c);
}

/* Who is kept from the other lists of the site, by rule and class. */
static void
test_suppress(void **state)
{
	static const struct {
		enum suppress_rule rule;
		enum return_class class;
		bool want;
	} cases[] = {
		{SUPPRESS_NONE, C, false},
		{SUPPRESS_NONE, H, false},
		{SUPPRESS_COMPLAINTS, C, true},
		{SUPPRESS_COMPLAINTS, H, false},
		{SUPPRESS_HARD, C, true},
		{SUPPRESS_HARD, H, true},
		{SUPPRESS_HARD, S, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct club c;
		bool suppressed;

		club_start(&c);
		c.list.bounce_policy.suppress = cases[i].rule;
		c.list.bounce_policy.soft = 1;
		join(&c, ADA);
		want_int("dropped",
			take_back(&c, club_id(&c, ADA),
				&(struct back){cases[i].class, 1, 1, 0}),
			BOUNCE_DROPPED);
		MUST(store_is_suppressed(c.site.store, c.daily_id, ADA,
			&suppressed, NULL, &must));
		want_int("suppressed", suppressed, cases[i].want);
		club_end(&c);
	}
}

/* A probe that does not come back wipes the slate. */
static void
test_settle(void **state)
{
	struct club c;
	size_t count;
	int64_t id;

	(void)state;
	id = club_start_with_ada(&c);
	take_back(&c, id, &(struct back){H, 1, 180, 0});
	c.m.now = NOW + DAYS(180);
	want_mails(&c, "asked", "probe ada@example.org; ");
	MUST(bounce_settle_probes(c.site.store, &c.list, c.site.list,
		NOW + DAYS(187), &count, &must));
	want_int("not yet", count, 0);
	MUST(bounce_settle_probes(c.site.store, &c.list, c.site.list,
		NOW + DAYS(187) + 1, &count, &must));
	want_int("well", count, 1);
	c.list.bounce_policy.hard = 2;
	want_int("counted anew",
		take_back(&c, id, &(struct back){H, 2, 190, 0}),
		BOUNCE_COUNTED);
	club_end(&c);
}

static bool
keep_text(void *data, const struct return_record *r)
{
	str_add(data, r->text);
	return true;
}

/* Servers write what they like; it stands on one line. */
static void
test_text(void **state)
{
	struct str text = STR_INIT;
	struct club c;
	int64_t id;

	(void)state;
	id = club_start_with_ada(&c);
	take_back(&c, id, &(struct back){T, 1, 1, 0});
	MUST(store_returns(c.site.store, id, keep_text, &text, &must));
	want_text("one line", str_text(&text), "no such user");
	str_clear(&text);
	club_end(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_joined_anew),
		cmocka_unit_test(test_counts_when_it_came),
		cmocka_unit_test(test_another_address),
		cmocka_unit_test(test_suppress),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
