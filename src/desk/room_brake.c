/*
 * The thread that holds the list, and releases it: letters go out while it
 * waits, so it waits for nobody. It reads the settings itself, for there may be
 * nothing composed; while they have mistakes those hold that had none.
 */
#include "desk/room_inside.h"

static void
read_settings(struct room *r)
{
	struct site site = {.lists = NULL};

	if (site_load(&site, r->o.site, NULL) && site_find(&site, r->o.list)) {
		site_clear(&r->known);
		r->known = site;
	} else {
		site_clear(&site);
	}
}

/* What it did is shown before it is answered, whatever is being composed. */
static void
pull(struct room *r, struct visit *v)
{
	struct composition now = {.version = 0};

	read_settings(r);
	now.list = site_find(&r->known, r->o.list);
	room_do(r, v, &now);
	if (now.list)
		composer_look(r->composer, now.list);
	door_answered(r->door, v);
	room_tell_waiting(r, INT64_MAX);
}

/* NULL: it is to end. */
static struct visit *
wait_for_pulls(struct room *r)
{
	struct visit *pulls;

	pthread_mutex_lock(&r->lock);
	while (!r->pulls && !r->letting_go)
		pthread_cond_wait(&r->pulled, &r->lock);
	pulls = r->pulls;
	r->pulls = NULL;
	pthread_mutex_unlock(&r->lock);
	return room_in_order(pulls);
}

static void *
work(void *data)
{
	struct room *r = data;
	struct visit *pulls;

	while ((pulls = wait_for_pulls(r)))
		while (pulls) {
			struct visit *v = pulls;

			pulls = v->next;
			pull(r, v);
		}
	return NULL;
}

bool
room_start_brake(struct room *r, struct error *err)
{
	read_settings(r);
	r->braking = pthread_create(&r->brake, NULL, work, r) == 0;
	return r->braking ||
		error_set(err, ERROR_IO, "no thread can be started");
}

void
room_stop_brake(struct room *r)
{
	if (!r->braking)
		return;
	pthread_mutex_lock(&r->lock);
	r->letting_go = true;
	pthread_cond_signal(&r->pulled);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->brake, NULL);
	r->braking = false;
}
