/*
 * Carrying out a plan, some thousand steps in a transaction: whoever sends
 * meanwhile waits for some hundredths of a second at most.
 *
 * Each step asks once more whether the state is the one that it was planned
 * for. The last transaction makes all before it durable, too.
 */
#include <time.h>

#include "base/date.h"
#include "store/merge_parts.h"

enum {
	CHUNK = 8000, /* steps in one transaction */
	PAUSE_NS = 1200000,
	PLAN_AT_ONCE = 256 * 1024,
	NOBODY = -1, /* no origin */
};

#define BIT(state) (1u << (state))

struct chunk {
	struct merge *merge;
	struct tape_reader *plan;
	size_t left;	/* steps of the plan */
	int64_t newest; /* subscriber before this chunk */
	size_t *done;	/* steps by their action */
	struct newcomers readers, notes;
};

/* ----- one step ----- */

/* Ids only grow, and nobody else adds any in this transaction: those behind the
 * newest are the ones of this chunk. */
static bool
prove_added(const struct chunk *c, struct error *err)
{
	const struct merge *m = c->merge;

	return db_run(m->store->db, err,
		"INSERT INTO arrival (first, last, at, actor, proof)"
		" SELECT ?1 + 1, (SELECT max(id) FROM subscriber), ?2, ?3, ?4"
		" WHERE ?1 < (SELECT max(id) FROM subscriber)",
		db_int(c->newest), db_int(m->options.at),
		db_int(m->options.actor), db_text(m->proof));
}

/* If he is in one of the states `from`, he is `now`, with the proof. */
static bool
change_state(const struct merge *m, int64_t id, unsigned from,
	enum subscriber_state now, int64_t *changed, struct error *err)
{
	const struct merge_options *o = &m->options;

	return db_run(m->store->db, err,
		       "INSERT INTO consent (subscriber, at, was, now, actor,"
		       " proof)"
		       " SELECT id, ?3, state, ?4, ?5, ?6 FROM subscriber"
		       " WHERE id = ?1 AND ((1 << CAST(state AS INT)) & ?2) <> 0",
		       db_int(id), db_int(from), db_int(o->at), db_int(now),
		       db_int(o->actor), db_text(m->proof)) &&
		db_change(m->store->db, err, changed,
			"UPDATE subscriber SET state = ?3, until = NULL,"
			" probed_at = NULL"
			" WHERE id = ?1 AND ((1 << CAST(state AS INT)) & ?2) <> 0",
			db_int(id), db_int(from), db_int(now));
}

/* What the file says of a column, or else what he has: all of it of those whom
 * the file brought, nothing of what he chose himself (the bits OWN_…). */
static bool
take_fields(const struct merge *m, const struct step *step, int64_t *changed,
	struct error *err)
{
	int brought = m->options.actor == ACTOR_FILE ? ORIGIN_FILE : NOBODY;
	const struct subscriber *s;
	struct staged row;

	staged_unpack(step->packed, &row);
	s = &row.s;
	return db_change(m->store->db, err, changed,
		"UPDATE subscriber SET address = ?2,"
		" name = CASE WHEN (own & 1) <> 0 THEN name"
		" WHEN origin = ?7 THEN ?3 ELSE coalesce(?3, name) END,"
		" format = CASE WHEN (own & 2) <> 0 THEN format"
		" WHEN origin = ?7 THEN ?4 ELSE coalesce(?4, format) END,"
		" language = CASE WHEN (own & 4) <> 0 THEN language"
		" WHEN origin = ?7 THEN ?5 ELSE coalesce(?5, language) END,"
		" fields = CASE"
		" WHEN origin = ?7 THEN ?6 ELSE coalesce(?6, fields) END"
		" WHERE id = ?1 AND ((1 << CAST(state AS INT)) & ?8) <> 0",
		db_int(step->id), db_text(s->address), db_text(s->name),
		db_text(s->format), db_text(s->language), db_text(s->fields),
		db_int(brought),
		db_int(BIT(SUBSCRIBER_ACTIVE) | BIT(SUBSCRIBER_PAUSED)));
}

/* Who returns belongs to whom brought him, and is with us since then, if the
 * file does not know better. */
static bool
bring_back(const struct merge *m, const struct step *step, int64_t *changed,
	struct error *err)
{
	int64_t since, ignored;
	struct staged row;

	staged_unpack(step->packed, &row);
	since = row.s.since == INSTANT_NONE ? m->options.at : row.s.since;
	if (!change_state(m, step->id, BIT(SUBSCRIBER_REMOVED),
		    SUBSCRIBER_ACTIVE, changed, err))
		return false;
	return !*changed ||
		(db_run(m->store->db, err,
			 "UPDATE subscriber SET origin = ?2, since = ?3"
			 " WHERE id = ?1",
			 db_int(step->id), db_int(m->options.origin),
			 db_int(since)) &&
			take_fields(m, step, &ignored, err));
}

static bool
strike(const struct merge *m, const struct step *step, int64_t *changed,
	struct error *err)
{
	return change_state(m, step->id, merge_strikable(m), SUBSCRIBER_REMOVED,
		changed, err);
}

static bool
leave(const struct merge *m, const struct step *step, int64_t *changed,
	struct error *err)
{
	return change_state(m, step->id, merge_states_to(m, SUBSCRIBER_GONE),
		SUBSCRIBER_GONE, changed, err);
}

/* Those who are there already. */
static bool (*const change[MERGE_ACTIONS])(const struct merge *m,
	const struct step *step, int64_t *changed, struct error *err) = {
	[MERGE_CHANGE] = take_fields,
	[MERGE_RETURN] = bring_back,
	[MERGE_STRIKE] = strike,
	[MERGE_LEAVE] = leave,
};

static bool
take_step(struct chunk *c, const struct step *step, struct error *err)
{
	size_t *done = &c->done[step->action];
	int64_t changed = 0;

	if (step->action == MERGE_ADD)
		return newcomers_add(
			c->merge, &c->readers, step->packed, done, err);
	if (step->action == MERGE_NOTE)
		return newcomers_add(
			c->merge, &c->notes, step->packed, done, err);
	if (!change[step->action](c->merge, step, &changed, err))
		return false;
	*done += (size_t)changed;
	return true;
}

/* ----- all of them ----- */

static bool
take_chunk(struct chunk *c, struct error *err)
{
	struct merge *m = c->merge;
	struct step step;

	c->newest = 0;
	if (!db_number(m->store->db, err, &c->newest,
		    "SELECT max(id) FROM subscriber"))
		return false;
	for (int i = 0; i < CHUNK && c->left; i++, c->left--)
		if (!merge_next_step(c->plan, &step, err) ||
			!take_step(c, &step, err))
			return false;
	return newcomers_flush(m, &c->readers, &c->done[MERGE_ADD], err) &&
		newcomers_flush(m, &c->notes, &c->done[MERGE_NOTE], err) &&
		prove_added(c, err);
}

/* A moment without the lock: who waits for it looks for it in vain while one
 * transaction follows the other. */
static void
let_others_in(void)
{
	nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
}

/* An issue is often opened right after. Without it, that is slower. */
static void
recount(struct store *store)
{
	if (store->db->ops->recount)
		store->db->ops->script(
			store->db, store->db->ops->recount, NULL);
}

bool
merge_apply(struct merge *merge, size_t steps, size_t done[MERGE_ACTIONS],
	struct error *err)
{
	struct store *store = merge->store;
	struct chunk c = {.merge = merge, .left = steps, .done = done};
	bool ok = true;

	c.plan = tape_read(merge->plan, 0, tape_end(merge->plan), PLAN_AT_ONCE);
	while (ok && c.left) {
		enum db_mode mode = c.left > CHUNK ? DB_SOON : DB_NOW;

		ok = store_begin(store, mode, err) &&
			store_end(store, "merge", take_chunk(&c, err), err);
		if (c.left)
			let_others_in();
	}
	if (ok && steps > CHUNK)
		recount(store);
	tape_reader_free(c.plan);
	str_clear(&c.readers.packed);
	str_clear(&c.notes.packed);
	return ok;
}
