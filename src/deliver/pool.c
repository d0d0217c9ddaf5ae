/*
 * The loop of delivery. See pool.h for what a turn is.
 *
 *   intake --job--> channel --event--> turn --commit--> body / settled
 *
 * Jobs are named to the channels by their index in `seats`: two for each
 * channel, the one whose body is next and the one whose envelope runs ahead.
 */
#include "deliver/pool.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "deliver/channel.h"
#include "deliver/fill.h"
#include "deliver/intake.h"
#include "deliver/verdict.h"
#include "mime/form.h"

enum {
	OPEN_TRIES = 3,		     /* failures in a row before we give up */
	FIRST_PAUSE = 1000,	     /* ms before the second try */
	TICK = 1000,		     /* ms between two looks at the clock */
	FINISH_PATIENCE = 15 * 1000, /* ms for farewells */
	RETURNS_MAX = 2, /* connections that may die under one envelope */
};

struct seat {
	struct channel *channel; /* NULL: the seat is free */
	struct job *job;
};

struct pool {
	const struct delivery *d;
	struct delivery_result *result;
	struct intake *intake;
	struct filler *filler;
	struct refusal_watch refusals;
	struct form **forms; /* by number; loaded when first needed */
	size_t form_count;

	int epoll_fd;
	struct channel **channels;
	size_t channel_count, channel_max;
	struct seat *seats;
	size_t seat_count;

	struct turn_row *rows; /* of this turn */
	char **row_texts;      /* replies, kept until the commit */
	size_t row_count, row_max;
	struct seat **bodies; /* whose bodies may start after the commit */
	size_t body_count;
	struct job **settled;
	size_t settled_count;

	bool dry;	 /* no recipient is left for now */
	bool stopping;	 /* nothing new begins */
	int failures;	 /* channels in a row that came to nothing */
	int64_t open_at; /* not before this, ms */
	int64_t start, ticked, farewell;
};

/* Seconds since 1970, by the caller's clock. */
static int64_t
wall_clock(const struct pool *p)
{
	return p->d->now + (p->d->ticks() - p->start) / 1000;
}

/* ----- forms ----- */

static struct form *
form_of(struct pool *p, int number, struct error *err)
{
	struct str bytes = STR_INIT;

	if ((size_t)number >= p->form_count) {
		size_t count = (size_t)number + 1;

		p->forms = mem_resize(p->forms, count * sizeof *p->forms);
		while (p->form_count < count)
			p->forms[p->form_count++] = NULL;
	}
	if (!p->forms[number] &&
		store_form(p->d->store, p->d->issue->id, number, &bytes, err))
		p->forms[number] = form_load(str_span(&bytes), err);
	str_clear(&bytes);
	return p->forms[number];
}

/* ----- channels ----- */

static const struct relay *
relay_of(const struct pool *p)
{
	return p->d->relay ? p->d->relay : &p->d->list->relays[0];
}

static void
open_channel(struct pool *p, int64_t now)
{
	const struct relay *relay = relay_of(p);
	const struct dialogue_timeouts *timeouts =
		p->d->timeouts ? p->d->timeouts : &dialogue_timeouts_default;
	struct channel_options options = {
		.relay = relay,
		.ehlo_name = p->d->ehlo_name,
		.epoll_fd = p->epoll_fd,
		.timeouts = timeouts,
	};

	p->channels[p->channel_count++] = relay->kind == TRANSPORT_SPOOL
		? spool_new(&options, now)
		: connection_new(&options, now);
}

static void
keep_trouble(struct pool *p, const char *text)
{
	free(p->result->trouble);
	p->result->trouble = mem_strdup(text);
}

static void
stop(struct pool *p, int64_t now)
{
	if (p->stopping)
		return;
	p->stopping = true;
	p->farewell = now + FINISH_PATIENCE;
	for (size_t i = 0; i < p->channel_count; i++)
		p->channels[i]->ops->finish(p->channels[i], now);
}

/* A channel came to nothing: wait, and after some of these give up. */
static void
note_failure(struct pool *p, const struct channel *c, int64_t now)
{
	if (c->error.text)
		keep_trouble(p, c->error.text);
	/* What fell together counts once. */
	if (now >= p->open_at)
		p->open_at = now + ((int64_t)FIRST_PAUSE << p->failures++);
	if (c->error.kind == ERROR_REFUSED || p->failures >= OPEN_TRIES) {
		p->result->refused_relay = c->error.kind == ERROR_REFUSED;
		stop(p, now);
	}
}

static bool
channel_is_idle(const struct pool *p, const struct channel *c)
{
	for (size_t i = 0; i < p->seat_count; i++)
		if (p->seats[i].channel == c)
			return false;
	return true;
}

/* Takes closed channels away, all of whose events have been seen. */
static void
sweep_channels(struct pool *p, int64_t now)
{
	for (size_t i = 0; i < p->channel_count;) {
		struct channel *c = p->channels[i];

		if (c->state != CHANNEL_CLOSED || !channel_is_idle(p, c)) {
			i++;
			continue;
		}
		if (!p->stopping && !c->useful)
			note_failure(p, c, now);
		c->ops->free(c);
		p->channels[i] = p->channels[--p->channel_count];
	}
}

static void
open_channels(struct pool *p, int64_t now)
{
	size_t want = p->channel_max;

	/* After a failure one at a time, until one works again. */
	if (p->failures)
		want = 1;
	while (!p->stopping && !p->dry && now >= p->open_at &&
		p->channel_count < want)
		open_channel(p, now);
}

/* ----- offering ----- */

static struct seat *
free_seat(struct pool *p)
{
	for (size_t i = 0; i < p->seat_count; i++)
		if (!p->seats[i].channel)
			return &p->seats[i];
	return NULL;
}

static bool
offer_job(struct pool *p, struct channel *c, struct job *job, int64_t now,
	struct error *err)
{
	struct form *form = form_of(p, job->recipient.form, err);
	struct str sender = STR_INIT, recipient = STR_INIT;
	struct seat *seat = free_seat(p);
	struct envelope e = {.token = (uint64_t)(seat - p->seats)};

	if (!form)
		return false;
	*seat = (struct seat){.channel = c, .job = job};
	filler_sender(p->filler, job->recipient.seq, &sender);
	address_wire(&recipient, span_of(job->recipient.address), &e.utf8);
	e.sender = str_span(&sender);
	e.recipient = str_span(&recipient);
	e.size = form_size(form);
	c->ops->offer(c, &e, now);
	str_clear(&sender);
	str_clear(&recipient);
	return true;
}

/* Gives the channel what it wants, if there is anybody left. */
static bool
offer_to(struct pool *p, struct channel *c, int64_t now, struct error *err)
{
	while (!p->stopping && !p->dry && c->ops->wants(c) && free_seat(p)) {
		struct job *job =
			intake_next(p->intake, wall_clock(p), &p->dry, err);

		if (!job && !p->dry)
			return false;
		if (job && !offer_job(p, c, job, now, err))
			return false;
	}
	return true;
}

static bool
offer_all(struct pool *p, int64_t now, struct error *err)
{
	for (size_t i = 0; i < p->channel_count; i++) {
		struct channel *c = p->channels[i];

		if (!offer_to(p, c, now, err))
			return false;
		if (p->dry && c->state != CHANNEL_CLOSED &&
			channel_is_idle(p, c)) {
			c->useful = true; /* it need not have been */
			c->ops->finish(c, now);
		} else {
			c->ops->flush(c, now);
		}
	}
	return true;
}

/* ----- a turn ----- */

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
	if (verdict_row(&e->outcome, seat->job, wall_clock(p), &row))
		add_row(p, &row);
	if (e->outcome.code && e->outcome.code != 421) {
		c->useful = true;
		p->failures = 0;
	}
	pause = verdict_pause(&p->refusals, &e->outcome, e->step);
	if (pause && !p->result->paused) {
		p->result->paused = pause;
		stop(p, now);
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
				relay_of(p)->text, e.outcome.text);
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

/* The `wire` of these is committed: their bodies may leave (invariant 4 of the
 * store). The next envelopes go out in the same write. */
static bool
send_bodies(struct pool *p, int64_t now, struct error *err)
{
	for (size_t i = 0; i < p->body_count; i++) {
		struct seat *seat = p->bodies[i];
		struct channel *c = seat->channel;
		struct form *form = form_of(p, seat->job->recipient.form, err);

		if (!form)
			return false;
		step(p, "body", false);
		form_fill(form,
			filler_values(p->filler, form, &seat->job->recipient),
			c->ops->body(c));
		if (!offer_to(p, c, now, err))
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
		store_turn(
			p->d->store, wall_clock(p), p->rows, p->row_count, err);

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

static bool
take_turn(struct pool *p, int64_t now, struct error *err)
{
	for (size_t i = 0; i < p->channel_count; i++)
		gather_events(p, p->channels[i], now);
	admit_bodies(p);
	return commit_turn(p, now, err);
}

/* ----- waiting ----- */

static int64_t
next_deadline(const struct pool *p, int64_t now)
{
	int64_t at = now + TICK;

	for (size_t i = 0; i < p->channel_count; i++) {
		const struct channel *c = p->channels[i];
		int64_t due = c->ops->deadline(c);

		if (due < at)
			at = due;
	}
	if (!p->stopping && !p->dry && p->channel_count == 0 && p->open_at < at)
		at = p->open_at;
	return at;
}

static void
take_signal(struct pool *p, int64_t now)
{
	struct signalfd_siginfo info;

	if (read(p->d->signal_fd, &info, sizeof info) <= 0)
		return;
	p->result->interrupted = true;
	stop(p, now);
}

static bool
wait_for_world(struct pool *p, struct error *err)
{
	struct epoll_event events[64];
	int64_t now = p->d->ticks(), at = next_deadline(p, now);
	int n = epoll_wait(
		p->epoll_fd, events, 64, at <= now ? 0 : (int)(at - now));

	if (n < 0 && errno != EINTR)
		return error_set_errno(err, "waiting for the relay");
	now = p->d->ticks();
	for (int i = 0; i < n; i++) {
		struct channel *c = events[i].data.ptr;

		if (c)
			c->ops->work(c, now);
		else
			take_signal(p, now);
	}
	for (size_t i = 0; i < p->channel_count; i++) {
		struct channel *c = p->channels[i];

		if (c->ops->deadline(c) <= now)
			c->ops->work(c, now);
	}
	return true;
}

/* An editor may pause an issue while it is being sent. */
static bool
heed_pause(struct pool *p, int64_t now, struct error *err)
{
	struct error problem = ERROR_INIT;

	if (p->stopping)
		return true;
	p->result->paused =
		store_issue_paused(p->d->store, p->d->issue->id, &problem);
	if (p->result->paused)
		stop(p, now);
	if (problem.kind == ERROR_NONE)
		return true;
	error_move(err, &problem);
	return false;
}

static bool
look_at_clock(struct pool *p, int64_t now, struct error *err)
{
	if (now - p->ticked < TICK)
		return true;
	p->ticked = now;
	p->result->count.elapsed_ms = now - p->start;
	if (p->d->progress &&
		!p->d->progress(p->d->progress_data, &p->result->count)) {
		p->result->interrupted = true;
		stop(p, now);
	}
	if (p->stopping && now > p->farewell)
		for (size_t i = 0; i < p->channel_count; i++)
			if (channel_is_idle(p, p->channels[i]))
				p->channels[i]->state = CHANNEL_CLOSED;
	return heed_pause(p, now, err);
}

static bool
run_loop(struct pool *p, struct error *err)
{
	for (;;) {
		int64_t now = p->d->ticks();

		open_channels(p, now);
		if (!take_turn(p, now, err) || !offer_all(p, now, err))
			return false;
		sweep_channels(p, now);
		if (p->channel_count == 0 && (p->stopping || p->dry))
			return true;
		if (!wait_for_world(p, err) ||
			!look_at_clock(p, p->d->ticks(), err))
			return false;
	}
}

/* ----- beginning and end ----- */

static bool
pool_open(struct pool *p, struct error *err)
{
	const struct delivery *d = p->d;
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
	size_t max = (size_t)d->list->connections;

	if (max > p->result->count.total_open)
		max = p->result->count.total_open;
	p->channel_max = max ? max : 1;
	p->channels = mem_new(p->channel_max * sizeof *p->channels);
	p->seat_count = 2 * p->channel_max;
	p->seats = mem_new(p->seat_count * sizeof *p->seats);
	p->bodies = mem_new(p->seat_count * sizeof *p->bodies);
	p->settled = mem_new(2 * p->seat_count * sizeof *p->settled);
	p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll_fd < 0)
		return error_set_errno(err, "epoll");
	if (d->signal_fd >= 0)
		epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, d->signal_fd, &e);
	return true;
}

static void
pool_close(struct pool *p)
{
	for (size_t i = 0; i < p->seat_count; i++)
		if (p->seats[i].job)
			intake_settle(p->intake, p->seats[i].job, NULL);
	for (size_t i = 0; i < p->channel_count; i++)
		p->channels[i]->ops->free(p->channels[i]);
	settle_jobs(p, NULL);
	forget_rows(p);
	intake_free(p->intake);
	filler_free(p->filler);
	refusal_watch_clear(&p->refusals);
	for (size_t i = 0; i < p->form_count; i++)
		form_free(p->forms[i]);
	free(p->forms);
	free(p->channels);
	free(p->seats);
	free(p->rows);
	free(p->row_texts);
	free(p->bodies);
	free(p->settled);
	if (p->epoll_fd >= 0)
		close(p->epoll_fd);
}

bool
delivery_run(const struct delivery *d, struct delivery_result *result,
	struct error *err)
{
	struct claim claim = {
		.issue = d->issue->id,
		.owner = d->owner,
		.boot_id = d->boot_id,
		.hold = d->list->in_doubt == DOUBT_HOLD,
	};
	struct fill_options fill = {
		.list = d->list,
		.list_id = d->list_id,
		.issue = d->issue->id,
		.salt = span_of(d->issue->salt),
		.token_key = d->token_key,
	};
	struct pool pool = {.d = d, .result = result, .epoll_fd = -1};
	bool ok;

	result->count.total_open = d->issue->counts[RECIPIENT_DUE] +
		d->issue->counts[RECIPIENT_WIRE];
	curl_global_init(CURL_GLOBAL_DEFAULT);
	pool.start = pool.ticked = d->ticks();
	pool.intake = intake_new(d->store, &claim);
	pool.filler = filler_new(&fill);
	ok = pool_open(&pool, err) && run_loop(&pool, err);
	result->count.elapsed_ms = d->ticks() - pool.start;
	if (ok && result->paused)
		ok = store_issue_pause(
			d->store, d->issue->id, result->paused, err);
	pool_close(&pool);
	curl_global_cleanup();
	return ok;
}

void
delivery_result_clear(struct delivery_result *r)
{
	free(r->paused);
	free(r->trouble);
	*r = (struct delivery_result){.paused = NULL};
}
