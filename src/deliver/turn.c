/*
 * A turn, as pool.h says: outcomes and the bodies that may start are one
 * transaction, and only then do those bodies leave.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deliver/pool_state.h"
#include "deliver/verdict.h"

enum {
	ROWS_TOGETHER = 128, /* that are sent off though the server is busy */
	GATHER_MS = 5,
};

/* ----- rows ----- */

static void
add_row(struct pool *p, const struct turn_row *row)
{
	if (p->row_count == p->row_max) {
		p->row_max = p->row_max ? p->row_max * 2 : 32;
		p->rows = mem_resize(p->rows, p->row_max * sizeof *p->rows);
		p->row_texts = mem_resize(
			p->row_texts, p->row_max * sizeof *p->row_texts);
	}
	p->row_texts[p->row_count] = mem_strdup(row->reply);
	p->rows[p->row_count] = *row;
	p->rows[p->row_count].reply = p->row_texts[p->row_count];
	p->row_count++;
}

static void
settle(struct pool *p, struct job *job)
{
	if (p->settled_count == p->settled_max) {
		p->settled_max = p->settled_max ? p->settled_max * 2 : 32;
		p->settled = mem_resize(
			p->settled, p->settled_max * sizeof *p->settled);
	}
	p->settled[p->settled_count++] = job;
}

void
turn_settle(struct pool *p, struct job *job, const struct turn_row *row)
{
	if (row) {
		add_row(p, row);
		job->wired = false;
	}
	settle(p, job);
}

/* ----- what was learned ----- */

static void
gather_events(struct pool *p, struct channel *c, int64_t now)
{
	for (;;) {
		struct dialogue_event e = c->ops->event(c);

		if (e.kind == EVENT_NONE)
			return;
		if (e.kind == EVENT_OUTCOME)
			answer_take(p, c, &e, now);
		else if (e.kind == EVENT_BODY)
			p->seats[e.token].asked = true;
		else if (e.outcome.text[0] && !c->useful && !c->error.text)
			error_set(&c->error, ERROR_LATER, "relay %s: %s",
				c->outlet->relay->text, e.outcome.text);
	}
}

/* ----- the commit, and what it lets go ----- */

static void
forget_rows(struct pool *p)
{
	for (size_t i = 0; i < p->row_count; i++)
		free(p->row_texts[i]);
	p->row_count = 0;
	p->rows_due = 0;
	p->rows_wire = false;
}

void
turn_forget_written(struct pool *p)
{
	int64_t good = store_later_good(p->d->store) + p->late_failed;

	while (p->late_count && p->late[0].number <= good) {
		struct late_rows first = p->late[0];

		while (first.count)
			free(first.texts[--first.count]);
		memmove(p->late, p->late + 1,
			--p->late_count * sizeof *p->late);
		p->late[p->late_count] = first; /* its room is used again */
	}
}

/* They are on their way, and kept until it is known that they arrived. */
static void
keep_rows(struct pool *p)
{
	struct late_rows fresh = {.rows = NULL};

	turn_forget_written(p);
	if (p->row_count) {
		if (p->late_count < p->late_max) {
			fresh = p->late[p->late_count];
		} else {
			p->late_max++;
			p->late = mem_resize(
				p->late, p->late_max * sizeof *p->late);
		}
		p->late[p->late_count++] = (struct late_rows){
			.number = store_later(p->d->store),
			.rows = p->rows,
			.texts = p->row_texts,
			.count = p->row_count,
			.max = p->row_max,
		};
		p->rows = fresh.rows;
		p->row_texts = fresh.texts;
		p->row_max = fresh.max;
	}
	p->row_count = 0;
	p->rows_due = 0;
}

static bool
settle_jobs(struct pool *p, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < p->settled_count; i++)
		ok = intake_settle(p->intake, p->settled[i], err) && ok;
	p->settled_count = 0;
	return ok;
}

static void
step(struct pool *p, const char *what, bool after)
{
	if (p->d->step)
		p->d->step(p->d->step_data, what, after);
}

static bool
write_body(
	struct pool *p, struct seat *seat, struct rope *out, struct error *err)
{
	struct recipient *r = &seat->job->recipient;
	const struct slot_values *values;
	const struct form *form;

	if (seat->sheet) {
		sheet_lend(seat->sheet, out);
		return true;
	}
	form = pool_form(p, r->form, err);
	values = form ? pool_values(p, form, r, err) : NULL;
	if (values)
		form_lend(form, values, out);
	return values;
}

/* The `wire` of these is committed: their bodies may leave (invariant 4 of the
 * store). The next envelopes go out in the same write. */
static bool
send_bodies(struct pool *p, int64_t now, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < p->body_count; i++) {
		struct seat *seat = p->bodies[i];
		struct channel *c = seat->channel;

		step(p, "body", false);
		if (!write_body(p, seat, c->ops->body(c), err))
			return false;
		seat->job->wired = false;
		ok = pool_offer(p, c, now, err); /* else it ends all the same */
		c->ops->body_end(c, now);
		c->ops->flush(c, now);
		step(p, "body", true);
	}
	p->body_count = 0;
	return ok;
}

static bool
commit_turn(struct pool *p, int64_t now, struct error *err)
{
	bool ok = p->row_count == 0 ||
		store_turn(p->d->store, pool_wall_clock(p, now) / 1000, p->rows,
			p->row_count, err);

	if (!ok)
		return false;
	forget_rows(p);
	return settle_jobs(p, err) && send_bodies(p, now, err);
}

/* Few rows wait for more, or for the server to be done with others, but not for
 * long: what is not written when this process dies is done again. */
static bool
may_gather(struct pool *p, int64_t now)
{
	bool busy = store_is_busy(p->d->store);

	if (p->row_count == 0)
		return p->settled_count == 0;
	if (!p->rows_due || (busy && now >= p->rows_due))
		p->rows_due = now + GATHER_MS;
	return p->row_count < ROWS_TOGETHER && (busy || now < p->rows_due);
}

/*
 * Where recipients are on the wire by whole pages, nothing waits for the commit
 * of an outcome: it is sent off, and what is learned while the server is at it
 * comes with the next one; and that one asks for the next page.
 */
static bool
commit_ahead(struct pool *p, int64_t now, struct error *err)
{
	struct wire_page page;
	bool ok = send_bodies(p, now, err);
	bool wish = ok && !p->stopping && intake_wish(p->intake, &page);

	if (!ok || (!wish && may_gather(p, now)))
		return ok;
	ok = store_turn_later(p->d->store, pool_wall_clock(p, now) / 1000,
		p->rows, p->row_count, wish ? &page : NULL, err);
	if (!ok)
		return false;
	if (wish)
		intake_asked(p->intake, &page);
	keep_rows(p);
	return settle_jobs(p, err);
}

/* As they stand in the ledger, where neighbours are written at once. */
static int
by_place(const void *a, const void *b)
{
	const struct turn_row *x = a, *y = b;

	if (x->shard != y->shard)
		return x->shard < y->shard ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The bodies that were asked for, are made and may start: not when the sending
 * stops. Where the server has left after its 354 the seat is free again. */
static void
admit_bodies(struct pool *p)
{
	size_t first = p->row_count;

	for (size_t i = 0; i < p->seat_count && !p->stopping; i++) {
		struct seat *seat = &p->seats[i];
		struct turn_row row = {.state = RECIPIENT_WIRE};

		if (!seat->asked ||
			(seat->sheet && !sheet_is_done(seat->sheet)))
			continue;
		seat->asked = false;
		row.shard = job_shard(seat->job);
		row.seq = seat->job->recipient.seq;
		if (!seat->job->wired) {
			add_row(p, &row);
			p->rows_wire = true;
		}
		p->bodies[p->body_count++] = seat;
	}
	if (p->row_count > first)
		qsort(p->rows + first, p->row_count - first, sizeof *p->rows,
			by_place);
}

void
turn_listen(struct pool *p, int64_t now)
{
	for (size_t i = 0; i < p->channel_count; i++)
		gather_events(p, p->channels[i], now);
}

bool
turn_take(struct pool *p, int64_t now, struct error *err)
{
	if (p->press && !press_collect(p->press, err))
		return false;
	turn_listen(p, now);
	admit_bodies(p);
	return p->ahead && !p->rows_wire ? commit_ahead(p, now, err)
					 : commit_turn(p, now, err);
}

void
turn_forget(struct pool *p)
{
	struct refused r;

	while (streak_take(&p->streak, &r)) {
		settle(p, r.job);
		free(r.text);
	}
	settle_jobs(p, NULL);
	forget_rows(p);
	for (size_t i = 0; i < p->late_max; i++) {
		while (i < p->late_count && p->late[i].count)
			free(p->late[i].texts[--p->late[i].count]);
		free(p->late[i].rows);
		free(p->late[i].texts);
	}
	free(p->late);
	p->late = NULL;
	p->late_count = p->late_max = 0;
}
