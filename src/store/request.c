#include "store/request.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/barred.h"
#include "store/handle.h"

bool
store_request_add(
	struct store *store, struct request *request, struct error *err)
{
	const struct request *r = request;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	request->id = 0;
	ok = db_number(store->db, err, &request->id,
		"INSERT INTO request (list, kind, subscriber, key, address,"
		" name, format, language, wording, origin, source, at,"
		" confirmed, done)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
		" ?13, ?14) RETURNING id",
		db_int(r->list), db_int(r->kind), db_int(r->subscriber),
		db_text(r->key), db_text(r->address), db_text(r->name),
		db_text(r->format), db_text(r->language), db_text(r->wording),
		db_text(r->origin), db_int(r->by), db_int(r->at),
		db_int(r->confirmed), db_int(r->done));
	return store_end(store, "request", ok, err);
}

static struct request *
read_request(const struct db_rows *rows)
{
	struct request *r = mem_new(sizeof *r);

	r->id = row_int(rows, 0);
	r->list = row_int(rows, 1);
	r->kind = (enum request_kind)row_int(rows, 2);
	r->subscriber = row_int(rows, 3);
	r->key = mem_strdup(row_text(rows, 4));
	r->address = mem_strdup(row_text(rows, 5));
	r->name = mem_strdup(row_text(rows, 6));
	r->format = mem_strdup(row_text(rows, 7));
	r->language = mem_strdup(row_text(rows, 8));
	r->wording = mem_strdup(row_text(rows, 9));
	r->origin = mem_strdup(row_text(rows, 10));
	r->by = (enum subscriber_origin)row_int(rows, 11);
	r->at = row_int(rows, 12);
	r->confirmed = (unsigned)row_int(rows, 13);
	r->done = row_int(rows, 14) != 0;
	return r;
}

#define COLUMNS                                                    \
	"id, list, kind, subscriber, key, address, name, format, " \
	"language, wording, origin, source, at, confirmed, done"

struct request *
store_request(struct store *store, int64_t id, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " COLUMNS " FROM request WHERE id = ?1", db_int(id));
	struct request *r = NULL;

	if (db_next(rows, err))
		r = read_request(rows);
	db_done(rows);
	return r;
}

void
request_free(struct request *r)
{
	if (!r)
		return;
	free((char *)r->key);
	free((char *)r->address);
	free((char *)r->name);
	free((char *)r->format);
	free((char *)r->language);
	free((char *)r->wording);
	free((char *)r->origin);
	free(r);
}

bool
store_requests(struct store *store, int64_t list, int64_t subscriber,
	const char *key,
	bool (*each)(void *data, const struct request *request), void *data,
	struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " COLUMNS " FROM request WHERE list = ?1"
		" AND (key = ?3 OR (subscriber = ?2 AND subscriber <> 0))"
		" ORDER BY id",
		db_int(list), db_int(subscriber), db_text(key));
	bool go_on = true;

	while (go_on && db_next(rows, err)) {
		struct request *r = read_request(rows);

		go_on = each(data, r);
		request_free(r);
	}
	return db_done(rows);
}

bool
store_request_confirm(struct store *store, int64_t id, unsigned confirmed,
	bool done, struct error *err)
{
	return store_write(store, DB_NOW, "request", err,
		"UPDATE request SET confirmed = confirmed | ?2,"
		" done = CASE WHEN ?3 = 1 THEN 1 ELSE done END WHERE id = ?1",
		db_int(id), db_int(confirmed), db_int(done));
}

/* ----- forgetting ----- */

/*
 * Pending, and nothing that could still be confirmed stands for him. The last
 * number stays taken (invariant 15).
 */
#define NEVER_CONFIRMED                                                           \
	"s.list = ?2 AND s.state = 0 AND s.id < (SELECT max(id) FROM subscriber)" \
	" AND NOT EXISTS (SELECT 1 FROM consent c"                                \
	"  WHERE c.subscriber = s.id AND c.at >= ?1)"                             \
	" AND NOT EXISTS (SELECT 1 FROM request r"                                \
	"  WHERE r.list = s.list AND r.key = s.key AND r.at >= ?1)"

#define NO_HISTORY \
	"NOT EXISTS (SELECT 1 FROM consent c WHERE c.subscriber = s.id)"

static bool
forget_pending(
	struct store *store, int64_t list, int64_t before, struct error *err)
{
	int64_t forgotten = 0;

	return db_run(store->db, err,
		       "DELETE FROM consent WHERE subscriber IN"
		       " (SELECT s.id FROM subscriber s"
		       "  WHERE " NEVER_CONFIRMED ")",
		       db_int(before), db_int(list)) &&
		db_run(store->db, err,
			"DELETE FROM post WHERE subscriber IN"
			" (SELECT id FROM subscriber s WHERE s.list = ?1"
			"  AND s.state = 0 AND " NO_HISTORY ")",
			db_int(list)) &&
		db_change(store->db, err, &forgotten,
			"DELETE FROM subscriber AS s WHERE s.list = ?1"
			" AND s.state = 0 AND " NO_HISTORY,
			db_int(list)) &&
		(!forgotten || barred_pass(store, list, PASSING_PENDING, err));
}

bool
store_requests_prune(
	struct store *store, int64_t list, int64_t before, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_SOON, err))
		return false;
	ok = db_run(store->db, err,
		     "DELETE FROM request WHERE at < ?1 AND list = ?2"
		     " AND id < (SELECT max(id) FROM request)",
		     db_int(before), db_int(list)) &&
		forget_pending(store, list, before, err);
	return store_end(store, "prune", ok, err);
}

/* ----- by mail ----- */

bool
store_was_heard(
	struct store *store, const char *mail, bool *was, struct error *err)
{
	int64_t count = 0;
	bool ok = db_number(store->db, err, &count,
		"SELECT count(*) FROM heard WHERE mail = ?1", db_text(mail));

	*was = count > 0;
	return ok;
}

bool
store_hear(struct store *store, const char *mail, int64_t at, bool *before,
	struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = store_was_heard(store, mail, before, err) &&
		(*before ||
			db_run(store->db, err,
				"INSERT INTO heard (mail, at) VALUES (?1, ?2)",
				db_text(mail), db_int(at)));
	return store_end(store, "hear", ok, err);
}

bool
store_heard_prune(struct store *store, int64_t before, struct error *err)
{
	return store_write(store, DB_SOON, "prune", err,
		"DELETE FROM heard WHERE at < ?1", db_int(before));
}
