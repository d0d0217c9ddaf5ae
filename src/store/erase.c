/*
 * Erasing a subscriber: what names him goes, and what must stay (a row that
 * ledgers point at, and the fact) names him by a hash.
 */
#include "store/suppress.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "store/consent.h"
#include "store/handle.h"
#include "store/hashed.h"
#include "store/unname.h"

/* ----- replies in ledgers: servers quote the address ----- */

struct numbers {
	int64_t *items;
	size_t count;
};

/* Ledgers have no index by subscriber: reading all of them before the
 * transaction keeps a sender waiting for the few rows only. */
static bool
find_replies(
	struct store *store, int64_t id, struct numbers *out, struct error *err)
{
	return db_take_numbers(
		db_query(store->db, err,
			"SELECT id FROM recipient WHERE subscriber = ?1"
			" AND reply IS NOT NULL AND reply <> " NO_REPLY,
			db_int(id)),
		&out->items, &out->count, err);
}

static bool
blank_replies(
	struct store *store, const struct numbers *replies, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < replies->count; i++)
		ok = db_run(store->db, err,
			"UPDATE recipient SET reply = " NO_REPLY
			" WHERE id = ?1",
			db_int(replies->items[i]));
	return ok;
}

/* ----- everything else ----- */

/* Mails and requests may know him by his address only: he asked to join, and
 * was nobody here yet. */
static bool
forget_affairs(struct store *store, int64_t id, int64_t list, const char *key,
	struct error *err)
{
	return db_run(store->db, err,
		       "DELETE FROM returned WHERE subscriber = ?1",
		       db_int(id)) &&
		db_run(store->db, err,
			"DELETE FROM request WHERE subscriber = ?1"
			" OR (list = ?2 AND key = ?3)",
			db_int(id), db_int(list), db_text(key)) &&
		db_run(store->db, err,
			"DELETE FROM post WHERE subscriber = ?1"
			" OR (list = ?2 AND key = ?3)",
			db_int(id), db_int(list), db_text(key));
}

static bool
blank_row(
	struct store *store, int64_t id, const char *hashed, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE subscriber SET key = ?2, state = ?3, address = '',"
		" name = NULL, format = NULL, language = NULL, fields = NULL,"
		" since = NULL, until = NULL, probed_at = NULL, own = 0"
		" WHERE id = ?1",
		db_int(id), db_text(hashed), db_int(SUBSCRIBER_ERASED));
}

struct fact {
	enum actor actor;
	int64_t at;
};

/* He is taken out of those who came with him. */
static bool
forget_arrival(struct store *store, int64_t id, struct error *err)
{
	return db_run(store->db, err,
		       "INSERT INTO arrival (first, last, at, actor, proof)"
		       " SELECT ?1 + 1, last, at, actor, proof FROM arrival"
		       " WHERE first = (SELECT max(first) FROM arrival"
		       "  WHERE first <= ?1) AND last > ?1",
		       db_int(id)) &&
		db_run(store->db, err,
			"UPDATE arrival SET last = ?1 - 1 WHERE first ="
			" (SELECT max(first) FROM arrival WHERE first <= ?1)"
			" AND last >= ?1",
			db_int(id)) &&
		db_run(store->db, err,
			"DELETE FROM arrival WHERE first = ?1 AND last < ?1",
			db_int(id));
}

static bool
forget_history(struct store *store, int64_t id, struct error *err)
{
	return forget_arrival(store, id, err) &&
		db_run(store->db, err,
			"DELETE FROM consent WHERE subscriber = ?1",
			db_int(id));
}

static bool
erase_row(struct store *store, const struct subscriber *s, int64_t list,
	const char *hashed, const struct numbers *replies,
	const struct fact *fact, struct error *err)
{
	struct change change = {.state = SUBSCRIBER_ERASED,
		.actor = fact->actor,
		.at = fact->at};

	return blank_replies(store, replies, err) &&
		unname(store, list, s->address, err) &&
		forget_affairs(store, s->id, list, s->key, err) &&
		forget_history(store, s->id, err) &&
		consent_record(store, s->id, db_int(s->state), &change, err) &&
		blank_row(store, s->id, hashed, err);
}

/* ----- by his address ----- */

static bool
erase_found(struct store *store, const struct erasure *e,
	const struct subscriber *s, const struct numbers *replies,
	struct error *err)
{
	const char *refusal = subscriber_change_refused(
		s->state, SUBSCRIBER_ERASED, e->actor);
	struct str hashed = STR_INIT;
	bool ok = !refusal || error_set(err, ERROR_DATA, "%s", refusal);

	ok = ok && erased_key(store, span_of(s->key), &hashed, err) &&
		(!e->note ||
			e->note(e->note_data, str_text(&hashed) + 1, err)) &&
		erase_row(store, s, e->list, str_text(&hashed), replies,
			&(struct fact){e->actor, e->at}, err);
	str_clear(&hashed);
	return ok;
}

/* Of who is nobody here, or erased already, a mail or a request may know: one to
 * whom a reader wanted to move, or who was typed into a form. */
static bool
erase_affairs(struct store *store, const struct erasure *e, struct error *err)
{
	enum { NOBODY = -1 };

	return store_begin(store, DB_NOW, err) &&
		store_end(store, "erase",
			forget_affairs(store, NOBODY, e->list, e->key, err),
			err);
}

bool
store_erase(struct store *store, const struct erasure *erasure, bool *found,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	struct numbers replies = {.items = NULL};
	struct subscriber *s =
		store_subscriber(store, erasure->list, erasure->key, &problem);
	bool ok = problem.kind == ERROR_NONE;

	*found = s && s->state != SUBSCRIBER_ERASED;
	if (!ok)
		error_move(err, &problem);
	if (*found) {
		ok = find_replies(store, s->id, &replies, err) &&
			store_begin(store, DB_NOW, err);
		if (ok)
			ok = store_end(store, "erase",
				erase_found(store, erasure, s, &replies, err),
				err);
	} else if (ok) {
		ok = erase_affairs(store, erasure, err);
	}
	free(replies.items);
	subscriber_free(s);
	return ok;
}

/* ----- by hash ----- */

/* Of all erasures of one hash the newest counts. */
struct hashed {
	const struct erased *last;
	bool there; /* some row stands for him */
};

struct replay {
	struct store *store;
	int64_t list;
	struct map *hashes; /* to struct hashed */
	size_t done;	    /* of those who were there */
	struct error *err;
	bool ok;
};

static const struct erased *
find_hash(struct replay *r, const char *hash)
{
	struct hashed *found = map_find(r->hashes, hash);

	if (!found)
		return NULL;
	found->there = true;
	return found->last;
}

/* He subscribed anew after that. */
static bool
came_back(struct replay *r, int64_t id, int64_t at)
{
	int64_t since = 0;

	r->ok = db_number(r->store->db, r->err, &since,
		"SELECT max(at) FROM consent"
		" WHERE subscriber = ?1 AND actor = ?2 AND now = ?3",
		db_int(id), db_int(ACTOR_SELF), db_int(SUBSCRIBER_ACTIVE));
	return since > at;
}

static void
erase_again(struct replay *r, const struct subscriber *s, const char *hashed,
	int64_t at)
{
	struct numbers replies = {.items = NULL};

	r->ok = find_replies(r->store, s->id, &replies, r->err) &&
		erase_row(r->store, s, r->list, hashed, &replies,
			&(struct fact){ACTOR_SELF, at}, r->err);
	r->done += r->ok;
	free(replies.items);
}

static bool
each_subscriber(void *data, const struct subscriber *s)
{
	struct replay *r = data;
	struct str hashed = STR_INIT;
	const struct erased *e;

	if (s->state == SUBSCRIBER_ERASED) {
		find_hash(r, s->key + 1);
		return true;
	}
	r->ok = erased_key(r->store, span_of(s->key), &hashed, r->err);
	e = r->ok ? find_hash(r, str_text(&hashed) + 1) : NULL;
	if (e && !came_back(r, s->id, e->at) && r->ok)
		erase_again(r, s, str_text(&hashed), e->at);
	str_clear(&hashed);
	return r->ok;
}

/* For those whom no row stands for yet. */
static bool
make_row(struct replay *r, const struct erased *e)
{
	struct change change = {
		.state = SUBSCRIBER_ERASED, .actor = ACTOR_SELF, .at = e->at};
	int64_t id = 0;

	return db_number(r->store->db, r->err, &id,
		       "INSERT INTO subscriber (list, key, address, state,"
		       " origin) VALUES (?1, '#' || ?2, '', ?3, ?4)"
		       " ON CONFLICT (list, key) DO NOTHING RETURNING id",
		       db_int(r->list), db_text(e->hash),
		       db_int(SUBSCRIBER_ERASED), db_int(ORIGIN_EDITOR)) &&
		(!id ||
			consent_record(
				r->store, id, db_no_int(), &change, r->err));
}

static bool
make_rows(struct replay *r)
{
	for (size_t i = 0; r->ok && i < map_count(r->hashes); i++) {
		const struct hashed *hashed = map_value(r->hashes, i);

		if (!hashed->there)
			r->ok = make_row(r, hashed->last);
	}
	return r->ok;
}

static void
index_hashes(struct map *map, struct hashed *hashes,
	const struct erased *erased, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		hashes[i].last = &erased[i];
		map_set(map, erased[i].hash, &hashes[i]);
	}
}

bool
store_erase_hashes(struct store *store, int64_t list,
	const struct erased *erased, size_t erased_count, size_t *count,
	struct error *err)
{
	struct replay r = {
		.store = store, .list = list, .err = err, .ok = true};
	struct hashed *hashes;

	*count = 0;
	if (!erased_count)
		return true;
	if (!store_begin(store, DB_NOW, err))
		return false;
	hashes = mem_new(erased_count * sizeof *hashes);
	r.hashes = map_new();
	index_hashes(r.hashes, hashes, erased, erased_count);
	r.ok = store_subscribers(store, list, each_subscriber, &r, err) &&
		r.ok && make_rows(&r);
	*count = r.done;
	map_free(r.hashes);
	free(hashes);
	return store_end(store, "erase", r.ok, err);
}
