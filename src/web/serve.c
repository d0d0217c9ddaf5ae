#include "web/serve.h"

#include <stdlib.h>
#include <string.h>

#include "run/world.h"
#include "web/confining.h"
#include "web/ending.h"
#include "web/listen.h"
#include "web/poster.h"
#include "web/usher.h"

/* Links bear numbers, which are those of one store. */
static bool
check_store(const struct list *const *lists, struct error *err)
{
	for (size_t i = 1; lists[i]; i++)
		if (strcmp(lists[i]->store, lists[0]->store) != 0)
			return error_set(err, ERROR_CONFIG,
				"lists '%s' and '%s' have different stores: "
				"serve them one by one, by their names",
				lists[0]->name, lists[i]->name);
	return true;
}

static uint64_t
make_secret(void)
{
	char *text = world_random(8);
	uint64_t secret = 0;

	for (const char *c = text; *c; c++)
		secret = secret * 37 + (unsigned char)*c;
	free(text);
	return secret;
}

/* ----- while it runs ----- */

static void
wake_poster(void *data)
{
	poster_wake(data);
}

static void
tick(void *data)
{
	door_tick(data);
}

struct house {
	const struct serve_options *o;
	struct proxies proxies;
	struct listening listening;
	struct outage *outage;
	struct reception *reception;
	struct poster *poster;
	struct usher usher;
	struct door *door;
};

static bool
open_house(struct house *h, struct error *err)
{
	const struct list *first = h->o->lists[0];
	/* Whoever may reach the folder of a path may connect, as to a port of
	   this machine. */
	struct listen_options listen = {.where = first->serving.listen,
		.setting = "serve.listen",
		.mode = 0666,
		.site = first->site,
		.proxies_named = *first->serving.trusted_proxies != NULL};

	h->reception =
		reception_open(&(struct reception_options){.lists = h->o->lists,
				       .log = h->o->log,
				       .outage = h->outage},
			err);
	if (!h->reception || !listening_open(&h->listening, &listen, err))
		return false;
	if (first->serving.confine)
		confine_house(&(struct confining){.lists = h->o->lists,
			.socket = h->listening.path,
			.log = h->o->log});
	h->poster = poster_start(h->o->lists, h->o->log, h->outage, err);
	h->usher = (struct usher){.reception = h->reception,
		.log = h->o->log,
		.wrote = wake_poster,
		.data = h->poster};
	h->door = h->poster
		? door_open(&(struct door_options){.fd = h->listening.fd,
				    .keeper = usher_keeper(&h->usher),
				    .proxies = &h->proxies,
				    .log = h->o->log,
				    .secret = make_secret()},
			  err)
		: NULL;
	return h->door != NULL;
}

/* False when the poster would not end. */
static bool
close_house(struct house *h)
{
	bool ended;

	listening_leave(&h->listening);
	if (h->door)
		door_close(h->door);
	ended = poster_stop(h->poster);
	if (ended)
		outage_free(h->outage);
	reception_close(h->reception);
	listening_clear(&h->listening);
	return ended;
}

bool
serve(const struct serve_options *options, bool *busy, struct error *err)
{
	struct house h = {.o = options, .listening = {.fd = -1}};
	bool ok = false;

	*busy = false;
	if (!check_store(options->lists, err) ||
		!proxies_read(&h.proxies,
			options->lists[0]->serving.trusted_proxies, err))
		return false;
	h.outage = outage_new(options->log);
	ending_block();
	if (open_house(&h, err)) {
		options->ready(options->data, h.listening.text);
		ending_wait(tick, h.door);
		ok = true;
	}
	*busy = !close_house(&h);
	proxies_clear(&h.proxies);
	return ok;
}
