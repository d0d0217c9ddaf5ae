/*
 * Changing one subscriber, and the proof of it (invariants 12, 14 and 16).
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "store/consent.h"
#include "store/handle.h"
#include "store/hashed.h"
#include "store/suppress.h"

/* ----- writing ----- */

/* Who leaves in a pause may take that back, and be paused again; so may who
 * bounces, when it is not believed. */
static struct db_value
until_of(const struct change *change)
{
	return change->state == SUBSCRIBER_PAUSED ||
			change->state == SUBSCRIBER_BOUNCED ||
			change->state == SUBSCRIBER_GONE
		? db_instant(change->subscriber->until)
		: db_no_int();
}

static bool
is_other(const char *said, const char *has)
{
	return said && strcmp(said, has ? has : "") != 0;
}

/* What he chose himself, with this change. A form sends all there is: what he
 * left as it was is not his choice. `was` is NULL of who comes. */
static unsigned
own_choice(const struct subscriber *was, const struct change *change)
{
	static const struct subscriber nobody;
	const struct subscriber *s = change->subscriber;

	if (!was)
		was = &nobody;
	if (change->actor != ACTOR_SELF)
		return was->own;
	return was->own | (is_other(s->name, was->name) ? OWN_NAME : 0) |
		(is_other(s->format, was->format) ? OWN_FORMAT : 0) |
		(is_other(s->language, was->language) ? OWN_LANGUAGE : 0);
}

static bool
add_subscriber(struct store *store, int64_t list, const struct change *change,
	int64_t *id, struct error *err)
{
	const struct subscriber *s = change->subscriber;
	int64_t since = s->since == INSTANT_NONE ? change->at : s->since;

	return db_number(store->db, err, id,
		"INSERT INTO subscriber (list, key, address, name, state,"
		" origin, format, language, fields, since, until, own)"
		" VALUES (?1, ?2, ?3, nullif(?4, ''), ?5, ?6, nullif(?7, ''),"
		" nullif(?8, ''), ?9, ?10, ?11, ?12)"
		" RETURNING id",
		db_int(list), db_text(s->key), db_text(s->address),
		db_text(s->name), db_int(change->state), db_int(s->origin),
		db_text(s->format), db_text(s->language), db_text(s->fields),
		db_instant(since), until_of(change),
		db_int(own_choice(NULL, change)));
}

/* What is not said stays. Who comes back belongs to whom brought him. The key
 * differs when he was erased. */
static bool
update_subscriber(struct store *store, const struct subscriber *was, bool back,
	const struct change *change, struct error *err)
{
	const struct subscriber *s = change->subscriber;
	int64_t since = s->since == INSTANT_NONE ? change->at : s->since;

	return db_run(store->db, err,
		"UPDATE subscriber SET key = ?2, address = ?3,"
		" name = nullif(coalesce(?4, name), ''),"
		" format = nullif(coalesce(?5, format), ''),"
		" language = nullif(coalesce(?6, language), ''),"
		" fields = coalesce(?7, fields),"
		" origin = CASE WHEN ?8 = 1 THEN ?9 ELSE origin END,"
		" since = CASE WHEN ?8 = 1 THEN ?10 ELSE since END,"
		" probed_at = CASE WHEN state = ?11 THEN probed_at END,"
		" state = ?11, until = ?12, own = ?13"
		" WHERE id = ?1",
		db_int(was->id), db_text(s->key), db_text(s->address),
		db_text(s->name), db_text(s->format), db_text(s->language),
		db_text(s->fields), db_int(back), db_int(s->origin),
		db_int(since), db_int(change->state), until_of(change),
		db_int(own_choice(was, change)));
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

/* ----- whether it may be ----- */

/* Invariant 14: his own word lifts it, and nobody else's counts. */
static bool
pass_suppression(struct store *store, int64_t list, const struct change *change,
	struct error *err)
{
	const struct subscriber *s = change->subscriber;
	char *reason = NULL;
	bool suppressed = false, ok;

	if (change->actor == ACTOR_SELF)
		return suppression_lift(store, list, s->key, err);
	ok = store_is_suppressed(
		store, list, s->key, &suppressed, &reason, err);
	if (ok && suppressed)
		ok = error_set(err, ERROR_DATA,
			"'%s' is suppressed%s%s: nobody may write to him "
			"until he subscribes himself",
			s->address, reason ? ", " : "", reason ? reason : "");
	free(reason);
	return ok;
}

static bool
check_change(const struct subscriber *was, const struct change *change,
	struct error *err)
{
	const char *refusal = NULL;

	if (change->state == SUBSCRIBER_ERASED)
		return error_set(err, ERROR_BUG,
			"store: a change cannot erase; store_erase() does");
	if (was)
		refusal = subscriber_change_refused(
			was->state, change->state, change->actor);
	return !refusal ||
		error_set(err, ERROR_DATA, "'%s' is %s: %s",
			change->subscriber->address,
			subscriber_state_name(was->state), refusal);
}

static bool
change_known(struct store *store, const struct subscriber *was,
	const struct change *change, struct error *err)
{
	bool same = was->state == change->state;
	bool back = !same && change->state == SUBSCRIBER_ACTIVE &&
		was->state != SUBSCRIBER_PAUSED;

	return update_subscriber(store, was, back, change, err) &&
		(same ||
			consent_record(store, was->id, db_int(was->state),
				change, err));
}

/* `was` is NULL when he is not there. */
static bool
apply_change(struct store *store, int64_t list, const struct subscriber *was,
	const struct change *change, struct error *err)
{
	int64_t id = 0;

	if (!check_change(was, change, err))
		return false;
	if (subscriber_state_is_reader(change->state) &&
		!(was && subscriber_is_reader(was)) &&
		!pass_suppression(store, list, change, err))
		return false;
	if (was)
		return change_known(store, was, change, err);
	return add_subscriber(store, list, change, &id, err) &&
		consent_record(store, id, db_no_int(), change, err);
}

bool
store_subscriber_change(struct store *store, int64_t list,
	const struct change *change, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *was;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	was = store_subscriber(store, list, change->subscriber->key, &problem);
	ok = problem.kind == ERROR_NONE
		? apply_change(store, list, was, change, err)
		: error_move(err, &problem);
	subscriber_free(was);
	return store_end(store, "consent", ok, err);
}

/* ----- pauses that end ----- */

#define WHO_WAKES "list = ?1 AND state = 2 AND until <= ?2"

/* Nearly always nobody: that is seen without a lock. */
bool
store_wake(struct store *store, int64_t list, int64_t now, size_t *count,
	struct error *err)
{
	int64_t waiting = 0, woken = 0;
	bool ok;

	*count = 0;
	if (!db_number(store->db, err, &waiting,
		    "SELECT count(*) FROM subscriber WHERE " WHO_WAKES,
		    db_int(list), db_int(now)))
		return false;
	if (!waiting)
		return true;
	if (!store_begin(store, DB_NOW, err))
		return false;
	ok = db_run(store->db, err,
		     "INSERT INTO consent (subscriber, at, was, now, actor,"
		     " proof)"
		     " SELECT id, ?2, state, ?3, ?4, 'the date that he named'"
		     " FROM subscriber WHERE " WHO_WAKES " ORDER BY id",
		     db_int(list), db_int(now), db_int(SUBSCRIBER_ACTIVE),
		     db_int(ACTOR_SELF)) &&
		db_change(store->db, err, &woken,
			"UPDATE subscriber SET state = ?3, until = NULL"
			" WHERE " WHO_WAKES,
			db_int(list), db_int(now), db_int(SUBSCRIBER_ACTIVE));
	*count = (size_t)woken;
	return store_end(store, "wake", ok, err);
}
