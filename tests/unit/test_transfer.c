/*
 * All of a store into another database and back, whatever the layout has: each
 * table is filled with whatever its columns take. With POSTGRES set, on the way
 * through that one, too.
 */
#include "store_unit.h"

#include "base/arena.h"
#include "store/ledger.h"
#include "store/catalogue.h"
#include "store/copy.h"
#include "store/handle.h"
#include "store/lease.h"
#include "store/migrate.h"
#include "store/move.h"
#include "store/put_back.h"
#include "store/request.h"

enum { ROWS = 700 };

/* ----- a store with something of everything ----- */

static const int64_t numbers[] = {
	0, 1, -1, INT64_MAX, INT64_MIN, NOW, 1LL << 32};
static const char *const texts[] = {"", "plain", "çığ ἄ 漢字 🙂",
	"a\nb\r\nc\t", "it's \"quoted\" \\ ", "\x01\x7f", "'", "  ", "0",
	"NULL"};
static const struct span blobs[] = {
	{"", 0}, {"\0\0", 2}, {"\xff\xfe\0x", 4}, {"a form", 6}};

static bool
may_be_null(struct db *layout, const struct table *t, int column)
{
	int64_t not_null = 1;

	MUST(db_number(layout, &must, &not_null,
		"SELECT \"notnull\" OR pk FROM pragma_table_info(?1)"
		" WHERE name = ?2",
		db_text(t->name), db_text(t->columns[column])));
	return !not_null;
}

/* What is unique has every row's number in it, for any column may be. */
static struct db_value
make_value(struct arena *arena, const struct table *t, int column, int row)
{
	enum db_kind kind = t->kinds[column];
	int n = row + column;

	if (kind == DB_BLOB)
		return db_blob(blobs[n % (int)COUNT(blobs)]);
	if (kind == DB_TEXT)
		return db_text(arena_printf(arena, "%s%d %.*s",
			texts[n % (int)COUNT(texts)], row, row == 5 ? 70000 : 3,
			(char *)memset(arena_alloc(arena, 70001), 'x', 70000)));
	if (column == t->keys[0] || row >= (int)COUNT(numbers))
		return db_int(row + 1);
	return db_int(numbers[n % (int)COUNT(numbers)]);
}

static void
fill_table(struct db *db, struct db *layout, const struct table *t)
{
	struct str sql = STR_INIT;
	bool nullable[COLUMNS_MOST];
	const char *kept;

	str_printf(&sql, "INSERT INTO %s VALUES (", t->name);
	for (int i = 0; i < t->count; i++) {
		nullable[i] = may_be_null(layout, t, i);
		str_printf(&sql, "%s?%d", i ? ", " : "", i + 1);
	}
	str_add(&sql, ")");
	kept = db_keep(db, str_text(&sql));
	for (int row = 0; row < ROWS; row++) {
		struct arena *arena = arena_new();
		struct db_value values[COLUMNS_MOST];

		for (int i = 0; i < t->count; i++) {
			values[i] = make_value(arena, t, i, row);
			values[i].null = nullable[i] && (row + i) % 5 == 0;
		}
		MUST(db->ops->run(
			db, &must, NULL, kept, values, (size_t)t->count));
		arena_free(arena);
	}
	str_clear(&sql);
}

static struct db *
empty_layout(void)
{
	struct db *db = sqlite_open("the layout", DB_MEMORY, 0, NULL);

	MUST(migrate_up(db, &must));
	return db;
}

static void
fill(struct store *store)
{
	struct db *db = store->db, *layout = empty_layout();
	struct ledger_part part;
	struct catalogue c;

	MUST(catalogue_read(&c, &must));
	MUST(db->ops->begin(db, DB_NOW, &must));
	MUST(ledger_begin(db, 0, ROWS, &part, &must));
	MUST(ledger_end(db, &part, 0, &must));
	for (size_t i = 0; i < c.count; i++)
		if (strcmp(c.tables[i].name, "meta") != 0)
			fill_table(db, layout, &c.tables[i]);
	MUST(db_run(db, &must,
		"INSERT INTO meta VALUES ('a key', 'çığ'), ('', '')"));
	/* Nobody sends from it. */
	MUST(db_run(db, &must, "UPDATE shard SET lease = NULL"));
	MUST(db_run(db, &must, "UPDATE lease SET until = 7"));
	MUST(db->ops->commit(db, &must));
	layout->ops->close(layout);
	catalogue_clear(&c);
}

/* ----- places ----- */

struct places {
	struct site site;
	char *files[3], *urls[3];
	char *server; /* or NULL */
};

static void
start(struct places *p)
{
	*p = (struct places){.server = NULL};
	site_start(&p->site);
	site_empty(&p->site);
	p->server = p->site.server ? p->site.url : NULL;
	for (int i = 0; i < 3; i++) {
		p->files[i] = mem_printf("%s/%d.db", p->site.folder, i);
		p->urls[i] = mem_printf("sqlite:%s", p->files[i]);
	}
}

static void
end(struct places *p)
{
	site_end(&p->site);
	for (int i = 0; i < 3; i++) {
		free(p->files[i]);
		free(p->urls[i]);
	}
}

static struct store *
open_at(const char *url)
{
	struct error err = ERROR_INIT;
	struct store *store = store_open(
		&(struct store_options){.url = url, .patience_ms = 50}, &err);

	want_no_error(url, &err);
	return store;
}

static void
fill_at(const char *url)
{
	struct store *store = open_at(url);

	fill(store);
	store_close(store);
}

/* How many rows; what was moved. */
static int64_t
move(const char *from, const char *to)
{
	struct move move;
	int64_t rows;

	MUST(store_move(from, to, NOW, &move, &must));
	rows = move.done.rows;
	transfer_clear(&move.done);
	return rows;
}

/* ----- comparing ----- */

/* By SQLite's own words, not by those that copied. */
static char *
dump(const char *url)
{
	struct store *store = open_at(url);
	struct catalogue c;
	struct str out = STR_INIT;

	MUST(catalogue_read(&c, &must));
	for (size_t i = 0; i < c.count; i++) {
		const struct table *t = &c.tables[i];
		struct str sql = STR_INIT;
		struct db_rows *rows;

		str_add(&sql, "SELECT ''");
		for (int k = 0; k < t->count; k++)
			str_printf(&sql, " || quote(%s) || typeof(%s) || ','",
				t->columns[k], t->columns[k]);
		str_printf(&sql, " FROM %s ORDER BY 1", t->name);
		str_printf(&out, "%s\n", t->name);
		rows = db_query(
			store->db, NULL, db_keep(store->db, str_text(&sql)));
		while (db_next(rows, NULL))
			str_printf(&out, "%s\n", row_text(rows, 0));
		want_true(t->name, db_done(rows));
		str_clear(&sql);
	}
	catalogue_clear(&c);
	store_close(store);
	return str_take(&out);
}

static int64_t
count_tables(void)
{
	struct catalogue c;
	int64_t count;

	MUST(catalogue_read(&c, &must));
	count = (int64_t)c.count;
	catalogue_clear(&c);
	return count;
}

static int64_t
count_rows(struct store *store, const char *table)
{
	char *sql = mem_printf("SELECT count(*) FROM \"%s\"", table);
	int64_t count = -1;

	MUST(db_number(store->db, &must, &count, db_keep(store->db, sql)));
	free(sql);
	return count;
}

static int64_t
ask(const char *url, const char *sql)
{
	struct store *store = open_at(url);
	int64_t number = -1;

	MUST(db_number(store->db, &must, &number, sql));
	store_close(store);
	return number;
}

/* ----- all of it ----- */

static void
test_all(void **state)
{
	struct places p;
	char *was, *is;
	int64_t rows;

	(void)state;
	start(&p);
	fill_at(p.urls[0]);
	was = dump(p.urls[0]);
	rows = move(p.urls[0], p.urls[1]);
	want_true("each table", rows >= (count_tables() - 1) * ROWS);
	is = dump(p.urls[1]);
	want_true("the same", strcmp(is, was) == 0);
	free(is);
	if (p.server) {
		want_int("to the server", move(p.urls[1], p.server), rows);
		want_int("and back", move(p.server, p.urls[2]), rows);
		is = dump(p.urls[2]);
		want_true("the same again", strcmp(is, was) == 0);
		free(is);
	}
	free(was);
	end(&p);
}

/* What a table of the layout that is not copied would look like. */
static void
test_every_table(void **state)
{
	struct places p;
	struct store *store;
	struct db_rows *rows;
	int64_t tables = 0;

	(void)state;
	start(&p);
	fill_at(p.urls[0]);
	move(p.urls[0], p.urls[1]);
	store = open_at(p.urls[1]);
	rows = db_query(store->db, NULL, store->db->ops->tables);
	while (db_next(rows, NULL)) {
		want_true(row_text(rows, 0),
			count_rows(store, row_text(rows, 0)) > 0);
		tables++;
	}
	want_true("asked", db_done(rows));
	want_int("all tables", tables, count_tables());
	store_close(store);
	end(&p);
}

/* ----- numbers ----- */

static void
add_subscriber(struct store *store, int64_t list, const char *key)
{
	set_state(store, list, key, SUBSCRIBER_ACTIVE, ACTOR_EDITOR);
}

/* A number that was given once is not given again, wherever (invariant 15). */
static void
test_numbers_go_on(void **state)
{
	struct places p;
	struct store *store;
	int64_t list;

	(void)state;
	start(&p);
	store = open_at(p.urls[0]);
	MUST(store_list(store, "weekly", &list, &must));
	add_readers(store, list, 9);
	MUST(db_run(store->db, &must, "UPDATE subscriber SET state = 0"));
	MUST(db_run(store->db, &must,
		"INSERT INTO consent (subscriber, at, now, actor)"
		" SELECT id, 0, 0, 0 FROM subscriber"));
	MUST(store_requests_prune(store, list, NOW + 1, &must));
	want_int("the last number stays", count_rows(store, "subscriber"), 1);
	store_close(store);
	for (int i = 0; i < 3; i++) {
		const char *const places[] = {p.urls[0],
			p.server ? p.server : p.urls[1], p.urls[2], NULL};
		char *key = mem_printf("new%d@example.org", i);

		store = open_at(places[i]);
		add_subscriber(store, list, key);
		store_close(store);
		want_int(places[i],
			ask(places[i], "SELECT max(id) FROM subscriber"),
			10 + i);
		if (places[i + 1])
			move(places[i], places[i + 1]);
		free(key);
	}
	end(&p);
}

/* ----- texts that PostgreSQL does not take ----- */

static void
test_mended(void **state)
{
	struct places p;
	struct store *store;
	struct move move;

	(void)state;
	start(&p);
	store = open_at(p.urls[0]);
	MUST(db_run(store->db, &must,
		"INSERT INTO recipient (id, subscriber, form, state, tries,"
		" doubts, next_at, at, code, reply) VALUES"
		" (3, 1, 0, 0, 0, 0, 0, 0, 0, 'sound'),"
		" (7, 1, 0, 0, 0, 0, 0, 0, 0, CAST(x'66ff6f' AS TEXT)),"
		" (8, 1, 0, 0, 0, 0, 0, 0, 0, CAST(x'610062' AS TEXT))"));
	store_close(store);
	MUST(store_move(p.urls[0], p.urls[1], NOW, &move, &must));
	want_int("from file to file", move.done.mended, 0);
	transfer_clear(&move.done);
	if (p.server) {
		MUST(store_move(p.urls[1], p.server, NOW, &move, &must));
		want_int("mended", move.done.mended, 2);
		want_text("which", move.done.first, "table 'recipient', id 7");
		transfer_clear(&move.done);
		want_int("as if written there",
			ask(p.server,
				"SELECT count(*) FROM recipient WHERE"
				" reply IN ('f\xef\xbf\xbdo', 'ab')"),
			2);
	}
	end(&p);
}

/* ----- what is not taken ----- */

static void
test_not_empty(void **state)
{
	const char *urls[2];
	struct places p;

	(void)state;
	start(&p);
	urls[0] = p.urls[1];
	urls[1] = p.server;
	fill_at(p.urls[0]);
	for (int i = 0; i < 2 && urls[i]; i++) {
		struct error err = ERROR_INIT;
		struct store *store = open_at(urls[i]);
		struct move move;

		MUST(store_set_meta(store, "whose", "another's", &must));
		store_close(store);
		want_error(urls[i],
			store_move(p.urls[0], urls[i], NOW, &move, &err), &err,
			ERROR_USAGE, "there is something in it already");
		transfer_clear(&move.done);
		want_int("as it was",
			ask(urls[i], "SELECT count(*) FROM subscriber"), 0);
		want_int("and the other one is in use",
			ask(p.urls[0], "SELECT count(*) FROM subscriber"),
			ROWS);
	}
	end(&p);
}

/* ----- sealed ----- */

/* From each kind of database. */
static int
starts(const struct places *p, const char *urls[2])
{
	urls[0] = p->urls[0];
	urls[1] = p->server;
	return p->server ? 2 : 1;
}

static void
test_sealed(void **state)
{
	const char *urls[2];
	struct places p;

	(void)state;
	start(&p);
	for (int i = starts(&p, urls) - 1; i >= 0; i--) {
		struct error err = ERROR_INIT;
		struct site old = {.store = open_at(urls[i])};
		struct shard shard, other;
		int64_t issue;
		bool found;

		MUST(store_list(old.store, "weekly", &old.list, &must));
		add_readers(old.store, old.list, 1500);
		issue = open_issue(&old);
		claim(old.store, issue, "a", "boot", false, &shard);
		move(urls[i], p.urls[i + 1]);
		want_error("an open handle",
			store_set_meta(old.store, "a", "b", &err), &err,
			ERROR_CONFIG, "is not here any more but in sqlite:");
		want_true("a turn",
			!try_turn(old.store, &shard, 1, RECIPIENT_WIRE, NULL));
		want_true("a claim",
			!store_shard_claim(old.store,
				&(struct claim){.issue = issue,
					.owner = "b",
					.boot_id = "boot",
					.now = NOW},
				&other, &found, NULL) ||
				!found);
		store_close(old.store);
		for (int read_only = 0; read_only < 2; read_only++)
			want_error("opening",
				store_open(
					&(struct store_options){.url = urls[i],
						.read_only = read_only},
					&err),
				&err, ERROR_CONFIG, p.urls[i + 1]);
		want_error("checking", store_check(urls[i], &err), &err,
			ERROR_CONFIG, "is not here any more");
		want_int("the copy has the shards",
			ask(p.urls[i + 1],
				"SELECT count(*) FROM shard"
				" WHERE issue > 0"),
			2);
	}
	end(&p);
}

static void
test_reopened(void **state)
{
	const char *urls[2];
	struct places p;

	(void)state;
	start(&p);
	for (int i = starts(&p, urls) - 1; i >= 0; i--) {
		struct error err = ERROR_INIT;
		struct site old = {.store = open_at(urls[i])};
		struct shard shard;
		int64_t issue, since;

		MUST(store_list(old.store, "weekly", &old.list, &must));
		add_readers(old.store, old.list, 3);
		issue = open_issue(&old);
		store_close(old.store);
		want_error("in use", store_reopen(urls[i], &err), &err,
			ERROR_USAGE, "there is nothing to reopen");
		move(urls[i], p.urls[i + 1]);
		MUST(store_reopen(urls[i], &must));
		old.store = open_at(urls[i]);
		MUST(store_put_back_since(old.store, "weekly", &since, &must));
		want_int("held", since, NOW);
		MUST(store_put_back_unsent(
			old.store, old.list, "weekly", NOW, &must));
		want_true("goes on",
			claim(old.store, issue, "a", "boot", false, &shard));
		turn(old.store, &shard, 1, RECIPIENT_WIRE);
		store_close(old.store);
	}
	end(&p);
}

/* Who sends from another host would have sent what the copy does not know. */
static void
test_not_while_others_send(void **state)
{
	struct lease turn = {.name = "run:weekly", .owner = "x", .ms = 60000};
	struct error err = ERROR_INIT;
	struct places p;
	struct store *store;
	struct move move_it;
	char *owner;
	bool ours;

	(void)state;
	start(&p);
	if (p.server) {
		store = open_at(p.server);
		MUST(store_lease_take(store, &turn, &ours, &owner, &must));
		free(owner);
		want_error("refused",
			store_move(p.server, p.urls[0], NOW, &move_it, &err),
			&err, ERROR_LATER, "is sending from it");
		transfer_clear(&move_it.done);
		MUST(store_lease_leave(store, &turn, &must));
		store_close(store);
		move(p.server, p.urls[0]);
	}
	end(&p);
}

/* ----- of one moment ----- */

static void
test_while_others_write(void **state)
{
	const char *urls[2];
	struct places p;

	(void)state;
	start(&p);
	for (int i = 0; i < starts(&p, urls); i++) {
		struct store *store = open_at(urls[i]), *other;
		struct transfer done;
		struct db *from = store->db, *to;
		int64_t list, before = 0;

		MUST(store_list(store, "weekly", &list, &must));
		add_readers(store, list, 5);
		other = open_at(urls[i]);
		MUST(from->ops->begin(from, DB_SNAPSHOT, &must));
		MUST(db_number(from, &must, &before,
			"SELECT count(*) FROM subscriber"));
		add_subscriber(other, list, "late@example.org");
		to = sqlite_open(p.files[i + 1], DB_CREATE, 50, NULL);
		MUST(to->ops->begin(to, DB_LAYOUT, &must));
		MUST(transfer_all(from, to, &done, &must));
		MUST(to->ops->commit(to, &must));
		to->ops->close(to);
		from->ops->rollback(from);
		transfer_clear(&done);
		want_int("as it was",
			ask(p.urls[i + 1], "SELECT count(*) FROM subscriber"),
			before);
		want_int("and is",
			ask(urls[i], "SELECT count(*) FROM subscriber"),
			before + 1);
		store_close(other);
		store_close(store);
	}
	end(&p);
}

/* Who writes is waited for, and then nothing has changed. */
static void
test_busy(void **state)
{
	const char *urls[2];
	struct places p;

	(void)state;
	start(&p);
	for (int i = 0; i < starts(&p, urls); i++) {
		struct store *store = open_at(urls[i]), *other;

		other = open_at(urls[i]);
		for (int mode = DB_SHARD_SOON; mode <= DB_NOW; mode++) {
			struct error err = ERROR_INIT;
			int64_t ignored;

			MUST(store_begin(other, (enum db_mode)mode, &must));
			MUST(db_change(other->db, &must, &ignored,
				"UPDATE shard SET open = 0"));
			want_error("waits",
				store->db->ops->begin(
					store->db, DB_ALONE, &err),
				&err, ERROR_LATER, "another run is using it");
			want_true("ends", store_end(other, "test", true, NULL));
		}
		store_close(other);
		store_close(store);
	}
	end(&p);
}

/* ----- backups ----- */

static void
test_backup(void **state)
{
	const char *urls[2];
	struct places p;

	(void)state;
	start(&p);
	for (int i = 0; i < starts(&p, urls); i++) {
		struct store *store = open_at(urls[i]);
		bool found = false;

		fill(store);
		MUST(store_is_sound(store, &must));
		MUST(store_copy(store, p.files[i + 1], &must));
		store_close(store);
		want_int("all", ask(p.urls[i + 1], "SELECT count(*) FROM post"),
			ROWS);
		MUST(store_find(urls[i], &found, NULL, &must));
		want_true("found", found);
		MUST(store_check(urls[i], &must));
		MUST(store_retire(urls[i], &must));
	}
	end(&p);
}

static void
drop_schema(const char *url, const char *name)
{
	struct store *store = open_at(url);
	char *sql = mem_printf("DROP SCHEMA \"%s\" CASCADE", name);

	MUST(store->db->ops->script(store->db, sql, &must));
	free(sql);
	store_close(store);
}

static void
test_put_in(void **state)
{
	struct error err = ERROR_INIT;
	struct places p;
	bool found = true;

	(void)state;
	if (!getenv("POSTGRES"))
		return;
	start(&p);
	fill_at(p.urls[0]);
	MUST(store_find(p.server, &found, NULL, &must));
	want_true("none yet", !found);
	MUST(store_put_in(p.files[0], p.server, NULL, &must));
	want_int("there", ask(p.server, "SELECT count(*) FROM issue"), ROWS);
	want_error("not over it",
		store_put_in(p.files[0], p.server, NULL, &err), &err,
		ERROR_USAGE, "something in it already");
	MUST(store_list(
		p.site.store = open_at(p.server), "new", &p.site.list, &must));
	store_close(p.site.store);
	p.site.store = NULL;
	MUST(store_put_in(p.files[0], p.server, "set aside", &must));
	want_int("as it was", ask(p.server, "SELECT count(*) FROM list"), ROWS);
	want_int("and what was there",
		ask(p.server, "SELECT count(*) FROM \"set aside\".list"),
		ROWS + 1);
	want_int("is a store",
		ask(p.server,
			"SELECT count(*) FROM \"set aside\".change_count"),
		1);
	drop_schema(p.server, "set aside");
	end(&p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_every_table),
		cmocka_unit_test(test_numbers_go_on),
		cmocka_unit_test(test_mended),
		cmocka_unit_test(test_not_empty),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_reopened),
		cmocka_unit_test(test_not_while_others_send),
		cmocka_unit_test(test_while_others_write),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_backup),
		cmocka_unit_test(test_put_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
