#include "web/lasting.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "run/world.h"

enum { PAUSE = 1000 /* ms between two tries */ };

/* ----- what is told ----- */

struct outage {
	const struct log *log;
	pthread_mutex_t lock; /* of what follows */
	bool told;
	int64_t ended; /* the last that was told */
};

struct outage *
outage_new(const struct log *log)
{
	struct outage *o = mem_new(sizeof *o);

	o->log = log;
	pthread_mutex_init(&o->lock, NULL);
	return o;
}

void
outage_free(struct outage *o)
{
	pthread_mutex_destroy(&o->lock);
	free(o);
}

void
outage_begin(struct outage *o, int64_t since, const char *why)
{
	pthread_mutex_lock(&o->lock);
	if (!o->told && since >= o->ended) {
		o->told = true;
		log_warn(o->log, "the store is away: %s", why);
	}
	pthread_mutex_unlock(&o->lock);
}

void
outage_end(struct outage *o, int64_t now)
{
	pthread_mutex_lock(&o->lock);
	if (o->told) {
		o->told = false;
		o->ended = now;
		log_warn(o->log, "the store is back");
	}
	pthread_mutex_unlock(&o->lock);
}

/* ----- opening ----- */

static struct store_options
options_of(const struct lasting *l, bool there)
{
	return (struct store_options){.url = l->o.url,
		.patience_ms = l->o.patience_ms,
		.there = there};
}

bool
lasting_open(struct lasting *l, const struct lasting_options *options,
	struct error *err)
{
	struct store_options store;

	*l = (struct lasting){.o = *options};
	store = options_of(l, false);
	l->store = store_open(&store, err);
	l->since = l->tried = world_ticks();
	return l->store != NULL;
}

void
lasting_close(struct lasting *l)
{
	store_close(l->store);
	l->store = NULL;
}

/* In a database that is made anew something is about to be restored. */
static struct store *
open_anew(const struct lasting *l, struct error *err)
{
	struct store_options options = options_of(l, true);
	struct store *store = store_open(&options, err);

	if (!store || !l->o.renewed || l->o.renewed(l->o.data, store, err))
		return store;
	store_close(store);
	return NULL;
}

static bool
renew(struct lasting *l)
{
	int64_t began = world_ticks();
	struct error err = ERROR_INIT;
	struct store *store = open_anew(l, &err);

	l->tried = world_ticks();
	if (!store) {
		outage_begin(l->o.outage, began, err.text);
		error_clear(&err);
		return false;
	}
	store_close(l->store);
	l->store = store;
	l->since = l->tried;
	outage_end(l->o.outage, l->since);
	return true;
}

bool
lasting_mend(struct lasting *l)
{
	struct error err = ERROR_INIT;

	if (!store_is_lost(l->store, &err))
		return true;
	outage_begin(l->o.outage, l->since, err.text);
	error_clear(&err);
	return world_ticks() - l->tried >= PAUSE && renew(l);
}

bool
lasting_is_lost(struct lasting *l, const char *why)
{
	if (!store_is_lost(l->store, NULL))
		return false;
	outage_begin(l->o.outage, l->since, why);
	return true;
}
