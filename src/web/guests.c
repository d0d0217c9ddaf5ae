#include "web/guests.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

enum {
	LATE = 30000,	       /* ms for a request, with the rest before it */
	LATE_WHEN_FULL = 5000, /* when three quarters of the places are taken */
	REQUESTS_MOST = 32,    /* under way, of one client */
};

struct guest {
	struct guest *next, *previous;
	int fd;
	int64_t since;
	struct machine client;
	bool busy, waiting;
};

struct guests {
	pthread_mutex_t lock;
	size_t most, count;
	struct guest *first;
};

struct guests *
guests_new(size_t most)
{
	struct guests *g = mem_new(sizeof *g);

	pthread_mutex_init(&g->lock, NULL);
	g->most = most;
	return g;
}

void
guests_free(struct guests *g)
{
	if (!g)
		return;
	while (g->first)
		guest_leave(g, g->first);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

struct guest *
guest_come(struct guests *g, int fd, int64_t now)
{
	struct guest *guest = mem_new(sizeof *guest);

	guest->fd = fd;
	guest->since = now;
	pthread_mutex_lock(&g->lock);
	guest->next = g->first;
	if (g->first)
		g->first->previous = guest;
	g->first = guest;
	g->count++;
	pthread_mutex_unlock(&g->lock);
	return guest;
}

void
guest_leave(struct guests *g, struct guest *guest)
{
	pthread_mutex_lock(&g->lock);
	if (guest->previous)
		guest->previous->next = guest->next;
	else
		g->first = guest->next;
	if (guest->next)
		guest->next->previous = guest->previous;
	g->count--;
	pthread_mutex_unlock(&g->lock);
	free(guest);
}

static size_t
count_requests(const struct guests *g, const struct machine *client)
{
	size_t n = 0;

	for (const struct guest *o = g->first; o; o = o->next)
		n += o->busy && memcmp(&o->client, client, sizeof *client) == 0;
	return n;
}

bool
guest_begin(struct guests *g, struct guest *guest, const struct machine *client,
	bool free)
{
	struct machine all = machine_neighbourhood(client);
	size_t most = REQUESTS_MOST;
	bool may;

	if (free && most < g->most / 4)
		most = g->most / 4;

	pthread_mutex_lock(&g->lock);
	may = machine_is_loopback(client) || count_requests(g, &all) < most;
	guest->busy = true;
	guest->client = all;
	pthread_mutex_unlock(&g->lock);
	return may;
}

void
guest_end(struct guests *g, struct guest *guest, int64_t now)
{
	pthread_mutex_lock(&g->lock);
	guest->busy = guest->waiting = false;
	guest->since = now;
	pthread_mutex_unlock(&g->lock);
}

void
guest_wait(struct guests *g, struct guest *guest, bool waiting)
{
	pthread_mutex_lock(&g->lock);
	guest->waiting = waiting;
	pthread_mutex_unlock(&g->lock);
}

size_t
guests_hurry(struct guests *g, int64_t now)
{
	int64_t late;
	size_t n = 0;

	pthread_mutex_lock(&g->lock);
	late = g->count > g->most / 4 * 3 ? LATE_WHEN_FULL : LATE;
	for (struct guest *o = g->first; o; o = o->next)
		if (!o->waiting && now - o->since > late) {
			shutdown(o->fd, SHUT_RDWR);
			n++;
		}
	pthread_mutex_unlock(&g->lock);
	return n;
}

size_t
guests_busy(struct guests *g)
{
	size_t n = 0;

	pthread_mutex_lock(&g->lock);
	for (const struct guest *o = g->first; o; o = o->next)
		n += o->busy;
	pthread_mutex_unlock(&g->lock);
	return n;
}
