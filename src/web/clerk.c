#include "web/clerk.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "run/world.h"

enum {
	PATIENCE = 15000, /* ms that a visit waits for the store */
	RETRY = 50,	  /* ms */
};

struct line {
	struct visit *first, *last;
	size_t count;
};

struct clerk {
	struct clerk_options o;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t put;
	struct line waiting; /* under the lock */
	bool closing;	     /* likewise */
	struct line writing; /* what changes something; the thread's own */
};

static void
line_add(struct line *line, struct visit *visit)
{
	visit->next = NULL;
	if (line->count++)
		line->last->next = visit;
	else
		line->first = visit;
	line->last = visit;
}

static struct visit *
line_take(struct line *line)
{
	struct visit *visit = line->first;

	line->first = visit->next;
	line->count--;
	visit->next = NULL;
	return visit;
}

/* ----- the thread ----- */

static void
wait_for_some(struct clerk *c)
{
	struct timespec until;

	if (!c->writing.count) {
		while (!c->waiting.count && !c->closing)
			pthread_cond_wait(&c->put, &c->lock);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += RETRY * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!c->waiting.count &&
		pthread_cond_clockwait(
			&c->put, &c->lock, CLOCK_MONOTONIC, &until) == 0)
		;
}

/* All that were put, in order; how many is bounded by the connections. */
static struct line
take_waiting(struct clerk *c)
{
	struct line taken;

	pthread_mutex_lock(&c->lock);
	wait_for_some(c);
	taken = c->waiting;
	c->waiting = (struct line){.count = 0};
	pthread_mutex_unlock(&c->lock);
	return taken;
}

static void
show(struct clerk *c, struct line *line)
{
	while (line->count) {
		struct visit *v = line_take(line);

		if (v->inquiry.method == METHOD_POST) {
			line_add(&c->writing, v);
			continue;
		}
		reception_show(c->o.reception, v, world_now());
		c->o.done(c->o.data, v);
	}
}

static void
put_off_the_oldest(struct clerk *c)
{
	while (c->writing.count &&
		world_ticks() - c->writing.first->at > PATIENCE) {
		struct visit *v = line_take(&c->writing);

		reception_put_off(c->o.reception, v);
		c->o.done(c->o.data, v);
	}
}

static void
take(struct clerk *c)
{
	struct error err = ERROR_INIT;
	bool wrote;

	if (!reception_take(c->o.reception, c->writing.first, world_now(),
		    &wrote, &err)) {
		error_clear(&err);
		put_off_the_oldest(c);
		return;
	}
	while (c->writing.count)
		c->o.done(c->o.data, line_take(&c->writing));
	if (wrote)
		c->o.wrote(c->o.data);
}

static bool
is_over(struct clerk *c)
{
	bool over;

	pthread_mutex_lock(&c->lock);
	over = c->closing && !c->waiting.count && !c->writing.count;
	pthread_mutex_unlock(&c->lock);
	return over;
}

static void *
work(void *data)
{
	struct clerk *c = data;

	while (!is_over(c)) {
		struct line line = take_waiting(c);

		show(c, &line);
		if (c->writing.count)
			take(c);
	}
	return NULL;
}

/* ----- from outside ----- */

static void
clerk_free(struct clerk *c)
{
	pthread_cond_destroy(&c->put);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

struct clerk *
clerk_start(const struct clerk_options *options, struct error *err)
{
	struct clerk *c = mem_new(sizeof *c);

	c->o = *options;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->put, NULL);
	if (pthread_create(&c->thread, NULL, work, c) == 0)
		return c;
	error_set(err, ERROR_IO, "no thread can be started");
	clerk_free(c);
	return NULL;
}

void
clerk_put(struct clerk *c, struct visit *visit)
{
	visit->at = world_ticks();
	pthread_mutex_lock(&c->lock);
	line_add(&c->waiting, visit);
	pthread_cond_signal(&c->put);
	pthread_mutex_unlock(&c->lock);
}

void
clerk_stop(struct clerk *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->closing = true;
	pthread_cond_signal(&c->put);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	clerk_free(c);
}
