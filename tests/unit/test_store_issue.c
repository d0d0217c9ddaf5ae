/*
 * Issues: who gets which form, what is seen afterwards, and the ways an issue
 * ends. The invariants have their tests in test_store.c.
 */
#include "store_unit.h"

#include <stdlib.h>

#include "store/handle.h"

static void
add_reader(struct site *site, int64_t list, const char *key,
	const char *language, const char *format)
{
	struct subscriber s = {.key = key,
		.address = key,
		.language = language,
		.format = format,
		.origin = ORIGIN_EDITOR,
		.since = INSTANT_NONE};

	MUST(store_subscriber_change(site->store, list,
		&(struct change){.subscriber = &s,
			.state = SUBSCRIBER_ACTIVE,
			.actor = ACTOR_EDITOR,
			.at = NOW},
		&must));
}

/* ----- forms ----- */

static const struct opening_form forms[] = {
	{"en", "html", 0, {"0", 1}}, {"tr", "html", 0, {"1", 1}},
	{"en", "text", 0, {"2", 1}}, {"en", "html", 1, {"3", 1}},
	{"tr", "html", 1, {NULL, 0}}, /* nothing is left for them */
};

static bool
open_forms(struct site *site, const struct across *across, size_t count,
	int64_t *issue, struct error *err)
{
	return store_issue_open(site->store,
		&(struct opening){.list = site->list,
			.number = 1,
			.slot = NOW,
			.at = NOW,
			.salt = "salt",
			.subject = "Weekly",
			.forms = forms,
			.form_count = COUNT(forms),
			.list_language = "en",
			.list_format = "html",
			.across = across,
			.across_count = count},
		issue, err);
}

/* The form that a reader got; -1: he is no recipient. */
static int
form_of(struct site *site, const char *key)
{
	int64_t form = -1;

	MUST(db_number(site->store->db, &must, &form,
		"SELECT r.form FROM recipient r"
		" JOIN subscriber s ON s.id = r.subscriber"
		" WHERE s.list = ?1 AND s.key = ?2",
		db_int(site->list), db_text(key)));
	return (int)form;
}

static void
test_forms(void **state)
{
	static const struct {
		const char *key, *language, *format;
		int form;
	} cases[] = {
		{"list's both", NULL, NULL, 0},
		{"language", "tr", NULL, 1},
		{"format", NULL, "text", 2},
		{"region", "tr-CY", NULL, 1},
		{"region and script", "tr-Latn-CY", "html", 1},
		{"case", "TR", NULL, 1},
		{"not tried halfway", "trx", NULL, 0},
		{"language unknown", "de", NULL, 0},
		{"format before language", "tr", "text", 2},
		{"format unknown", "tr", "carrier-pigeon", 1},
		{"both unknown", "de", "carrier-pigeon", 0},
		{"empty", "", "", 0},
	};
	struct str bytes = STR_INIT;
	struct error err = ERROR_INIT;
	struct site site;
	int64_t issue;

	(void)state;
	site_start(&site);
	for (size_t i = 0; i < COUNT(cases); i++)
		add_reader(&site, site.list, cases[i].key, cases[i].language,
			cases[i].format);
	MUST(open_forms(&site, NULL, 0, &issue, &must));
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].key, form_of(&site, cases[i].key),
			cases[i].form);
	MUST(store_form(site.store, issue, 2, &bytes, &must));
	want_text("bytes", str_text(&bytes), "2");
	want_error("no form", store_form(site.store, issue, 9, &bytes, &err),
		&err, ERROR_BUG, "has no form 9");
	str_clear(&bytes);
	site_end(&site);
}

/* Readers of two lists, one of which has sent an issue already. */
static void
test_spared(void **state)
{
	static const struct {
		const char *key, *language;
		bool had;
		int form;
	} cases[] = {
		{"had it", NULL, true, 3},
		{"had nothing", NULL, false, 0},
		{"spared altogether", "tr", true, -1},
		{"only here", "tr", false, 1},
		{"the list's, said", "en", true, 3},
		{"refused there", NULL, false, 0},
	};
	struct audience_count *groups;
	struct site site;
	struct shard shard;
	int64_t other, sent, issue, *ids = NULL;
	size_t count, id_count = 0, spared = 0;

	(void)state;
	site_start(&site);
	MUST(store_list(site.store, "daily", &other, &must));
	add_reader(&site, other, "refused there", NULL, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		add_reader(&site, site.list, cases[i].key, cases[i].language,
			NULL);
		if (cases[i].had)
			add_reader(&site, other, cases[i].key, NULL, NULL);
	}
	MUST(open_numbered(site.store, other, 1, NOW, &sent, &must));
	claim(site.store, sent, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_REFUSED);
	MUST(store_issues_that_carried(
		site.store, other, "one", &ids, &id_count, &must));
	want_int("carried by", id_count, 1);
	want_int("that issue", ids[0], sent);

	const struct across across[] = {{ids, id_count}, {NULL, 0}};

	MUST(store_audiences(
		site.store, site.list, across, 2, &groups, &count, &must));
	for (size_t i = 0; i < count; i++)
		if (groups[i].spared == 1)
			spared += groups[i].count;
	want_int("spared", spared, 3);
	audience_counts_free(groups, count);
	MUST(open_forms(&site, across, 2, &issue, &must));
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].key, form_of(&site, cases[i].key),
			cases[i].form);
	free(ids);
	site_end(&site);
}

/* Whoever counted them may have counted others: all get the only form, and what
 * is told before anybody has claimed a shard is what stands in the ledger. */
static void
test_only_form(void **state)
{
	struct opening opening;
	struct issue_record r;
	struct shard shard;
	struct site site;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_reader(&site, site.list, "a", NULL, NULL);
	add_reader(&site, site.list, "b", "tr", "text");
	add_reader(&site, site.list, "c", "de", NULL);
	opening = opening_numbered(site.list, 1, NOW);
	opening.readers = 1;
	MUST(store_issue_open(site.store, &opening, &issue, &must));
	want_int("all",
		form_of(&site, "a") + form_of(&site, "b") + form_of(&site, "c"),
		0);
	r = issue_of(&site, 1);
	want_int("due", r.counts[RECIPIENT_DUE], 3);
	want_int("doubts", r.doubts, 0);
	issue_record_clear(&r);
	want_true("claimed",
		claim(site.store, issue, "me", "boot", false, &shard));
	r = issue_of(&site, 1);
	want_int("due, and claimed", r.counts[RECIPIENT_DUE], 3);
	issue_record_clear(&r);
	site_end(&site);
}

/* Sent the other list's issue after the forms were made: twice is better than
 * never. */
static void
test_spared_meanwhile(void **state)
{
	static const struct opening_form form = {"en", "html", 0, {"f", 1}};
	struct site site;
	int64_t other, sent, issue;

	(void)state;
	site_start(&site);
	MUST(store_list(site.store, "daily", &other, &must));
	add_reader(&site, site.list, "a", NULL, NULL);
	add_reader(&site, other, "a", NULL, NULL);
	MUST(open_numbered(site.store, other, 1, NOW, &sent, &must));
	MUST(store_issue_open(site.store,
		&(struct opening){.list = site.list,
			.number = 1,
			.slot = NOW,
			.at = NOW,
			.forms = &form,
			.form_count = 1,
			.list_language = "en",
			.list_format = "html",
			.across = &(struct across){&sent, 1},
			.across_count = 1},
		&issue, &must));
	want_int("form", form_of(&site, "a"), 0);
	site_end(&site);
}

static void
test_audiences(void **state)
{
	struct audience_count *g;
	struct site site;
	size_t count;

	(void)state;
	site_start(&site);
	MUST(store_audiences(
		site.store, site.list, NULL, 0, &g, &count, &must));
	want_int("nobody", count, 0);
	audience_counts_free(g, count);
	add_reader(&site, site.list, "a", NULL, NULL);
	add_reader(&site, site.list, "b", NULL, NULL);
	add_reader(&site, site.list, "c", "tr", "text");
	add_reader(&site, site.list, "d", "tr", "text");
	set_state(site.store, site.list, "d", SUBSCRIBER_GONE, ACTOR_SELF);
	MUST(store_audiences(
		site.store, site.list, NULL, 0, &g, &count, &must));
	want_int("groups", count, 2);
	want_text("language", g[0].language, NULL);
	want_int("two", g[0].count, 2);
	want_text("language", g[1].language, "tr");
	want_text("format", g[1].format, "text");
	want_int("active ones", g[1].count, 1);
	audience_counts_free(g, count);
	site_end(&site);
}

/* ----- what is seen ----- */

static void
test_seen_newest(void **state)
{
	static const struct carried_row again[] = {
		{.id = "one",
			.language = "en",
			.revision = "r2",
			.mark = INSTANT_NONE,
			.kind = CARRIED_UPDATED,
			.body = "One, again."},
	};
	static const struct opening_form form = {"en", "html", 0, {"f", 1}};
	struct error err = ERROR_INIT;
	struct site site;
	struct seen *seen;
	int64_t issue, bodies = 0;
	bool closed;

	(void)state;
	site_start(&site);
	open_issue(&site);
	MUST(store_issue_open(site.store,
		&(struct opening){.list = site.list,
			.number = 2,
			.slot = NOW + 1,
			.at = NOW,
			.carried = again,
			.carried_count = 1,
			.forms = &form,
			.form_count = 1,
			.list_language = "en",
			.list_format = "html"},
		&issue, &must));
	seen = store_seen(site.store, site.list, 0, &err);
	want_text("newest", seen_find(seen, "one", "en")->revision, "r2");
	want_int("of", seen_find(seen, "one", "en")->number, 2);
	want_int("kind", seen_find(seen, "one", "en")->kind, CARRIED_UPDATED);
	want_text("older", seen_find(seen, "two", "en")->revision, "r1");
	want_text("alias", seen_find_alias(seen, "content:1"), "one");
	seen_free(seen);

	seen = store_seen(site.store, site.list, 1, &err);
	want_true("of the last one", seen_has(seen, "one"));
	want_true("not of the one before", !seen_has(seen, "two"));
	seen_free(seen);

	MUST(store_issue_close(site.store, issue, NOW, false, &closed, &must));
	MUST(db_number(site.store->db, &must, &bodies,
		"SELECT count(body) FROM carried"));
	want_int("bodies of the newest", bodies, 2);
	site_end(&site);
}

static void
test_marked_as_seen(void **state)
{
	struct carried_row row = {.id = "old",
		.language = "en",
		.revision = "r1",
		.mark = INSTANT_NONE,
		.content = "content:9"};
	struct error err = ERROR_INIT;
	struct site site;
	struct seen *seen;

	(void)state;
	site_start(&site);
	MUST(store_mark_seen(site.store, site.list, &row, 1, NOW, &must));
	open_issue(&site);
	row.id = "one";
	row.revision = "r7";
	MUST(store_mark_seen(site.store, site.list, &row, 1, NOW, &must));
	row.revision = "r8";
	MUST(store_mark_seen(site.store, site.list, &row, 1, NOW, &must));
	seen = store_seen(site.store, site.list, 0, &err);
	want_int("number", seen_find(seen, "old", "en")->number, 0);
	want_int("kind", seen_find(seen, "old", "en")->kind, CARRIED_BACKLOG);
	want_text("later word", seen_find(seen, "one", "en")->revision, "r8");
	seen_free(seen);
	seen = store_seen(site.store, site.list, 5, &err);
	want_true("was not sent", !seen_has(seen, "old"));
	seen_free(seen);
	site_end(&site);
}

/* ----- the records ----- */

static bool
add_issue(void *data, const struct issue_record *r)
{
	struct str *out = data;

	str_printf(out, "%d %s %s; ", r->number, issue_state_name(r->state),
		r->note ? r->note : r->subject);
	return true;
}

static void
want_latest(struct site *site, const char *subject, int number)
{
	struct latest_issue latest;
	bool found;

	MUST(store_issue_latest(
		site->store, site->list, &latest, &found, &must));
	want_int("found", found, subject != NULL);
	want_text("latest", latest.subject, subject);
	want_int("its number", latest.number, number);
	latest_issue_clear(&latest);
}

struct walk {
	int64_t ids[4];
	int count, most; /* 0: all */
	bool fails;
};

static bool
add_id(void *data, struct issue_record *r, struct error *err)
{
	struct walk *w = data;

	if (w->fails)
		return error_set(err, ERROR_DATA, "enough");
	w->ids[w->count++] = r->id;
	return w->count != w->most;
}

static void
test_records(void **state)
{
	struct error err = ERROR_INIT;
	struct walk walk = {.count = 0};
	struct str out = STR_INIT;
	struct issue_record r;
	struct site site;
	int64_t first, second, last;
	int number;
	bool found;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	want_latest(&site, NULL, 0);
	first = open_issue(&site);
	MUST(store_issue_skip(site.store, site.list, NOW + 7, NOW,
		"below the minimum", &must));
	want_latest(&site, "Weekly", 1);
	MUST(open_numbered(site.store, site.list, 2, NOW + 3, &second, &must));
	want_latest(&site, "Weekly", 2);
	MUST(store_issues(site.store, site.list, add_issue, &out, &must));
	want_text("newest first", str_text(&out),
		"2 sending Weekly; "
		"0 skipped below the minimum; 1 sending Weekly; ");
	str_clear(&out);
	MUST(store_issue_next(
		site.store, site.list, INT64_MAX, &number, &last, &must));
	want_int("next", number, 3);
	want_int("last slot", last, NOW + 7);

	MUST(store_unfinished(site.store, site.list, add_id, &walk, &must));
	want_int("both", walk.count, 2);
	want_int("oldest", walk.ids[0], first);
	want_int("then", walk.ids[1], second);
	walk = (struct walk){.most = 1};
	MUST(store_unfinished(site.store, site.list, add_id, &walk, &must));
	want_int("stopped", walk.count, 1);
	walk = (struct walk){.fails = true};
	want_error("failed",
		store_unfinished(site.store, site.list, add_id, &walk, &err),
		&err, ERROR_DATA, "enough");
	MUST(store_issue_find(site.store, site.list, 9, &r, &found, &must));
	want_true("none", !found);

	MUST(store_issue_pause(site.store, first, "relay refuses", NOW, &must));
	r = issue_of(&site, 1);
	want_text("paused", r.paused, "relay refuses");
	want_text("salt", r.salt, "salt");
	want_int("slot", r.slot, NOW);
	want_int("opened", r.opened, NOW);
	want_true("not closed", r.closed == INSTANT_NONE);
	want_int("due", r.counts[RECIPIENT_DUE], 2);
	issue_record_clear(&r);
	MUST(store_issue_pause_first(site.store, first, "later", &must));
	r = issue_of(&site, 1);
	want_text("its reason stays", r.paused, "relay refuses");
	issue_record_clear(&r);
	MUST(store_issue_pause(site.store, first, NULL, NOW + 7, &must));
	r = issue_of(&site, 1);
	want_text("lifted", r.paused, NULL);
	want_int("waits anew", r.waiting, NOW + 7);
	issue_record_clear(&r);
	site_end(&site);
}

static void
test_sign_of_life(void **state)
{
	struct issue_record r;
	struct site site;
	struct shard shard;
	struct turn_row row = {
		.shard = &shard, .seq = 1, .state = RECIPIENT_WIRE};
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 1);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	MUST(store_turn(site.store, NOW + 100, &row, 1, &must));
	r = issue_of(&site, 1);
	want_int("alive", r.alive, NOW + 100);
	issue_record_clear(&r);
	site_end(&site);
}

/* ----- the ends ----- */

static void
test_cancel_untouched(void **state)
{
	struct error err = ERROR_INIT;
	struct issue_record r;
	struct site site;
	struct shard shard;
	struct seen *seen;
	struct str out = STR_INIT;
	int64_t issue, last;
	bool undone, found;
	int number;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	/* Answers about the relay do not count: nobody's body left. */
	MUST(store_turn(site.store, NOW,
		&(struct turn_row){.shard = &shard,
			.seq = 1,
			.state = RECIPIENT_DUE,
			.code = 530,
			.reply = "authentication required"},
		1, &must));
	MUST(store_issue_cancel(
		site.store, issue, NOW, "too early", &undone, &must));
	want_true("undone", undone);
	seen = store_seen(site.store, site.list, 0, &err);
	want_true("dispatches are free", !seen_has(seen, "one"));
	want_true("so is the source", !seen_has_source(seen, "dispatches"));
	want_text("no alias", seen_find_alias(seen, "content:1"), NULL);
	seen_free(seen);
	MUST(store_issue_next(
		site.store, site.list, INT64_MAX, &number, &last, &must));
	want_int("the number is free", number, 1);
	want_int("the slot is not", last, NOW);
	MUST(store_issue_find(site.store, site.list, 1, &r, &found, &must));
	want_true("no issue 1", !found);
	want_latest(&site, NULL, 0);
	MUST(store_issues(site.store, site.list, add_issue, &out, &must));
	want_text("record", str_text(&out), "0 cancelled too early; ");
	str_clear(&out);
	want_error("its sender",
		try_turn(site.store, &shard, 2, RECIPIENT_WIRE, &err), &err,
		ERROR_LATER, "took over");
	want_true("nothing to send",
		!claim(site.store, issue, "b", "boot", false, &shard));
	MUST(open_numbered(site.store, site.list, 1, NOW + 1, &issue, &must));
	site_end(&site);
}

static void
test_cancel_begun(void **state)
{
	struct error err = ERROR_INIT;
	struct issue_record r;
	struct site site;
	struct shard shard;
	struct seen *seen;
	size_t count;
	int64_t issue;
	bool undone;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 4);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	turn(site.store, &shard, 1, RECIPIENT_SENT);
	turn(site.store, &shard, 2, RECIPIENT_WIRE);
	MUST(store_issue_cancel(
		site.store, issue, NOW, "an error in it", &undone, &must));
	want_true("not undone", !undone);
	seen = store_seen(site.store, site.list, 0, &err);
	want_true("consumed", seen_has(seen, "one"));
	seen_free(seen);
	r = issue_of(&site, 1);
	want_int("state", r.state, ISSUE_CANCELLED);
	want_int("sent", r.counts[RECIPIENT_SENT], 1);
	want_int("dropped", r.counts[RECIPIENT_DROPPED], 3);
	want_text("note", r.note, "an error in it");
	issue_record_clear(&r);
	want_error("again",
		store_issue_cancel(site.store, issue, NOW, "", &undone, &err),
		&err, ERROR_DATA, "this issue is cancelled");
	want_error("retry",
		store_issue_retry(site.store, issue, NOW, false, &count, &err),
		&err, ERROR_DATA, "nothing to retry");
	site_end(&site);
}

/* Held, then told to try again, then cancelled: he may have it. */
static void
test_cancel_after_doubt(void **state)
{
	struct site site;
	struct shard shard;
	size_t count;
	int64_t issue;
	bool undone;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 1);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", true, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	claim(site.store, issue, "b", "boot", true, &shard);
	want_int("held", count_state(&site, RECIPIENT_HELD), 1);
	MUST(store_issue_retry(site.store, issue, NOW, false, &count, &must));
	want_int("due", count, 1);
	MUST(store_issue_cancel(
		site.store, issue, NOW, "enough", &undone, &must));
	want_true("not undone", !undone);
	site_end(&site);
}

/* Who was put off has nothing: what was not sent is new again. */
static void
test_cancel_when_all_were_put_off(void **state)
{
	struct site site;
	struct shard shard;
	int64_t issue;
	bool undone;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_DUE);
	turn(site.store, &shard, 2, RECIPIENT_WIRE);
	turn(site.store, &shard, 2, RECIPIENT_DUE);
	MUST(store_issue_cancel(
		site.store, issue, NOW, "refused by all", &undone, &must));
	want_true("undone", undone);
	site_end(&site);
}

/* ----- reports ----- */

static bool
add_reply(void *data, const struct reply_count *r)
{
	struct str *out = data;

	str_printf(out, "%zu %s %d %s (%s); ", r->count,
		recipient_state_name(r->state), r->code,
		r->reply ? r->reply : "-", r->example);
	return true;
}

static bool
add_recipient(void *data, const struct recipient_record *r)
{
	struct str *out = data;

	str_printf(out, "%lld %s %s %d; ", (long long)r->seq, r->address,
		recipient_state_name(r->state), r->tries);
	return r->seq < 3;
}

static void
test_reports(void **state)
{
	struct str out = STR_INIT;
	struct site site;
	struct shard shard;
	int64_t issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 5);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	turn(site.store, &shard, 1, RECIPIENT_WIRE);
	turn(site.store, &shard, 1, RECIPIENT_SENT);
	MUST(store_turn(site.store, NOW,
		(struct turn_row[]){
			{.shard = &shard,
				.seq = 2,
				.state = RECIPIENT_DUE,
				.tried = true,
				.code = 450,
				.reply = "later"},
			{.shard = &shard,
				.seq = 3,
				.state = RECIPIENT_REFUSED,
				.tried = true,
				.code = 550,
				.reply = "no such user"},
			{.shard = &shard,
				.seq = 4,
				.state = RECIPIENT_REFUSED,
				.tried = true,
				.code = 550,
				.reply = "no such user"},
		},
		3, &must));
	MUST(store_replies(site.store, issue, 9, add_reply, &out, &must));
	want_text("replies", str_text(&out),
		"2 refused 550 no such user (r3@example.org); "
		"1 due 450 later (r2@example.org); ");
	str_clear(&out);
	MUST(store_replies(site.store, issue, 1, add_reply, &out, &must));
	want_text("at most", str_text(&out),
		"2 refused 550 no such user (r3@example.org); ");
	str_clear(&out);
	MUST(store_recipient_records(
		site.store, issue, add_recipient, &out, &must));
	want_text("recipients", str_text(&out),
		"1 r1@example.org sent 1; "
		"2 r2@example.org due 1; 3 r3@example.org refused 1; ");
	str_clear(&out);
	site_end(&site);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_spared),
		cmocka_unit_test(test_spared_meanwhile),
		cmocka_unit_test(test_audiences),
		cmocka_unit_test(test_seen_newest),
		cmocka_unit_test(test_marked_as_seen),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_sign_of_life),
		cmocka_unit_test(test_only_form),
		cmocka_unit_test(test_cancel_untouched),
		cmocka_unit_test(test_cancel_when_all_were_put_off),
		cmocka_unit_test(test_cancel_begun),
		cmocka_unit_test(test_cancel_after_doubt),
		cmocka_unit_test(test_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
