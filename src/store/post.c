#include "store/post.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/handle.h"

const char *
post_kind_name(enum post_kind kind)
{
	static const char *const names[POST_KINDS] = {
		[POST_CONFIRM_JOIN] = "confirm-join",
		[POST_CONFIRM_LEAVE] = "confirm-leave",
		[POST_CONFIRM_OLD] = "confirm-old",
		[POST_CONFIRM_NEW] = "confirm-new",
		[POST_CONFIRM_ERASE] = "confirm-erase",
		[POST_KNOWN] = "known",
		[POST_WELCOME] = "welcome",
		[POST_GOODBYE] = "goodbye",
		[POST_COPY] = "copy",
		[POST_PROBE] = "probe",
		[POST_SETTINGS] = "settings",
		[POST_LATEST] = "latest",
	};

	return names[kind];
}

/* ----- putting there ----- */

/* What lies in the future was put while the clock was wrong: counted, it would
 * keep everybody out until then. */
#define OF_THE_LAST(seconds) " at > ?1 - " seconds " AND at <= ?1 + " seconds

/* A limit of 0 is none. */
#define BELOW(limit, which)                                    \
	"(" limit " = 0 OR " limit " > (SELECT count(*) FROM " \
	"post WHERE " which "))"

#define COUNTED "capped > 0 AND" /* as the index says */
#define IN_THE_HOUR(account) \
	COUNTED " capped = " account " AND" OF_THE_LAST("3600")
#define HOURLY BELOW("?5", IN_THE_HOUR("?8"))
#define DAILY                                           \
	BELOW("?6",                                     \
		"list = ?2 AND key = ?3 AND kind = ?4 " \
		"AND" OF_THE_LAST("86400"))
#define EVERYWHERE BELOW("?7", COUNTED " key = ?3 AND" OF_THE_LAST("86400"))

static bool
is_allowed(struct store *store, const struct post *p,
	const struct post_limits *limits, bool *allowed, struct error *err)
{
	int64_t found = 0;
	bool ok = db_number(store->db, err, &found,
		"SELECT CASE WHEN " HOURLY " AND " DAILY " AND " EVERYWHERE
		" THEN 1 ELSE 0 END",
		db_int(p->at), db_int(p->list), db_text(p->key),
		db_int(p->kind), db_int(limits->hourly), db_int(limits->daily),
		db_int(limits->everywhere), db_int(limits->account));

	*allowed = found != 0;
	return ok;
}

static bool
add_post(struct store *store, struct post *p, enum post_account account,
	struct error *err)
{
	p->id = 0;
	return db_number(store->db, err, &p->id,
		"INSERT INTO post (list, kind, request, subscriber, at, capped,"
		" due, key, address, language, in_reply_to)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7, ?8, ?9, ?10)"
		" RETURNING id",
		db_int(p->list), db_int(p->kind), db_int(p->request),
		db_int(p->subscriber), db_int(p->at), db_int(account),
		db_text(p->key), db_text(p->address), db_text(p->language),
		db_text(p->in_reply_to));
}

bool
store_post_add(struct store *store, struct post *post,
	const struct post_limits *limits, bool *taken, struct error *err)
{
	bool ok;

	*taken = false;
	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = is_allowed(store, post, limits, taken, err) &&
		(!*taken || add_post(store, post, limits->account, err));
	ok = store_end(store, "post", ok, err);
	*taken = ok && *taken;
	return ok;
}

bool
store_post_count(struct store *store, enum post_account account, int64_t now,
	size_t *count, struct error *err)
{
	int64_t found = 0;
	bool ok = db_number(store->db, err, &found,
		"SELECT count(*) FROM post WHERE " IN_THE_HOUR("?2"),
		db_int(now), db_int(account));

	*count = (size_t)found;
	return ok;
}

/* ----- sending ----- */

static struct post *
read_post(const struct db_rows *rows)
{
	struct post *p = mem_new(sizeof *p);

	p->id = row_int(rows, 0);
	p->list = row_int(rows, 1);
	p->kind = (enum post_kind)row_int(rows, 2);
	p->request = row_int(rows, 3);
	p->subscriber = row_int(rows, 4);
	p->address = mem_strdup(row_text(rows, 5));
	p->key = mem_strdup(row_text(rows, 6));
	p->language = mem_strdup(row_text(rows, 7));
	p->in_reply_to = mem_strdup(row_text(rows, 8));
	p->at = row_int(rows, 9);
	p->tries = (int)row_int(rows, 10);
	return p;
}

#define COLUMNS                                               \
	"id, list, kind, request, subscriber, address, key, " \
	"language, in_reply_to, at, tries"

void
post_free(struct post *p)
{
	if (!p)
		return;
	free((char *)p->address);
	free((char *)p->key);
	free((char *)p->language);
	free((char *)p->in_reply_to);
	free(p);
}

/* Nobody waits for more than some hours: what is due later than that was put
 * off while the clock was wrong. */
#define IS_DUE                                            \
	"list = ?1 AND due IS NOT NULL AND (due <= ?2 OR" \
	" due > ?2 + 86400)"

/* In one statement: two takers never get the same. */
static struct post *
take_oldest(struct store *store, int64_t list, int64_t now, int64_t lease,
	bool *ok, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"UPDATE post SET due = ?2 + ?3, tries = tries + 1"
		" WHERE id = (SELECT id FROM post WHERE " IS_DUE
		" ORDER BY due, id LIMIT 1) RETURNING " COLUMNS,
		db_int(list), db_int(now), db_int(lease));
	struct post *post = NULL;

	if (db_next(rows, err))
		post = read_post(rows);
	*ok = db_done(rows);
	return post;
}

/* Nearly always there is none: that is seen without a lock. */
struct post *
store_post_take(struct store *store, int64_t list, int64_t now, int64_t lease,
	bool *found, struct error *err)
{
	struct post *post = NULL;
	int64_t any = 0;
	bool ok = false;

	*found = false;
	if (!db_number(store->db, err, &any,
		    "SELECT EXISTS (SELECT 1 FROM post WHERE " IS_DUE ")",
		    db_int(list), db_int(now)) ||
		!any || !store_begin(store, DB_SOON, err))
		return NULL;
	post = take_oldest(store, list, now, lease, &ok, err);
	if (!store_end(store, "post", ok, err)) {
		post_free(post);
		return NULL;
	}
	*found = post != NULL;
	return post;
}

bool
store_post_sent(struct store *store, int64_t id, int64_t at, struct error *err)
{
	return store_write(store, DB_SOON, "post", err,
		"UPDATE post SET due = NULL, sent = ?2, failure = NULL"
		" WHERE id = ?1",
		db_int(id), db_int(at));
}

bool
store_post_failed(struct store *store, int64_t id, int64_t next,
	const char *why, struct error *err)
{
	return store_write(store, DB_SOON, "post", err,
		"UPDATE post SET due = ?2, failure = ?3 WHERE id = ?1",
		db_int(id), db_instant(next), db_text(why));
}

/* ----- afterwards ----- */

bool
store_posts(struct store *store, int64_t list, int64_t subscriber,
	const char *key,
	bool (*each)(void *data, const struct post *post, int64_t sent,
		const char *failure),
	void *data, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " COLUMNS ", sent, failure FROM post WHERE list = ?1"
		" AND (key = ?3 OR (subscriber = ?2 AND subscriber <> 0))"
		" ORDER BY id",
		db_int(list), db_int(subscriber), db_text(key));
	bool go_on = true;

	while (go_on && db_next(rows, err)) {
		struct post *post = read_post(rows);

		go_on = each(
			data, post, row_instant(rows, 11), row_text(rows, 12));
		post_free(post);
	}
	return db_done(rows);
}

bool
store_post_prune(struct store *store, int64_t before, struct error *err)
{
	return store_write(store, DB_SOON, "prune", err,
		"DELETE FROM post WHERE at < ?1 AND due IS NULL",
		db_int(before));
}
