/*
 * Drafts in the store: what opens from one is what would have opened without.
 * From dispatch to letter they are tested in tests/e2e/test_draft.py.
 */
#include "store_unit.h"

#include "store/draft.h"
#include "store/handle.h"

static const struct draft_note note = {
	.deadline = NOW + 100, .hash = "hash", .author = "Ada"};

static int64_t
put(struct site *site, int number, int64_t slot, const char *hash)
{
	struct opening o = opening_numbered(site->list, number, slot);
	struct draft_note n = note;
	int64_t id = 0;

	n.hash = hash;
	MUST(store_draft_put(site->store, &o, &n, &id, &must));
	return id;
}

static enum approval_result
approve(struct site *site, int64_t id, const char *hash)
{
	enum approval_result result = APPROVAL_NONE;

	MUST(store_draft_approve(
		site->store, id, hash, "Ben", NOW + 1, &result, &must));
	return result;
}

/* ----- what the ledger holds ----- */

/* Every row of the tables that an opening writes, column by column. */
static char *
dump(struct site *site)
{
	static const struct {
		const char *sql;
		int columns;
	} tables[] = {
		{"SELECT * FROM issue", 13},
		{"SELECT * FROM form", 6},
		{"SELECT * FROM carried", 14},
		{"SELECT * FROM recipient", 10},
		{"SELECT * FROM shard", 8},
		{"SELECT * FROM source", 9},
	};
	struct str out = STR_INIT;

	for (size_t t = 0; t < COUNT(tables); t++) {
		struct error err = ERROR_INIT;
		struct db_rows *rows =
			db_query(site->store->db, &err, tables[t].sql);

		str_printf(&out, "%s\n", tables[t].sql);
		while (db_next(rows, &err)) {
			for (int c = 0; c < tables[t].columns; c++) {
				str_add_span(&out, row_blob(rows, c));
				str_add_char(&out, '|');
			}
			str_add_char(&out, '\n');
		}
		want_true(tables[t].sql, db_done(rows));
	}
	return str_take(&out);
}

/* Rows that belong to drafts, in all tables. */
static int
count_parts(struct site *site)
{
	int64_t n = 0;

	MUST(db_number(site->store->db, &must, &n,
		"SELECT (SELECT count(*) FROM draft)"
		" + (SELECT count(*) FROM draft_form)"
		" + (SELECT count(*) FROM draft_carried)"
		" + (SELECT count(*) FROM draft_source)"
		" + (SELECT count(*) FROM draft_across)"));
	return (int)n;
}

static char *
opened_at_once(void)
{
	struct site site;
	int64_t issue;
	char *all;

	site_start(&site);
	add_readers(site.store, site.list, 3);
	MUST(open_numbered(site.store, site.list, 1, NOW, &issue, &must));
	all = dump(&site);
	site_end(&site);
	return all;
}

static void
test_opens_as_it_stands(void **state)
{
	char *want = opened_at_once(), *got, *empty;
	struct error err = ERROR_INIT;
	struct site site;
	struct draft d;
	int64_t id, issue;
	bool found;

	(void)state;
	site_start(&site);
	empty = dump(&site);
	id = put(&site, 1, NOW, "hash");
	got = dump(&site);
	want_text("consumes nothing", got, empty);
	free(got);
	add_readers(site.store, site.list, 3);
	want_error("not approved",
		store_draft_open(site.store, id, NOW, &issue, &err), &err,
		ERROR_DATA, "not approved");
	want_int("yes", approve(&site, id, "hash"), APPROVAL_GIVEN);
	MUST(store_draft_open(site.store, id, NOW, &issue, &must));
	got = dump(&site);
	want_text("the same", got, want);
	MUST(store_draft_of_id(site.store, id, &d, &found, &must));
	want_true("no draft any more", !found);
	want_int("nor in any table", count_parts(&site), 0);
	free(got);
	free(want);
	free(empty);
	site_end(&site);
}

static void
test_approval(void **state)
{
	struct site site;
	struct draft d;
	bool found;
	int64_t id;

	(void)state;
	site_start(&site);
	id = put(&site, 1, NOW, "hash");
	want_int("none", approve(&site, id + 7, "hash"), APPROVAL_NONE);
	want_int("another", approve(&site, id, "hush"), APPROVAL_CHANGED);
	want_int("given", approve(&site, id, "hash"), APPROVAL_GIVEN);
	want_int("again", approve(&site, id, "hash"), APPROVAL_ALREADY);
	want_int("the same one", (int)put(&site, 1, NOW, "hash"), (int)id);
	MUST(store_draft_of_slot(
		site.store, site.list, NOW, &d, &found, &must));
	want_text("stays", d.approver, "Ben");
	want_int("when", (int)(d.approved - NOW), 1);
	draft_clear(&d);
	put(&site, 1, NOW, "other");
	MUST(store_draft_numbered(site.store, site.list, 1, &d, &found, &must));
	want_text("is void", d.approver, NULL);
	want_true("is void", d.approved == INSTANT_NONE);
	want_text("by", d.author, "Ada");
	want_int("dispatches", (int)d.carried, 2);
	draft_clear(&d);
	site_end(&site);
}

static void
test_told(void **state)
{
	struct site site;
	struct draft d;
	bool found;
	int64_t id;

	(void)state;
	site_start(&site);
	id = put(&site, 1, NOW, "hash");
	MUST(store_draft_told(site.store, id, "hash", &must));
	MUST(store_draft_of_id(site.store, id, &d, &found, &must));
	want_true("told", d.told);
	draft_clear(&d);
	put(&site, 1, NOW, "other");
	MUST(store_draft_of_id(site.store, id, &d, &found, &must));
	want_true("not of this", !d.told);
	draft_clear(&d);
	site_end(&site);
}

/* Numbers are nobody's twice, and a slot that was dealt with has no draft. */
static void
test_numbers_and_slots(void **state)
{
	struct error err = ERROR_INIT;
	struct site site;
	struct opening o;
	int64_t issue;
	int number;

	(void)state;
	site_start(&site);
	MUST(open_numbered(site.store, site.list, 1, NOW, &issue, &must));
	put(&site, 2, NOW + 10, "hash");
	MUST(store_draft_number(
		site.store, site.list, NOW + 10, &number, &must));
	want_int("its own", number, 2);
	MUST(store_draft_number(
		site.store, site.list, NOW + 20, &number, &must));
	want_int("the next", number, 3);
	o = opening_numbered(site.list, 3, NOW);
	want_error("slot", store_draft_put(site.store, &o, &note, NULL, &err),
		&err, ERROR_LATER, "dealt with");
	o = opening_numbered(site.list, 1, NOW + 30);
	want_error("number", store_draft_put(site.store, &o, &note, NULL, &err),
		&err, ERROR_LATER, "was opened");
	site_end(&site);
}

/* What one editor made stays when another was composing at the same time: both
 * were given the same number, and within a second the same place. */
static void
test_two_at_once(void **state)
{
	static const enum draft_kind kinds[] = {DRAFT_EXTRA, DRAFT_CORRECTION};
	struct error err = ERROR_INIT;
	struct draft_note n = note;
	struct site site;
	struct opening o;
	struct draft d;
	bool found;

	(void)state;
	site_start(&site);
	put(&site, 1, NOW, "regular");
	put(&site, 1, NOW, "made again");
	o = opening_numbered(site.list, 1, NOW + 5);
	want_error("number", store_draft_put(site.store, &o, &n, NULL, &err),
		&err, ERROR_LATER, "another draft");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		n.kind = kinds[i];
		o = opening_numbered(site.list, 2 + (int)i, NOW);
		want_error("a slot's",
			store_draft_put(site.store, &o, &n, NULL, &err), &err,
			ERROR_LATER, "another draft");
		o = opening_numbered(site.list, 2 + (int)i, NOW + 5 + (int)i);
		MUST(store_draft_put(site.store, &o, &n, NULL, &must));
		want_error("its own",
			store_draft_put(site.store, &o, &n, NULL, &err), &err,
			ERROR_LATER, "another draft");
	}
	o = opening_numbered(site.list, 9, NOW + 5);
	want_error("an extra's",
		store_draft_put(site.store, &o, &note, NULL, &err), &err,
		ERROR_LATER, "another draft");
	MUST(store_draft_numbered(site.store, site.list, 1, &d, &found, &must));
	want_text("as it was", d.hash, "made again");
	draft_clear(&d);
	site_end(&site);
}

/* Only to those who were sent it; and it is no slot's. */
static void
test_correction(void **state)
{
	struct draft_note n = note;
	struct issue_record r;
	struct site site;
	struct opening o;
	int64_t id, issue;

	(void)state;
	site_start(&site);
	add_readers(site.store, site.list, 3);
	MUST(open_numbered(site.store, site.list, 1, NOW, &issue, &must));
	MUST(db_run(site.store->db, &must,
		"UPDATE recipient SET state = ?1 WHERE id % 4294967296 < 3",
		db_int(RECIPIENT_SENT)));
	o = opening_numbered(site.list, 2, NOW + 5);
	o.among = issue;
	n.kind = DRAFT_CORRECTION;
	n.corrected = issue;
	MUST(store_draft_put(site.store, &o, &n, &id, &must));
	want_int("yes", approve(&site, id, "hash"), APPROVAL_GIVEN);
	MUST(store_draft_open(site.store, id, NOW + 6, &issue, &must));
	r = issue_of(&site, 2);
	want_int("recipients", (int)r.counts[RECIPIENT_DUE], 2);
	want_true("no slot", r.slot == INSTANT_NONE);
	issue_record_clear(&r);
	site_end(&site);
}

static void
test_dropped(void **state)
{
	struct site site;
	struct seen *seen;

	(void)state;
	for (int read = 0; read < 2; read++) {
		site_start(&site);
		MUST(store_draft_drop(site.store, put(&site, 1, NOW, "hash"),
			read, NOW, &must));
		seen = store_seen(site.store, site.list, 0, NULL);
		want_int("read", seen_has(seen, "one"), read);
		seen_free(seen);
		want_int("nothing is left", count_parts(&site), 0);
		site_end(&site);
	}
}

/* Who cancels it is told when a run was faster. */
static void
test_dropped_already(void **state)
{
	struct site site;
	struct error err = ERROR_INIT;
	int64_t id;

	(void)state;
	site_start(&site);
	id = put(&site, 1, NOW, "hash");
	MUST(store_draft_drop(site.store, id, false, NOW, &must));
	want_true("twice", !store_draft_drop(site.store, id, false, NOW, &err));
	want_int("kind", err.kind, ERROR_LATER);
	error_clear(&err);
	site_end(&site);
}

/* Whoever acts by what he read asks whether it holds. */
static void
test_as_it_was_read(void **state)
{
	struct site site;
	struct draft unapproved, approved;
	enum approval_result result;
	bool found, same;
	int64_t id;

	(void)state;
	site_start(&site);
	id = put(&site, 1, NOW, "hash");
	MUST(store_draft_of_id(site.store, id, &unapproved, &found, &must));
	MUST(store_draft_is(site.store, &unapproved, &same, &must));
	want_true("as it was", same);
	MUST(store_draft_approve(
		site.store, id, "hash", "Edna", NOW, &result, &must));
	MUST(store_draft_is(site.store, &unapproved, &same, &must));
	want_true("approved", !same);
	MUST(store_draft_of_id(site.store, id, &approved, &found, &must));
	MUST(store_draft_is(site.store, &approved, &same, &must));
	want_true("approved before", same);
	put(&site, 1, NOW, "other");
	MUST(store_draft_is(site.store, &approved, &same, &must));
	want_true("another hash", !same);
	draft_clear(&unapproved);
	draft_clear(&approved);
	site_end(&site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opens_as_it_stands),
		cmocka_unit_test(test_approval),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_numbers_and_slots),
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_correction),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_dropped_already),
		cmocka_unit_test(test_as_it_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
