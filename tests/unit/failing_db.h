/*
 * A store whose database fails once, at the n-th call of its table of functions,
 * as a disk or a server may; and what has to hold then of whatever was asked of
 * the store.
 *
 *     struct failing failing;
 *     failing_put(&failing, site.store);
 *     failing.at = 3;
 *
 * It stands around the real one: what a failed call would have written is not
 * written, and a commit that fails takes all back.
 */
#ifndef FAILING_DB_H
#define FAILING_DB_H

#include "store_unit.h"

#include <sqlite3.h>

#include "store/handle.h"
#include "store/migrate.h"

#define FAILURE "the disk is gone"

struct failing {
	struct db_ops ops; /* in place of the real ones; the first member */
	const struct db_ops *real;
	unsigned at;   /* 0: never */
	unsigned seen; /* calls */
};

static inline struct failing *
failing_of(struct db *db)
{
	return (struct failing *)db->ops;
}

/* What nobody wants to hear of (a rollback) goes well. */
static inline bool
fails_now(struct failing *f, struct error *err)
{
	if (!err || ++f->seen != f->at)
		return false;
	error_set(err, ERROR_IO, FAILURE);
	return true;
}

static inline bool
failing_script(struct db *db, const char *sql, struct error *err)
{
	struct failing *f = failing_of(db);

	return !fails_now(f, err) && f->real->script(db, sql, err);
}

static inline bool
failing_run(struct db *db, struct error *err, int64_t *changed, const char *sql,
	const struct db_value *values, size_t count)
{
	struct failing *f = failing_of(db);

	return !fails_now(f, err) &&
		f->real->run(db, err, changed, sql, values, count);
}

static inline bool
failing_expect(struct db *db, struct error *err, int64_t want, const char *sql,
	const struct db_value *values, size_t count)
{
	struct failing *f = failing_of(db);

	return !fails_now(f, err) &&
		f->real->expect(db, err, want, sql, values, count);
}

static inline struct db_rows *
failing_query(struct db *db, struct error *err, const char *sql,
	const struct db_value *values, size_t count)
{
	struct failing *f = failing_of(db);

	return fails_now(f, err) ? NULL
				 : f->real->query(db, err, sql, values, count);
}

static inline bool
failing_next(struct db_rows *rows, struct error *err)
{
	struct failing *f = failing_of(rows->db);

	if (!rows->failed && fails_now(f, err)) {
		rows->failed = true;
		return false;
	}
	return f->real->next(rows, err);
}

static inline bool
failing_begin(struct db *db, enum db_mode mode, struct error *err)
{
	struct failing *f = failing_of(db);

	return !fails_now(f, err) && f->real->begin(db, mode, err);
}

static inline bool
failing_ready(struct db *db, struct error *err)
{
	struct failing *f = failing_of(db);

	return !fails_now(f, err) && f->real->ready(db, err);
}

static inline bool
failing_commit(struct db *db, struct error *err)
{
	struct failing *f = failing_of(db);

	if (!fails_now(f, err))
		return f->real->commit(db, err);
	f->real->rollback(db);
	return false;
}

static inline bool
failing_check(struct db *db, struct error *err)
{
	struct failing *f = failing_of(db);

	return !fails_now(f, err) && f->real->check(db, err);
}

static inline void
failing_put(struct failing *f, struct store *store)
{
	f->real = store->db->ops;
	f->ops = *f->real;
	f->at = f->seen = 0;
	f->ops.script = failing_script;
	f->ops.run = failing_run;
	f->ops.expect = failing_expect;
	f->ops.query = failing_query;
	f->ops.next = failing_next;
	f->ops.begin = failing_begin;
	f->ops.ready = failing_ready;
	f->ops.commit = failing_commit;
	f->ops.check = failing_check;
	store->db->ops = &f->ops;
}

/* ----- all that is written ----- */

static inline void
add_rows(sqlite3 *db, const char *sql, struct str *out)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			str_printf(out, "%s|",
				(const char *)sqlite3_column_text(stmt, i)
					?: "");
		str_add_char(out, '\n');
	}
	sqlite3_finalize(stmt);
}

static inline void
add_facts_of_file(const struct site *site, struct str *out)
{
	struct str tables = STR_INIT;
	char *rest, *name;
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(site->path, &db, SQLITE_OPEN_READONLY, NULL) !=
		SQLITE_OK)
		fail_msg("%s: %s", site->path, sqlite3_errmsg(db));
	add_rows(db,
		"SELECT name FROM sqlite_master WHERE type = 'table'"
		" ORDER BY name",
		&tables);
	for (name = strtok_r(tables.data, "|\n", &rest); name;
		name = strtok_r(NULL, "|\n", &rest)) {
		char *sql = mem_printf("SELECT * FROM \"%s\"", name);

		str_printf(out, "%s\n", name);
		add_rows(db, sql, out);
		free(sql);
	}
	sqlite3_close(db);
	str_clear(&tables);
}

static inline void
add_facts_of_server(const struct site *site, PGconn *conn, struct str *out)
{
	char *sql = mem_printf(
		"SELECT schema_to_xml('%s', true, false, '')", site_name(site));
	PGresult *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	str_add(out, PQgetvalue(result, 0, 0));
	PQclear(result);
	free(sql);
}

/* The first line that differs; the whole is too long to be read. */
static inline void
want_facts(const char *name, const char *got, const char *want)
{
	size_t same = 0, from;

	if (strcmp(got, want) == 0)
		return;
	while (got[same] && got[same] == want[same])
		same++;
	for (from = same; from && got[from - 1] != '\n'; from--)
		;
	fail_msg("%s: want <%.*s>, got <%.*s>", name,
		(int)strcspn(want + from, "\n"), want + from,
		(int)strcspn(got + from, "\n"), got + from);
}

/* A function that counts what the store hands out one by one. */
#define COUNTS(name, type)                      \
	static bool name(void *count, type one) \
	{                                       \
		(void)one;                      \
		++*(int *)count;                \
		return true;                    \
	}

/* ----- a life of which every call fails once ----- */

struct life {
	struct site site;
	struct failing failing;
	PGconn *looking; /* at a server's; or NULL */
	int64_t issue, draft, reader, request, post; /* once they are there */
	struct shard shard;
};

/*
 * What is asked of the store. Of several transactions (`parts`) a failure may
 * leave what went before, which the next try finds done; of all others nothing
 * is left.
 */
struct deed {
	const char *name;
	bool (*act)(struct life *life, struct error *err);
	bool parts;
};

/* Every row of every table, as others see them. Yours. */
static inline char *
life_facts(const struct life *life)
{
	struct str out = STR_INIT;

	if (life->looking)
		add_facts_of_server(&life->site, life->looking, &out);
	else
		add_facts_of_file(&life->site, &out);
	return str_take(&out);
}

/* What has to hold when a call failed. */
static inline void
want_failed(struct life *life, const struct deed *deed, bool ok,
	struct error *err, const char *before)
{
	struct store *store = life->site.store;
	char *name = mem_printf("%s, call %u", deed->name, life->failing.at);
	char *after = life_facts(life);

	want_error(name, ok, err, ERROR_IO, FAILURE);
	want_int(name, store->depth, 0);
	want_true(name, !store->db->ops->is_open(store->db));
	if (!deed->parts)
		want_facts(name, after, before);
	free(after);
	free(name);
}

/* Until no call is left to fail: then it is done. */
static inline void
live_failing(struct life *life, const struct deed *deed)
{
	char *before = life_facts(life);
	struct error err = ERROR_INIT;
	bool ok;

	for (life->failing.at = 1;; life->failing.at++) {
		life->failing.seen = 0;
		ok = deed->act(life, &err);
		if (life->failing.seen < life->failing.at)
			break;
		want_failed(life, deed, ok, &err, before);
	}
	want_no_error(deed->name, &err);
	want_true(deed->name, ok);
	want_true("it calls the database", life->failing.at > 1);
	free(before);
}

/* `begin`, where no call fails yet, may be NULL. */
static inline void
life_start(struct life *life, void (*begin)(struct life *life))
{
	*life = (struct life){.issue = 0};
	site_start(&life->site);
	if (life->site.server)
		life->looking = PQconnectdb(life->site.server);
	MUST(store_set_meta(life->site.store, HASH_KEY, "a secret", &must));
	if (begin)
		begin(life);
	failing_put(&life->failing, life->site.store);
}

static inline void
life_end(struct life *life)
{
	PQfinish(life->looking);
	life->site.store->db->ops = life->failing.real;
	site_end(&life->site);
}

static inline void
live_both(struct life *well, struct life *ill, const struct deed *deed)
{
	struct error err = ERROR_INIT;
	char *want, *got;

	want_true(deed->name, deed->act(well, &err));
	want_no_error(deed->name, &err);
	live_failing(ill, deed);
	want = life_facts(well);
	got = life_facts(ill);
	/* What a server numbered and took back is not numbered so again. */
	if (!well->looking)
		want_facts(deed->name, got, want);
	free(want);
	free(got);
}

/*
 * Two lives: in one nothing fails, in the other each call once. After each deed
 * both have the same in their stores.
 */
static inline void
live_twice(const struct deed *deeds, size_t count,
	void (*begin)(struct life *life))
{
	struct life well, ill;

	life_start(&well, begin);
	life_start(&ill, begin);
	for (size_t i = 0; i < count; i++)
		live_both(&well, &ill, &deeds[i]);
	life_end(&well);
	life_end(&ill);
}

#endif
