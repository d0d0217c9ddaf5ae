/*
 * Subscribers: reading them, and the proof of what they are.
 */
#include "store/store.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/mem.h"
#include "store/hashed.h"
#include "store/handle.h"

enum { PAGE = 500 };

/* ----- reading ----- */

void
row_subscriber(const struct db_rows *rows, struct subscriber *s)
{
	*s = (struct subscriber){
		.id = row_int(rows, 0),
		.key = row_text(rows, 1),
		.address = row_text(rows, 2),
		.name = row_text(rows, 3),
		.state = (enum subscriber_state)row_int(rows, 4),
		.origin = (enum subscriber_origin)row_int(rows, 5),
		.format = row_text(rows, 6),
		.language = row_text(rows, 7),
		.fields = row_text(rows, 8),
		.since = row_instant(rows, 9),
		.until = row_instant(rows, 10),
		.probed_at = row_instant(rows, 11),
		.own = (unsigned)row_int(rows, 12),
	};
}

static struct subscriber *
read_one(struct db_rows *rows, struct error *err)
{
	struct subscriber *s = NULL;

	if (db_next(rows, err)) {
		s = mem_new(sizeof *s);
		row_subscriber(rows, s);
		s->key = mem_strdup(s->key);
		s->address = mem_strdup(s->address);
		s->name = mem_strdup(s->name);
		s->format = mem_strdup(s->format);
		s->language = mem_strdup(s->language);
		s->fields = mem_strdup(s->fields);
	}
	db_done(rows);
	return s;
}

/* One look for both who is known and who was erased: it takes as long. */
struct subscriber *
store_subscriber(
	struct store *store, int64_t list, const char *key, struct error *err)
{
	struct str erased = STR_INIT;
	struct subscriber *s = NULL;

	if (erased_key(store, span_of(key), &erased, err))
		s = read_one(
			db_query(store->db, err,
				"SELECT " SUBSCRIBER_COLUMNS " FROM subscriber"
				" WHERE list = ?1 AND key IN (?2, ?3)"
				" ORDER BY state LIMIT 1",
				db_int(list), db_text(key),
				db_text(str_text(&erased))),
			err);
	str_clear(&erased);
	return s;
}

struct subscriber *
store_subscriber_numbered(
	struct store *store, int64_t list, int64_t id, struct error *err)
{
	return read_one(db_query(store->db, err,
				"SELECT " SUBSCRIBER_COLUMNS " FROM subscriber"
				" WHERE id = ?1 AND list = ?2",
				db_int(id), db_int(list)),
		err);
}

void
subscriber_free(struct subscriber *s)
{
	if (!s)
		return;
	free((char *)s->key);
	free((char *)s->address);
	free((char *)s->name);
	free((char *)s->format);
	free((char *)s->language);
	free((char *)s->fields);
	free(s);
}

/* Those behind the key `after`, copied, so that no statement stays open while
 * the caller does what he likes. */
static bool
read_page(struct store *store, int64_t list, const char *after,
	struct arena *arena, struct subscriber *page, size_t *count,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " SUBSCRIBER_COLUMNS " FROM subscriber"
		" WHERE list = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
		db_int(list), db_text(after), db_int(PAGE));

	*count = 0;
	while (db_next(rows, err)) {
		struct subscriber *s = &page[(*count)++];

		row_subscriber(rows, s);
		s->key = arena_strdup(arena, s->key);
		s->address = arena_strdup(arena, s->address);
		s->name = arena_strdup(arena, s->name);
		s->format = arena_strdup(arena, s->format);
		s->language = arena_strdup(arena, s->language);
		s->fields = arena_strdup(arena, s->fields);
	}
	return db_done(rows);
}

bool
store_subscribers(struct store *store, int64_t list,
	bool (*each)(void *data, const struct subscriber *s), void *data,
	struct error *err)
{
	struct subscriber *page = mem_new(PAGE * sizeof *page);
	char *after = mem_strdup("");
	size_t count = PAGE;
	bool ok = true, go_on = true;

	while (ok && go_on && count == PAGE) {
		struct arena *arena = arena_new();

		ok = read_page(store, list, after, arena, page, &count, err);
		for (size_t i = 0; ok && go_on && i < count; i++)
			go_on = each(data, &page[i]);
		if (ok && count) {
			free(after);
			after = mem_strdup(page[count - 1].key);
		}
		arena_free(arena);
	}
	free(after);
	free(page);
	return ok;
}

bool
store_subscriber_counts(struct store *store, int64_t list,
	size_t counts[SUBSCRIBER_STATES], struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT state, count(*) FROM subscriber WHERE list = ?1"
		" GROUP BY state",
		db_int(list));

	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		counts[i] = 0;
	while (db_next(rows, err))
		if (row_int(rows, 0) < SUBSCRIBER_STATES)
			counts[row_int(rows, 0)] = (size_t)row_int(rows, 1);
	return db_done(rows);
}

/* ----- proofs ----- */

bool
store_consents(struct store *store, int64_t subscriber,
	bool (*each)(void *data, const struct consent *c), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT at, was, now, actor, proof FROM ("
		" SELECT 0 AS n, at, NULL AS was, coalesce("
		"   (SELECT was FROM consent WHERE subscriber = ?1"
		"    ORDER BY n LIMIT 1),"
		"   (SELECT state FROM subscriber WHERE id = ?1)) AS now,"
		"  actor, proof FROM arrival WHERE first ="
		"   (SELECT max(first) FROM arrival WHERE first <= ?1)"
		"  AND last >= ?1"
		" UNION ALL SELECT n, at, was, now, actor, proof FROM consent"
		"  WHERE subscriber = ?1) history ORDER BY n",
		db_int(subscriber));
	bool go_on = true;

	while (go_on && db_next(rows, err)) {
		struct consent c = {
			.at = row_int(rows, 0),
			.was_known = !row_is_null(rows, 1),
			.was = (enum subscriber_state)row_int(rows, 1),
			.now = (enum subscriber_state)row_int(rows, 2),
			.actor = (enum actor)row_int(rows, 3),
			.proof = row_text(rows, 4),
		};

		go_on = each(data, &c);
	}
	return db_done(rows);
}
