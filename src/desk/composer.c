#include "desk/composer.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "desk/follow.h"
#include "desk/made.h"
#include "run/world.h"

enum {
	QUIET = 15,   /* ms without a change: editors write several files */
	UNREST = 150, /* ms after which it is composed nevertheless */
	LOOK = 1000,  /* ms until the store is looked at again */
};

struct composer {
	struct composer_options o;
	struct watch *watch;
	struct follow follow; /* of who looks */
	struct shown *shown;  /* by feeds and mailboxes; of the thread */
	int bell;	      /* eventfd: refresh, or end */
	int stop;	      /* likewise: wait for nobody any more */
	pthread_t thread;
	bool running;
	pthread_mutex_t looking; /* of follow; taken before the other */
	pthread_mutex_t lock;	 /* of what follows */
	struct made *newest;	 /* NULL: there was no good one yet */
	struct problems wrong;
	uint64_t version, letter; /* of what is shown, and of it the letter */
	struct running sending;
	unsigned wanted, checking; /* CHECK_… */
	bool ask;		   /* the feeds and mailboxes */
	bool ending;
};

/* ----- the store ----- */

/* What became of the issue that is being sent is shown, and no reason to
 * compose. True when there is one. What was seen later is shown later. */
static bool
look_at_store(struct composer *c, const struct list *list, bool *shown)
{
	struct running now;
	bool moved;

	pthread_mutex_lock(&c->looking);
	moved = follow_look(&c->follow, list, world_now(), &now);
	pthread_mutex_lock(&c->lock);
	*shown = !running_is_same(&c->sending, &now);
	running_clear(&c->sending);
	c->sending = now;
	c->version += *shown;
	pthread_mutex_unlock(&c->lock);
	pthread_mutex_unlock(&c->looking);
	return moved;
}

static bool
is_restless(struct composer *c)
{
	bool restless;

	pthread_mutex_lock(&c->lock);
	restless = follow_is_restless(&c->sending);
	pthread_mutex_unlock(&c->lock);
	return restless;
}

/* Nobody but this thread changes what is the newest. */
static bool
has_store_moved(struct composer *c)
{
	bool written = watch_store_changed(c->watch);
	bool shown = false, moved = written;

	if (c->newest && (written || is_restless(c)))
		moved = look_at_store(c, c->newest->list, &shown);
	if (shown)
		c->o.changed(c->o.data);
	return moved;
}

/* Before it is composed: what changes meanwhile is a reason to do so again. */
static void
about_to_read(void *data, const struct list *list)
{
	bool shown;

	look_at_store(data, list, &shown);
}

/* ----- one version after the other ----- */

static void
ring(int bell)
{
	const uint64_t once = 1;

	if (write(bell, &once, sizeof once) < 0)
		return; /* it rings already */
}

static void
show(struct composer *c, struct made *good, struct problems wrong)
{
	struct made *old = NULL;

	pthread_mutex_lock(&c->lock);
	if (good) {
		old = c->newest;
		c->newest = good;
		c->letter++;
	}
	problems_clear(&c->wrong);
	c->wrong = wrong;
	c->checking = 0;
	c->version++;
	pthread_mutex_unlock(&c->lock);
	made_free(old);
}

/* What is wanted is being done from now on, and the page says so; but whoever did
 * something waits for no check to see it. */
static unsigned
begin_checks(struct composer *c, bool did)
{
	unsigned checks, put_off;
	bool ask;

	pthread_mutex_lock(&c->lock);
	ask = c->ask;
	c->ask = false;
	checks = c->checking = did ? 0 : c->wanted;
	put_off = c->wanted &= ~checks;
	if (checks)
		c->version++;
	pthread_mutex_unlock(&c->lock);
	if (ask)
		shown_forget(c->shown);
	if (checks)
		c->o.changed(c->o.data);
	if (put_off)
		ring(c->bell);
	return checks;
}

/* False, and `err` set, when there is nothing to show; it is told nevertheless. */
static bool
compose_newest(struct composer *c, unsigned checks, struct error *err)
{
	const struct making making = {.site = c->o.site,
		.list = c->o.list,
		.watch = c->watch,
		.shown = c->shown,
		.stop = c->stop,
		.porter = c->o.porter,
		.reading = about_to_read,
		.data = c};
	struct problems wrong = PROBLEMS_INIT;
	struct error problem = ERROR_INIT;
	struct made *m = made_make(&making, &wrong, &problem);

	if (m) {
		made_check(m, checks);
		show(c, m, wrong);
		return true;
	}
	problem_add(&wrong, SEVERITY_ERROR, NULL, 0, 0, "%s", problem.text);
	show(c, NULL, wrong);
	return error_move(err, &problem);
}

/* ----- the thread ----- */

static struct composition
composition_of(struct composer *c)
{
	struct composition out = {.version = c->version,
		.letter = c->letter,
		.sending = &c->sending,
		.wrong = &c->wrong,
		.checking = c->checking | c->wanted};

	if (c->newest) {
		out.list = c->newest->list;
		out.preview = &c->newest->preview;
		out.pending = &c->newest->pending;
		out.diffs = c->newest->diffs;
		out.notices = &c->newest->notices;
		out.at = c->newest->at;
		out.checked = c->newest->checked;
	}
	return out;
}

/* Nobody but this thread takes away what is the newest, and others change no
 * more of it than whom it is filled for: the pages need not wait. */
static bool
prepare(struct composer *c)
{
	struct composition now;

	pthread_mutex_lock(&c->lock);
	now = composition_of(c);
	pthread_mutex_unlock(&c->lock);
	return c->o.before(c->o.data, &now);
}

static bool
is_ending(struct composer *c)
{
	bool ending;

	pthread_mutex_lock(&c->lock);
	ending = c->ending;
	pthread_mutex_unlock(&c->lock);
	return ending;
}

static void
wait_for_change(struct composer *c)
{
	struct pollfd fds[] = {{.fd = watch_fd(c->watch), .events = POLLIN},
		{.fd = c->bell, .events = POLLIN}};
	int64_t until = 0;
	uint64_t rung;

	for (;;) {
		int ready = poll(fds, 2, until ? QUIET : LOOK);

		if (ready <= 0) {
			if (until || has_store_moved(c))
				return;
			continue;
		}
		if (fds[1].revents) {
			if (read(c->bell, &rung, sizeof rung) < 0)
				rung = 0;
			return;
		}
		watch_drain(c->watch);
		if (!until)
			until = world_ticks() + UNREST;
		if (world_ticks() >= until)
			return;
	}
}

static void *
work(void *data)
{
	struct composer *c = data;

	for (;;) {
		wait_for_change(c);
		if (is_ending(c))
			return NULL;
		compose_newest(c, begin_checks(c, prepare(c)), NULL);
		c->o.changed(c->o.data);
	}
}

/* ----- from outside ----- */

/* A page of the desk that was here before has no number of ours: it is told that
 * it is old, for what its forms ask is not done any more. */
static uint64_t
first_version(void)
{
	char *text = world_random(5);
	uint64_t version = strtoull(text, NULL, 36);

	free(text);
	return version;
}

struct composer *
composer_start(const struct composer_options *options, struct error *err)
{
	struct composer *c = mem_new(sizeof *c);
	struct error problem = ERROR_INIT;

	c->o = *options;
	c->version = first_version();
	pthread_mutex_init(&c->looking, NULL);
	pthread_mutex_init(&c->lock, NULL);
	c->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->shown = shown_new();
	c->watch = watch_new(err);
	if (c->bell < 0 || c->stop < 0 || !c->watch)
		goto fail;
	if (!compose_newest(c, 0, &problem) && problem.kind == ERROR_USAGE) {
		error_move(err, &problem);
		goto fail;
	}
	error_clear(&problem);
	c->running = pthread_create(&c->thread, NULL, work, c) == 0;
	if (c->running)
		return c;
	error_set(err, ERROR_IO, "no thread can be started");
fail:
	composer_stop(c);
	return NULL;
}

void
composer_stop(struct composer *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->ending = true;
	pthread_mutex_unlock(&c->lock);
	if (c->running) {
		composer_hurry(c);
		pthread_join(c->thread, NULL);
	}
	made_free(c->newest);
	problems_clear(&c->wrong);
	running_clear(&c->sending);
	follow_clear(&c->follow);
	watch_free(c->watch);
	shown_free(c->shown);
	if (c->stop >= 0)
		close(c->stop);
	if (c->bell >= 0)
		close(c->bell);
	pthread_mutex_destroy(&c->lock);
	pthread_mutex_destroy(&c->looking);
	free(c);
}

void
composer_hurry(struct composer *c)
{
	ring(c->stop);
	ring(c->bell);
}

void
composer_refresh(struct composer *c)
{
	ring(c->bell);
}

void
composer_look(struct composer *c, const struct list *list)
{
	bool shown;

	if (look_at_store(c, list, &shown))
		composer_refresh(c);
}

void
composer_ask(struct composer *c)
{
	pthread_mutex_lock(&c->lock);
	c->ask = true;
	pthread_mutex_unlock(&c->lock);
	ring(c->bell);
}

void
composer_check(struct composer *c, unsigned checks)
{
	pthread_mutex_lock(&c->lock);
	c->wanted |= checks;
	pthread_mutex_unlock(&c->lock);
	ring(c->bell);
}

uint64_t
composer_version(struct composer *c)
{
	uint64_t version;

	pthread_mutex_lock(&c->lock);
	version = c->version;
	pthread_mutex_unlock(&c->lock);
	return version;
}

struct composition
composer_hold(struct composer *c)
{
	pthread_mutex_lock(&c->lock);
	return composition_of(c);
}

void
composer_release(struct composer *c)
{
	pthread_mutex_unlock(&c->lock);
}
