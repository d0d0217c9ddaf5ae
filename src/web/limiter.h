/*
 * How much each client may ask of us: a bucket for each neighbourhood (the /64
 * of IPv6) that fills by itself. Memory is bounded; when there is no room, the
 * one who has used least is forgotten, so that nobody is let off because many
 * others came.
 *
 * Pure, with the clock given. One thread at a time.
 */
#ifndef WEB_LIMITER_H
#define WEB_LIMITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/network.h"

struct limiter;

struct limits {
	int capacity;	 /* what a bucket holds */
	int per_second;	 /* what comes back to it */
	size_t clients;	 /* remembered at once, about */
	uint64_t secret; /* so that nobody picks whom he pushes out */
};

struct limiter *limiter_new(const struct limits *limits);
void limiter_free(struct limiter *limiter);

/*
 * Takes `cost` when the bucket is not empty, and may leave it in debt; false
 * when it is empty. A cost of 0 only asks. `now` in ms, never going back.
 */
bool limiter_take(struct limiter *limiter, const struct machine *client,
	int cost, int64_t now);

#endif
