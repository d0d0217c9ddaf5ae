/*
 * What is known when the store fails. See pool_state.h.
 *
 * A relay that is well goes on answering while the store's server is restarted,
 * or while somebody keeps all others out of it. Those answers, and the ones whose
 * turn may have got lost, are kept until the store is there again.
 */
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/watchdog.h"
#include "deliver/pool_state.h"

enum {
	PATIENCE_MS = 30 * 1000, /* where no lease says how long */
	TRIES = 60,		 /* at the store, in that time */
};

/* By watchdog_clock(), for that is how leases end. */
struct span_of_time {
	int64_t end, pause;
};

static struct span_of_time
time_left(const struct pool *p)
{
	int64_t left = PATIENCE_MS / p->outlets.scale;
	int64_t lease = intake_lease_left(p->intake);

	if (lease < left)
		left = lease > 0 ? lease : 0;
	return (struct span_of_time){
		.end = watchdog_clock() + left, .pause = 1 + left / TRIES};
}

/* A relay that is slow must not use up the time that there is for the store;
 * where there is no lease it has all of its own, as whenever sending stops. */
static int64_t
hear_until(const struct pool *p)
{
	int64_t lease = intake_lease_left(p->intake);

	return lease == INT64_MAX ? lease : watchdog_clock() + lease / 2;
}

/* ----- what relays say ----- */

static bool
any_held(const struct pool *p)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i]->held)
			return true;
	return false;
}

/* Nothing new begins, and no body that was not begun. */
static void
hear_relays(struct pool *p)
{
	int64_t until = hear_until(p);

	pool_stop(p, p->d->ticks());
	p->wake_at = 0;
	do {
		if (p->press)
			press_collect(p->press, NULL);
		turn_listen(p, p->d->ticks());
		channels_sweep(p, p->d->ticks());
		p->rows_due = INT64_MAX;
	} while (any_held(p) && watchdog_clock() < until && pool_wait(p, NULL));
	answer_end_streak(p, STREAK_CUT);
}

/* ----- what is written ----- */

/* In the order in which it was learned. Borrowed. */
static struct turn_row *
known_rows(const struct pool *p, size_t *count)
{
	struct turn_row *rows;
	size_t total = p->row_count;

	for (size_t i = 0; i < p->late_count; i++)
		total += p->late[i].count;
	rows = mem_new((total + 1) * sizeof *rows);
	*count = 0;
	for (size_t i = 0; i < p->late_count; i++)
		for (size_t k = 0; k < p->late[i].count; k++)
			rows[(*count)++] = p->late[i].rows[k];
	for (size_t i = 0; i < p->row_count; i++)
		rows[(*count)++] = p->rows[i];
	return rows;
}

static bool
write_known(struct pool *p, struct error *err)
{
	size_t count;
	struct turn_row *rows = known_rows(p, &count);
	bool ok = store_mend(p->d->store, err) &&
		store_turn_rescue(p->d->store,
			pool_wall_clock(p, p->d->ticks()) / 1000, rows, count,
			err);

	free(rows);
	return ok;
}

/* What does not pass in a moment is not waited for. */
static void
write_when_it_can_be(struct pool *p)
{
	const struct span_of_time time = time_left(p);
	const struct timespec pause = {.tv_sec = time.pause / 1000,
		.tv_nsec = time.pause % 1000 * 1000000};
	struct error trouble = ERROR_INIT;

	while (!write_known(p, &trouble) && trouble.kind == ERROR_LATER &&
		watchdog_clock() < time.end) {
		error_clear(&trouble);
		nanosleep(&pause, NULL);
	}
	error_clear(&trouble);
}

void
rescue(struct pool *p)
{
	intake_line_up(p->intake);
	turn_forget_written(p);
	hear_relays(p);
	write_when_it_can_be(p);
}
