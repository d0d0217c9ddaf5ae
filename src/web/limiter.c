#include "web/limiter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WAYS = 4 }; /* buckets that a client may be in */

struct bucket {
	struct machine client;
	int64_t level; /* thousandths */
	int64_t at;    /* ms */
	bool used;
};

struct limiter {
	struct limits limits;
	size_t sets;
	struct bucket *buckets; /* sets * WAYS */
};

struct limiter *
limiter_new(const struct limits *limits)
{
	struct limiter *l = mem_new(sizeof *l);

	l->limits = *limits;
	l->sets = limits->clients / WAYS + 1;
	l->buckets = mem_new(l->sets * WAYS * sizeof *l->buckets);
	return l;
}

void
limiter_free(struct limiter *l)
{
	if (!l)
		return;
	free(l->buckets);
	free(l);
}

/* The finalizer of MurmurHash3, on both halves. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
	x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static size_t
set_of(const struct limiter *l, const struct machine *client)
{
	uint64_t halves[2];

	memcpy(halves, client->octets, sizeof halves);
	return mix(halves[1] ^ mix(halves[0] ^ l->limits.secret)) % l->sets;
}

static void
refill(const struct limiter *l, struct bucket *b, int64_t now)
{
	int64_t full = (int64_t)l->limits.capacity * 1000;
	int64_t to_fill = (full - b->level) / l->limits.per_second + 1;

	if (now - b->at >= to_fill)
		b->level = full;
	else
		b->level += (now - b->at) * l->limits.per_second;
	b->at = now;
}

/* His bucket; else one that nobody has, or that of who used least. */
static struct bucket *
find_bucket(struct limiter *l, const struct machine *client, int64_t now)
{
	struct bucket *set = &l->buckets[set_of(l, client) * WAYS];
	struct bucket *fullest = set;

	for (struct bucket *b = set; b < set + WAYS; b++) {
		if (!b->used) {
			fullest = b;
			break;
		}
		refill(l, b, now);
		if (memcmp(&b->client, client, sizeof *client) == 0)
			return b;
		if (b->level > fullest->level)
			fullest = b;
	}
	*fullest = (struct bucket){.client = *client,
		.level = (int64_t)l->limits.capacity * 1000,
		.at = now,
		.used = true};
	return fullest;
}

bool
limiter_take(
	struct limiter *l, const struct machine *client, int cost, int64_t now)
{
	struct machine all = machine_neighbourhood(client);
	struct bucket *b = find_bucket(l, &all, now);

	if (b->level <= 0)
		return false;
	b->level -= (int64_t)cost * 1000;
	return true;
}
