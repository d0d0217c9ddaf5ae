#include "store/put_back.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/handle.h"
#include "store/suppress.h"

/* In `meta`, behind it the list's name; the value is `since` in seconds, or ""
 * when it was settled. */
#define MARK "put_back:"

#define NOBODY "#"	 /* a key that no address has */
enum { ROOM = 1 << 20 }; /* when the clock is wrong */

char *
store_put_back_reason(int64_t since)
{
	struct str out = STR_INIT;

	str_add(&out, "the store was put back as it was at ");
	date_write_iso(&out, since);
	return str_take(&out);
}

/* ----- the mark ----- */

static bool
mark_lists(struct store *store, int64_t since, struct error *err)
{
	char *value = mem_printf("%lld", (long long)since);
	bool ok = db_run(store->db, err,
		"INSERT INTO meta (key, value)"
		" SELECT '" MARK "' || name, ?1 FROM list WHERE true"
		" ON CONFLICT (key) DO UPDATE SET value = excluded.value"
		" WHERE meta.value = ''",
		db_text(value));

	free(value);
	return ok;
}

/*
 * Numbers of subscribers go on behind one that none had: by the clock, in ms,
 * which leaves room for a thousand newcomers a second. A row that is nobody and
 * on no list has it, for SQLite counts on from the highest.
 */
static bool
leave_numbers(struct store *store, int64_t now, struct error *err)
{
	int64_t next = 0, ignored;

	if (!db_number(store->db, err, &next,
		    "SELECT coalesce(max(id), 0) FROM subscriber"))
		return false;
	next += ROOM;
	if (next < now * 1000)
		next = now * 1000;
	return db_run(store->db, err,
		       "INSERT INTO subscriber"
		       " (id, list, state, origin, key, address)"
		       " VALUES (?1, ?2, ?3, ?4, '" NOBODY "', '')"
		       " ON CONFLICT (list, key) DO UPDATE SET id = excluded.id",
		       db_int(next), db_int(SITE_WIDE),
		       db_int(SUBSCRIBER_REMOVED), db_int(ORIGIN_EDITOR)) &&
		db_number(store->db, err, &ignored,
			"SELECT " POSTGRES_ONLY(
				"setval(pg_get_serial_sequence"
				"('subscriber', 'id'), ?1),") " ?1",
			db_int(next));
}

bool
store_put_back(
	struct store *store, int64_t since, int64_t now, struct error *err)
{
	char *why = store_put_back_reason(since);
	bool ok = store_begin(store, DB_NOW, err);

	if (ok) {
		ok = mark_lists(store, since, err) &&
			leave_numbers(store, now, err) &&
			db_run(store->db, err,
				"UPDATE issue SET paused = ?2"
				" WHERE state = ?1 AND paused IS NULL",
				db_int(ISSUE_SENDING), db_text(why)) &&
			db_run(store->db, err,
				"UPDATE post SET due = NULL, failure = ?1"
				" WHERE due IS NOT NULL",
				db_text(why));
		ok = store_end(store, "put back", ok, err);
	}
	free(why);
	return ok;
}

bool
store_put_back_since(struct store *store, const char *list, int64_t *since,
	struct error *err)
{
	char *key = mem_printf(MARK "%s", list);
	bool ok;

	*since = INSTANT_NONE;
	ok = store_meta_number(store, key, since, err);
	free(key);
	return ok;
}

/* ----- the word that ends it ----- */

static bool
unmark(struct store *store, const char *list, struct error *err)
{
	char *key = mem_printf(MARK "%s", list);
	bool ok = store_set_meta(store, key, "", err);

	free(key);
	return ok;
}

/* What had another reason to be paused stays so. */
static bool
go_on(struct store *store, int64_t list_id, int64_t since, int64_t at,
	struct error *err)
{
	char *why = store_put_back_reason(since);
	bool ok = db_run(store->db, err,
		"UPDATE issue SET paused = NULL, waiting = ?3, alive = ?3"
		" WHERE list = ?1 AND paused = ?2",
		db_int(list_id), db_text(why), db_int(at));

	free(why);
	return ok;
}

bool
store_put_back_unsent(struct store *store, int64_t list_id, const char *list,
	int64_t at, struct error *err)
{
	int64_t since;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = store_put_back_since(store, list, &since, err) &&
		go_on(store, list_id, since, at, err) &&
		unmark(store, list, err);
	return store_end(store, "put back", ok, err);
}

static bool
presume_all(struct store *store, int64_t list_id, int64_t at, struct error *err)
{
	int64_t *issues = NULL;
	size_t count = 0;
	bool ok = db_take_numbers(
		db_query(store->db, err,
			"SELECT id FROM issue WHERE list = ?1 AND state = ?2",
			db_int(list_id), db_int(ISSUE_SENDING)),
		&issues, &count, err);

	for (size_t i = 0; ok && i < count; i++)
		ok = store_issue_presume(store, issues[i], at, err);
	free(issues);
	return ok;
}

bool
store_put_back_sent(struct store *store, int64_t list_id, const char *list,
	int64_t at, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = presume_all(store, list_id, at, err) && unmark(store, list, err);
	return store_end(store, "put back", ok, err);
}

/* A record of an issue that nothing else is known of. */
bool
store_put_back_number(struct store *store, int64_t list_id, int number,
	int64_t slot, int64_t at, struct error *err)
{
	return store_write(store, DB_NOW, "put back", err,
		"INSERT INTO issue (list, number, slot, state, opened, closed,"
		" alive, note) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5,"
		" 'went out, and the store that was put back knows no more')"
		" ON CONFLICT (list, number) DO NOTHING",
		db_int(list_id), db_int(number), db_int(slot),
		db_int(ISSUE_SKIPPED), db_int(at));
}
