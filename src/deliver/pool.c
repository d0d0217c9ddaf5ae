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
#include "deliver/pool_state.h"

enum {
	OPEN_TRIES = 3,		     /* failures in a row before we give up */
	FIRST_PAUSE = 1000,	     /* ms before the second try */
	TICK = 1000,		     /* ms between two looks at the clock */
	FINISH_PATIENCE = 15 * 1000, /* ms for farewells */
};

int64_t
pool_wall_clock(const struct pool *p)
{
	return p->d->now + (p->d->ticks() - p->start) / 1000;
}

/* ----- forms ----- */

struct form *
pool_form(struct pool *p, int number, struct error *err)
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

const struct relay *
pool_relay(const struct pool *p)
{
	return p->d->relay ? p->d->relay : &p->d->list->relays[0];
}

static void
open_channel(struct pool *p, int64_t now)
{
	const struct relay *relay = pool_relay(p);
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

void
pool_stop(struct pool *p, int64_t now)
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
		pool_stop(p, now);
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
	struct form *form = pool_form(p, job->recipient.form, err);
	struct str sender = STR_INIT, recipient = STR_INIT;
	struct seat *seat = free_seat(p);
	struct envelope e = {.token = (uint64_t)(seat - p->seats)};

	if (!form) {
		intake_return(p->intake, job);
		return false;
	}
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

bool
pool_offer(struct pool *p, struct channel *c, int64_t now, struct error *err)
{
	while (!p->stopping && !p->dry && c->ops->wants(c) && free_seat(p)) {
		struct job *job = intake_next(
			p->intake, pool_wall_clock(p), &p->dry, err);

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

		if (!pool_offer(p, c, now, err))
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
	pool_stop(p, now);
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
		pool_stop(p, now);
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
		pool_stop(p, now);
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
		if (!turn_take(p, now, err) || !offer_all(p, now, err))
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
	turn_forget(p);
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
