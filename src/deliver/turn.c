/*
 * A turn, as pool.h says: outcomes and the bodies that may start are one
 * transaction, and only then do those bodies leave.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool_state.h"

/* Connections that may die under one envelope. */
enum { RETURNS_MAX = 2 };

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
count_outcome(struct delivery_count *count, enum verdict_kind verdict)
{
	switch (verdict) {
	case VERDICT_SENT:
		count->sent++;
		break;
	case VERDICT_REFUSED:
		count->refused++;
		break;
	case VERDICT_LATER:
	case VERDICT_PAUSE:
		count->deferred++;
		break;
	case VERDICT_DOUBT:
		count->doubt++;
		break;
	case VERDICT_UNTOUCHED:
		break;
	}
}

/*
 * Some servers hang up on an address. Were he to come first again and again,
 * all behind him would wait until they are given up: so he is put off at last.
 */
static enum verdict_kind
verdict_of(const struct outcome *o, const struct job *job)
{
	return o->verdict == VERDICT_UNTOUCHED && job->returns >= RETURNS_MAX
		? VERDICT_LATER
		: o->verdict;
}

static void
take_outcome(struct pool *p, struct channel *c, struct dialogue_event *e,
	int64_t now)
{
	struct seat *seat = &p->seats[e->token];
	struct turn_row row;
	char *pause;

	if (!p->stopping)
		e->outcome.verdict = verdict_of(&e->outcome, seat->job);
	count_outcome(&p->result->count, e->outcome.verdict);
	if (verdict_row(&e->outcome, seat->job, pool_wall_clock(p), &row))
		add_row(p, &row);
	if (e->outcome.code && e->outcome.code != 421) {
		c->useful = true;
		p->failures = 0;
	}
	pause = verdict_pause(&p->refusals, &e->outcome, e->step);
	if (pause && !p->result->paused) {
		p->result->paused = pause;
		pool_stop(p, now);
	} else {
		free(pause);
	}
	if (e->outcome.verdict == VERDICT_UNTOUCHED && !p->stopping) {
		intake_return(p->intake, seat->job);
		p->dry = false;
	} else {
		p->settled[p->settled_count++] = seat->job;
	}
	*seat = (struct seat){.channel = NULL};
}

static void
gather_events(struct pool *p, struct channel *c, int64_t now)
{
	for (;;) {
		struct dialogue_event e = c->ops->event(c);

		if (e.kind == EVENT_NONE)
			return;
		if (e.kind == EVENT_OUTCOME)
			take_outcome(p, c, &e, now);
		else if (e.kind == EVENT_BODY)
			p->bodies[p->body_count++] = &p->seats[e.token];
		else if (e.outcome.text[0] && !c->useful && !c->error.text)
			error_set(&c->error, ERROR_LATER, "relay %s: %s",
				pool_relay(p)->text, e.outcome.text);
	}
}

static void
forget_rows(struct pool *p)
{
	for (size_t i = 0; i < p->row_count; i++)
		free(p->row_texts[i]);
	p->row_count = 0;
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

/* Most letters have no use for them. */
static bool
load_fields(const struct pool *p, const struct form *form, struct recipient *r,
	struct error *err)
{
	return !(form_slots(form) & 1u << SLOT_FIELD) || r->fields ||
		store_recipient_fields(p->d->store, r, err);
}

/* The `wire` of these is committed: their bodies may leave (invariant 4 of the
 * store). The next envelopes go out in the same write. */
static bool
send_bodies(struct pool *p, int64_t now, struct error *err)
{
	for (size_t i = 0; i < p->body_count; i++) {
		struct seat *seat = p->bodies[i];
		struct channel *c = seat->channel;
		struct form *form =
			pool_form(p, seat->job->recipient.form, err);

		if (!form)
			return false;
		if (!load_fields(p, form, &seat->job->recipient, err))
			return false;
		step(p, "body", false);
		form_fill(form,
			filler_values(p->filler, form, &seat->job->recipient),
			c->ops->body(c));
		if (!pool_offer(p, c, now, err))
			return false;
		c->ops->body_end(c, now);
		c->ops->flush(c, now);
		step(p, "body", true);
	}
	p->body_count = 0;
	return true;
}

static bool
commit_turn(struct pool *p, int64_t now, struct error *err)
{
	bool ok = p->row_count == 0 ||
		store_turn(p->d->store, pool_wall_clock(p), p->rows,
			p->row_count, err);

	forget_rows(p);
	ok = ok && settle_jobs(p, err);
	return ok && send_bodies(p, now, err);
}

/* The bodies that were asked for and may still start: not when the sending
 * stops, nor where the server has left after its 354. */
static void
admit_bodies(struct pool *p)
{
	size_t count = p->stopping ? 0 : p->body_count;

	p->body_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct seat *seat = p->bodies[i];
		struct turn_row row = {.state = RECIPIENT_WIRE};

		if (!seat->channel)
			continue;
		row.shard = job_shard(seat->job);
		row.seq = seat->job->recipient.seq;
		add_row(p, &row);
		p->bodies[p->body_count++] = seat;
	}
}

bool
turn_take(struct pool *p, int64_t now, struct error *err)
{
	for (size_t i = 0; i < p->channel_count; i++)
		gather_events(p, p->channels[i], now);
	admit_bodies(p);
	return commit_turn(p, now, err);
}

void
turn_forget(struct pool *p)
{
	settle_jobs(p, NULL);
	forget_rows(p);
}
