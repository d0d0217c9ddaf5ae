/*
 * A reader's life, step by step, and where each leaves him: re-import, strike,
 * restore, erase, re-subscribe, rotated keys. And the keys of tokens.
 */
#include "membership_unit.h"

#include <sys/stat.h>

#include "base/file.h"
#include "store/suppress.h"
#include "subscribers/tokens.h"

/* ----- steps ----- */

struct life {
	struct club c;
	char *backup, *journal; /* paths */
	char *token;		/* to leave with, from his first letter */
};

static void
life_start(struct life *l)
{
	*l = (struct life){.token = NULL};
	club_start(&l->c);
	l->c.list.joining.goodbye = false;
	l->backup = mem_printf("%s/backup", l->c.site.folder);
	l->journal = mem_printf("%s/state/erased", l->c.site.folder);
}

static void
life_end(struct life *l)
{
	club_end(&l->c);
	free(l->backup);
	free(l->journal);
	free(l->token);
}

static char *
numbered_key(size_t octets)
{
	static unsigned n;

	return mem_printf("key%u-%zu", ++n, octets);
}

static void
merge_file(struct life *l, bool with_ada)
{
	static const char *const others[] = {"c@e.org", "d@e.org", "e@e.org",
		"f@e.org", "g@e.org", "h@e.org"};
	struct merge *merge = store_merge_new(l->c.site.store, l->c.site.list,
		&(struct merge_options){.actor = ACTOR_FILE,
			.origin = ORIGIN_FILE,
			.strike = true,
			.accept = true,
			.proof = "subscribers.csv",
			.at = l->c.m.now});
	struct merge_report report;

	for (size_t i = with_ada ? 0 : 1; i <= COUNT(others); i++) {
		const char *key = i ? others[i - 1] : ADA;

		MUST(store_merge_add(merge,
			&(struct subscriber){.key = key,
				.address = key,
				.since = INSTANT_NONE},
			0, &must));
	}
	MUST(store_merge_finish(merge, &report, &must));
	store_merge_free(merge);
}

static void
reopen(struct life *l)
{
	struct club *c = &l->c;
	size_t count;

	c->site.store = site_open(&c->site);
	c->m.store = c->site.store;
	MUST(erase_replay(
		c->site.store, &c->list, c->site.list, &count, &must));
}

static void
in_file(struct life *l)
{
	merge_file(l, true);
}

static void
struck(struct life *l)
{
	merge_file(l, false);
}

static void
imported(struct life *l)
{
	struct merge *merge = store_merge_new(l->c.site.store, l->c.site.list,
		&(struct merge_options){.actor = ACTOR_EDITOR,
			.origin = ORIGIN_EDITOR,
			.at = l->c.m.now});
	struct merge_report report;

	MUST(store_merge_add(merge,
		&(struct subscriber){
			.key = ADA, .address = ADA, .since = INSTANT_NONE},
		0, &must));
	MUST(store_merge_finish(merge, &report, &must));
	store_merge_free(merge);
}

static void
joined(struct life *l)
{
	join(&l->c, ADA);
}

static void
asked(struct life *l)
{
	ask_to_join(&l->c, ADA);
	free(club_mails(&l->c, NULL));
}

static void
left(struct life *l)
{
	MUST(membership_leave(&l->c.m, club_id(&l->c, ADA), NULL, &must));
}

static void
bounced(struct life *l)
{
	enum bounce_effect effect;

	l->c.list.bounce_policy.probe_after = DAYS(9999);
	MUST(bounce_take(l->c.site.store,
		&(struct bounce){.list = &l->c.list,
			.list_id = l->c.site.list,
			.subscriber = club_id(&l->c, ADA),
			.issue = l->c.m.now,
			.now = l->c.m.now},
		&effect, &must));
}

static void
complained(struct life *l)
{
	enum bounce_effect effect;

	MUST(bounce_take(l->c.site.store,
		&(struct bounce){.list = &l->c.list,
			.list_id = l->c.site.list,
			.subscriber = club_id(&l->c, ADA),
			.issue = l->c.m.now,
			.class = RETURN_COMPLAINT,
			.now = l->c.m.now},
		&effect, &must));
}

static void
erased(struct life *l)
{
	size_t files;
	bool found;

	MUST(erase_subscriber(l->c.site.store,
		&(struct erase_wish){.list = &l->c.list,
			.list_id = l->c.site.list,
			.key = ADA,
			.actor = ACTOR_SELF,
			.at = l->c.m.now},
		&found, &files, &must));
}

static void
suppressed(struct life *l)
{
	MUST(store_suppress(l->c.site.store,
		&(struct suppression){
			SITE_WIDE, ADA, "by letter", ACTOR_EDITOR, l->c.m.now},
		&must));
}

static void
backed_up(struct life *l)
{
	site_copy(&l->c.site, l->backup);
	reopen(l);
}

static void
restored(struct life *l)
{
	site_put_back(&l->c.site, l->backup);
	reopen(l);
}

/* All but the CSV and the journal is lost. */
static void
started_anew(struct life *l)
{
	struct club *c = &l->c;

	site_empty(&c->site);
	c->site.store = site_open(&c->site);
	MUST(store_list(c->site.store, "weekly", &c->site.list, &must));
	store_close(c->site.store);
	reopen(l);
}

static void
rotated(struct life *l)
{
	MUST(token_keys_rotate(l->c.site.store, numbered_key, l->c.m.now,
		l->c.m.now - TOKEN_KEY_LIFE, &must));
}

static struct token_keys *
load_keys(struct life *l)
{
	struct token_keys *keys;

	MUST((keys = token_keys_load(l->c.site.store, numbered_key, &must)));
	return keys;
}

/* A letter with a link to leave by, as it is made now. */
static void
sent_letter(struct life *l)
{
	struct token_keys *keys = load_keys(l);
	struct str token = STR_INIT;
	struct token_proof proof;

	token_prove(&proof, token_keys_newest(keys), TOKEN_SUBSCRIBER,
		(uint64_t)l->c.site.list, (uint64_t)club_id(&l->c, ADA));
	token_write(&token, &proof, TOKEN_UNSUBSCRIBE);
	free(l->token);
	l->token = str_take(&token);
	token_keys_free(keys);
}

/* Leaves by the link in that letter; nothing happens when it is void. */
static void
left_by_letter(struct life *l)
{
	struct token_keys *keys = load_keys(l);
	uint64_t list, subscriber;

	if (token_keys_verify(keys, span_of(l->token), TOKEN_UNSUBSCRIBE, &list,
		    &subscriber))
		MUST(membership_leave(
			&l->c.m, (int64_t)subscriber, NULL, &must));
	token_keys_free(keys);
}

static void
five_years_on(struct life *l)
{
	l->c.m.now += TOKEN_KEY_LIFE + 1;
}

/* ----- lives ----- */

enum { STEPS = 8 };

static const struct {
	const char *name;
	void (*steps[STEPS])(struct life *l);
	const char *want;
} lives[] = {
	{"re-import: active", {in_file, in_file}, "active"},
	{"re-import: who left", {in_file, left, imported}, "gone"},
	{"re-import: who bounced", {in_file, bounced, imported}, "bounced"},
	{"re-import: who complained", {in_file, complained, imported}, "gone"},
	{"re-import: who was erased", {in_file, erased, imported}, "erased"},
	{"re-import: who is suppressed", {in_file, suppressed, imported},
		"removed"},
	{"re-import: suppressed before", {suppressed, imported}, "-"},
	{"re-import: who has not confirmed", {asked, imported}, "pending"},
	{"strike: from the file", {in_file, struck}, "removed"},
	{"strike: and back", {in_file, struck, in_file}, "active"},
	{"strike: who joined himself", {joined, in_file, struck}, "active"},
	{"strike: who left", {in_file, left, struck, in_file}, "gone"},
	{"strike: who was erased", {in_file, erased, struck, in_file},
		"erased"},
	{"strike: who rejoined himself",
		{in_file, left, joined, in_file, struck}, "active"},
	{"strike: suppressed, and back", {in_file, suppressed, struck, in_file},
		"removed"},
	{"re-subscribe: who left", {in_file, left, joined}, "active"},
	{"re-subscribe: who bounced", {joined, bounced, joined}, "active"},
	{"re-subscribe: who was struck", {in_file, struck, joined}, "active"},
	{"re-subscribe: who was erased", {joined, erased, joined}, "active"},
	{"re-subscribe: asking is not enough", {joined, erased, asked},
		"erased"},
	{"re-subscribe: who is suppressed", {suppressed, asked}, "-"},
	{"erase: twice", {joined, erased, joined, erased}, "erased"},
	{"erase: who left", {joined, left, erased, in_file}, "erased"},
	{"restore: what was", {joined, backed_up, left, restored}, "active"},
	{"restore: he is erased again", {in_file, backed_up, erased, restored},
		"erased"},
	{"restore: and the file does not bring him back",
		{in_file, backed_up, erased, restored, in_file}, "erased"},
	{"restore: from after the erasure",
		{in_file, erased, backed_up, joined, restored}, "erased"},
	{"restore: he had come back since",
		{in_file, erased, joined, backed_up, restored}, "active"},
	{"restore: and was not there yet",
		{backed_up, in_file, erased, restored, in_file}, "erased"},
	{"restore: twice",
		{in_file, backed_up, erased, restored, joined, restored},
		"erased"},
	{"store lost: the file alone", {in_file, erased, started_anew, in_file},
		"erased"},
	{"token: works", {in_file, sent_letter, left_by_letter}, "gone"},
	{"token: after a rotation",
		{in_file, sent_letter, rotated, left_by_letter}, "gone"},
	{"token: after several",
		{in_file, sent_letter, rotated, rotated, rotated,
			left_by_letter},
		"gone"},
	{"token: five years old",
		{in_file, sent_letter, rotated, five_years_on, left_by_letter},
		"gone"},
	{"token: forgotten by the rotation after that",
		{in_file, sent_letter, rotated, five_years_on, rotated,
			left_by_letter},
		"active"},
	{"token: made after a rotation",
		{in_file, rotated, sent_letter, left_by_letter}, "gone"},
	{"token: erased in between",
		{in_file, sent_letter, erased, left_by_letter}, "erased"},
	{"token: of a backup",
		{in_file, sent_letter, backed_up, rotated, restored,
			left_by_letter},
		"gone"},
};

static void
test_lives(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		struct life l;

		life_start(&l);
		for (int k = 0; k < STEPS && lives[i].steps[k]; k++) {
			l.c.m.now += DAYS(2);
			lives[i].steps[k](&l);
		}
		want_text(lives[i].name, club_state(&l.c, ADA), lives[i].want);
		life_end(&l);
	}
}

/* ----- the journal ----- */

static void
test_journal_private(void **state)
{
	struct str text = STR_INIT;
	struct life l;
	struct stat st;

	(void)state;
	life_start(&l);
	in_file(&l);
	erased(&l);
	want_int("there", stat(l.journal, &st), 0);
	want_int("nobody else's", st.st_mode & 0777, 0600);
	MUST(file_read(l.journal, 10000, &text, &must));
	want_true("no address", !strstr(str_text(&text), "ada"));
	str_clear(&text);
	life_end(&l);
}

/* A line that a crash cut short, or left as room alone, is none, and what
 * follows is whole. */
static void
test_journal_torn(void **state)
{
	static const struct {
		const char *name;
		struct span tail;
	} cases[] = {
		{"cut short", {"abcd 17000", 10}},
		{"never written", {"\0\0\0\0", 4}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct life l;
		struct str text = STR_INIT;
		char *secret;

		life_start(&l);
		in_file(&l);
		backed_up(&l);
		secret = store_hash_secret(l.c.site.store, NULL);
		str_printf(&text, "key %s\n", secret);
		str_add_span(&text, cases[i].tail);
		MUST(file_write(l.journal, str_span(&text), 0600, &must));
		erased(&l);
		restored(&l);
		want_text(cases[i].name, club_state(&l.c, ADA), "erased");
		str_clear(&text);
		free(secret);
		life_end(&l);
	}
}

/* Of another store, its hashes mean nothing. */
static void
test_journal_foreign(void **state)
{
	struct error err = ERROR_INIT;
	struct life l;
	size_t count;

	(void)state;
	life_start(&l);
	in_file(&l);
	erased(&l);
	MUST(file_write(l.journal,
		span_of("key other\nabc 1 weekly\nabd 2 weekly\n"), 0600,
		&must));
	want_error("another key",
		erase_replay(
			l.c.site.store, &l.c.list, l.c.site.list, &count, &err),
		&err, ERROR_DATA, "with the key of another store");
	MUST(file_write(
		l.journal, span_of("key other\nabc 1 daily\n"), 0600, &must));
	MUST(erase_replay(
		l.c.site.store, &l.c.list, l.c.site.list, &count, &must));
	life_end(&l);
}

/* ----- the spool ----- */

static void
test_spool(void **state)
{
	static const struct {
		const char *name, *text;
		bool stays;
	} cases[] = {
		{"new/1",
			"Return-Path: <b@e.org>\nDelivered-To: Ada@EXAMPLE.org\n\nHi",
			false},
		{"cur/2:2,S",
			"Return-Path: <b@e.org>\nDelivered-To: ada@example.org\n\nHi",
			false},
		{"new/3",
			"Return-Path: <b@e.org>\nDelivered-To: bob@example.org\n\n"
			"about ada@example.org",
			true},
		{"new/4", "no message", true},
	};
	struct life l;
	struct relay relay = {.kind = TRANSPORT_SPOOL};
	size_t files;
	bool found;
	char *spool;

	(void)state;
	life_start(&l);
	relay.path = spool = mem_printf("%s/spool", l.c.site.folder);
	l.c.list.relays = &relay;
	l.c.list.relay_count = 1;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *path = file_join(spool, cases[i].name);
		char *folder =
			mem_dup(path, (size_t)(file_name(path) - path - 1));

		MUST(file_make_folders(folder, 0700, &must));
		MUST(file_write(path, span_of(cases[i].text), 0600, &must));
		free(folder);
		free(path);
	}
	in_file(&l);
	MUST(erase_subscriber(l.c.site.store,
		&(struct erase_wish){
			&l.c.list, l.c.site.list, ADA, ACTOR_EDITOR, NOW},
		&found, &files, &must));
	want_int("removed", files, 2);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *path = file_join(spool, cases[i].name);

		want_int(cases[i].name, file_exists(path), cases[i].stays);
		free(path);
	}
	free(spool);
	life_end(&l);
}

/* ----- keys ----- */

static void
test_keys(void **state)
{
	struct life l;
	struct token_keys *keys, *none;
	struct str forged = STR_INIT;
	struct token_proof proof;
	uint64_t a = 7, b = 7;

	(void)state;
	life_start(&l);
	MUST((none = token_keys_load(l.c.site.store, NULL, &must)));
	want_true("none is made", !token_keys_newest(none));
	keys = load_keys(&l);
	want_true("as text",
		span_starts(span_of(token_keys_newest_text(keys)), "key"));
	token_prove(&proof, token_keys_newest(keys), TOKEN_REQUEST, 3, 4);
	token_write(&forged, &proof, TOKEN_CONFIRM);
	want_true("proves",
		token_keys_verify(
			keys, str_span(&forged), TOKEN_CONFIRM, &a, &b));
	want_true("the numbers", a == 3 && b == 4);
	a = b = 7;
	want_true("nothing does without keys",
		!token_keys_verify(
			none, str_span(&forged), TOKEN_CONFIRM, &a, &b));
	want_true("another purpose",
		!token_keys_verify(
			keys, str_span(&forged), TOKEN_CONFIRM_NEW, &a, &b));
	forged.data[3] = forged.data[3] == 'a' ? 'b' : 'a';
	want_true("forged",
		!token_keys_verify(
			keys, str_span(&forged), TOKEN_CONFIRM, &a, &b));
	want_true("untouched", a == 7 && b == 7);
	str_clear(&forged);
	token_keys_free(none);
	token_keys_free(keys);
	token_keys_free(NULL);
	life_end(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lives),
		cmocka_unit_test(test_journal_private),
		cmocka_unit_test(test_journal_torn),
		cmocka_unit_test(test_journal_foreign),
		cmocka_unit_test(test_spool),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
