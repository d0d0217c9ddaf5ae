/*
 * Subscribers: reading them, changing one of them, and the proof of it.
 */
#include "store/store.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/mem.h"
#include "store/consent.h"
#include "store/handle.h"

enum { PAGE = 500 };

#define COLUMNS \
	"id, key, address, name, state, origin, format, language, fields, since"

/* ----- reading ----- */

/* Texts borrowed from the row. */
static void
read_row(const struct db_rows *rows, struct subscriber *s)
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
	};
}

struct subscriber *
store_subscriber(
	struct store *store, int64_t list, const char *key, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " COLUMNS " FROM subscriber"
		" WHERE list = ?1 AND key = ?2",
		db_int(list), db_text(key));
	struct subscriber *s = NULL;

	if (db_next(rows, err)) {
		s = mem_new(sizeof *s);
		read_row(rows, s);
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
		"SELECT " COLUMNS " FROM subscriber"
		" WHERE list = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
		db_int(list), db_text(after), db_int(PAGE));

	*count = 0;
	while (db_next(rows, err)) {
		struct subscriber *s = &page[(*count)++];

		read_row(rows, s);
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

/* ----- changing one ----- */

/* Who he is in the store: 0 when he is not there. */
static bool
find_state(struct store *store, int64_t list, const char *key, int64_t *id,
	int64_t *state, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT id, state FROM subscriber"
		" WHERE list = ?1 AND key = ?2",
		db_int(list), db_text(key));

	*id = 0;
	if (db_next(rows, err)) {
		*id = row_int(rows, 0);
		*state = row_int(rows, 1);
	}
	return db_done(rows);
}

static bool
add_subscriber(struct store *store, int64_t list, const struct change *change,
	int64_t *id, struct error *err)
{
	const struct subscriber *s = change->subscriber;
	int64_t since = s->since == INSTANT_NONE ? change->at : s->since;

	return db_number(store->db, err, id,
		"INSERT INTO subscriber (list, key, address, name, state,"
		" origin, format, language, fields, since)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
		" RETURNING id",
		db_int(list), db_text(s->key), db_text(s->address),
		db_text(s->name), db_int(change->state), db_int(s->origin),
		db_text(s->format), db_text(s->language), db_text(s->fields),
		db_instant(since));
}

/* What is not said stays. Who comes back belongs to whom brought him, and is
 * with us since then. */
static bool
update_subscriber(struct store *store, int64_t id, bool back,
	const struct change *change, struct error *err)
{
	const struct subscriber *s = change->subscriber;

	return db_run(store->db, err,
		"UPDATE subscriber SET state = ?2, address = ?3,"
		" name = coalesce(?4, name), format = coalesce(?5, format),"
		" language = coalesce(?6, language),"
		" fields = coalesce(?7, fields),"
		" origin = CASE WHEN ?8 = 1 THEN ?9 ELSE origin END,"
		" since = CASE WHEN ?8 = 1 THEN ?10 ELSE since END"
		" WHERE id = ?1",
		db_int(id), db_int(change->state), db_text(s->address),
		db_text(s->name), db_text(s->format), db_text(s->language),
		db_text(s->fields), db_int(back), db_int(s->origin),
		db_int(change->at));
}

/* An erased reader keeps his key, so that nobody brings him back, and nothing
 * else. */
static bool
blank_subscriber(struct store *store, int64_t id, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE subscriber SET address = '', name = NULL,"
		" format = NULL, language = NULL, fields = NULL,"
		" since = NULL WHERE id = ?1",
		db_int(id));
}

bool
consent_record(struct store *store, int64_t id, struct db_value was,
	const struct change *change, struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO consent (subscriber, at, was, now, actor, proof)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		db_int(id), db_int(change->at), was, db_int(change->state),
		db_int(change->actor), db_text(change->proof));
}

static bool
change_known(struct store *store, int64_t id, enum subscriber_state was,
	const struct change *change, struct error *err)
{
	const char *refusal =
		subscriber_change_refused(was, change->state, change->actor);
	bool same = was == change->state;
	bool back = !same && change->state == SUBSCRIBER_ACTIVE;

	if (refusal)
		return error_set(err, ERROR_DATA, "'%s' is %s: %s",
			change->subscriber->address, subscriber_state_name(was),
			refusal);
	if (!update_subscriber(store, id, back, change, err))
		return false;
	if (change->state == SUBSCRIBER_ERASED &&
		!blank_subscriber(store, id, err))
		return false;
	return same || consent_record(store, id, db_int(was), change, err);
}

static bool
apply_change(struct store *store, int64_t list, const struct change *change,
	struct error *err)
{
	int64_t id, was = 0;

	if (!find_state(store, list, change->subscriber->key, &id, &was, err))
		return false;
	if (id)
		return change_known(
			store, id, (enum subscriber_state)was, change, err);
	return add_subscriber(store, list, change, &id, err) &&
		consent_record(store, id, db_text(NULL), change, err);
}

bool
store_subscriber_change(struct store *store, int64_t list,
	const struct change *change, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = apply_change(store, list, change, err);
	return store_end(store, "consent", ok, err);
}

/* ----- proofs ----- */

bool
store_consents(struct store *store, int64_t subscriber,
	bool (*each)(void *data, const struct consent *c), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT at, was, now, actor, proof FROM consent"
		" WHERE subscriber = ?1 ORDER BY n",
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
