/*
 * The ledger while an issue is being sent: the turn that writes what became of
 * the recipients. The hot path: a turn of eight rows is one transaction of half
 * a dozen small statements.
 *
 * How a recipient may move in a turn; claims, closing, cancelling and retrying
 * are the other ways (close.c, claim.c):
 *
 *     due  -> wire, refused (at RCPT), due (a later try), dropped
 *     wire -> sent, refused, due
 */
#include "store/turn.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/consent.h"

enum {
	DUE = 1 << RECIPIENT_DUE,
	WIRE = 1 << RECIPIENT_WIRE,
	ALIVE_EVERY = 30, /* seconds between signs of life */
};

/* From which states a turn may come to each: invariant 5. */
static const unsigned comes_from[RECIPIENT_STATES] = {
	[RECIPIENT_DUE] = DUE | WIRE,
	[RECIPIENT_WIRE] = DUE,
	[RECIPIENT_SENT] = WIRE,
	[RECIPIENT_REFUSED] = DUE | WIRE,
	[RECIPIENT_DROPPED] = DUE,
};

/* ----- the pieces of a turn ----- */

bool
turn_check_fence(struct store *store, int64_t issue, int64_t first,
	int64_t fence, struct error *err)
{
	return db_expect(store->db, err, 1,
		"SELECT fence FROM shard WHERE issue = ?1"
		" AND first = ?2 AND open = 1 AND fence = ?3" FOR_UPDATE,
		db_int(issue), db_int(first), db_int(fence));
}

bool
turn_demand_fence(struct store *store, int64_t issue, int64_t first,
	int64_t fence, struct error *err)
{
	return db_run(store->db, err,
		"SELECT 1 / count(*) FROM (SELECT 1 FROM shard"
		" WHERE issue = ?1 AND first = ?2 AND open = 1"
		" AND fence = ?3" FOR_UPDATE ") AS ours",
		db_int(issue), db_int(first), db_int(fence));
}

bool
turn_fail_fence(struct error *err)
{
	error_clear(err);
	return error_set(err, ERROR_LATER,
		"another process took over the sending of this issue");
}

bool
turn_lock_shards(struct store *store, int64_t issue, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT first FROM shard WHERE issue = ?1"
		" ORDER BY first" FOR_UPDATE,
		db_int(issue));

	return db_done(rows);
}

/*
 * Whoever locks several shards does so in their order: two that wait for each
 * other would cost one of them his turn. Most turns are of one shard; those of
 * several, and of who was dropped, lock them beforehand. `after` (-1: none) is
 * the last that is locked. False: there is no more.
 */
struct locks {
	const struct turn_row *rows;
	size_t count;
	const struct wire_page *page; /* or NULL */
};

static void
take_first(struct drop *next, bool *found, int64_t after, struct drop one)
{
	if (one.first > after && (!*found || one.first < next->first)) {
		*next = one;
		*found = true;
	}
}

static struct drop
lock_of(const struct shard *s)
{
	return (struct drop){
		.issue = s->issue, .first = s->first, .fence = s->fence};
}

static bool
next_to_lock(const struct store *store, const struct locks *locks,
	int64_t after, struct drop *next)
{
	bool found = false;

	for (size_t i = 0; i < locks->count; i++)
		take_first(next, &found, after, lock_of(locks->rows[i].shard));
	for (size_t i = 0; i < store->drop_count; i++)
		take_first(next, &found, after, store->drops[i]);
	if (locks->page)
		take_first(next, &found, after, lock_of(locks->page->shard));
	return found;
}

typedef bool fence_fn(struct store *store, int64_t issue, int64_t first,
	int64_t fence, struct error *err);

static bool
lock_from(struct store *store, const struct locks *locks, struct drop next,
	fence_fn *lock, struct error *err)
{
	bool ok;

	do
		ok = lock(store, next.issue, next.first, next.fence, err);
	while (ok && next_to_lock(store, locks, next.first, &next));
	return ok;
}

bool
turn_lock_several(struct store *store, const struct turn_row *rows,
	size_t count, struct error *err)
{
	const struct locks locks = {rows, count, NULL};
	struct drop one, other;

	if (!next_to_lock(store, &locks, -1, &one) ||
		!next_to_lock(store, &locks, one.first, &other))
		return true;
	return lock_from(store, &locks, one, turn_check_fence, err);
}

static bool
write_drop(struct store *store, const struct drop *drop, struct error *err)
{
	return db_run(store->db, err,
		"UPDATE recipient SET state = ?3, at = ?4, code = 0,"
		" reply = '" NO_READER "'"
		" WHERE id = " RECIPIENT_ID(
			"?1", "?2") " AND state IN (?5, ?6)",
		db_int(drop->issue), db_int(drop->seq),
		db_int(RECIPIENT_DROPPED), db_int(drop->at),
		db_int(RECIPIENT_DUE), db_int(RECIPIENT_WIRE));
}

bool
turn_write_drops(struct store *store, struct error *err)
{
	size_t count = store->drop_count;
	bool ok = true;

	/* Forgotten first: should this fail, they are still due and found
	   again. */
	store->drop_count = 0;
	for (size_t i = 0; ok && i < count; i++) {
		const struct drop *d = &store->drops[i];

		ok = turn_check_fence(
			     store, d->issue, d->first, d->fence, err) &&
			write_drop(store, d, err);
	}
	return ok;
}

static bool
write_alive(struct store *store, int64_t issue, int64_t now, struct error *err)
{
	store->alive_issue = issue;
	store->alive_at = now;
	return db_run(store->db, err,
		"UPDATE issue SET alive = ?2 WHERE id = ?1", db_int(issue),
		db_int(now));
}

bool
turn_sign_of_life(
	struct store *store, int64_t issue, int64_t now, struct error *err)
{
	if (store->alive_issue == issue && now >= store->alive_at &&
		now < store->alive_at + ALIVE_EVERY)
		return true;
	return write_alive(store, issue, now, err);
}

bool
store_issue_alive(
	struct store *store, int64_t issue, int64_t at, struct error *err)
{
	return store_begin(store, DB_SHARD_SOON, err) &&
		store_end(store, "alive", write_alive(store, issue, at, err),
			err);
}

/* ----- why it could not be written ----- */

/* *state stays as it is when there is no such recipient. */
static bool
read_recipient_state(struct store *store, const struct turn_row *row,
	int64_t *state, struct error *err)
{
	return db_number(store->db, err, state,
		"SELECT state FROM recipient"
		" WHERE id = " RECIPIENT_ID("?1", "?2"),
		db_int(row->shard->issue), db_int(row->seq));
}

static bool
check_row(struct store *store, const struct turn_row *row, struct error *err)
{
	int64_t state = RECIPIENT_STATES;

	if (!read_recipient_state(store, row, &state, err))
		return false;
	if (state >= RECIPIENT_STATES)
		return error_set(err, ERROR_DATA,
			"ledger: there is no recipient %lld",
			(long long)row->seq);
	return (comes_from[row->state] & 1u << state) ||
		error_set(err, ERROR_DATA,
			"ledger: recipient %lld is '%s' and cannot become '%s'",
			(long long)row->seq,
			recipient_state_name((enum recipient_state)state),
			recipient_state_name(row->state));
}

static bool
is_ours(struct store *store, const struct shard *shard, struct error *err)
{
	int64_t fence = 0;

	if (!db_number(store->db, err, &fence,
		    "SELECT fence FROM shard WHERE issue = ?1"
		    " AND first = ?2 AND open = 1",
		    db_int(shard->issue), db_int(shard->first)))
		return false;
	return fence == shard->fence || turn_fail_fence(err);
}

/* The turn was taken back: what stood in its way is still there. */
static bool
explain(struct store *store, const struct turn_row *rows, size_t count,
	struct error *err)
{
	struct error why = ERROR_INIT;

	for (size_t i = 0; i < count && why.kind == ERROR_NONE; i++)
		if (is_ours(store, rows[i].shard, &why))
			check_row(store, &rows[i], &why);
	if (why.kind == ERROR_NONE)
		return turn_fail_fence(err); /* of somebody who was dropped */
	error_clear(err);
	return error_move(err, &why);
}

/* ----- what the roster is told ----- */

/* Who the recipient is, in which state; *id 0 when he is not to become bounced
 * by what a relay says. */
static bool
find_bounced(struct store *store, const struct turn_row *row, int64_t *id,
	int64_t *was, int64_t *number, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT s.id, s.state, i.number FROM recipient r"
		" JOIN subscriber s ON s.id = r.subscriber"
		" JOIN issue i ON i.id = ?1"
		" WHERE r.id = " RECIPIENT_ID("?1", "?2"),
		db_int(row->shard->issue), db_int(row->seq));

	*id = 0;
	if (db_next(rows, err)) {
		*was = row_int(rows, 1);
		*number = row_int(rows, 2);
		if (*was != SUBSCRIBER_BOUNCED &&
			!subscriber_change_refused(
				(enum subscriber_state) * was,
				SUBSCRIBER_BOUNCED, ACTOR_RELAY))
			*id = row_int(rows, 0);
	}
	return db_done(rows);
}

bool
turn_bounce(struct store *store, int64_t now, const struct turn_row *row,
	struct error *err)
{
	struct change change = {
		.state = SUBSCRIBER_BOUNCED, .actor = ACTOR_RELAY, .at = now};
	int64_t id, was = 0, number = 0, changed = 0;
	char *proof;
	bool ok;

	if (!find_bounced(store, row, &id, &was, &number, err))
		return false;
	if (!id)
		return true;
	change.proof = proof = mem_printf("refused in issue %lld: %d %s",
		(long long)number, row->code, row->reply ? row->reply : "");
	/* He may have left since: then that stands. */
	ok = db_change(store->db, err, &changed,
		     "UPDATE subscriber SET state = ?2"
		     " WHERE id = ?1 AND state = ?3",
		     db_int(id), db_int(SUBSCRIBER_BOUNCED), db_int(was)) &&
		(!changed ||
			consent_record(store, id, db_int(was), &change, err));
	free(proof);
	return ok;
}

/* ----- many at once ----- */

enum { SET_MOST = 256, SET_BEFORE = 64 };

/*
 * Rows of which the same became, and which stand near each other: one
 * statement, whose arrays have a place for everybody from the first to the last.
 * Where all the places begin is told by the first row that comes.
 */
struct row_set {
	const struct turn_row *like;
	int64_t base;	    /* the id of place 0 */
	size_t first, last; /* places that are taken */
	size_t count;
	bool closed[SET_MOST];	  /* to whoever comes later */
	int64_t before[SET_MOST]; /* states from which he may come; 0: not he */
	const char *replies[SET_MOST];
};

static int64_t
id_of(const struct turn_row *row)
{
	return (row->shard->issue << 32) + row->seq;
}

static void
begin_set(struct row_set *set, const struct turn_row *row)
{
	memset(set, 0, sizeof *set);
	set->like = row;
	set->base = id_of(row) - SET_BEFORE;
	set->first = set->last = SET_BEFORE;
}

static bool
is_alike(const struct turn_row *a, const struct turn_row *b)
{
	return a->state == b->state && a->tried == b->tried &&
		a->next_at == b->next_at && a->code == b->code;
}

/* Somebody may come twice: who was left for another set keeps his place closed,
 * for what came of him later is not written before. */
static bool
add_to_set(struct row_set *set, const struct turn_row *row)
{
	int64_t from_base = id_of(row) - set->base;
	size_t place = (size_t)from_base;

	if (from_base < 0 || from_base >= SET_MOST || set->closed[place])
		return false;
	set->closed[place] = true;
	if (!is_alike(row, set->like))
		return false;
	set->before[place] = comes_from[row->state];
	set->replies[place] = row->reply;
	if (place < set->first)
		set->first = place;
	if (place > set->last)
		set->last = place;
	set->count++;
	return true;
}

/* From the first row that is of no set yet; false: there is none. */
static bool
fill_set(struct row_set *set, const struct turn_row *rows, size_t count,
	bool *taken)
{
	size_t i = 0;

	while (i < count && taken[i])
		i++;
	if (i == count)
		return false;
	begin_set(set, &rows[i]);
	for (; i < count; i++)
		taken[i] = taken[i] || add_to_set(set, &rows[i]);
	return true;
}

/* PostgreSQL wants these to be small. */
#define AS_INT(number) POSTGRES_ONLY("CAST(") number POSTGRES_ONLY(" AS INT)")
#define PLACE AS_INT("r.id - ?1")

static bool
write_set(struct store *store, int64_t now, const struct row_set *set,
	struct error *err)
{
	const struct turn_row *like = set->like;
	size_t places = set->last - set->first + 1;
	int64_t before = set->base + (int64_t)set->first - 1;

	return db_expect(store->db, err, (int64_t)set->count,
		"UPDATE recipient AS r SET state = ?3, tries = r.tries + ?4,"
		" next_at = ?5, at = ?6, code = ?7, reply = " ITEM(
			"?8", PLACE) " WHERE r.id > ?1 AND r.id <= ?2 AND"
				     " ((1 << " AS_INT("r.state") ") & " ITEM(
					     "?9", PLACE) ") <> 0",
		db_int(before), db_int(before + (int64_t)places),
		db_int(like->state), db_int(like->tried), db_int(like->next_at),
		db_int(now), db_int(like->code),
		db_texts(set->replies + set->first, places),
		db_ints(set->before + set->first, places));
}

static bool
write_sets(struct store *store, int64_t now, const struct turn_row *rows,
	size_t count, struct error *err)
{
	bool *taken = mem_new((count + 1) * sizeof *taken);
	struct row_set set;
	bool ok = true;

	while (ok && fill_set(&set, rows, count, taken))
		ok = write_set(store, now, &set, err);
	for (size_t i = 0; ok && i < count; i++)
		ok = !rows[i].bounced || turn_bounce(store, now, &rows[i], err);
	free(taken);
	return ok;
}

static bool
write_at_once(struct store *store, int64_t now, const struct locks *locks,
	fence_fn *fence, struct error *err)
{
	struct drop first;

	return !next_to_lock(store, locks, -1, &first) ||
		(lock_from(store, locks, first, fence, err) &&
			turn_sign_of_life(store, first.issue, now, err) &&
			write_sets(store, now, locks->rows, locks->count, err));
}

static bool
needs_no_answer(
	const struct store *store, const struct turn_row *rows, size_t count)
{
	bool plain = !store->drop_count;

	for (size_t i = 0; plain && i < count; i++)
		plain = rows[i].state != RECIPIENT_WIRE && !rows[i].bounced;
	return plain;
}

bool
store_turn_later(struct store *store, int64_t now, const struct turn_row *rows,
	size_t count, const struct wire_page *page, struct error *err)
{
	struct locks locks = {rows, count, page};

	if (!needs_no_answer(store, rows, count)) {
		if (!store_turn(store, now, rows, count, err))
			return false;
		locks.count = 0;
	}
	if (!locks.count && !page)
		return true;
	if (!store_begin(store, DB_SHARD_SOON, err))
		return false;
	return write_at_once(store, now, &locks, turn_demand_fence, err) &&
			(!page || turn_ask(store, page, now, err))
		? store_end_later(store, "turn", err)
		: store_end(store, "turn", false, err);
}

int64_t
store_later(const struct store *store)
{
	return store->db->later;
}

int64_t
store_later_good(const struct store *store)
{
	return store->db->later_good;
}

bool
store_await(struct store *store, struct error *err)
{
	int64_t one;

	return db_number(store->db, err, &one, "SELECT 1");
}

bool
store_is_busy(struct store *store)
{
	return store->db->ops->is_busy(store->db);
}

int
store_fd(const struct store *store)
{
	return store->db->ops->fd(store->db);
}

static enum db_mode
mode_of(const struct turn_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].shard->hold)
			return DB_SHARD_NOW;
	return DB_SHARD_SOON;
}

bool
store_turn(struct store *store, int64_t now, const struct turn_row *rows,
	size_t count, struct error *err)
{
	const struct locks locks = {rows, count, NULL};
	bool ok;

	if (!count && !store->drop_count)
		return true;
	if (!store_begin(store, mode_of(rows, count), err))
		return false;
	ok = write_at_once(store, now, &locks, turn_check_fence, err) &&
		turn_write_drops(store, err);
	return store_end(store, "turn", ok, err) ||
		(store->db->missed && explain(store, rows, count, err));
}
