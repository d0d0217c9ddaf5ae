/*
 * The loop of delivery. See pool.h for what a turn is.
 *
 * Jobs are named to the channels by their index in `seats`: two for each
 * channel, the one whose body is next and the one whose envelope runs ahead.
 */
#include "deliver/pool.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "deliver/pool_state.h"

enum {
	TICK = 250,		 /* ms between two looks at the clock */
	ALIVE = 5 * 60 * 1000,	 /* ms between two signs of life */
	LINGER = 30 * 1000,	 /* ms to wait for those who come again */
	LEASE = 60 * 1000,	 /* ms that a shard is ours without a word */
	LEASE_LEAST = 12 * TICK, /* in tests: whoever is late is ended */
	PAGE_LEAST = 128,
	PAGE_EACH = 8, /* for a connection */
};

int64_t
pool_wall_clock(const struct pool *p, int64_t now)
{
	return p->d->now * 1000 + (now - p->start);
}

/* ----- those who come again ----- */

/*
 * Nobody is left for now. Some may come again soon: they are waited for, but
 * not for longer than what their domain's rate asks for, or a moment.
 */
static bool
wait_for_recipients(struct pool *p, int64_t now, bool *waits, struct error *err)
{
	int64_t wall = pool_wall_clock(p, now), due;
	int64_t until = wall + LINGER / p->outlets.scale;

	*waits = false;
	if (p->stopping || p->d->once)
		return true;
	if (!store_next_due(p->d->store, p->d->issue->id, &due, err))
		return false;
	if (until < p->turns_at * 1000)
		until = p->turns_at * 1000;
	if (due == INSTANT_NONE || due * 1000 > until)
		return true;
	*waits = true;
	p->wake_at = now + (due * 1000 - wall);
	return true;
}

static void
wake(struct pool *p, int64_t now)
{
	if (!p->wake_at || now < p->wake_at)
		return;
	p->wake_at = 0;
	p->dry = false;
	outlets_begin_again(&p->outlets);
	intake_again(p->intake);
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
	if (p->row_count && p->rows_due < at)
		at = p->rows_due;
	if (p->wake_at && p->wake_at < at)
		at = p->wake_at;
	if (!p->stopping && !p->dry && outlets_deadline(&p->outlets, now) < at)
		at = outlets_deadline(&p->outlets, now);
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

/* While letters are being signed. */
static void
rest(const struct pool *p)
{
	int us = p->press ? press_rest(p->press) : 0;
	const struct timespec pause = {.tv_nsec = us * 1000L};

	if (us)
		nanosleep(&pause, NULL);
}

bool
pool_wait(struct pool *p, struct error *err)
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

		if (!c)
			take_signal(p, now);
		else if (events[i].data.ptr != p->press &&
			events[i].data.ptr != p->intake)
			c->ops->work(c, now);
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

/* Also while a rate lets nobody go for hours: who is silent seems stuck. */
static bool
tell_alive(struct pool *p, int64_t now, struct error *err)
{
	if (now - p->told_alive < ALIVE / p->outlets.scale)
		return true;
	p->told_alive = now;
	return store_issue_alive(p->d->store, p->d->issue->id,
		pool_wall_clock(p, now) / 1000, err);
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
	if (p->d->until != INSTANT_NONE &&
		pool_wall_clock(p, now) >= p->d->until * 1000)
		pool_stop(p, now);
	if (p->stopping && now > p->farewell)
		for (size_t i = 0; i < p->channel_count; i++)
			if (!p->channels[i]->held)
				p->channels[i]->state = CHANNEL_CLOSED;
	return intake_keep(p->intake, err) && heed_pause(p, now, err) &&
		tell_alive(p, now, err);
}

/* All is done that can be done now: is there more to come? */
static bool
rest_or_end(struct pool *p, int64_t now, bool *end, struct error *err)
{
	bool waits = p->wake_at != 0;

	*end = false;
	if (p->channel_count || p->row_count || !(p->stopping || p->dry))
		return true;
	if (p->streak.count) {
		answer_end_streak(p, p->stopping ? STREAK_CUT : STREAK_REFUSED);
		return true;
	}
	if (!waits && !wait_for_recipients(p, now, &waits, err))
		return false;
	*end = p->stopping || !waits;
	return true;
}

static bool
run_loop(struct pool *p, struct error *err)
{
	bool end = false;

	for (;;) {
		int64_t now = p->d->ticks();

		wake(p, now);
		channels_open(p, now);
		if (!turn_take(p, now, err) || !channels_offer(p, now, err))
			return false;
		channels_sweep(p, now);
		if (!rest_or_end(p, now, &end, err))
			return false;
		if (end)
			return true;
		rest(p);
		if (!pool_wait(p, err) || !look_at_clock(p, p->d->ticks(), err))
			return false;
	}
}

/* What is on its way to the store has arrived when this returns. */
static bool
deliver(struct pool *p, struct error *err)
{
	struct error why = ERROR_INIT;

	if (run_loop(p, &why) &&
		(!p->late_count || store_await(p->d->store, &why)))
		return true;
	rescue(p);
	return error_move(err, &why);
}

/* ----- beginning and end ----- */

static bool
watch(const struct pool *p, int fd, uint32_t events, void *data,
	struct error *err)
{
	struct epoll_event e = {.events = events, .data.ptr = data};

	return epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0 ||
		error_set_errno(err, "epoll");
}

/* What the database answers is read when there is time. */
static bool
watch_all(struct pool *p, struct error *err)
{
	const struct delivery *d = p->d;

	p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll_fd < 0)
		return error_set_errno(err, "epoll");
	if (p->ahead && store_is_lost(d->store, err))
		return false;
	return (d->signal_fd < 0 ||
		       watch(p, d->signal_fd, EPOLLIN, NULL, err)) &&
		(!p->press ||
			watch(p, press_fd(p->press), EPOLLIN, p->press, err)) &&
		(!p->ahead ||
			watch(p, store_fd(d->store), EPOLLIN | EPOLLET,
				p->intake, err));
}

static bool
pool_open(struct pool *p, struct error *err)
{
	const struct delivery *d = p->d;

	if (!p->outlets.count)
		return error_set(err, ERROR_CONFIG,
			"no relay of 'transport' takes mail from %s: see its "
			"'senders'",
			d->list->from.address);
	p->channel_max = 2 * outlets_channels(&p->outlets);
	p->channels = mem_new(p->channel_max * sizeof *p->channels);
	p->seat_count = 2 * p->channel_max;
	p->seats = mem_new(p->seat_count * sizeof *p->seats);
	p->bodies = mem_new(p->seat_count * sizeof *p->bodies);
	p->free_seats = mem_new(p->seat_count * sizeof *p->free_seats);
	while (p->free_count < p->seat_count) {
		p->free_seats[p->free_count] = &p->seats[p->free_count];
		p->free_count++;
	}
	return watch_all(p, err);
}

static void
pool_close(struct pool *p)
{
	for (size_t i = 0; i < p->seat_count; i++) {
		if (p->press)
			press_drop(p->press, p->seats[i].sheet);
		if (p->seats[i].job)
			intake_settle(p->intake, p->seats[i].job, NULL);
	}
	for (size_t i = 0; i < p->channel_count; i++)
		p->channels[i]->ops->free(p->channels[i]);
	turn_forget(p);
	intake_free(p->intake);
	press_free(p->press);
	filler_free(p->filler);
	allowance_free(p->allowance);
	streak_clear(&p->streak);
	str_clear(&p->sender);
	str_clear(&p->address);
	outlets_clear(&p->outlets);
	for (size_t i = 0; i < p->form_count; i++)
		form_free(p->forms[i]);
	free(p->forms);
	free(p->channels);
	free(p->seats);
	free(p->rows);
	free(p->row_texts);
	free(p->bodies);
	free(p->free_seats);
	free(p->settled);
	if (p->epoll_fd >= 0)
		close(p->epoll_fd);
}

/* Tests that shorten all waits by thousands have a lease all the same. */
static int64_t
lease_ms(const struct delivery *d)
{
	int64_t ms = LEASE / (d->time_scale ? d->time_scale : 1);

	return ms < LEASE_LEAST ? LEASE_LEAST : ms;
}

/* At so many an hour a page of recipients lasts for long. */
static bool
is_metered(const struct delivery *d)
{
	const struct relay *relays = d->relay ? d->relay : d->list->relays;
	size_t count = d->relay ? 1 : d->list->relay_count;

	for (size_t i = 0; i < count; i++)
		if (relays[i].rate.count && !d->unmetered)
			return true;
	return false;
}

/* Enough to be busy with while the next one is committed: the more connections
 * there are, the sooner a page is sent. */
static size_t
page_size(const struct outlets *outlets)
{
	size_t size = PAGE_EACH * outlets_channels(outlets);

	if (size < PAGE_LEAST)
		return PAGE_LEAST;
	return size < AHEAD_MOST ? size : AHEAD_MOST;
}

static void
pool_init(struct pool *p, const struct delivery *d)
{
	struct claim claim = {
		.issue = d->issue->id,
		.owner = d->owner,
		.boot_id = d->boot_id,
		.hold = d->list->in_doubt == DOUBT_HOLD,
		.lease_ms = store_is_shared(d->store) ? lease_ms(d) : 0,
	};
	struct fill_options fill = {
		.list = d->list,
		.list_id = d->list_id,
		.issue = d->issue->id,
		.salt = span_of(d->issue->salt),
		.token_key = d->token_key,
	};

	p->start = p->ticked = p->told_alive = d->ticks();
	p->timeouts = dialogue_timeouts_default;
	dialogue_timeouts_shorten(&p->timeouts, d->time_scale);
	p->filler = filler_new(&fill);
	p->press = d->signer ? press_new(d->signer) : NULL;
	if (!d->unmetered)
		p->allowance = allowance_new(d->store, d->list);
	outlets_init(&p->outlets, d->list, d->relay,
		p->result->count.total_open, d->time_scale);
	if (store_is_shared(d->store) && !claim.hold && !is_metered(d))
		p->ahead = page_size(&p->outlets);
	p->late_failed = store_later(d->store) - store_later_good(d->store);
	p->intake = intake_new(d->store, &claim, p->ahead);
}

bool
delivery_run(const struct delivery *d, struct delivery_result *result,
	struct error *err)
{
	struct pool pool = {.d = d, .result = result, .epoll_fd = -1};
	bool ok;

	result->count.total_open = d->issue->counts[RECIPIENT_DUE] +
		d->issue->counts[RECIPIENT_WIRE];
	curl_global_init(CURL_GLOBAL_DEFAULT);
	pool_init(&pool, d);
	ok = pool_open(&pool, err) && deliver(&pool, err);
	result->count.elapsed_ms = d->ticks() - pool.start;
	if (ok && result->pauses)
		ok = store_issue_pause_first(
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
