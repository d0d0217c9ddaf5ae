#include "desk/desk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/config.h"
#include "desk/room.h"
#include "run/porter.h"
#include "run/preflight.h"
#include "run/world.h"
#include "web/confining.h"
#include "web/ending.h"
#include "web/listen.h"

enum {
	SECRET_OCTETS = 20,
	PROXY_MAY = 0660, /* who reaches the socket may say who he is */
};

struct desk {
	const struct desk_options *o;
	struct listening listening;
	struct proxies nobody; /* but this machine may connect */
	struct guard guard;
	struct porter *porter; /* NULL: not confined */
	struct room *room;
	struct door *door;
};

/* Places that the settings name later need a new start. */
static void
confine_desk(const struct desk *d)
{
	static const struct list *const none[] = {NULL};
	struct site site;
	bool known = site_load(&site, d->o->site, NULL);

	confine_house(&(struct confining){.site = d->o->site,
		.lists = known ? (const struct list *const *)site.lists : none,
		.socket = d->listening.path,
		.archives = true,
		.log = d->o->log});
	if (known)
		site_clear(&site);
}

static bool
open_listening(struct desk *d, struct error *err)
{
	char *where = d->o->socket ? mem_printf("unix:%s", d->o->socket)
				   : mem_printf("127.0.0.1:%d", d->o->port);
	struct listen_options o = {.where = where,
		.setting = d->o->socket ? "--socket" : "--port",
		.site = ".",
		.own = true,
		.mode = PROXY_MAY};
	bool ok = listening_open(&d->listening, &o, err);

	free(where);
	return ok;
}

static int
port_of(const struct desk *d)
{
	return d->o->socket ? 0 : atoi(strrchr(d->listening.text, ':') + 1);
}

static bool
open_door(struct desk *d, struct error *err)
{
	struct room_options room = {.site = d->o->site,
		.list = d->o->list,
		.porter = d->porter,
		.who = d->o->who,
		.guard = &d->guard,
		.log = d->o->log};
	struct door_options door = {
		.fd = d->listening.fd, .proxies = &d->nobody, .log = d->o->log};

	guard_init_take(&d->guard, port_of(d), world_random(SECRET_OCTETS),
		world_random(SECRET_OCTETS), world_random(SECRET_OCTETS));
	d->room = room_open(&room, err);
	if (!d->room) {
		close(d->listening.fd);
		return false;
	}
	door.keeper = room_keeper(d->room);
	d->door = door_open(&door, err);
	return d->door != NULL;
}

/* The porter has no part in what is open from here on. */
static bool
open_desk(struct desk *d, struct error *err)
{
	if (d->o->confined) {
		d->porter = porter_start(preflight_spam_programs, err);
		if (!d->porter)
			return false;
	}
	if (!open_listening(d, err))
		return false;
	if (d->o->confined)
		confine_desk(d);
	return open_door(d, err);
}

static void
say_ready(const struct desk *d)
{
	char *address = d->o->socket
		? mem_strdup(d->listening.text)
		: mem_printf("http://%s/start/%s", d->listening.text,
			  d->guard.start);

	d->o->ready(d->o->data, address);
	free(address);
}

static void
tick(void *data)
{
	const struct desk *d = data;

	door_tick(d->door);
	room_tick(d->room);
}

bool
desk(const struct desk_options *options, struct error *err)
{
	struct desk d = {.o = options, .listening = {.fd = -1}};
	bool ok = false;

	ending_block();
	if (open_desk(&d, err)) {
		say_ready(&d);
		ending_wait(tick, &d);
		ok = true;
	}
	listening_leave(&d.listening);
	if (d.door)
		door_close(d.door);
	room_close(d.room);
	porter_end(d.porter);
	guard_clear(&d.guard);
	listening_clear(&d.listening);
	return ok;
}
