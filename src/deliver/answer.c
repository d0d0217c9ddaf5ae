/*
 * What an answer means: for the recipient, for the relay that gave it, and for
 * the issue. It becomes a row of the turn.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool_state.h"
#include "deliver/verdict.h"

enum {
	RETURNS_MAX = 2, /* connections that may die under one envelope */
	FAIR_SHARE = 5,	 /* recipients after which 421 is no complaint */
};

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
answer_end_streak(struct pool *p, enum streak_end end)
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
	answer_end_streak(p, end);
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

/*
 * Put off before a reader was named, by a relay that has taken nothing yet: it is
 * in trouble (452 4.3.1: its disk is full), and the next one may not be. One that
 * did take letters only wants fewer.
 */
static void
pass_on_if_useless(struct pool *p, struct channel *c, struct dialogue_event *e,
	int64_t now)
{
	struct outcome *o = &e->outcome;
	char *why;

	if (o->verdict != VERDICT_LATER || e->step != STEP_MAIL ||
		o->code < 400 || o->code == 421 || c->outlet->took)
		return;
	why = mem_printf(
		"relay %s: %d %s", c->outlet->relay->text, o->code, o->text);
	if (outlet_gives_way(&p->outlets, c->outlet, why, now))
		o->verdict = VERDICT_UNTOUCHED;
	free(why);
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
		p->result->reached = true;
		outlet_works(c->outlet, now);
	}
	if (o->verdict == VERDICT_SENT) {
		c->accepted++;
		c->outlet->took = true;
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
settle_verdict(
	struct pool *p, struct job *job, const struct outcome *o, int64_t now)
{
	struct turn_row row;
	bool told = verdict_row(o, &job->recipient,
		pool_wall_clock(p, now) / 1000, p->outlets.scale, &row);

	row.shard = job_shard(job);
	turn_settle(p, job, told ? &row : NULL);
}

void
answer_put_off_deadly(struct pool *p, int64_t now)
{
	const struct outcome o = {.verdict = VERDICT_LATER,
		.enhanced = "",
		.text = "the connection ended each time he was tried"};
	struct job *job;

	while ((job = intake_take_returned(p->intake))) {
		if (job->returns)
			settle_verdict(p, job, &o, now);
		else
			turn_settle(p, job, NULL);
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
		settle_verdict(p, job, o, now);
	}
}

/* Another relay may know what this one lacks (SMTPUTF8), and come back. */
static void
spare_if_lacking(const struct pool *p, struct dialogue_event *e)
{
	struct outcome *o = &e->outcome;

	if (o->verdict == VERDICT_REFUSED && !o->code &&
		text_equals(o->enhanced, DIALOGUE_LACKS) &&
		p->outlets.count > 1)
		o->verdict = VERDICT_LATER;
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

void
answer_take(struct pool *p, struct channel *c, struct dialogue_event *e,
	int64_t now)
{
	struct job *job = leave_seat(p, &p->seats[e->token]);

	note_answer(p, c, &e->outcome, now);
	put_off_if_deadly(p, job, e);
	spare_if_lacking(p, e);
	pass_on_if_useless(p, c, e, now);
	if (e->outcome.verdict == VERDICT_PAUSE)
		take_pause(p, c, e, now);
	if (e->outcome.verdict == VERDICT_SENT)
		end_streak(p, STREAK_REFUSED);
	count_outcome(&p->result->count, e->outcome.verdict);
	keep_trouble(p, c, &e->outcome);
	settle_outcome(p, job, &e->outcome, now);
}
