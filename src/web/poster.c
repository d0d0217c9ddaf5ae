#include "web/poster.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "run/post.h"
#include "run/world.h"
#include "store/post.h"

enum {
	REST = 1,	  /* s between two looks */
	REST_FAILED = 30, /* after a failure of ours */
	STOP_WAIT = 10,
	WARN_EVERY = 3600 * 1000, /* ms */
};

struct poster {
	const struct list *const *lists;
	const struct log *log;
	struct lasting held;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t call;
	int64_t warned[POST_TO_READERS + 1]; /* ticks; 0: never yet */
	bool called, closing, ended;	     /* under the lock */
};

/* ----- the thread ----- */

/* False when it could not be sent for a reason of ours. */
static bool
send_of(struct poster *p, const struct list *list)
{
	struct post_office office = {.store = p->held.store, .log = p->log};
	struct error err = ERROR_INIT;
	bool later;

	if (post_send_due(&office, list, world_now(), NULL, &err))
		return true;
	/* Somebody else has the store, or sends these, or the store is away:
	   next time. */
	later = lasting_is_lost(&p->held, err.text) || err.kind == ERROR_LATER;
	if (!later)
		log_error(p->log, "list '%s': post: %s", list->name, err.text);
	error_clear(&err);
	return later;
}

/* Who asks is not told, so that nobody learns who is a reader. */
static void
warn_when_used_up(struct poster *p, enum post_account account, const char *what)
{
	size_t most = (size_t)p->lists[0]->serving.mails_an_hour, count;
	int64_t *warned = &p->warned[account], ticks = world_ticks();

	if ((*warned && ticks - *warned < WARN_EVERY) ||
		!store_post_count(
			p->held.store, account, world_now(), &count, NULL) ||
		count < most)
		return;
	log_warn(p->log,
		"warning: %zu mails %s in the last hour, and no more are sent "
		"('serve.mails_an_hour'): who asks for one now waits in vain",
		count, what);
	*warned = ticks;
}

static bool
send_all(struct poster *p)
{
	bool well = true;

	for (size_t i = 0; p->lists[i] && lasting_mend(&p->held); i++)
		well = send_of(p, p->lists[i]) && well;
	warn_when_used_up(p, POST_TO_ANYBODY, "to people who may be strangers");
	warn_when_used_up(
		p, POST_TO_READERS, "to readers about what they asked for");
	return well;
}

static struct timespec
seconds_from_now(int seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += seconds;
	return t;
}

/* False when it is to end. */
static bool
rest(struct poster *p, int seconds)
{
	struct timespec until = seconds_from_now(seconds);
	bool closing;

	pthread_mutex_lock(&p->lock);
	while (!p->called && !p->closing &&
		pthread_cond_clockwait(
			&p->call, &p->lock, CLOCK_MONOTONIC, &until) == 0)
		;
	p->called = false;
	closing = p->closing;
	pthread_mutex_unlock(&p->lock);
	return !closing;
}

static void *
work(void *data)
{
	struct poster *p = data;

	while (rest(p, send_all(p) ? REST : REST_FAILED))
		;
	pthread_mutex_lock(&p->lock);
	p->ended = true;
	pthread_cond_signal(&p->call);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* ----- from outside ----- */

static void
poster_free(struct poster *p)
{
	lasting_close(&p->held);
	pthread_cond_destroy(&p->call);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

struct poster *
poster_start(const struct list *const *lists, const struct log *log,
	struct outage *outage, struct error *err)
{
	const struct lasting_options held = {
		.url = lists[0]->store, .outage = outage};
	struct poster *p = mem_new(sizeof *p);

	p->lists = lists;
	p->log = log;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->call, NULL);
	if (lasting_open(&p->held, &held, err) &&
		pthread_create(&p->thread, NULL, work, p) == 0)
		return p;
	if (p->held.store)
		error_set(err, ERROR_IO, "no thread can be started");
	poster_free(p);
	return NULL;
}

void
poster_wake(struct poster *p)
{
	pthread_mutex_lock(&p->lock);
	p->called = true;
	pthread_cond_signal(&p->call);
	pthread_mutex_unlock(&p->lock);
}

bool
poster_stop(struct poster *p)
{
	struct timespec until = seconds_from_now(STOP_WAIT);
	bool ended;

	if (!p)
		return true;
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_signal(&p->call);
	while (!p->ended &&
		pthread_cond_clockwait(
			&p->call, &p->lock, CLOCK_MONOTONIC, &until) == 0)
		;
	ended = p->ended;
	pthread_mutex_unlock(&p->lock);
	if (!ended)
		return false;
	pthread_join(p->thread, NULL);
	poster_free(p);
	return true;
}
