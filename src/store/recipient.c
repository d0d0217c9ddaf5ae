/*
 * Recipients as they are read for sending: those whose turn has come, and one
 * of them again when somebody may have left meanwhile. Who is not active is
 * noted in the handle, and dropped by the next turn (invariant 10; turn.c).
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "store/handle.h"
#include "store/turn.h"

static void
add_drop(
	struct store *store, const struct shard *shard, int64_t seq, int64_t at)
{
	if (store->drop_count == store->drop_capacity) {
		store->drop_capacity = store->drop_capacity * 2 + 16;
		store->drops = mem_resize(store->drops,
			store->drop_capacity * sizeof *store->drops);
	}
	store->drops[store->drop_count++] = (struct drop){
		shard->issue, shard->first, shard->fence, seq, at};
}

/* ----- reading ----- */

/* Address and name in one piece of memory. */
static void
take_texts(const struct db_rows *rows, struct recipient *r)
{
	const char *address = row_text(rows, 5), *name = row_text(rows, 6);
	size_t n = strlen(address) + 1, more = name ? strlen(name) + 1 : 0;

	r->address = mem_new(n + more);
	memcpy(r->address, address, n);
	if (name)
		r->name = memcpy(r->address + n, name, more);
}

static void
take_recipient(const struct db_rows *rows, struct recipient *r)
{
	*r = (struct recipient){
		.seq = row_int(rows, 0),
		.subscriber = row_int(rows, 8),
		.form = (int)row_int(rows, 1),
		.tries = (int)row_int(rows, 2),
		.doubts = (int)row_int(rows, 3),
		.since = row_instant(rows, 7),
		.code = (int)row_int(rows, 9),
	};
	take_texts(rows, r);
}

/* A page of those behind *after, which moves to its end; *full when there may
 * be more. */
static bool
read_page(struct store *store, const struct shard *shard, int64_t *after,
	int64_t now, struct recipient *out, size_t max, size_t *count,
	bool *full, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT " RECIPIENT_SEQ(
			"r.id") ", r.form, r.tries, r.doubts,"
				" s.state, s.address, s.name, s.since, s.id, r.code"
				" FROM recipient r JOIN subscriber s ON s.id = r.subscriber"
				" WHERE " OF_SHARD("r.id", "?1", "?2",
					"?3") " AND r.state = ?4 AND r.next_at <= ?5"
					      " ORDER BY r.id LIMIT ?6",
		db_int(shard->issue),
		db_int(*after < shard->first ? shard->first : *after + 1),
		db_int(shard->last), db_int(RECIPIENT_DUE), db_int(now),
		db_int((int64_t)max));
	size_t read = 0;

	for (; db_next(rows, err); read++) {
		*after = row_int(rows, 0);
		if (row_int(rows, 4) == SUBSCRIBER_ACTIVE)
			take_recipient(rows, &out[(*count)++]);
		else
			add_drop(store, shard, *after, now);
	}
	*full = read == max;
	return db_done(rows);
}

bool
store_recipients(struct store *store, const struct shard *shard, int64_t after,
	int64_t now, struct recipient *out, size_t max, size_t *count,
	struct error *err)
{
	bool full = true, ok = true;

	*count = 0;
	while (ok && full && *count < max)
		ok = read_page(store, shard, &after, now, out, max - *count,
			count, &full, err);
	while (!ok && *count)
		recipient_clear(&out[--*count]);
	return ok;
}

/* ----- putting on the wire ----- */

/*
 * All in one statement, so that nobody waits for what is read before it is
 * written; the shard's lock keeps others from these rows. Those who are readers
 * no more are dropped on the way. The code of the last reply stays: who sends
 * asks for it.
 */
static const char put_on_wire[] =
	"UPDATE recipient AS r SET"
	" state = CASE WHEN s.state <> ?6 THEN ?8"
	"  WHEN r.doubts > 0 THEN r.state ELSE ?7 END,"
	" reply = CASE WHEN s.state <> ?6 THEN '" NO_READER "' END,"
	" code = CASE WHEN s.state = ?6 THEN r.code ELSE 0 END,"
	" next_at = 0, at = ?5 FROM subscriber s WHERE s.id = r.subscriber"
	" AND " OF_SHARD("r.id", "?1", "?2",
		"?3") " AND r.state = ?4 AND r.next_at <= ?5"
		      " RETURNING " RECIPIENT_SEQ(
			      "r.id") ", r.form, r.tries, r.doubts,"
				      " s.state, s.address, s.name, s.since, s.id, r.code";

bool
turn_ask(struct store *store, const struct wire_page *page, int64_t now,
	struct error *err)
{
	return db_ask(store->db, err, put_on_wire, db_int(page->shard->issue),
		db_int(page->first), db_int(page->last), db_int(RECIPIENT_DUE),
		db_int(now), db_int(SUBSCRIBER_ACTIVE), db_int(RECIPIENT_WIRE),
		db_int(RECIPIENT_DROPPED));
}

static int
by_seq(const void *a, const void *b)
{
	const struct recipient *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

bool
store_wire_take(struct store *store, struct recipient *out, size_t *count,
	struct error *err)
{
	struct db_rows *rows = store->db->ops->answer(store->db, err);

	*count = 0;
	while (db_next(rows, err))
		if (row_int(rows, 4) == SUBSCRIBER_ACTIVE)
			take_recipient(rows, &out[(*count)++]);
	qsort(out, *count, sizeof *out, by_seq);
	return db_done(rows);
}

bool
store_wire_waits(struct store *store)
{
	return store->db->ops->is_waiting(store->db);
}

void
recipient_clear(struct recipient *r)
{
	free(r->address);
	free(r->fields);
	*r = (struct recipient){.seq = 0};
}

bool
store_recipient_fields(
	struct store *store, struct recipient *r, struct error *err)
{
	struct db_rows *rows = db_query(store->db, err,
		"SELECT fields FROM subscriber WHERE id = ?1",
		db_int(r->subscriber));

	free(r->fields);
	r->fields = db_next(rows, err) ? mem_strdup(row_text(rows, 0)) : NULL;
	return db_done(rows);
}

/* ----- once more ----- */

bool
store_was_changed(struct store *store, bool *changed, struct error *err)
{
	int64_t others = store->others;

	if (!db_number(store->db, err, &others, store->db->ops->others))
		return false;
	*changed = others != store->others;
	store->others = others;
	return true;
}

bool
store_recipient_again(struct store *store, const struct shard *shard,
	const struct recipient *recipient, int64_t now, bool *reader,
	struct error *err)
{
	int64_t state = SUBSCRIBER_ERASED;

	if (!db_number(store->db, err, &state,
		    "SELECT state FROM subscriber WHERE id = ?1",
		    db_int(recipient->subscriber)))
		return false;
	*reader = state == SUBSCRIBER_ACTIVE;
	if (!*reader)
		add_drop(store, shard, recipient->seq, now);
	return true;
}
