/*
 * What readers do about their membership, and what strangers can make of it.
 */
#include "membership_unit.h"

#include "store/suppress.h"

/* ----- joining ----- */

static bool
add_proof(void *data, const struct consent *c)
{
	str_printf(data, "%s %s (%s); ", subscriber_state_name(c->now),
		actor_name(c->actor), c->proof ? c->proof : "");
	return true;
}

static void
test_join(void **state)
{
	struct str proofs = STR_INIT;
	struct subscriber *s;
	struct club c;
	int64_t id = 0;

	(void)state;
	club_start(&c);
	ask_to_join(&c, "Ada@Example.org");
	want_text("asked", club_state(&c, ADA), "pending");
	free(club_mails(&c, &id));
	want_int("done", confirm_as(&c, id, NOW, TOKEN_CONFIRM), CONFIRM_DONE);
	want_mails(&c, "welcome", "welcome Ada@Example.org; ");
	s = store_subscriber(c.site.store, c.site.list, ADA, NULL);
	want_int("active", s->state, SUBSCRIBER_ACTIVE);
	want_text("name", s->name, "Ada");
	want_text("language", s->language, "tr");
	want_int("origin", s->origin, ORIGIN_WEB);
	want_int("since", s->since, NOW);
	MUST(store_consents(c.site.store, s->id, add_proof, &proofs, &must));
	want_text("proof", str_text(&proofs),
		"pending self (asked: form, 192.0.2.7; shown: 'I want it'); "
		"active self (confirmed: form, 192.0.2.7; asked: form, "
		"192.0.2.7, 2023-11-14T22:13:20Z; shown: 'I want it'); ");
	subscriber_free(s);
	want_int("again", confirm_as(&c, id, NOW, TOKEN_CONFIRM),
		CONFIRM_ALREADY);
	want_mails(&c, "no second welcome", "");
	str_clear(&proofs);
	club_end(&c);
}

static void
prepare(struct club *c, enum subscriber_state state)
{
	join(c, ADA);
	if (state == SUBSCRIBER_BOUNCED)
		set_state(c->site.store, c->site.list, ADA, state, ACTOR_INBOX);
	else if (state != SUBSCRIBER_ACTIVE)
		set_state(c->site.store, c->site.list, ADA, state, ACTOR_SELF);
	c->m.now += DAYS(2);
}

/* For each state: what asking sends, what it leaves, and what confirming
 * makes; NULL: nobody is asked to confirm. */
struct asked {
	enum subscriber_state was;
	const char *mail, *asked, *confirmed;
};

static void
want_asked(struct club *c, const struct asked *want)
{
	const char *name = subscriber_state_name(want->was);
	int64_t id = 0;
	char *mails = club_mails(c, &id);

	want_text(name, mails, want->mail);
	want_text(name, club_state(c, ADA), want->asked);
	free(mails);
	if (!want->confirmed)
		return;
	confirm_as(c, id, c->m.now, TOKEN_CONFIRM);
	want_text(name, club_state(c, ADA), want->confirmed);
}

static void
test_join_from(void **state)
{
	static const struct asked cases[] = {
		{SUBSCRIBER_ACTIVE, "known ada@example.org; ", "active", NULL},
		{SUBSCRIBER_PAUSED, "known ada@example.org; ", "paused", NULL},
		{SUBSCRIBER_REMOVED, "confirm-join ada@example.org; ",
			"removed", "active"},
		{SUBSCRIBER_BOUNCED, "confirm-join ada@example.org; ",
			"bounced", "active"},
		{SUBSCRIBER_GONE, "confirm-join ada@example.org; ", "gone",
			"active"},
		{SUBSCRIBER_ERASED, "confirm-join ada@example.org; ", "erased",
			"active"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct club c;

		club_start(&c);
		prepare(&c, cases[i].was);
		ask_to_join(&c, ADA);
		want_asked(&c, &cases[i]);
		club_end(&c);
	}
}

/* Whatever a stranger types, the address gets one mail a day, the site sends no
 * more than its cap, and nothing is left behind of what a limit refused. */
static void
test_bombing(void **state)
{
	struct club c;

	(void)state;
	club_start(&c);
	c.list.serving.mails_an_hour = 2;
	ask_to_join(&c, ADA);
	ask_to_join(&c, "ADA@example.org");
	want_mails(&c, "one", "confirm-join ada@example.org; ");
	ask_to_join(&c, BOB);
	ask_to_join(&c, "c@example.org");
	want_mails(&c, "the cap", "confirm-join bob@example.org; ");
	want_text("nothing is kept", club_state(&c, "c@example.org"), "-");
	c.m.now += 3601;
	ask_to_join(&c, "c@example.org");
	ask_to_join(&c, ADA);
	want_mails(&c, "later", "confirm-join c@example.org; ");
	club_end(&c);
}

/* Nor does who uses up the cap keep readers from leaving. */
static void
test_bombing_and_leaving(void **state)
{
	int64_t id;
	struct club c;

	(void)state;
	id = club_start_with_ada(&c);
	c.list.serving.mails_an_hour = 1;
	c.m.now += 3601;
	ask_to_join(&c, BOB);
	ask_to_join(&c, "c@example.org");
	want_mails(&c, "the cap", "confirm-join bob@example.org; ");
	MUST(membership_ask_to_leave(&c.m, ADA, &must));
	want_mails(&c, "he may leave", "confirm-leave ada@example.org; ");
	MUST(membership_ask_to_erase(&c.m, id, &must));
	want_mails(&c, "and no more than the cap", "");
	club_end(&c);
}

/* Nor do all lists of a site together write to one who did not ask. */
static void
test_bombing_by_all_lists(void **state)
{
	size_t taken = 0;
	struct club c;

	(void)state;
	club_start(&c);
	for (int i = 0; i < 30; i++) {
		char *name = mem_printf("list %d", i);
		char *mails;

		MUST(store_list(c.site.store, name, &c.m.list_id, &must));
		ask_to_join(&c, ADA);
		mails = club_mails(&c, NULL);
		taken += *mails != '\0';
		free(mails);
		free(name);
	}
	want_int("mails", taken, 10);
	club_end(&c);
}

static void
test_join_suppressed(void **state)
{
	struct club c;

	(void)state;
	club_start(&c);
	MUST(store_suppress(c.site.store,
		&(struct suppression){
			SITE_WIDE, ADA, "asked us to", ACTOR_EDITOR, NOW},
		&must));
	ask_to_join(&c, ADA);
	want_mails(&c, "silent", "");
	want_text("nobody", club_state(&c, ADA), "-");
	club_end(&c);
}

static void
test_join_refused(void **state)
{
	struct error err = ERROR_INIT;
	struct club c;

	(void)state;
	club_start(&c);
	want_error("no address",
		membership_ask_to_join(
			&c.m, &(struct join_wish){.address = "ada"}, &err),
		&err, ERROR_DATA, "@");
	c.list.joining.open = false;
	want_error("closed",
		membership_ask_to_join(
			&c.m, &(struct join_wish){.address = ADA}, &err),
		&err, ERROR_DATA, "does not take requests");
	club_end(&c);
}

/* ----- confirming ----- */

static void
test_confirm_results(void **state)
{
	static const struct {
		const char *name;
		int64_t id, at, later;
		enum token_purpose purpose;
		enum confirm_result want;
	} cases[] = {
		{"none", 9, NOW, 0, TOKEN_CONFIRM, CONFIRM_VOID},
		{"another time", 1, NOW + 1, 0, TOKEN_CONFIRM, CONFIRM_VOID},
		{"no such half", 1, NOW, 0, TOKEN_CONFIRM_NEW, CONFIRM_VOID},
		{"too late", 1, NOW, DAYS(7) + 1, TOKEN_CONFIRM,
			CONFIRM_EXPIRED},
		{"at last", 1, NOW, DAYS(7), TOKEN_CONFIRM, CONFIRM_DONE},
	};
	struct club c;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum confirm_result result;
		struct request *r;

		club_start(&c);
		ask_to_join(&c, ADA);
		c.m.now += cases[i].later;
		MUST(membership_look(&c.m, cases[i].id, cases[i].at,
			cases[i].purpose, &result, &r, &must));
		want_int(cases[i].name, result, cases[i].want);
		request_free(r);
		want_text(cases[i].name, club_state(&c, ADA), "pending");
		want_int(cases[i].name,
			confirm_as(
				&c, cases[i].id, cases[i].at, cases[i].purpose),
			cases[i].want);
		want_text(cases[i].name, club_state(&c, ADA),
			cases[i].want == CONFIRM_DONE ? "active" : "pending");
		club_end(&c);
	}
}

/* A request is of its list. */
static void
test_confirm_elsewhere(void **state)
{
	struct club c;

	(void)state;
	club_start(&c);
	ask_to_join(&c, ADA);
	c.m.list = &c.daily;
	c.m.list_id = c.daily_id;
	want_int("another list", confirm_as(&c, 1, NOW, TOKEN_CONFIRM),
		CONFIRM_VOID);
	club_end(&c);
}

/* Asked twice, joined by the second mail, left: the first mail, found by a
 * program that follows links, brings nobody back. */
static void
test_confirm_after_leaving(void **state)
{
	static const struct {
		const char *name;
		enum actor actor;
	} cases[] = {{"left", ACTOR_SELF}, {"complained", ACTOR_INBOX}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct club c;
		int64_t first = 0;

		club_start(&c);
		ask_to_join(&c, ADA);
		free(club_mails(&c, &first));
		c.m.now += DAYS(2);
		join(&c, ADA);
		c.m.now += DAYS(1);
		MUST(store_subscriber_change(c.site.store, c.site.list,
			&(struct change){
				.subscriber = &(struct subscriber){.key = ADA,
					.address = ADA},
				.state = SUBSCRIBER_GONE,
				.actor = cases[i].actor,
				.at = c.m.now},
			&must));
		want_int(cases[i].name,
			confirm_as(&c, first, NOW, TOKEN_CONFIRM),
			CONFIRM_EXPIRED);
		want_text(cases[i].name, club_state(&c, ADA), "gone");
		join(&c, ADA);
		want_text("asked anew", club_state(&c, ADA), "active");
		club_end(&c);
	}
}

/* ----- leaving, and back ----- */

static void
test_leave(void **state)
{
	enum subscriber_state was;
	struct club c;
	int64_t id;

	(void)state;
	id = club_start_with_ada(&c);
	MUST(membership_leave(&c.m, id, &was, &must));
	want_int("was", was, SUBSCRIBER_ACTIVE);
	want_text("gone", club_state(&c, ADA), "gone");
	want_mails(&c, "goodbye", "goodbye ada@example.org; ");
	MUST(membership_leave(&c.m, id, &was, &must));
	want_int("again", was, SUBSCRIBER_GONE);
	want_mails(&c, "once", "");
	MUST(membership_leave(&c.m, 999, &was, &must));
	club_end(&c);
}

static void
test_undo(void **state)
{
	static const struct {
		const char *name;
		enum subscriber_state to;
		enum actor actor;
		int64_t later;
		bool done;
	} cases[] = {
		{"left", SUBSCRIBER_GONE, ACTOR_SELF, DAYS(1), true},
		{"too late", SUBSCRIBER_GONE, ACTOR_SELF, DAYS(1) + 1, false},
		{"paused", SUBSCRIBER_PAUSED, ACTOR_SELF, 60, true},
		{"complained", SUBSCRIBER_GONE, ACTOR_INBOX, 60, false},
		{"was removed", SUBSCRIBER_REMOVED, ACTOR_EDITOR, 60, false},
		{"nothing to undo", SUBSCRIBER_ACTIVE, ACTOR_SELF, 60, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct subscriber *s;
		struct club c;
		bool done;

		club_start(&c);
		join(&c, ADA);
		set_state(c.site.store, c.site.list, ADA, cases[i].to,
			cases[i].actor);
		c.m.now += cases[i].later;
		MUST(membership_undo(&c.m, club_id(&c, ADA), &done, &must));
		want_int(cases[i].name, done, cases[i].done);
		s = store_subscriber(c.site.store, c.site.list, ADA, NULL);
		want_int(cases[i].name, s->state,
			done ? SUBSCRIBER_ACTIVE : cases[i].to);
		want_int("as long as before", s->since, NOW);
		subscriber_free(s);
		club_end(&c);
	}
}

/* It lifts no suppression: that takes a confirmation. */
static void
test_undo_suppressed(void **state)
{
	bool done, suppressed;
	struct club c;
	int64_t id;

	(void)state;
	id = club_start_with_ada(&c);
	MUST(membership_leave(&c.m, id, NULL, &must));
	MUST(store_suppress(c.site.store,
		&(struct suppression){
			SITE_WIDE, ADA, "asked us to", ACTOR_EDITOR, NOW},
		&must));
	MUST(membership_undo(&c.m, id, &done, &must));
	want_int("done", done, false);
	want_text("gone", club_state(&c, ADA), "gone");
	MUST(store_is_suppressed(
		c.site.store, c.site.list, ADA, &suppressed, NULL, &must));
	want_int("suppressed", suppressed, true);
	club_end(&c);
}

static void
test_leave_by_mail(void **state)
{
	struct club c;

	(void)state;
	club_start(&c);
	join(&c, ADA);
	MUST(membership_ask_to_leave(&c.m, "Ada@example.ORG", &must));
	MUST(membership_ask_to_leave(&c.m, BOB, &must));
	MUST(membership_ask_to_leave(&c.m, "no address", &must));
	want_text("not yet", club_state(&c, ADA), "active");
	want_int("confirmed", confirm_last(&c), CONFIRM_DONE);
	want_text("gone", club_state(&c, ADA), "gone");
	want_mails(&c, "mails", "goodbye ada@example.org; ");
	club_end(&c);
}

/* ----- preferences ----- */

static void
test_prefer(void **state)
{
	static const struct {
		const char *name;
		struct preferences wish;
		const char *want; /* name, format, language; NULL: refused */
	} cases[] = {
		{"nothing", {NULL, NULL, NULL}, "Ada - tr"},
		{"all", {"Ada B.", "text", "EN_gb"}, "Ada B. text en-gb"},
		{"the list's", {"", "", ""}, "- - -"},
		{"one line", {"Ada\r\nBcc: x", NULL, NULL}, "Ada Bcc: x - tr"},
		{"no format", {NULL, "pdf", NULL}, NULL},
		{"no language", {NULL, NULL, "<b>"}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str got = STR_INIT;
		struct subscriber *s;
		struct club c;
		bool ok;

		club_start(&c);
		join(&c, ADA);
		ok = membership_prefer(
			&c.m, club_id(&c, ADA), &cases[i].wish, NULL);
		want_int(cases[i].name, ok, cases[i].want != NULL);
		s = store_subscriber(c.site.store, c.site.list, ADA, NULL);
		str_printf(&got, "%s %s %s", s->name ? s->name : "-",
			s->format ? s->format : "-",
			s->language ? s->language : "-");
		want_text(cases[i].name, str_text(&got),
			cases[i].want ? cases[i].want : "Ada - tr");
		subscriber_free(s);
		str_clear(&got);
		club_end(&c);
	}
}

/* Who is no reader has no preferences, and cannot pause or move back in. */
static void
test_not_a_reader(void **state)
{
	struct error err = ERROR_INIT;
	struct club c;
	int64_t id;

	(void)state;
	club_start(&c);
	prepare(&c, SUBSCRIBER_GONE);
	id = club_id(&c, ADA);
	want_error("prefer",
		membership_prefer(
			&c.m, id, &(struct preferences){.name = "Eve"}, &err),
		&err, ERROR_DATA, "no reader");
	want_error("pause", membership_pause(&c.m, id, 0, &err), &err,
		ERROR_DATA, "no reader");
	want_error("move",
		membership_move(
			&c.m, id, &c.daily, c.daily_id, &(bool){false}, &err),
		&err, ERROR_DATA, "no reader");
	want_error("change", membership_ask_to_change(&c.m, id, BOB, &err),
		&err, ERROR_DATA, "no reader");
	want_text("still", club_state(&c, ADA), "gone");
	club_end(&c);
}

static void
test_pause(void **state)
{
	struct preferences text = {.format = "text"};
	struct club c;
	size_t count;
	int64_t id;

	(void)state;
	id = club_start_with_ada(&c);
	MUST(membership_pause(&c.m, id, NOW + DAYS(14), &must));
	want_text("paused", club_state(&c, ADA), "paused");
	MUST(membership_prefer(&c.m, id, &text, &must));
	MUST(store_wake(
		c.site.store, c.site.list, NOW + DAYS(14), &count, &must));
	want_int("his date holds", count, 1);
	MUST(membership_pause(&c.m, id, NOW + DAYS(28), &must));
	MUST(membership_pause(&c.m, id, NOW - 1, &must));
	want_text("back at once", club_state(&c, ADA), "active");
	/* NOW is 22:13:20 UTC: the day that he is told begins before. */
	MUST(membership_pause_weeks(&c.m, id, 2, &must));
	MUST(store_wake(c.site.store, c.site.list,
		NOW + DAYS(14) - 22 * 3600 - 801, &count, &must));
	want_int("not the day before", count, 0);
	MUST(store_wake(c.site.store, c.site.list,
		NOW + DAYS(14) - 22 * 3600 - 800, &count, &must));
	want_int("with its letter", count, 1);
	club_end(&c);
}

static const char *
daily_state(struct club *c)
{
	struct membership weekly = c->m;
	const char *name;

	c->m.list_id = c->daily_id;
	name = club_state(c, ADA);
	c->m = weekly;
	return name;
}

static void
test_move(void **state)
{
	struct error err = ERROR_INIT;
	struct list stranger;
	struct club c;
	int64_t id;
	bool asked;

	(void)state;
	id = club_start_with_ada(&c);
	stranger = c.daily;
	stranger.name = "other";
	want_error("no sibling",
		membership_move(&c.m, id, &stranger, c.daily_id, &asked, &err),
		&err, ERROR_DATA, "no sibling");
	MUST(store_suppress(c.site.store,
		&(struct suppression){
			c.daily_id, ADA, "complaint", ACTOR_INBOX, NOW},
		&must));
	want_error("suppressed there",
		membership_move(&c.m, id, &c.daily, c.daily_id, &asked, &err),
		&err, ERROR_DATA, "may not write");
	want_text("stays", club_state(&c, ADA), "active");
	MUST(store_unsuppress(
		c.site.store, c.daily_id, ADA, &(bool){false}, &must));
	MUST(membership_move(&c.m, id, &c.daily, c.daily_id, &asked, &must));
	want_text("here", club_state(&c, ADA), "gone");
	want_text("there", daily_state(&c), "active");
	want_int("nobody is asked", asked, false);
	want_mails(&c, "no goodbye", "");
	club_end(&c);
}

/* Who pauses here pauses there, unless he reads there already. */
static void
test_move_in_a_pause(void **state)
{
	static const struct {
		enum subscriber_state there;
		const char *then;
	} cases[] = {
		{SUBSCRIBER_STATES, "paused"},
		{SUBSCRIBER_PENDING, "paused"},
		{SUBSCRIBER_REMOVED, "paused"},
		{SUBSCRIBER_PAUSED, "paused"},
		{SUBSCRIBER_ACTIVE, "active"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum subscriber_state was = cases[i].there;
		struct subscriber *s;
		struct club c;
		bool asked;
		int64_t id = club_start_with_ada(&c);

		if (was != SUBSCRIBER_STATES && was != SUBSCRIBER_PENDING)
			set_state(c.site.store, c.daily_id, ADA,
				SUBSCRIBER_ACTIVE, ACTOR_SELF);
		if (was != SUBSCRIBER_STATES)
			set_state(
				c.site.store, c.daily_id, ADA, was, ACTOR_SELF);
		MUST(membership_pause(&c.m, id, NOW + DAYS(20), &must));
		MUST(membership_move(
			&c.m, id, &c.daily, c.daily_id, &asked, &must));
		want_text("here", club_state(&c, ADA), "gone");
		want_text(cases[i].then, daily_state(&c), cases[i].then);
		s = store_subscriber(c.site.store, c.daily_id, ADA, NULL);
		want_true("comes back",
			s &&
				(s->until == NOW + DAYS(20)) ==
					(s->state == SUBSCRIBER_PAUSED));
		subscriber_free(s);
		club_end(&c);
	}
}

/* Letters get forwarded, and programs press buttons: a page brings nobody back
 * to a list that he left. */
static void
test_move_to_where_he_left(void **state)
{
	static const struct asked cases[] = {
		{SUBSCRIBER_GONE, "confirm-join ada@example.org; ", "gone",
			"active"},
		{SUBSCRIBER_ERASED, "confirm-join ada@example.org; ", "erased",
			"active"},
		{SUBSCRIBER_BOUNCED, "confirm-join ada@example.org; ",
			"bounced", "active"},
		{SUBSCRIBER_REMOVED, "welcome ada@example.org; ", "active",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *name = subscriber_state_name(cases[i].was);
		struct membership there;
		struct club c;
		int64_t id;
		bool asked;

		id = club_start_with_ada(&c);
		there = c.m;
		there.list = &c.daily;
		there.list_id = c.daily_id;
		set_state(c.site.store, c.daily_id, ADA, SUBSCRIBER_ACTIVE,
			ACTOR_SELF);
		set_state(c.site.store, c.daily_id, ADA, cases[i].was,
			cases[i].was == SUBSCRIBER_BOUNCED ? ACTOR_INBOX
							   : ACTOR_SELF);
		c.m.now = there.now = NOW + DAYS(2);
		MUST(membership_move(
			&c.m, id, &c.daily, c.daily_id, &asked, &must));
		want_int(name, asked, cases[i].confirmed != NULL);
		want_text(
			"here", club_state(&c, ADA), asked ? "active" : "gone");
		c.m = there;
		want_asked(&c, &cases[i]);
		club_end(&c);
	}
}

/* ----- by a mail ----- */

static void
test_change_address(void **state)
{
	static const enum token_purpose halves[2][2] = {
		{TOKEN_CONFIRM, TOKEN_CONFIRM_NEW},
		{TOKEN_CONFIRM_NEW, TOKEN_CONFIRM}};

	(void)state;
	for (int i = 0; i < 2; i++) {
		int64_t id, request = 0;
		struct club c;
		char *mails;

		id = club_start_with_ada(&c);
		MUST(membership_ask_to_change(&c.m, id, BOB, &must));
		mails = club_mails(&c, &request);
		want_text("both", mails,
			"confirm-old ada@example.org; "
			"confirm-new bob@example.org; ");
		free(mails);
		want_int("half", confirm_as(&c, request, NOW, halves[i][0]),
			CONFIRM_HALF);
		want_int("the same half",
			confirm_as(&c, request, NOW, halves[i][0]),
			CONFIRM_HALF);
		want_int("not yet", club_id(&c, BOB), 0);
		want_int("done", confirm_as(&c, request, NOW, halves[i][1]),
			CONFIRM_DONE);
		want_int("the same reader", club_id(&c, BOB), id);
		want_text("active", club_state(&c, BOB), "active");
		want_text("the old address", club_state(&c, ADA), "gone");
		club_end(&c);
	}
}

/* Of two moves that he asked for the first that is confirmed is the one: who has
 * his old address has no say about the new one. */
static void
test_change_address_twice(void **state)
{
	(void)state;
	for (int first = 0; first < 2; first++) {
		const int64_t at[2] = {NOW, NOW + DAYS(1) + 1};
		static const char *const to[2] = {BOB, "carol@example.org"};
		int64_t id, request[2] = {0, 0};
		struct club c;

		id = club_start_with_ada(&c);
		for (int i = 0; i < 2; i++) {
			c.m.now = at[i];
			MUST(membership_ask_to_change(&c.m, id, to[i], &must));
			free(club_mails(&c, &request[i]));
		}
		confirm_as(&c, request[first], at[first], TOKEN_CONFIRM);
		want_int("done",
			confirm_as(&c, request[first], at[first],
				TOKEN_CONFIRM_NEW),
			CONFIRM_DONE);
		want_int("overtaken",
			confirm_as(
				&c, request[!first], at[!first], TOKEN_CONFIRM),
			CONFIRM_EXPIRED);
		want_int("the other half",
			confirm_as(&c, request[!first], at[!first],
				TOKEN_CONFIRM_NEW),
			CONFIRM_EXPIRED);
		want_int("he stays", club_id(&c, to[first]), id);
		club_end(&c);
	}
}

static void
test_copy_and_erase(void **state)
{
	struct club c;
	int64_t id, request = 0;
	char *mails;

	(void)state;
	id = club_start_with_ada(&c);
	MUST(membership_ask_for_copy(&c.m, id, &must));
	MUST(membership_ask_for_copy(&c.m, id, &must));
	MUST(membership_ask_to_erase(&c.m, id, &must));
	mails = club_mails(&c, &request);
	want_text("mails", mails,
		"copy ada@example.org; confirm-erase ada@example.org; ");
	free(mails);
	want_text("not yet", club_state(&c, ADA), "active");
	want_int("done", confirm_as(&c, request, NOW, TOKEN_CONFIRM),
		CONFIRM_DONE);
	want_text("erased", club_state(&c, ADA), "erased");
	want_int("and forgotten", confirm_as(&c, request, NOW, TOKEN_CONFIRM),
		CONFIRM_VOID);
	MUST(membership_ask_to_erase(&c.m, id, &must));
	want_mails(&c, "nobody to write to", "");
	club_end(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_join_from),
		cmocka_unit_test(test_bombing),
		cmocka_unit_test(test_bombing_and_leaving),
		cmocka_unit_test(test_bombing_by_all_lists),
		cmocka_unit_test(test_join_suppressed),
		cmocka_unit_test(test_join_refused),
		cmocka_unit_test(test_confirm_results),
		cmocka_unit_test(test_confirm_elsewhere),
		cmocka_unit_test(test_confirm_after_leaving),
		cmocka_unit_test(test_leave),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_undo_suppressed),
		cmocka_unit_test(test_leave_by_mail),
		cmocka_unit_test(test_prefer),
		cmocka_unit_test(test_not_a_reader),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_move_in_a_pause),
		cmocka_unit_test(test_move_to_where_he_left),
		cmocka_unit_test(test_change_address),
		cmocka_unit_test(test_change_address_twice),
		cmocka_unit_test(test_copy_and_erase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
