/*
 * A turn, as pool.h says: outcomes and the bodies that may start are one
 * transaction, and only then do those bodies leave.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool_state.h"
#include "deliver/verdict.h"

enum {
	RETURNS_MAX = 2, /* connections that may die under one envelope */
	FAIR_SHARE = 5,	 /* recipients after which 421 is no complaint */
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
	add_row(p, row);
	settle(p, job);
}

/* ----- refusals ----- */

static void
settle_refused(struct pool *p, const struct refused *r, enum streak_end end)
{
	struct turn_row row = {
		.shard = job_shard(r->job),
		.seq = r->job->recipient.seq,
		.state = RECIPIENT_DUE,
	};

	if (end != STREAK_CUT) {
		row.tried = true;
		row.code = r->code;
		row.reply = r->text;
	}
	if (end == STREAK_REFUSED) {
		row.state = RECIPIENT_REFUSED;
		row.bounced = r->bounced;
		p->result->count.refused++;
	}
	turn_settle(p, r->job, &row);
}

void
turn_end_streak(struct pool *p, enum streak_end end)
{
	struct refused r;

	while (streak_take(&p->streak, &r)) {
		settle_refused(p, &r, end);
		free(r.text);
	}
}

static void
end_streak(struct pool *p, enum streak_end end)
{
	turn_end_streak(p, end);
	streak_restart(&p->streak);
}

static void
pause_issue(struct pool *p, char *why_take, int64_t now)
{
	if (p->result->paused) {
		free(why_take);
	} else {
		p->result->paused = why_take;
		p->result->pauses = true;
	}
	pool_stop(p, now);
}

/* Our own word about an address, and an editor's, count at once. */
static void
take_refusal(
	struct pool *p, struct job *job, const struct outcome *o, int64_t now)
{
	struct refused r = {.job = job,
		.code = o->code,
		.text = (char *)o->text,
		.bounced = o->code && streak_is_bounce(o)};

	if (!o->code || verdict_is_repeated(&job->recipient)) {
		settle_refused(p, &r, STREAK_REFUSED);
		return;
	}
	if (!streak_goes_on(&p->streak, job, o))
		end_streak(p, STREAK_REFUSED);
	if (streak_add(&p->streak, job, o))
		return;
	end_streak(p, STREAK_FULL);
	pause_issue(p,
		mem_printf("%d equal refusals in a row: %d %s", STREAK_MOST,
			o->code, o->text),
		now);
}

/* Another relay may take what this one refuses whoever it is for; what is wrong
 * with the message or the sender is so everywhere. */
static void
take_pause(struct pool *p, struct channel *c, struct dialogue_event *e,
	int64_t now)
{
	char *why = verdict_reason(&e->outcome, e->step);

	if (e->outcome.scope != SCOPE_RELAY || p->outlets.count == 1) {
		pause_issue(p, why, now);
		return;
	}
	outlet_refused(&p->outlets, c->outlet, why, now);
	e->outcome.verdict = VERDICT_UNTOUCHED;
}

/* ----- how the relay bears it ----- */

static void
take_throttle(
	struct pool *p, struct channel *c, const struct outcome *o, int64_t now)
{
	struct outlet *outlet = c->outlet;
	bool slower = false;

	if (o->code == 421)
		slower = c->accepted < FAIR_SHARE &&
			pace_trouble(&outlet->pace, now);
	else if (o->code && o->scope == SCOPE_RELAY)
		slower = pace_refused(&outlet->pace, now);
	if (!slower)
		return;
	outlet_slow_down(&p->outlets, outlet, o->text, now);
	outlet->quiet_until = outlet->pace.open_at;
}

static void
note_answer(
	struct pool *p, struct channel *c, const struct outcome *o, int64_t now)
{
	if (o->code && o->code != 421) {
		c->useful = true;
		outlet_works(c->outlet, now);
	}
	if (o->verdict == VERDICT_SENT) {
		c->accepted++;
		pace_accepted(&c->outlet->pace);
	} else if (o->verdict == VERDICT_LATER) {
		take_throttle(p, c, o, now);
	}
}

/* ----- outcomes ----- */

static void
count_outcome(struct delivery_count *count, enum verdict_kind verdict)
{
	switch (verdict) {
	case VERDICT_SENT:
		count->sent++;
		break;
	case VERDICT_LATER:
	case VERDICT_PAUSE:
		count->deferred++;
		break;
	case VERDICT_DOUBT:
		count->doubt++;
		break;
	case VERDICT_REFUSED: /* when it counts */
	case VERDICT_UNTOUCHED:
		break;
	}
}

/*
 * Some servers hang up on an address. Were he to come first again and again,
 * all behind him would wait until they are given up: so he is put off at last.
 */
static void
put_off_if_deadly(struct pool *p, struct job *job, struct dialogue_event *e)
{
	struct outcome *o = &e->outcome;

	if (o->verdict == VERDICT_UNTOUCHED && e->step != STEP_EHLO &&
		!p->stopping && job->returns++ >= RETURNS_MAX)
		o->verdict = VERDICT_LATER;
}

static void
write_verdict(struct pool *p, const struct job *job, const struct outcome *o,
	int64_t now)
{
	struct turn_row row;

	if (!verdict_row(o, &job->recipient, pool_wall_clock(p, now) / 1000,
		    p->outlets.scale, &row))
		return;
	row.shard = job_shard(job);
	add_row(p, &row);
}

void
turn_put_off_deadly(struct pool *p, int64_t now)
{
	const struct outcome o = {.verdict = VERDICT_LATER,
		.enhanced = "",
		.text = "the connection ended each time he was tried"};
	struct job *job;

	while ((job = intake_take_returned(p->intake))) {
		if (job->returns)
			write_verdict(p, job, &o, now);
		settle(p, job);
	}
}

/* What the operator is told when some are left in the end: the last that
 * happened to one of them. */
static void
keep_trouble(struct pool *p, const struct channel *c, const struct outcome *o)
{
	const char *relay = c->outlet->relay->text;

	if (o->verdict != VERDICT_LATER && o->verdict != VERDICT_DOUBT)
		return;
	free(p->result->trouble);
	p->result->trouble = o->code
		? mem_printf("relay %s: %d %s", relay, o->code, o->text)
		: mem_printf("relay %s: %s", relay, o->text);
}

static void
settle_outcome(
	struct pool *p, struct job *job, const struct outcome *o, int64_t now)
{
	if (o->verdict == VERDICT_REFUSED) {
		take_refusal(p, job, o, now);
	} else if (o->verdict == VERDICT_UNTOUCHED && !p->stopping) {
		intake_return(p->intake, job);
		p->dry = false;
	} else {
		write_verdict(p, job, o, now);
		settle(p, job);
	}
}

static struct job *
leave_seat(struct pool *p, struct seat *seat)
{
	struct job *job = seat->job;

	if (p->press)
		press_drop(p->press, seat->sheet);
	seat->channel->held--;
	*seat = (struct seat){.channel = NULL};
	p->free_seats[p->free_count++] = seat;
	return job;
}

static void
take_outcome(struct pool *p, struct channel *c, struct dialogue_event *e,
	int64_t now)
{
	struct job *job = leave_seat(p, &p->seats[e->token]);

	note_answer(p, c, &e->outcome, now);
	put_off_if_deadly(p, job, e);
	if (e->outcome.verdict == VERDICT_PAUSE)
		take_pause(p, c, e, now);
	if (e->outcome.verdict == VERDICT_SENT)
		end_streak(p, STREAK_REFUSED);
	count_outcome(&p->result->count, e->outcome.verdict);
	keep_trouble(p, c, &e->outcome);
	settle_outcome(p, job, &e->outcome, now);
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
	for (size_t i = 0; i < p->body_count; i++) {
		struct seat *seat = p->bodies[i];
		struct channel *c = seat->channel;

		step(p, "body", false);
		if (!write_body(p, seat, c->ops->body(c), err) ||
			!pool_offer(p, c, now, err))
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
		store_turn(p->d->store, pool_wall_clock(p, now) / 1000, p->rows,
			p->row_count, err);

	forget_rows(p);
	ok = ok && settle_jobs(p, err);
	return ok && send_bodies(p, now, err);
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
		add_row(p, &row);
		p->bodies[p->body_count++] = seat;
	}
	if (p->row_count > first)
		qsort(p->rows + first, p->row_count - first, sizeof *p->rows,
			by_place);
}

bool
turn_take(struct pool *p, int64_t now, struct error *err)
{
	if (p->press && !press_collect(p->press, err))
		return false;
	for (size_t i = 0; i < p->channel_count; i++)
		gather_events(p, p->channels[i], now);
	admit_bodies(p);
	return commit_turn(p, now, err);
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
}
