/*
 * Accounts of what may be sent in a time. Of each the store knows one number:
 * the instant at which it would be full if nothing were drawn any more, as in
 * the generic cell rate algorithm. An account that is full needs no row.
 */
#include "store/store.h"

#include "store/allowance.h"
#include "store/handle.h"

/*
 * How far the clocks of those who draw may be apart: processes count from whole
 * seconds, and hosts differ. To whose clock is behind, what another drew is in
 * the future; he waits for it.
 */
enum { CLOCKS_APART = 60 * 1000000 }; /* µs */

static bool
read_full(struct store *store, const struct draw *d, int64_t *full,
	struct error *err)
{
	*full = d->now;
	if (!db_number(store->db, err, full,
		    "SELECT full_at FROM allowance WHERE relay = ?1"
		    " AND domain = ?2",
		    db_text(d->relay), db_text(d->domain)))
		return false;
	/* Later than what can have been drawn: the clock was wrong once. */
	if (*full < d->now ||
		*full > d->now + d->ahead + d->interval + CLOCKS_APART)
		*full = d->now;
	return true;
}

static bool
write_full(struct store *store, const struct draw *d, int64_t full,
	struct error *err)
{
	return db_run(store->db, err,
		"INSERT INTO allowance (relay, domain, full_at)"
		" VALUES (?1, ?2, ?3) ON CONFLICT (relay, domain)"
		" DO UPDATE SET full_at = excluded.full_at",
		db_text(d->relay), db_text(d->domain), db_int(full));
}

static bool
draw_from(struct store *store, struct draw *d, struct error *err)
{
	int64_t full, least = d->least > 1 ? d->least : 1;

	if (!read_full(store, d, &full, err))
		return false;
	d->drawn = full > d->now + d->ahead
		? 0
		: (int)((d->now + d->ahead - full) / d->interval);
	if (d->drawn)
		full += d->drawn * d->interval;
	d->again = full + least * d->interval - d->ahead;
	return !d->drawn || write_full(store, d, full, err);
}

bool
store_draw(struct store *store, struct draw *draw, struct error *err)
{
	bool ok;

	if (!store_begin(store, DB_SOON, err))
		return false;
	ok = draw_from(store, draw, err);
	return store_end(store, "draw", ok, err);
}

bool
allowance_prune(struct store *store, int64_t now, struct error *err)
{
	return db_run(store->db, err,
		"DELETE FROM allowance WHERE full_at < ?1",
		db_int(now * 1000000));
}
