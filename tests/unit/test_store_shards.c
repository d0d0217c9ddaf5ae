/* An issue's recipients: their numbers, and the shards that are claimed. */
#include "store_unit.h"

#include "store/handle.h"

/* Ledgers whose rows are numbered by themselves must not go on with those of an
 * issue that comes later. */
static void
test_numbering(void **state)
{
	struct error err = ERROR_INIT;
	int64_t issue = 0, seqs = 0;
	struct site site;

	(void)state;
	NEEDS_FILE();
	site_start(&site);
	add_readers(site.store, site.list, 3);
	open_issue(&site);
	MUST(open_numbered(site.store, site.list, 2, NOW + 1, &issue, &must));
	MUST(db_number(site.store->db, &must, &seqs,
		"SELECT sum(" RECIPIENT_SEQ(
			"id") ") FROM recipient WHERE " OF_ISSUE("id", "?1"),
		db_int(issue)));
	want_int("1 + 2 + 3", seqs, 6);
	MUST(db_run(site.store->db, &must,
		"INSERT INTO recipient (id, subscriber, form, state, tries,"
		" doubts, next_at, at, code) VALUES (" RECIPIENT_ID(
			"?1", "1") ", 1, 0, 0, 0, 0, 0, 0, 0)",
		db_int(issue + 5)));
	want_error("behind a later one",
		open_numbered(site.store, site.list, 3, NOW + 2, &issue, &err),
		&err, ERROR_DATA, "changed what was to be written");
	MUST(db_number(site.store->db, &must, &seqs,
		"SELECT count(*) FROM recipient"));
	want_int("nothing of it", seqs, 7);
	site_end(&site);
}

static void
test_shards(void **state)
{
	struct site site;
	struct shard shard[3], none;
	struct turn_row row = {.state = RECIPIENT_DUE,
		.tried = true,
		.next_at = NOW + 60,
		.code = 450};
	int64_t issue, at;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 2001);
	issue = open_issue(&site);
	for (int i = 0; i < 3; i++) {
		want_true("claim",
			claim(site.store, issue, "a", "boot", false,
				&shard[i]));
		want_int("first", shard[i].first, i * 1000 + 1);
	}
	want_int("last", shard[2].last, 2001);
	want_true("all are claimed",
		!claim(site.store, issue, "a", "boot", false, &none));

	/* One who is to wait makes his shard wait. */
	row.shard = &shard[2];
	row.seq = 2001;
	MUST(store_turn(site.store, NOW, &row, 1, &must));
	release(site.store, &shard[2]);
	want_true("not yet",
		!claim(site.store, issue, "a", "boot", false, &none));
	release(site.store, &shard[0]);
	release(site.store, &shard[1]);
	MUST(store_next_try(site.store, issue, &at, &must));
	want_int("others at once", at, 0);
	want_true("again", claim(site.store, issue, "a", "boot", false, &none));
	want_int("the first", none.first, 1);
	site_end(&site);
}

/* The shard of one who waits, after its owner died: he goes on waiting. */
static void
test_waiting_survives(void **state)
{
	struct site site;
	struct shard shard;
	struct turn_row row = {.seq = 1,
		.state = RECIPIENT_DUE,
		.tried = true,
		.next_at = NOW + 60,
		.shard = &shard};
	int64_t issue, at;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 1);
	issue = open_issue(&site);
	claim(site.store, issue, "a", "boot", false, &shard);
	MUST(store_turn(site.store, NOW, &row, 1, &must));
	MUST(store_next_try(site.store, issue, &at, &must));
	want_int("while claimed", at, NOW + 60);
	want_true("nobody yet",
		!claim(site.store, issue, "b", "boot", false, &shard));
	MUST(store_next_try(site.store, issue, &at, &must));
	want_int("still", at, NOW + 60);
	want_int("due", count_state(&site, RECIPIENT_DUE), 1);
	site_end(&site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbering),
		cmocka_unit_test(test_shards),
		cmocka_unit_test(test_waiting_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
