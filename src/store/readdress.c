/*
 * Another address for a subscriber. His row takes the new key; the old one goes
 * to the row that had the new, if there was one (he had left by it, say), or to
 * a new row: either way it is `gone`.
 */
#include "store/store.h"

#include "model/returned.h"
#include "store/consent.h"
#include "store/handle.h"
#include "store/hashed.h"
#include "store/suppress.h"

struct move {
	struct store *store;
	int64_t list;
	struct subscriber *mover;
	struct subscriber *there; /* who has the new address; or NULL */
	const struct change *change;
};

static bool
check_move(const struct move *m, struct error *err)
{
	const struct subscriber *to = m->change->subscriber;
	bool suppressed = false;

	if (!m->mover)
		return error_set(err, ERROR_DATA, "he is not on this list");
	if (m->there && m->there->id != m->mover->id &&
		subscriber_is_reader(m->there))
		return error_set(err, ERROR_DATA,
			"'%s' is a reader of this list already", to->address);
	if (!subscriber_is_reader(m->mover))
		return error_set(err, ERROR_DATA, "he is %s",
			subscriber_state_name(m->mover->state));
	return store_is_suppressed(
		       m->store, m->list, to->key, &suppressed, NULL, err) &&
		(!suppressed ||
			error_set(err, ERROR_DATA, "'%s' is suppressed",
				to->address));
}

static bool
record(const struct move *m, int64_t id, struct db_value was,
	enum subscriber_state now, const char *proof, struct error *err)
{
	struct change change = *m->change;

	change.state = now;
	change.actor = ACTOR_SELF;
	change.proof = proof;
	return consent_record(m->store, id, was, &change, err);
}

static bool
set_key(const struct move *m, int64_t id, const char *key, const char *address,
	struct error *err)
{
	return db_run(m->store->db, err,
		"UPDATE subscriber SET key = ?2, address = ?3 WHERE id = ?1",
		db_int(id), db_text(key), db_text(address));
}

/* It is out of the way while the keys change places. */
static bool
leave_behind(const struct move *m, struct error *err)
{
	static const char proof[] = "went to another address";
	const struct subscriber *s = m->mover;
	int64_t id = m->there ? m->there->id : 0;

	if (!id)
		return db_number(m->store->db, err, &id,
			       "INSERT INTO subscriber (list, key, address,"
			       " state, origin) VALUES (?1, ?2, ?3, ?4, ?5)"
			       " RETURNING id",
			       db_int(m->list), db_text(s->key),
			       db_text(s->address), db_int(SUBSCRIBER_GONE),
			       db_int(s->origin)) &&
			record(m, id, db_no_int(), SUBSCRIBER_GONE, proof, err);
	return set_key(m, id, s->key, s->address, err) &&
		db_run(m->store->db, err,
			"UPDATE subscriber SET state = ?2, name = NULL,"
			" fields = NULL, probed_at = NULL, own = 0"
			" WHERE id = ?1",
			db_int(id), db_int(SUBSCRIBER_GONE)) &&
		(m->there->state == SUBSCRIBER_GONE ||
			record(m, id, db_int(m->there->state), SUBSCRIBER_GONE,
				proof, err));
}

/* Failures were the old address's; what he said of a letter stays. */
static bool
forget_returns(const struct move *m, struct error *err)
{
	return db_run(m->store->db, err,
		"DELETE FROM returned WHERE subscriber = ?1 AND class <> ?2",
		db_int(m->mover->id), db_int(RETURN_COMPLAINT));
}

/* Of his own origin from now on: a file that does not know the new address
 * may not strike it. */
static bool
arrive(const struct move *m, struct error *err)
{
	const struct subscriber *to = m->change->subscriber;

	return set_key(m, m->mover->id, to->key, to->address, err) &&
		db_run(m->store->db, err,
			"UPDATE subscriber SET origin = ?2, probed_at = NULL"
			" WHERE id = ?1",
			db_int(m->mover->id), db_int(to->origin)) &&
		forget_returns(m, err) &&
		record(m, m->mover->id, db_int(m->mover->state),
			m->mover->state, m->change->proof, err);
}

static bool
carry_out(const struct move *m, struct error *err)
{
	const struct subscriber *to = m->change->subscriber;

	if (!check_move(m, err))
		return false;
	if (text_equals(m->mover->key, to->key)) /* "A@" and "a@" */
		return set_key(m, m->mover->id, to->key, to->address, err);
	return set_key(m, m->mover->id, "#moving", m->mover->address, err) &&
		(!m->there || set_key(m, m->there->id, "#resting", "", err)) &&
		leave_behind(m, err) && arrive(m, err);
}

bool
store_subscriber_readdress(struct store *store, int64_t list, int64_t id,
	const struct change *change, struct error *err)
{
	struct move m = {.store = store, .list = list, .change = change};
	struct error problem = ERROR_INIT;
	bool ok;

	if (!store_begin(store, DB_NOW, err))
		return false;
	m.mover = store_subscriber_numbered(store, list, id, &problem);
	m.there = store_subscriber(
		store, list, change->subscriber->key, &problem);
	ok = problem.kind == ERROR_NONE ? carry_out(&m, err)
					: error_move(err, &problem);
	subscriber_free(m.mover);
	subscriber_free(m.there);
	return store_end(store, "consent", ok, err);
}
