/*
 * Mails from and about those who were erased, taken out of a Maildir: whose
 * they are, who keeps his, and when it is done.
 */
#include "membership_unit.h"

#include <sys/stat.h>

#include "base/file.h"
#include "run/mailroom.h"
#include "run/run.h"
#include "run/world.h"
#include "subscribers/sweep_due.h"

struct desk {
	struct club c;
	struct mail_place place;
	const struct list *lists[3];
	struct log log;
	struct mailroom room;
	struct mailroom_report report;
};

static void
drop(struct desk *d, const char *name, const char *text)
{
	char *path = file_join(d->place.path, name);

	MUST(file_write(path, span_of(text), 0600, &must));
	free(path);
}

static bool
lies(struct desk *d, const char *name)
{
	char *path = file_join(d->place.path, name);
	bool there = file_exists(path);

	free(path);
	return there;
}

static void
desk_start(struct desk *d)
{
	static const char *const folders[] = {"new", "cur", "tmp", ".Kept/cur"};
	struct club *c = &d->c;

	*d = (struct desk){.log = {tmpfile(), LOG_NORMAL}};
	club_start(c);
	d->place = (struct mail_place){.kind = MAILBOX_MAILDIR,
		.name = "maildir:returned",
		.path = mem_printf("%s/returned", c->site.folder)};
	for (size_t i = 0; i < COUNT(folders); i++) {
		char *path = file_join(d->place.path, folders[i]);

		MUST(file_make_folders(path, 0700, &must));
		free(path);
	}
	c->list.inbox = c->daily.inbox = &d->place;
	c->list.title = c->daily.title = "Harbour";
	c->list.bounces = c->daily.bounces = "bounces@example.org";
	d->lists[0] = &c->list;
	d->lists[1] = &c->daily;
	d->room = (struct mailroom){
		.lists = d->lists, .log = &d->log, .now = NOW};
}

static void
desk_end(struct desk *d)
{
	fclose(d->log.out);
	mailroom_clear(&d->room);
	free((char *)d->place.path);
	club_end(&d->c);
}

static void
erase_from(struct desk *d, const struct list *list, int64_t id, const char *key)
{
	size_t files;
	bool found;

	MUST(erase_subscriber(d->c.site.store,
		&(struct erase_wish){list, id, key, ACTOR_EDITOR, NOW}, &found,
		&files, &must));
}

static void
erase(struct desk *d, const char *key)
{
	erase_from(d, &d->c.list, d->c.site.list, key);
}

/* As another run of the program does. */
static void
sweep(struct desk *d)
{
	mailroom_clear(&d->room);
	d->report = (struct mailroom_report){.read = 0};
	MUST(mailroom_sweep(
		&d->room, d->c.site.store, &d->c.list, &d->report, &must));
}

static bool
is_due(struct desk *d)
{
	char *due = sweep_due_load(d->c.site.store, &d->place, NULL);
	bool any = due != NULL;

	free(due);
	return any;
}

/* ----- whose ----- */

#define FROM_BOB "From: Bob <bob@example.org>\n"
#define TO_LIST "To: weekly@example.org\n"
#define DAEMON                                                            \
	"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\n"           \
	"To: bounces@example.org\nSubject: Undelivered Mail Returned to " \
	"Sender\n"
#define REPORT(fields)                                               \
	DAEMON "Content-Type: multipart/report;"                     \
	       " report-type=delivery-status; boundary=b\n\n--b\n\n" \
	       "It was not delivered.\n--b\n"                        \
	       "Content-Type: message/delivery-status\n\n"           \
	       "Reporting-MTA: dns; mx.example.net\n\n" fields       \
	       "Action: failed\nStatus: 5.1.1\n\n--b--\n"

static const struct {
	const char *name, *text;
	bool stays;
} mails[] = {
	{"new/from", "From: Ada <Ada@EXAMPLE.org>\n" TO_LIST "\nHello\n",
		false},
	{"cur/seen:2,S", "From: ada@example.org\n" TO_LIST "\nHello\n", false},
	{"cur/thrown:2,T", "From: ada@example.org\n" TO_LIST "\nHello\n",
		false},
	{"new/sender", FROM_BOB "Sender: ada@example.org\n\nx\n", false},
	{"new/reply", FROM_BOB "Reply-To: <ada@example.org>\n\nx\n", false},
	{"new/path", "Return-Path: <ada@example.org>\n" FROM_BOB "\nx\n",
		false},
	{"new/to", FROM_BOB "To: Ada\n <ada@example.org>\n\nx\n", false},
	{"new/group", FROM_BOB "To: all: c@e.org, ada@example.org;\n\nx\n",
		false},
	{"new/cc", FROM_BOB "Cc: c@e.org, ada@example.org\n\nx\n", false},
	{"new/delivered", FROM_BOB "Delivered-To: ada@example.org\n\nx\n",
		false},
	{"new/broken", "From: ada@example.org\nno header\n\n\xff\n", false},
	{"new/empty-line", "\r\nFrom: ada@example.org\r\n\r\nx\r\n", false},
	{"new/words", DAEMON "\n<ada@example.org>: 550 User unknown\n", false},
	{"new/final", REPORT("Final-Recipient: rfc822; ada@example.org\n"),
		false},
	{"new/original",
		REPORT("Original-Recipient: rfc822; ada@example.org\n"
		       "Final-Recipient: rfc822; box7@mx.example.net\n"),
		false},
	{"new/inner",
		REPORT("Original-Recipient: rfc822; box7@mx.example.net\n"
		       "Final-Recipient: rfc822; ada@example.org\n"),
		false},
	{"new/returned",
		DAEMON "Content-Type: multipart/report; boundary=b\n\n"
		       "--b\n\n<box7@mx.example.net>: 550 User unknown\n"
		       "--b\nContent-Type: message/rfc822\n\n"
		       "From: weekly@example.org\nTo: ada@example.org\n\nx\n"
		       "--b--\n",
		false},
	{"new/quoted",
		FROM_BOB TO_LIST
		"\nOn Monday ada@example.org wrote:\n> Hello\n",
		true},
	{"new/named", FROM_BOB TO_LIST "Subject: ada@example.org\n\nx\n", true},
	{"new/other", "From: ada@example.org.example\n" TO_LIST "\nx\n", true},
	{"new/longer", "From: xada@example.org\n" TO_LIST "\nx\n", true},
	{"new/bounce", REPORT("Final-Recipient: rfc822; bob@example.org\n"),
		true},
	{"new/no-mail", "ada@example.org", true},
	{"tmp/coming", "From: ada@example.org\n" TO_LIST "\nx\n", true},
	{".Kept/cur/1:2,S", "From: ada@example.org\n" TO_LIST "\nx\n", true},
};

static void
want_mail(struct desk *d, size_t i)
{
	char *path = file_join(d->place.path, mails[i].name);
	struct str text = STR_INIT;

	want_int(mails[i].name, file_exists(path), mails[i].stays);
	if (mails[i].stays) {
		MUST(file_read(path, 10000, &text, &must));
		want_text(mails[i].name, str_text(&text), mails[i].text);
	}
	str_clear(&text);
	free(path);
}

static void
test_whose(void **state)
{
	size_t gone = 0;
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	join(&d.c, BOB);
	for (size_t i = 0; i < COUNT(mails); i++) {
		drop(&d, mails[i].name, mails[i].text);
		gone += !mails[i].stays;
	}
	sweep(&d);
	want_int("nobody is erased", d.report.swept, 0);
	erase(&d, ADA);
	want_true("not within the erasure", lies(&d, "new/from"));
	sweep(&d);
	want_int("gone", d.report.swept, gone);
	for (size_t i = 0; i < COUNT(mails); i++)
		want_mail(&d, i);
	want_true("done", !is_due(&d));
	desk_end(&d);
}

/* It names an address that is not his; the token is of his letter. */
static void
test_token(void **state)
{
	static const struct {
		const char *name, *whose, *head;
		bool stays;
	} cases[] = {
		{"his", ADA, "Return-Path: <>\nFrom: MAILER-DAEMON@e.org\n",
			false},
		{"another's", BOB,
			"Return-Path: <>\nFrom: MAILER-DAEMON@e.org\n", true},
		{"a letter by somebody else", ADA, "From: cem@example.org\n",
			true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *token, *mail;
		struct desk d;

		desk_start(&d);
		join(&d.c, ADA);
		join(&d.c, BOB);
		token = site_token(d.c.site.store, TOKEN_SUBSCRIBER,
			TOKEN_PROBE, d.c.site.list,
			club_id(&d.c, cases[i].whose));
		mail = mem_printf("%sTo: bounces+%s@example.org\n"
				  "Subject: Undelivered Mail Returned to "
				  "Sender\n\nDear Sir,\n",
			cases[i].head, token);
		drop(&d, "new/1", mail);
		erase(&d, ADA);
		sweep(&d);
		want_int(cases[i].name, lies(&d, "new/1"), cases[i].stays);
		free(mail);
		free(token);
		desk_end(&d);
	}
}

/* ----- who keeps his ----- */

#define FROM_ADA "From: ada@example.org\nTo: weekly@example.org\n\nx\n"

/* What he wrote may be for the other list. */
static void
test_another_list(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	set_state(d.c.site.store, d.c.daily_id, ADA, SUBSCRIBER_ACTIVE,
		ACTOR_EDITOR);
	drop(&d, "new/1", FROM_ADA);
	erase(&d, ADA);
	sweep(&d);
	want_true("there still", lies(&d, "new/1"));
	want_int("told", d.report.kept, 1);
	want_true("and not tried again", !is_due(&d));
	erase_from(&d, &d.c.daily, d.c.daily_id, ADA);
	sweep(&d);
	want_true("gone", !lies(&d, "new/1"));
	desk_end(&d);
}

static void
test_own_address(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	drop(&d, "new/1", FROM_BOB "To: bounces@example.org\n\nx\n");
	erase(&d, "bounces@example.org");
	sweep(&d);
	want_true("all mail goes there", lies(&d, "new/1"));
	desk_end(&d);
}

static void
test_came_back(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	erase(&d, ADA);
	join(&d.c, ADA);
	drop(&d, "new/1", FROM_ADA);
	sweep(&d);
	want_true("he is a reader", lies(&d, "new/1"));
	desk_end(&d);
}

/* ----- when ----- */

/* Who asked by a page is erased at once; the next reading takes his mails. */
static void
test_asked_by_himself(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	MUST(membership_ask_to_erase(&d.c.m, club_id(&d.c, ADA), &must));
	drop(&d, "new/1", FROM_ADA);
	want_int("done", confirm_last(&d.c), CONFIRM_DONE);
	d.room.dry_run = true;
	MUST(mailroom_read(
		&d.room, d.c.site.store, &d.c.list, &d.report, &must));
	want_true("a rehearsal", lies(&d, "new/1"));
	mailroom_clear(&d.room);
	d.room.dry_run = false;
	MUST(mailroom_read(
		&d.room, d.c.site.store, &d.c.list, &d.report, &must));
	want_true("gone", !lies(&d, "new/1"));
	want_int("counted", d.report.swept, 1);
	desk_end(&d);
}

/* The mail that confirms it is among those that go, by the same reading. */
static void
test_asked_by_mail(void **state)
{
	int64_t request = 0;
	char *token, *mail;
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	MUST(membership_ask_to_erase(&d.c.m, club_id(&d.c, ADA), &must));
	free(club_mails(&d.c, &request));
	token = site_token(
		d.c.site.store, TOKEN_REQUEST, TOKEN_CONFIRM, request, NOW);
	mail = mem_printf("From: " ADA "\nTo: weekly@example.org\n"
			  "Subject: confirm %s\n\nYes.\n",
		token);
	drop(&d, "new/1", mail);
	MUST(mailroom_read(
		&d.room, d.c.site.store, &d.c.list, &d.report, &must));
	want_text("erased", club_state(&d.c, ADA), "erased");
	want_true("gone", !lies(&d, "new/1"));
	free(mail);
	free(token);
	desk_end(&d);
}

/* Erased before: what has come since goes when it is asked for again. */
static void
test_again(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	erase(&d, ADA);
	sweep(&d);
	drop(&d, "new/1", FROM_ADA);
	sweep(&d);
	want_true("not asked for", lies(&d, "new/1"));
	erase(&d, ADA);
	erase(&d, BOB);
	sweep(&d);
	want_true("gone", !lies(&d, "new/1"));
	desk_end(&d);
}

static void
test_busy(void **state)
{
	struct error err = ERROR_INIT;
	struct lock *lock;
	char *folder;
	struct desk d;
	bool busy;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	erase(&d, ADA);
	drop(&d, "new/1", FROM_ADA);
	folder = run_state_folder(&d.c.list);
	lock = lock_take(folder, "the inbox", &busy, &err);
	want_no_error("lock", &err);
	sweep(&d);
	want_true("another is at it", lies(&d, "new/1") && is_due(&d));
	lock_release(lock);
	sweep(&d);
	want_true("gone", !lies(&d, "new/1") && !is_due(&d));
	free(folder);
	desk_end(&d);
}

/* Nobody knows whose it is: it is told. */
static void
test_unreadable(void **state)
{
	char told[200] = "";
	char *path;
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	erase(&d, ADA);
	drop(&d, "new/2", FROM_ADA);
	path = file_join(d.place.path, "new/1");
	want_int("link", symlink("2", path), 0);
	sweep(&d);
	rewind(d.log.out);
	want_true("told", fgets(told, sizeof told, d.log.out) != NULL);
	want_true(told, strstr(told, path) != NULL);
	want_true("the others are gone", !lies(&d, "new/2"));
	free(path);
	desk_end(&d);
}

/* Done when it can be. */
static void
test_no_maildir(void **state)
{
	struct error err = ERROR_INIT;
	char *cur, *away;
	struct desk d;

	(void)state;
	desk_start(&d);
	join(&d.c, ADA);
	erase(&d, ADA);
	drop(&d, "new/1", FROM_ADA);
	cur = file_join(d.place.path, "cur");
	away = file_join(d.place.path, "away");
	want_int("away", rename(cur, away), 0);
	want_error("absent",
		mailroom_sweep(
			&d.room, d.c.site.store, &d.c.list, &d.report, &err),
		&err, ERROR_INPUT, "is no Maildir");
	want_true("still due", is_due(&d));
	want_int("back", rename(away, cur), 0);
	sweep(&d);
	want_true("gone", !lies(&d, "new/1"));
	free(away);
	free(cur);
	desk_end(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_another_list),
		cmocka_unit_test(test_own_address),
		cmocka_unit_test(test_came_back),
		cmocka_unit_test(test_asked_by_himself),
		cmocka_unit_test(test_asked_by_mail),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_no_maildir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
