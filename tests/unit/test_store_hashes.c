/*
 * Those whom the store knows by a hash: suppressed and erased ones; and a
 * reader who takes another address. Invariants 12, 14 and 16.
 */
#include "store_unit.h"

#include "store/handle.h"
#include "store/post.h"
#include "store/request.h"
#include "store/returned.h"

#define ADA "ada@example.org"
#define BOB "bob@example.org"

/* "active self", "-" when he is not there. */
static void
want_state(struct site *site, int64_t list, const char *key, const char *want)
{
	struct error err = ERROR_INIT;
	struct subscriber *s = store_subscriber(site->store, list, key, &err);

	want_no_error(key, &err);
	want_text(key, s ? subscriber_state_name(s->state) : "-", want);
	subscriber_free(s);
}

static int64_t
id_of(struct site *site, int64_t list, const char *key)
{
	struct subscriber *s = store_subscriber(site->store, list, key, NULL);
	int64_t id = s ? s->id : 0;

	subscriber_free(s);
	return id;
}

static void
suppress(struct site *site, int64_t list, const char *key, enum actor actor)
{
	MUST(store_suppress(site->store,
		&(struct suppression){list, key, "a complaint", actor, NOW},
		&must));
}

static bool
is_suppressed(struct site *site, int64_t list, const char *key)
{
	bool suppressed;

	MUST(store_is_suppressed(
		site->store, list, key, &suppressed, NULL, &must));
	return suppressed;
}

static struct merge_report
merge_one(struct site *site, int64_t list, const char *key)
{
	struct merge_report report;
	struct merge *merge = store_merge_new(site->store, list,
		&(struct merge_options){.actor = ACTOR_FILE,
			.origin = ORIGIN_FILE,
			.strike = true,
			.accept = true,
			.at = NOW + 100});

	MUST(store_merge_add(merge,
		&(struct subscriber){.key = key,
			.address = key,
			.name = "Ada",
			.since = INSTANT_NONE},
		0, &must));
	MUST(store_merge_finish(merge, &report, &must));
	store_merge_free(merge);
	return report;
}

/* No statement of the store holds this text. */
static void
want_nowhere(struct site *site, const char *text)
{
	static const char *const queries[] = {
		"SELECT count(*) FROM subscriber WHERE key || address ||"
		" coalesce(name, '') || coalesce(fields, '')"
		" LIKE '%' || ?1 || '%'",
		"SELECT count(*) FROM consent WHERE proof"
		" LIKE '%' || ?1 || '%'",
		"SELECT count(*) FROM recipient WHERE reply"
		" LIKE '%' || ?1 || '%'",
		"SELECT count(*) FROM returned WHERE text"
		" LIKE '%' || ?1 || '%'",
		"SELECT count(*) FROM request WHERE key || address"
		" LIKE '%' || ?1 || '%'",
		"SELECT count(*) FROM post WHERE key || address"
		" LIKE '%' || ?1 || '%'",
		"SELECT count(*) FROM suppressed WHERE hash || reason"
		" LIKE '%' || ?1 || '%'",
	};

	for (size_t i = 0; i < COUNT(queries); i++) {
		int64_t count = 0;

		MUST(db_take_number(db_query(site->store->db, &must, queries[i],
					    db_text(text)),
			&count, &must));
		want_int(queries[i], count, 0);
	}
}

/* ----- suppression: 14 ----- */

static void
test_suppressed(void **state)
{
	struct error err = ERROR_INIT;
	struct merge_report r;
	char *reason = NULL;
	struct site site;
	bool found;
	int64_t count = 0;

	(void)state;
	site_start(&site);
	set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	suppress(&site, site.list, ADA, ACTOR_INBOX);
	suppress(&site, site.list, ADA, ACTOR_EDITOR);
	want_state(&site, site.list, ADA, "removed");
	MUST(store_is_suppressed(
		site.store, site.list, ADA, &found, &reason, &must));
	want_true("suppressed", found);
	want_text("the first reason", reason, "a complaint");
	free(reason);
	MUST(db_number(site.store->db, &must, &count,
		"SELECT sum(CASE WHEN length(hash) = 32 AND at = ?1 THEN 1"
		" ELSE 100 END) FROM suppressed",
		db_int(NOW)));
	want_int("one hash, of the first time", count, 1);

	r = merge_one(&site, site.list, ADA);
	want_int("kept out", r.kept_out, 1);
	want_int("returned", r.returned, 0);
	want_state(&site, site.list, ADA, "removed");
	want_error("by an editor",
		store_subscriber_change(site.store, site.list,
			&(struct change){
				.subscriber = &(struct subscriber){.key = ADA,
					.address = ADA},
				.state = SUBSCRIBER_ACTIVE,
				.actor = ACTOR_EDITOR,
				.at = NOW},
			&err),
		&err, ERROR_DATA,
		"is suppressed, a complaint: nobody may write to him until he "
		"subscribes himself");
	MUST(store_unsuppress(site.store, site.list, ADA, &found, &must));
	want_true("was there", found);
	MUST(store_unsuppress(site.store, site.list, ADA, &found, &must));
	want_true("is not any more", !found);
	r = merge_one(&site, site.list, ADA);
	want_int("returned", r.returned, 1);
	site_end(&site);
}

/* Nor does an issue that is retried bring him back. */
static void
test_suppressed_bounced(void **state)
{
	struct site site;

	(void)state;
	site_start(&site);
	set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	set_state(site.store, site.list, ADA, SUBSCRIBER_BOUNCED, ACTOR_RELAY);
	suppress(&site, SITE_WIDE, ADA, ACTOR_INBOX);
	want_state(&site, site.list, ADA, "removed");
	site_end(&site);
}

/* One who never was on the list comes in by no file. */
static void
test_suppressed_stranger(void **state)
{
	struct merge_report r;
	struct site site;

	(void)state;
	site_start(&site);
	suppress(&site, SITE_WIDE, ADA, ACTOR_EDITOR);
	r = merge_one(&site, site.list, ADA);
	want_int("kept out", r.kept_out, 1);
	want_int("added", r.added, 0);
	want_state(&site, site.list, ADA, "-");
	r = merge_one(&site, site.list, BOB);
	want_int("added", r.added, 1);
	site_end(&site);
}

/* His own word counts for the list that he said it of. */
static void
test_lifted(void **state)
{
	struct site site;
	int64_t other;

	(void)state;
	site_start(&site);
	MUST(store_list(site.store, "daily", &other, &must));
	set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	set_state(site.store, other, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	suppress(&site, SITE_WIDE, ADA, ACTOR_INBOX);
	want_state(&site, site.list, ADA, "removed");
	want_state(&site, other, ADA, "removed");
	set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	want_true("not here", !is_suppressed(&site, site.list, ADA));
	want_true("there", is_suppressed(&site, other, ADA));
	site_end(&site);
}

/* ----- erasing: 12 ----- */

static bool
note(void *data, const char *hash, struct error *err)
{
	(void)err;
	str_add(data, hash);
	return true;
}

static bool
refuse_note(void *data, const char *hash, struct error *err)
{
	(void)data;
	(void)hash;
	return error_set(err, ERROR_IO, "no journal");
}

static bool
erase(struct site *site, const char *key, struct str *hash)
{
	bool found;

	MUST(store_erase(site->store,
		&(struct erasure){.list = site->list,
			.key = key,
			.actor = ACTOR_EDITOR,
			.at = NOW + 10,
			.note = hash ? note : NULL,
			.note_data = hash},
		&found, &must));
	return found;
}

/* A reader about whom every table has something to say. */
static void
add_known(struct site *site)
{
	struct request request = {.list = site->list,
		.kind = REQUEST_EXPORT,
		.key = ADA,
		.address = ADA,
		.at = NOW};
	struct post post = {.list = site->list,
		.kind = POST_COPY,
		.address = ADA,
		.key = ADA,
		.at = NOW};
	struct return_record back = {
		.issue = 1, .class = RETURN_SOFT, .text = ADA " full"};
	struct shard shard;
	bool flag;
	int64_t issue;

	merge_one(site, site->list, ADA);
	back.subscriber = request.subscriber = post.subscriber =
		id_of(site, site->list, ADA);
	issue = open_issue(site);
	claim(site->store, issue, "a", "boot", false, &shard);
	MUST(store_turn(site->store, NOW,
		&(struct turn_row){.shard = &shard,
			.seq = 1,
			.state = RECIPIENT_DUE,
			.code = 450,
			.reply = "450 <" ADA "> is greylisted"},
		1, &must));
	MUST(store_request_add(site->store, &request, &must));
	MUST(store_post_add(site->store, &post,
		&(struct post_limits){.daily = 0}, &flag, &must));
	MUST(store_return_add(site->store, &back, &flag, &must));
}

static bool
add_fact(void *data, const struct consent *c)
{
	str_printf(data, "%s>%s %s %s %lld;", subscriber_state_name(c->was),
		subscriber_state_name(c->now), actor_name(c->actor),
		c->proof ? c->proof : "-", (long long)(c->at - NOW));
	return true;
}

static void
test_erased(void **state)
{
	struct str facts = STR_INIT;
	struct merge_report r;
	struct site site;

	(void)state;
	site_start(&site);
	add_known(&site);
	want_true("found", erase(&site, ADA, NULL));
	want_nowhere(&site, "ada");
	want_state(&site, site.list, ADA, "erased");
	MUST(store_consents(site.store, id_of(&site, site.list, ADA), add_fact,
		&facts, &must));
	want_text("the fact", str_text(&facts), "active>erased editor - 10;");
	want_true("again", !erase(&site, ADA, NULL));
	want_true("nobody", !erase(&site, BOB, NULL));
	r = merge_one(&site, site.list, ADA);
	want_int("kept out", r.kept_out, 1);
	want_nowhere(&site, "ada");
	set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	want_state(&site, site.list, ADA, "active");
	want_true("anew", erase(&site, ADA, NULL));
	want_nowhere(&site, "ada");
	str_clear(&facts);
	site_end(&site);
}

/* Without its place in the journal an erasure would not outlive a restore. */
static void
test_erase_unnoted(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	bool found;

	(void)state;
	site_start(&site);
	merge_one(&site, site.list, ADA);
	want_error("no journal",
		store_erase(site.store,
			&(struct erasure){.list = site.list,
				.key = ADA,
				.actor = ACTOR_SELF,
				.note = refuse_note},
			&found, &err),
		&err, ERROR_IO, "no journal");
	want_state(&site, site.list, ADA, "active");
	site_end(&site);
}

/* A store restored from before: [what it has] and what the replay makes of
 * it. */
static void
test_erased_again(void **state)
{
	static const struct {
		const char *name;
		bool there, back;
		size_t count;
		const char *want;
	} cases[] = {
		{"as before", true, false, 1, "erased"},
		{"he came back since", true, true, 0, "active"},
		{"not there at all", false, false, 0, "erased"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str hash = STR_INIT;
		struct site site;
		size_t count;

		site_start(&site);
		MUST(store_hash_key(site.store, span_of(ADA), &hash, &must));
		if (cases[i].there)
			merge_one(&site, site.list, ADA);
		if (cases[i].back) {
			erase(&site, ADA, NULL);
			set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE,
				ACTOR_SELF);
		}
		for (int round = 0; round < 2; round++) {
			struct erased e = {str_text(&hash), NOW - 1};

			MUST(store_erase_hashes(
				site.store, site.list, &e, 1, &count, &must));
			want_int(cases[i].name, count,
				round ? 0 : cases[i].count);
			want_state(&site, site.list, ADA, cases[i].want);
		}
		merge_one(&site, site.list, ADA);
		want_state(&site, site.list, ADA, cases[i].want);
		erase(&site, ADA, NULL);
		want_state(&site, site.list, ADA, "erased");
		str_clear(&hash);
		site_end(&site);
	}
}

static void
test_secret(void **state)
{
	struct str before = STR_INIT, after = STR_INIT;
	struct site site;
	char *secret;
	bool taken;

	(void)state;
	site_start(&site);
	secret = store_hash_secret(site.store, NULL);
	want_true("made by itself", secret && strlen(secret) > 50);
	MUST(store_hash_key(site.store, span_of(ADA), &before, &must));
	MUST(store_take_hash_secret(site.store, "other", &taken, &must));
	want_true("taken", taken);
	MUST(store_hash_key(site.store, span_of(ADA), &after, &must));
	want_true("other hashes",
		strcmp(str_text(&before), str_text(&after)) != 0);
	suppress(&site, site.list, ADA, ACTOR_EDITOR);
	MUST(store_take_hash_secret(site.store, secret, &taken, &must));
	want_true("in use", !taken);
	free(secret);
	str_clear(&before);
	str_clear(&after);
	site_end(&site);
}

/* ----- another address ----- */

static bool
readdress(struct site *site, int64_t id, const char *to, struct error *err)
{
	return store_subscriber_readdress(site->store, site->list, id,
		&(struct change){.subscriber = &(struct subscriber){.key = to,
					 .address = to,
					 .origin = ORIGIN_WEB},
			.proof = "both confirmed",
			.at = NOW},
		err);
}

/* What [the new address] was before, and what comes of it. */
static void
test_readdressed(void **state)
{
	static const struct {
		const char *name;
		enum subscriber_state there;
		bool known, suppressed, ok;
	} cases[] = {
		{"nobody", 0, false, false, true},
		{"gone", SUBSCRIBER_GONE, true, false, true},
		{"erased", SUBSCRIBER_ERASED, true, false, true},
		{"a reader", SUBSCRIBER_ACTIVE, true, false, false},
		{"suppressed", 0, false, true, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = ERROR_INIT;
		struct site site;
		int64_t id;
		bool ok;

		site_start(&site);
		merge_one(&site, site.list, ADA);
		id = id_of(&site, site.list, ADA);
		if (cases[i].known)
			set_state(site.store, site.list, BOB, SUBSCRIBER_ACTIVE,
				ACTOR_SELF);
		if (cases[i].known && cases[i].there != SUBSCRIBER_ACTIVE)
			set_state(site.store, site.list, BOB, cases[i].there,
				ACTOR_SELF);
		if (cases[i].suppressed)
			suppress(&site, SITE_WIDE, BOB, ACTOR_EDITOR);
		ok = readdress(&site, id, BOB, &err);
		error_clear(&err);
		want_int(cases[i].name, ok, cases[i].ok);
		want_state(&site, site.list, ADA, ok ? "gone" : "active");
		want_int("the same number",
			id_of(&site, site.list, ok ? BOB : ADA), id);
		/* The file knows the old address, and not the new one. */
		merge_one(&site, site.list, ADA);
		want_state(&site, site.list, ADA, ok ? "gone" : "active");
		if (ok)
			want_state(&site, site.list, BOB, "active");
		site_end(&site);
	}
}

/* ----- pauses ----- */

static void
test_wake(void **state)
{
	struct str facts = STR_INIT;
	struct site site;
	size_t count;

	(void)state;
	site_start(&site);
	set_state(site.store, site.list, ADA, SUBSCRIBER_ACTIVE, ACTOR_SELF);
	MUST(store_subscriber_change(site.store, site.list,
		&(struct change){.subscriber = &(struct subscriber){.key = ADA,
					 .address = ADA,
					 .until = NOW + 50},
			.state = SUBSCRIBER_PAUSED,
			.actor = ACTOR_SELF,
			.at = NOW},
		&must));
	MUST(store_wake(site.store, site.list, NOW + 49, &count, &must));
	want_int("not yet", count, 0);
	want_state(&site, site.list, ADA, "paused");
	MUST(store_wake(site.store, site.list, NOW + 50, &count, &must));
	want_int("now", count, 1);
	want_state(&site, site.list, ADA, "active");
	MUST(store_consents(site.store, id_of(&site, site.list, ADA), add_fact,
		&facts, &must));
	want_true("proof",
		strstr(str_text(&facts),
			"paused>active self the date that he named 50;"));
	str_clear(&facts);
	site_end(&site);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suppressed),
		cmocka_unit_test(test_suppressed_bounced),
		cmocka_unit_test(test_suppressed_stranger),
		cmocka_unit_test(test_lifted),
		cmocka_unit_test(test_erased),
		cmocka_unit_test(test_erase_unnoted),
		cmocka_unit_test(test_erased_again),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_readdressed),
		cmocka_unit_test(test_wake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
