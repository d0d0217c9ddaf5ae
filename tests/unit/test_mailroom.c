/*
 * The mailroom, mail by mail and in memory: two sites that write to each other,
 * answers to a confirmation, probes that come back. What is read from real
 * mailboxes is in tests/e2e/test_inbox.py.
 */
#include "membership_unit.h"

#include "run/mailroom.h"

struct desk {
	struct list list;
	const struct list *lists[2];
	struct mailroom room;
	struct mailroom_report report;
	struct store *store;
	int64_t id;
	struct log log;
};

static void
desk_start(struct desk *d, const char *domain)
{
	struct store_options scratch = {.url = "sqlite:desk", .scratch = true};

	*d = (struct desk){.log = {stderr, LOG_NORMAL}};
	d->list = (struct list){
		.name = "weekly",
		.title = "Weekly",
		.store = "sqlite:desk",
		.list_id = mem_printf("weekly.%s", domain),
		.language = "en",
		.from = {.address = mem_printf("weekly@%s", domain)},
		.unsubscribe = mem_printf("weekly-wish@%s", domain),
		.joining = {.open = true, .confirm_within = DAYS(7)},
		.bounce_policy = {.hard = 1,
			.soft = 3,
			.within = DAYS(60),
			.probe_after = DAYS(180),
			.probe_wait = DAYS(7)},
		.serving = {.mails_an_hour = 100},
	};
	d->lists[0] = &d->list;
	d->room = (struct mailroom){
		.lists = d->lists, .log = &d->log, .now = NOW};
	d->store = store_open(&scratch, NULL);
	MUST(store_list(d->store, "weekly", &d->id, &must));
}

static void
desk_end(struct desk *d)
{
	mailroom_clear(&d->room);
	store_close(d->store);
	free((char *)d->list.list_id);
	free((char *)d->list.from.address);
	free((char *)d->list.unsubscribe);
}

static void
take(struct desk *d, const char *mail)
{
	MUST(mailroom_take(&d->room, d->store, &d->list, span_of(mail),
		&d->report, &must));
}

static const char *
state_of(struct desk *d, const char *key)
{
	struct subscriber *s = store_subscriber(d->store, d->id, key, NULL);
	const char *name = s ? subscriber_state_name(s->state) : "-";

	subscriber_free(s);
	return name;
}

/* The next mail that is due, which is taken for sent. NULL: there is none. */
static struct post *
next_post(struct desk *d)
{
	bool found;
	struct post *post =
		store_post_take(d->store, d->id, d->room.now, 60, &found, NULL);

	if (post)
		MUST(store_post_sent(d->store, post->id, d->room.now, &must));
	return post;
}

/* ----- loops ----- */

struct loop {
	const char *name;
	const char *subject; /* of answers, as they arrive */
	const char *head;    /* what is left of their headers */
	size_t most;	     /* mails of both together, in a day */
};

/* Brings each other's mail until there is none. */
static size_t
write_to_each_other(struct desk *a, struct desk *b, const struct loop *l)
{
	struct desk *from = a, *to = b;
	size_t count = 0, idle = 0;

	while (idle < 2 && count <= l->most) {
		struct post *post = next_post(from);

		if (post) {
			char *mail = mem_printf(
				"From: %s\nTo: %s\nMessage-ID: <%zu@x>\n"
				"Subject: %s\n%s\nx\n",
				from->list.from.address, post->address, count,
				l->subject, l->head);

			take(to, mail);
			free(mail);
			post_free(post);
			count++;
			idle = 0;
		} else {
			struct desk *other = from;

			from = to;
			to = other;
			idle++;
		}
	}
	return count;
}

/* Somebody writes to one in the name of the other. */
static void
test_loops(void **state)
{
	static const struct loop loops[] = {
		{"as we write", "Please confirm",
			"Auto-Submitted: auto-replied\nReturn-Path: <>\n", 1},
		{"a subject that asks", "subscribe",
			"Auto-Submitted: auto-replied\nReturn-Path: <>\n", 1},
		{"only the null sender is left", "subscribe",
			"Return-Path: <>\n", 4},
		{"nothing is left", "subscribe", "", 4},
		{"nothing is left, and they leave", "unsubscribe", "", 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(loops); i++) {
		struct desk a, b;
		size_t first;

		desk_start(&a, "a.example");
		desk_start(&b, "b.example");
		take(&a,
			"From: weekly-wish@b.example\n"
			"To: weekly-wish@a.example\nSubject: subscribe\n\nx\n");
		first = write_to_each_other(&a, &b, &loops[i]);
		if (first > loops[i].most || first == 0)
			fail_msg("%s: %zu mails", loops[i].name, first);
		want_text(loops[i].name, state_of(&a, "weekly-wish@b.example"),
			"pending");
		desk_end(&a);
		desk_end(&b);
	}
}

/* An issue of one that the other's address for wishes is subscribed to. */
static void
test_list_mail(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d, "a.example");
	take(&d,
		"From: weekly@b.example\nTo: weekly-wish@a.example\n"
		"List-Id: Weekly <weekly.b.example>\n"
		"Subject: subscribe\n\nsubscribe\n");
	want_true("no answer", next_post(&d) == NULL);
	desk_end(&d);
}

/* ----- tokens ----- */

/* Asks for Ada; the token of the request. */
static char *
ask(struct desk *d)
{
	struct post *post;
	char *token;

	take(d,
		"From: Ada <ada@example.org>\nTo: weekly-wish@a.example\n"
		"Subject: subscribe\n\nx\n");
	post = next_post(d);
	want_true("asks back", post != NULL);
	want_text("to", post->address, "ada@example.org");
	token = site_token(
		d->store, TOKEN_REQUEST, TOKEN_CONFIRM, post->request, NOW);
	post_free(post);
	return token;
}

static void
test_answers(void **state)
{
	static const struct {
		const char *name, *mail, *want;
	} cases[] = {
		{"in the address",
			"From: ada@example.org\n"
			"To: weekly-wish+%s@a.example\n"
			"Subject: Re: Please\n\nok\n",
			"active"},
		{"behind an empty line",
			"\r\nFrom: ada@example.org\r\n"
			"To: weekly-wish+%s@a.example\r\n"
			"Subject: Re: Please\r\n\r\nok\r\n",
			"active"},
		{"in the subject",
			"From: ada@example.org\nTo: weekly-wish@a.example\n"
			"Subject: Re: confirm %s\n\n> x\n",
			"active"},
		{"by a machine",
			"From: ada@example.org\n"
			"To: weekly-wish+%s@a.example\n"
			"Auto-Submitted: auto-replied\n"
			"Subject: Re: Please\n\nI am away.\n",
			"pending"},
		{"in anger",
			"From: ada@example.org\n"
			"To: weekly-wish+%s@a.example\n"
			"Subject: unsubscribe\n\nStop it!\n",
			"pending"},
		{"as a bounce",
			"From: MAILER-DAEMON@example.org\nReturn-Path: <>\n"
			"To: weekly-wish+%s@a.example\n"
			"Subject: Undelivered Mail Returned to Sender\n\n"
			"<ada@example.org>: 550 5.1.1 User unknown\n",
			"pending"},
		{"with another's",
			"From: ada@example.org\n"
			"To: weekly-wish@a.example\n"
			"Subject: confirm "
			"aeaqaaaabbbbccccdddd\n\nx %s\n",
			"pending"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct desk d;
		char *token, *before, *mail;
		const char *at = strstr(cases[i].mail, "%s");

		desk_start(&d, "a.example");
		token = ask(&d);
		before = mem_dup(cases[i].mail, (size_t)(at - cases[i].mail));
		mail = mem_printf("%s%s%s", before, token, at + 2);
		take(&d, mail);
		take(&d, mail);
		want_text(cases[i].name, state_of(&d, "ada@example.org"),
			cases[i].want);
		want_int(cases[i].name, (int)d.report.joined,
			strcmp(cases[i].want, "active") == 0);
		free(mail);
		free(before);
		free(token);
		desk_end(&d);
	}
}

/* Who has long been a reader is asked first; when that comes back he is not
 * reached. A token of another subscriber, or for another purpose, says nothing
 * of him. */
static void
test_probes(void **state)
{
	static const struct {
		const char *name;
		enum token_purpose purpose;
		bool probed, other;
		const char *want;
	} cases[] = {
		{"it came back", TOKEN_PROBE, true, false, "bounced"},
		{"he is not asked", TOKEN_PROBE, false, false, "active"},
		{"another's", TOKEN_PROBE, true, true, "active"},
		{"no probe", TOKEN_UNSUBSCRIBE, true, false, "active"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct subscriber *s;
		struct desk d;
		char *token, *mail;

		desk_start(&d, "a.example");
		set_state(d.store, d.id, ADA, SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
		s = store_subscriber(d.store, d.id, ADA, NULL);
		if (cases[i].probed)
			MUST(store_probe_set(
				d.store, s->id, NOW, false, &must));
		token = site_token(d.store, TOKEN_SUBSCRIBER, cases[i].purpose,
			d.id, s->id + cases[i].other);
		mail = mem_printf(
			"From: MAILER-DAEMON@example.org\nReturn-Path: <>\n"
			"To: weekly+%s@a.example\n"
			"Subject: Undelivered Mail Returned to Sender\n\n"
			"<" ADA ">: host mx.example.org said: 550 5.1.1 User "
			"unknown\n",
			token);
		take(&d, mail);
		want_text(cases[i].name, state_of(&d, ADA), cases[i].want);
		free(mail);
		free(token);
		subscriber_free(s);
		desk_end(&d);
	}
}

/* ----- lists with mistakes ----- */

/* They are not among the lists, so nobody knows what is about their readers. */
static void
test_unsound(void **state)
{
	static const struct {
		const char *name, *store;
		bool taken;
	} cases[] = {
		{"of this store", "sqlite:desk", false},
		{"of any", NULL, false},
		{"of another", "sqlite:other", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct list bad = {.name = "bad", .store = cases[i].store};
		const struct list *unsound[] = {&bad, NULL};
		struct error err = ERROR_INIT;
		struct desk d;

		desk_start(&d, "a.example");
		d.room.unsound = unsound;
		want_int(cases[i].name,
			mailroom_take(&d.room, d.store, &d.list,
				span_of("From: a@b\n\nx\n"), &d.report, &err),
			cases[i].taken);
		want_int(cases[i].name, err.kind,
			cases[i].taken ? ERROR_NONE : ERROR_CONFIG);
		want_int(cases[i].name, (int)d.report.read, cases[i].taken);
		error_clear(&err);
		desk_end(&d);
	}
}

/* ----- settings ----- */

#define FRIEND "From: friend@example.com"

/* ADA, a reader; the token of her preferences. */
static char *
become_reader(struct desk *d, int64_t *id)
{
	struct subscriber *s;

	set_state(d->store, d->id, ADA, SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
	s = store_subscriber(d->store, d->id, ADA, NULL);
	*id = s->id;
	subscriber_free(s);
	return site_token(
		d->store, TOKEN_SUBSCRIBER, TOKEN_PREFERENCES, d->id, *id);
}

/* "active text tr Ada; settings confirm-old …": what she has, and what she is
 * sent. */
static char *
what_came_of_it(struct desk *d, int64_t id)
{
	struct subscriber *s =
		store_subscriber_numbered(d->store, d->id, id, NULL);
	struct str out = STR_INIT;
	struct post *post;

	str_add_all(&out, subscriber_state_name(s->state), " ",
		s->format ? s->format : "", " ", s->language ? s->language : "",
		" ", s->name ? s->name : "", ";", NULL);
	if (s->state == SUBSCRIBER_PAUSED)
		want_int("until, at midnight",
			(int)((s->until + DAYS(1) - 1 - d->room.now) / DAYS(7)),
			4);
	while ((post = next_post(d)) != NULL) {
		str_add_all(&out, " ", post_kind_name(post->kind), NULL);
		post_free(post);
	}
	subscriber_free(s);
	return str_take(&out);
}

/* What came of a mail about settings that bears this token, which it takes. */
static void
want_settings(struct desk *d, int64_t id, const char *name, const char *head,
	char *token, const char *text, const char *want)
{
	char *mail = mem_printf("%s\nTo: weekly-wish@a.example\n"
				"Subject: Re: settings %s\n\n%s",
		head, token, text);
	char *got;

	take(d, mail);
	take(d, mail);
	got = what_came_of_it(d, id);
	want_text(name, got, want);
	free(got);
	free(mail);
	free(token);
}

static void
test_settings(void **state)
{
	static const struct {
		const char *name, *head, *text, *want;
	} cases[] = {
		{"to see them", FRIEND, "", "active   ; settings"},
		{"a pause", FRIEND, "pause 4\n", "paused   ; settings"},
		{"and back", FRIEND, "pause 4\nresume\n",
			"active   ; settings"},
		{"a pause too long", FRIEND, "pause 40\n",
			"active   ; settings"},
		{"a pause of nothing", FRIEND, "pause x\n",
			"active   ; settings"},
		{"in other units", FRIEND, "pause 4 days\n",
			"active   ; settings"},
		{"all of it", FRIEND, "format text\nlanguage TR\nname Ada\n",
			"active text tr Ada; settings"},
		{"no such format", FRIEND, "format pdf\n",
			"active   ; settings"},
		{"another address", FRIEND, "address lovelace@example.net\n",
			"active   ; confirm-old confirm-new"},
		{"one that is none", FRIEND, "address lovelace@@\n",
			"active   ; settings"},
		{"a copy", FRIEND, "copy\n", "active   ; copy"},
		{"erased", FRIEND, "erase\n", "active   ; confirm-erase"},
		{"no sibling", FRIEND, "move monthly\n", "active   ; settings"},
		{"leaving", FRIEND, "leave\n", "gone   ; goodbye"},
		{"a machine", FRIEND "\nAuto-Submitted: auto-replied",
			"pause 4\n", "active   ;"},
		{"of long ago",
			"Received: from a by b; Wed, 01 Jan 2020 00:00:00 "
			"+0000\n" FRIEND,
			"pause 4\n", "active   ;"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct desk d;
		int64_t id;
		char *token;

		desk_start(&d, "a.example");
		d.list.joining.goodbye = true;
		token = become_reader(&d, &id);
		want_settings(&d, id, cases[i].name, cases[i].head, token,
			cases[i].text, cases[i].want);
		desk_end(&d);
	}
}

/* One of another kind, or of another reader, is as none: what there is to choose
 * goes to the sender's own address, if he is a reader, once a day. */
static void
test_settings_unproven(void **state)
{
	static const struct {
		const char *name, *from;
		enum token_purpose purpose;
		const char *want;
	} cases[] = {
		{"of a reader", "From: " ADA, TOKEN_UNSUBSCRIBE,
			"active   ; settings"},
		{"of another", "From: eve@example.com", TOKEN_UNSUBSCRIBE,
			"active   ;"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct desk d;
		int64_t id;

		desk_start(&d, "a.example");
		free(become_reader(&d, &id));
		want_settings(&d, id, cases[i].name, cases[i].from,
			site_token(d.store, TOKEN_SUBSCRIBER, cases[i].purpose,
				d.id, id),
			"pause 4\n", cases[i].want);
		desk_end(&d);
	}
}

/* He sees each time what he has, but no program can make a flood of it. */
static void
test_settings_limit(void **state)
{
	struct desk d;
	int64_t id;
	char *token, *got;

	(void)state;
	desk_start(&d, "a.example");
	token = become_reader(&d, &id);
	for (int i = 0; i < 30; i++) {
		char *mail = mem_printf(
			"From: " ADA "\nTo: weekly-wish@a.example\n"
			"Message-ID: <%d@x>\nSubject: settings %s\n\n"
			"format html\n",
			i, token);

		take(&d, mail);
		free(mail);
	}
	got = what_came_of_it(&d, id);
	want_int("mails",
		(int)(strlen(got) - strlen("active html  ;")) /
			(int)strlen(" settings"),
		10);
	free(got);
	free(token);
	desk_end(&d);
}

/* A mailbox gives a mail out again, when it was moved in it: that undoes
 * nothing that was chosen since. */
static void
test_settings_read_again(void **state)
{
	static const struct {
		const char *name, *head;
	} cases[] = {{"by its Message-ID", "Message-ID: <1@x>\n"},
		{"by all of it", ""}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct membership m = {.now = NOW, .by = ORIGIN_WEB};
		struct desk d;
		int64_t id;
		char *token, *mail, *got;

		desk_start(&d, "a.example");
		token = become_reader(&d, &id);
		mail = mem_printf("From: " ADA "\nTo: weekly-wish@a.example\n"
				  "%sSubject: settings %s\n\npause 4\n",
			cases[i].head, token);
		take(&d, mail);
		want_text(cases[i].name, state_of(&d, ADA), "paused");
		m.store = d.store;
		m.list = &d.list;
		m.list_id = d.id;
		MUST(membership_pause(&m, id, NOW - 1, &must));
		take(&d, mail);
		got = what_came_of_it(&d, id);
		want_text(cases[i].name, got, "active   ; settings");
		free(got);
		free(mail);
		free(token);
		desk_end(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_list_mail),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_probes),
		cmocka_unit_test(test_unsound),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_settings_unproven),
		cmocka_unit_test(test_settings_limit),
		cmocka_unit_test(test_settings_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
