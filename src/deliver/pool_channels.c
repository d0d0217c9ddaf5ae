/*
 * The pool's channels: opened as far as the outlets bear it, given recipients,
 * and taken away.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool_state.h"

enum {
	FINISH_PATIENCE = 15 * 1000, /* ms for farewells */
	HEED_EVERY = 100,	     /* ms */
};

static void
open_channel(struct pool *p, struct outlet *outlet, int64_t now)
{
	struct channel_options options = {
		.relay = outlet->relay,
		.ehlo_name = p->d->ehlo_name,
		.epoll_fd = p->epoll_fd,
		.timeouts = &p->timeouts,
	};
	struct channel *c = outlet->relay->kind == TRANSPORT_SPOOL
		? spool_new(&options, now)
		: connection_new(&options, now);

	c->outlet = outlet;
	outlet->channels++;
	p->channels[p->channel_count++] = c;
}

/* Those that are leaving may wait ten minutes for a last reply: so many that
 * there is no room for others. */
void
channels_open(struct pool *p, int64_t now)
{
	struct outlet *outlet;

	while (!p->stopping && !p->dry && p->channel_count < p->channel_max &&
		(outlet = outlets_next(&p->outlets, now)))
		open_channel(p, outlet, now);
}

static void
leave_outlet(struct channel *c)
{
	c->leaving = true;
	c->outlet->channels--;
	c->outlet->open -= c->greeted;
}

/* No more is offered to it. */
static void
dismiss(struct channel *c, int64_t now)
{
	if (c->leaving)
		return;
	leave_outlet(c);
	c->ops->finish(c, now);
}

void
pool_stop(struct pool *p, int64_t now)
{
	if (p->stopping)
		return;
	p->stopping = true;
	p->farewell = now + FINISH_PATIENCE;
	for (size_t i = 0; i < p->channel_count; i++)
		dismiss(p->channels[i], now);
}

/* When no relay is left, the sending is over for now. */
static void
give_up_if_out(struct pool *p, int64_t now)
{
	const struct outlet *first;

	if (p->stopping || !outlets_are_out(&p->outlets, now, &first))
		return;
	free(p->result->trouble);
	p->result->trouble = mem_strdup(first->trouble);
	p->result->refused_relay = first->refused;
	answer_put_off_deadly(p, now);
	pool_stop(p, now);
}

/* Too many for what the relay bears now, or of one that is not needed. Those
 * that are not open yet go first. */
static void
dismiss_surplus(struct pool *p, int64_t now)
{
	for (size_t i = 0; i < 2 * p->channel_count; i++) {
		struct channel *c = p->channels[i % p->channel_count];
		const struct outlet *outlet = c->outlet;
		bool surplus = outlet->channels > (size_t)outlet->pace.window &&
			(!c->greeted || i >= p->channel_count);

		if (surplus || now < outlet->rests_until ||
			outlets_is_spare(&p->outlets, outlet))
			dismiss(c, now);
	}
}

static void
free_channel(struct pool *p, size_t i, int64_t now)
{
	struct channel *c = p->channels[i];

	if (!c->leaving) {
		leave_outlet(c);
		/* One that idled until the server closed it is no failure. */
		if (!p->stopping && !c->useful && (c->offered || !c->greeted))
			outlet_failed(&p->outlets, c->outlet, &c->error, now);
	}
	c->ops->free(c);
	p->channels[i] = p->channels[--p->channel_count];
}

static void
greet(struct channel *c)
{
	c->greeted = true;
	c->outlet->open++;
	pace_opened(&c->outlet->pace);
}

/* Takes closed channels away, all of whose events have been seen. */
void
channels_sweep(struct pool *p, int64_t now)
{
	for (size_t i = 0; i < p->channel_count;) {
		struct channel *c = p->channels[i];

		if (c->state == CHANNEL_OPEN && !c->greeted && !c->leaving)
			greet(c);
		if (c->state == CHANNEL_CLOSED && !c->held)
			free_channel(p, i, now);
		else
			i++;
	}
	dismiss_surplus(p, now);
	give_up_if_out(p, now);
}

/* Who leaves while an issue is being sent, before his turn, gets nothing. Others
 * may write all the time: they are not looked at in each turn; nor while a server
 * is busy with a turn, but for so long. */
static bool
heed_others(struct pool *p, int64_t now, struct error *err)
{
	bool changed;

	if (now < p->heed_at ||
		(p->ahead && now < p->heed_at + HEED_EVERY &&
			store_is_busy(p->d->store)))
		return true;
	p->heed_at = now + HEED_EVERY;
	return store_was_changed(p->d->store, &changed, err) &&
		(!changed ||
			intake_look_again(p->intake,
				pool_wall_clock(p, now) / 1000, err));
}

bool
channels_offer(struct pool *p, int64_t now, struct error *err)
{
	if (!heed_others(p, now, err))
		return false;
	for (size_t i = 0; i < p->channel_count; i++) {
		struct channel *c = p->channels[i];

		if (!c->leaving && !pool_offer(p, c, now, err))
			return false;
		if (p->dry && c->state != CHANNEL_CLOSED && !c->held)
			dismiss(c, now);
		else
			c->ops->flush(c, now);
	}
	return true;
}
