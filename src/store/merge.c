/*
 * Merging a roster. Its rows are staged in a temporary table, so that a file
 * of any size takes no memory and locks nobody out; then one query lays a plan
 * of what differs, which is counted, judged (invariant 13), and carried out in
 * short transactions.
 *
 *     stage   the file's rows, the first of each key
 *     plan    per difference: what to do, to whom, from which staged row
 *
 * A plan carried out halfway is no harm: the next merge plans the rest. What
 * the plan says about a state is asked again when it is carried out; a reader
 * may have left meanwhile.
 *
 * Whom the file brought has what the file says: an emptied cell empties his
 * name. For all others a file's empty cell says nothing.
 */
#include "store/store.h"

#include <assert.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/handle.h"
#include "store/stage_hashed.h"

enum {
	CHUNK = 10000,	  /* rows of a plan in one transaction */
	GUARD_PARTS = 5,  /* more than a fifth */
	GUARD_PEOPLE = 5, /* of at least so many */
};

/* The numbers stand in the SQL of plan_rows. */
enum action {
	ACTION_KEEP_OUT = 0,
	ACTION_ADD = 1,
	ACTION_CHANGE = 2,
	ACTION_RETURN = 3,
	ACTION_STRIKE = 4,
	ACTIONS
};

struct merge {
	struct store *store;
	int64_t list;
	struct merge_options options;
	char *proof;
	unsigned strikable; /* states that a missing line makes `removed` */
	size_t staged;
	int64_t planned[ACTIONS];
	bool doubted;
};

/* ----- staging ----- */

static const char make_tables[] = "DROP TABLE IF EXISTS stage;"
				  "DROP TABLE IF EXISTS plan;"
				  "CREATE TEMP TABLE stage ("
				  "	n INTEGER PRIMARY KEY,"
				  "	key TEXT NOT NULL UNIQUE,"
				  "	address TEXT NOT NULL,"
				  "	name TEXT,"
				  "	format TEXT,"
				  "	language TEXT,"
				  "	fields TEXT,"
				  "	since INTEGER);"
				  "CREATE TEMP TABLE plan ("
				  "	n INTEGER PRIMARY KEY,"
				  "	action INTEGER NOT NULL,"
				  "	subscriber INTEGER,"
				  "	staged INTEGER);";

static unsigned
strikable_states(enum actor actor)
{
	unsigned states = 0;

	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		if (i != SUBSCRIBER_REMOVED &&
			!subscriber_change_refused(
				i, SUBSCRIBER_REMOVED, actor))
			states |= 1u << i;
	return states;
}

struct merge *
store_merge_new(struct store *store, int64_t list,
	const struct merge_options *options, struct error *err)
{
	struct merge *merge;

	if (!store_stage(store, err) ||
		!store->db->ops->script(store->db, make_tables, err))
		return NULL;
	merge = mem_new(sizeof *merge);
	merge->store = store;
	merge->list = list;
	merge->options = *options;
	merge->proof = mem_strdup(options->proof);
	merge->strikable = strikable_states(options->actor);
	return merge;
}

bool
store_merge_add(struct merge *merge, const struct subscriber *s,
	bool *duplicate, struct error *err)
{
	int64_t added = 0;

	if (!store_stage(merge->store, err) ||
		!db_change(merge->store->db, err, &added,
			"INSERT INTO stage (key, address, name, format,"
			" language, fields, since)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
			" ON CONFLICT (key) DO NOTHING",
			db_text(s->key), db_text(s->address), db_text(s->name),
			db_text(s->format), db_text(s->language),
			db_text(s->fields), db_instant(s->since)))
		return false;
	*duplicate = added == 0;
	merge->staged += (size_t)added;
	return true;
}

void
store_merge_free(struct merge *merge)
{
	if (!merge)
		return;
	store_stage_end(merge->store, NULL);
	merge->store->db->ops->script(merge->store->db,
		"DROP TABLE IF EXISTS stage; DROP TABLE IF EXISTS plan;", NULL);
	free(merge->proof);
	free(merge);
}

/* ----- planning ----- */

/* A column differs when the file (?6 = 0) says something else, or says nothing
 * of one it brought (?5). */
#define DIFFERS(column)                                              \
	"(t." column " IS DISTINCT FROM s." column " AND (t." column \
	" IS NOT NULL OR (s.origin = ?5 AND ?6 = 0)))"

/* ?2 is removed, the states from ?3 on are bounced, gone and erased; ?4 whether
 * who was removed may return. */
static const char plan_rows[] =
	"INSERT INTO plan (action, subscriber, staged)"
	" SELECT CASE WHEN s.id IS NULL THEN 1"
	"  WHEN s.state = ?2 AND ?4 = 1 THEN 3"
	"  WHEN s.state >= ?2 THEN 0"
	"  ELSE 2 END, s.id, t.n"
	" FROM stage t LEFT JOIN subscriber s"
	"  ON s.list = ?1 AND s.key = t.key"
	" WHERE s.id IS NULL OR s.state = ?2 OR s.state >= ?3"
	"  OR " DIFFERS("address") " OR " DIFFERS("name") "  OR " DIFFERS(
		"format") " OR " DIFFERS("language") "  OR " DIFFERS("fields") " ORDER BY t.n";

static bool
plan_staged(struct merge *merge, struct error *err)
{
	const struct merge_options *o = &merge->options;
	bool returns = !subscriber_change_refused(
		SUBSCRIBER_REMOVED, SUBSCRIBER_ACTIVE, o->actor);

	return db_run(merge->store->db, err, plan_rows, db_int(merge->list),
		db_int(SUBSCRIBER_REMOVED), db_int(SUBSCRIBER_BOUNCED),
		db_int(returns), db_int(ORIGIN_FILE), db_int(o->actor));
}

static bool
plan_strikes(struct merge *merge, struct error *err)
{
	if (!merge->options.strike)
		return true;
	return db_run(merge->store->db, err,
		"INSERT INTO plan (action, subscriber)"
		" SELECT ?4, s.id FROM subscriber s"
		" WHERE s.list = ?1 AND s.origin = ?2"
		"  AND ((1 << s.state) & ?3) <> 0"
		"  AND NOT EXISTS (SELECT 1 FROM stage t"
		"   WHERE t.key = s.key)"
		" ORDER BY s.id",
		db_int(merge->list), db_int(merge->options.origin),
		db_int(merge->strikable), db_int(ACTION_STRIKE));
}

void
store_merge_doubt(struct merge *merge)
{
	merge->doubted = true;
}

static bool
count_plan(struct merge *merge, struct error *err)
{
	struct db_rows *rows = db_query(merge->store->db, err,
		"SELECT action, count(*) FROM plan GROUP BY action");

	while (db_next(rows, err))
		merge->planned[row_int(rows, 0)] = row_int(rows, 1);
	return db_done(rows);
}

/* Invariant 13. */
static bool
guard(struct merge *merge, struct merge_report *report, struct error *err)
{
	int64_t people = 0, strikes = merge->planned[ACTION_STRIKE];

	if (!strikes || merge->options.accept)
		return true;
	if (!db_number(merge->store->db, err, &people,
		    "SELECT count(*) FROM subscriber WHERE list = ?1"
		    " AND origin = ?2 AND ((1 << state) & ?3) <> 0",
		    db_int(merge->list), db_int(merge->options.origin),
		    db_int(merge->strikable)))
		return false;
	if (!merge->doubted &&
		(people < GUARD_PEOPLE || strikes * GUARD_PARTS <= people))
		return true;
	report->guarded = true;
	report->would_strike = (size_t)strikes;
	report->of = (size_t)people;
	return true;
}

/* ----- carrying it out: rows [from, to] of the plan ----- */

struct chunk {
	struct merge *merge;
	int64_t from, to;
};

static bool
add_new(const struct chunk *c, int64_t *added, struct error *err)
{
	const struct merge *m = c->merge;
	const struct merge_options *o = &m->options;
	struct db *db = m->store->db;
	int64_t last = 0;

	/* Ids only grow, so those behind the last are the ones added now. */
	return db_number(db, err, &last, "SELECT max(id) FROM subscriber") &&
		db_change(db, err, added,
			"INSERT INTO subscriber (list, state, origin, since,"
			" key, address, name, format, language, fields)"
			" SELECT ?3, ?4, ?5, coalesce(t.since, ?6), t.key,"
			"  t.address, t.name, t.format, t.language, t.fields"
			" FROM plan p JOIN stage t ON t.n = p.staged"
			" WHERE p.n BETWEEN ?1 AND ?2 AND p.action = ?7"
			" ORDER BY p.n"
			" ON CONFLICT (list, key) DO NOTHING",
			db_int(c->from), db_int(c->to), db_int(m->list),
			db_int(SUBSCRIBER_ACTIVE), db_int(o->origin),
			db_int(o->at), db_int(ACTION_ADD)) &&
		db_run(db, err,
			"INSERT INTO consent (subscriber, at, was, now, actor,"
			" proof)"
			" SELECT id, ?3, NULL, state, ?4, ?5 FROM subscriber"
			" WHERE id > ?1 AND list = ?2 ORDER BY id",
			db_int(last), db_int(m->list), db_int(o->at),
			db_int(o->actor), db_text(m->proof));
}

/* Takes those of `action` that are (still) in one of the states `from` to
 * `now`, with the proof. */
static bool
change_states(const struct chunk *c, enum action action, unsigned from,
	enum subscriber_state now, int64_t *changed, struct error *err)
{
	const struct merge *m = c->merge;
	const struct merge_options *o = &m->options;
	bool back = now == SUBSCRIBER_ACTIVE;

	if (!m->planned[action])
		return true;
	return db_run(m->store->db, err,
		       "INSERT INTO consent (subscriber, at, was, now, actor, proof)"
		       " SELECT s.id, ?5, s.state, ?6, ?7, ?8"
		       " FROM plan p JOIN subscriber s ON s.id = p.subscriber"
		       " WHERE p.n BETWEEN ?1 AND ?2 AND p.action = ?3"
		       "  AND ((1 << s.state) & ?4) <> 0 ORDER BY p.n",
		       db_int(c->from), db_int(c->to), db_int(action),
		       db_int(from), db_int(o->at), db_int(now),
		       db_int(o->actor), db_text(m->proof)) &&
		db_change(m->store->db, err, changed,
			"UPDATE subscriber SET state = ?5,"
			" origin = CASE WHEN ?6 = 1 THEN ?7 ELSE origin END,"
			" since = CASE WHEN ?6 = 1 THEN ?8 ELSE since END"
			" WHERE ((1 << state) & ?4) <> 0 AND id IN ("
			"  SELECT subscriber FROM plan"
			"  WHERE n BETWEEN ?1 AND ?2 AND action = ?3)",
			db_int(c->from), db_int(c->to), db_int(action),
			db_int(from), db_int(now), db_int(back),
			db_int(o->origin), db_int(o->at));
}

#define TAKE(column)                                                           \
	column " = CASE WHEN subscriber.origin = ?4 AND ?5 = 0 THEN t." column \
	       " ELSE coalesce(t." column ", subscriber." column ") END"

static bool
take_fields(const struct chunk *c, enum action action, int64_t *changed,
	struct error *err)
{
	const struct merge *m = c->merge;

	if (!m->planned[action])
		return true;
	return db_change(m->store->db, err, changed,
		"UPDATE subscriber SET address = t.address, " TAKE("name") ", " TAKE(
			"format") ", " TAKE("language") ", " TAKE("fields") " FROM plan p JOIN stage t ON t.n = p.staged"
									    " WHERE p.n BETWEEN ?1 AND ?2 AND p.action = ?3"
									    "  AND subscriber.id = p.subscriber AND subscriber.state < ?6",
		db_int(c->from), db_int(c->to), db_int(action),
		db_int(ORIGIN_FILE), db_int(m->options.actor),
		db_int(SUBSCRIBER_BOUNCED));
}

static bool
apply_chunk(
	const struct chunk *c, struct merge_report *report, struct error *err)
{
	unsigned removed = 1u << SUBSCRIBER_REMOVED;
	int64_t added = 0, changed = 0, returned = 0, struck = 0, ignored;
	bool ok = add_new(c, &added, err) &&
		change_states(c, ACTION_RETURN, removed, SUBSCRIBER_ACTIVE,
			&returned, err) &&
		take_fields(c, ACTION_RETURN, &ignored, err) &&
		take_fields(c, ACTION_CHANGE, &changed, err) &&
		change_states(c, ACTION_STRIKE, c->merge->strikable,
			SUBSCRIBER_REMOVED, &struck, err);

	report->added += (size_t)added;
	report->changed += (size_t)changed;
	report->returned += (size_t)returned;
	report->struck += (size_t)struck;
	return ok;
}

static bool
apply_plan(struct merge *merge, struct merge_report *report, struct error *err)
{
	struct store *store = merge->store;
	int64_t last = 0;

	if (!db_number(store->db, err, &last, "SELECT max(n) FROM plan"))
		return false;
	for (int64_t from = 1; from <= last; from += CHUNK) {
		struct chunk chunk = {merge, from, from + CHUNK - 1};
		bool ok;

		if (!store_begin(store, DB_NOW, err))
			return false;
		ok = apply_chunk(&chunk, report, err);
		if (!store_end(store, "merge", ok, err))
			return false;
	}
	return true;
}

bool
store_merge_finish(
	struct merge *merge, struct merge_report *report, struct error *err)
{
	struct store *store = merge->store;
	size_t hashed;

	*report = (struct merge_report){.staged = merge->staged};
	if (!store_stage(store, err) ||
		!stage_keep_hashed_out(store, merge->list, &hashed, err) ||
		!plan_staged(merge, err) || !plan_strikes(merge, err) ||
		!count_plan(merge, err) || !guard(merge, report, err) ||
		!store_stage_end(store, err))
		return false;
	if (report->guarded)
		return true;
	report->kept_out = (size_t)merge->planned[ACTION_KEEP_OUT] + hashed;
	if (!merge->options.dry_run)
		return apply_plan(merge, report, err);
	report->added = (size_t)merge->planned[ACTION_ADD];
	report->changed = (size_t)merge->planned[ACTION_CHANGE];
	report->returned = (size_t)merge->planned[ACTION_RETURN];
	report->struck = (size_t)merge->planned[ACTION_STRIKE];
	return true;
}
