#include "deliver/outlet.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	OPEN_TRIES = 3,	      /* failures in a row before it is given up */
	FIRST_PAUSE = 1000,   /* ms before the second try */
	PATIENCE = 30 * 1000, /* ms: a longer pause is giving up */
	REST = 5 * 60 * 1000, /* ms before one given up is tried again */
};

/* ----- which there are ----- */

static bool
takes_sender(const struct relay *relay, const struct list *list)
{
	struct str domain = STR_INIT;
	bool takes = !relay->senders || !relay->senders[0];

	list_sender_domain(&domain, list);
	for (size_t i = 0; !takes && relay->senders[i]; i++)
		takes = strcmp(str_text(&domain), relay->senders[i]) == 0;
	str_clear(&domain);
	return takes;
}

static void
add_outlet(struct outlets *o, const struct list *list,
	const struct relay *relay, size_t recipients)
{
	struct outlet *outlet = &o->all[o->count++];
	int most = relay->connections ? relay->connections : list->connections;

	if ((size_t)most > recipients)
		most = recipients ? (int)recipients : 1;
	/* A connection for each message a second: more would only idle. */
	if (relay->rate.count &&
		most > 1 + relay->rate.count / relay->rate.seconds)
		most = (int)(1 + relay->rate.count / relay->rate.seconds);
	*outlet = (struct outlet){.relay = relay};
	pace_init(&outlet->pace, most, FIRST_PAUSE / o->scale);
	/* A folder needs no politeness. */
	if (relay->kind == TRANSPORT_SPOOL)
		outlet->pace.window = most;
}

void
outlets_init(struct outlets *o, const struct list *list,
	const struct relay *only, size_t recipients, int time_scale)
{
	const struct relay *relays = only ? only : list->relays;
	size_t count = only ? 1 : list->relay_count;

	*o = (struct outlets){.scale = time_scale > 0 ? time_scale : 1};
	o->all = mem_new(count * sizeof *o->all);
	for (size_t i = 0; i < count; i++)
		if (only || takes_sender(&relays[i], list))
			add_outlet(o, list, &relays[i], recipients);
}

void
outlets_clear(struct outlets *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->all[i].trouble);
	free(o->all);
	*o = (struct outlets){.all = NULL};
}

void
outlets_begin_again(struct outlets *o)
{
	for (size_t i = 0; i < o->count; i++)
		o->all[i].pace.window = 1;
}

size_t
outlets_channels(const struct outlets *o)
{
	size_t sum = 0;

	for (size_t i = 0; i < o->count; i++)
		sum += (size_t)o->all[i].pace.most;
	return sum;
}

/* ----- which one ----- */

static bool
may_open(const struct outlet *outlet, int64_t now)
{
	/* After a failure one at a time, until one works again. */
	size_t most = outlet->failures ? 1 : (size_t)outlet->pace.window;

	return now >= outlet->pace.open_at && now >= outlet->quiet_until &&
		outlet->channels < most;
}

struct outlet *
outlets_next(struct outlets *o, int64_t now)
{
	for (size_t i = 0; i < o->count; i++) {
		struct outlet *outlet = &o->all[i];

		if (now < outlet->rests_until)
			continue;
		if (may_open(outlet, now))
			return outlet;
		if (!outlet->failures)
			return NULL; /* it is all that is needed */
	}
	return NULL;
}

bool
outlets_is_spare(const struct outlets *o, const struct outlet *outlet)
{
	for (const struct outlet *other = o->all; other < outlet; other++)
		if (other->channels && !other->failures && !other->rests_until)
			return true;
	return false;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t
outlets_deadline(const struct outlets *o, int64_t now)
{
	int64_t at = INT64_MAX;

	for (size_t i = 0; i < o->count; i++) {
		const struct outlet *outlet = &o->all[i];
		int64_t opens = later(outlet->rests_until,
			later(outlet->pace.open_at, outlet->quiet_until));

		if (opens > now && opens < at)
			at = opens;
	}
	return at;
}

bool
outlets_are_out(
	const struct outlets *o, int64_t now, const struct outlet **first)
{
	for (size_t i = 0; i < o->count; i++)
		if (now >= o->all[i].rests_until)
			return false;
	*first = o->all;
	return true;
}

/* ----- how it went ----- */

static void
keep_trouble(struct outlet *outlet, char *why_take)
{
	free(outlet->trouble);
	outlet->trouble = why_take;
}

static void
rest(struct outlets *o, struct outlet *outlet, int64_t now)
{
	outlet->rests_until = now + REST / o->scale;
}

void
outlet_failed(struct outlets *o, struct outlet *outlet, const struct error *why,
	int64_t now)
{
	if (why->text)
		keep_trouble(outlet, mem_strdup(why->text));
	outlet->refused = why->kind == ERROR_REFUSED;
	pace_trouble(&outlet->pace, now);
	if (outlet->open) {
		pace_keep(&outlet->pace, (int)outlet->open);
		return;
	}
	/* What fell together, in one pause, counts once. */
	if (outlet->counted != outlet->pace.open_at)
		outlet->failures++;
	outlet->counted = outlet->pace.open_at;
	if (outlet->refused || outlet->failures >= OPEN_TRIES)
		rest(o, outlet, now);
}

void
outlet_refused(
	struct outlets *o, struct outlet *outlet, char *why_take, int64_t now)
{
	keep_trouble(outlet, why_take);
	outlet->refused = true;
	outlet->failures++;
	rest(o, outlet, now);
}

bool
outlet_gives_way(
	struct outlets *o, struct outlet *outlet, const char *why, int64_t now)
{
	bool another = false;

	for (size_t i = 0; i < o->count; i++)
		another |= &o->all[i] != outlet && now >= o->all[i].rests_until;
	if (!another)
		return false;
	keep_trouble(outlet, mem_strdup(why));
	outlet->failures++;
	rest(o, outlet, now);
	return true;
}

void
outlet_works(struct outlet *outlet, int64_t now)
{
	if (now < outlet->rests_until)
		return;
	outlet->failures = 0;
	outlet->refused = false;
	outlet->rests_until = 0;
}

void
outlet_slow_down(
	struct outlets *o, struct outlet *outlet, const char *why, int64_t now)
{
	keep_trouble(outlet, mem_strdup(why));
	if (outlet->pace.pause * o->scale > PATIENCE)
		rest(o, outlet, now);
}
