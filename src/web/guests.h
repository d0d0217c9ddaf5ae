/*
 * The connections there are, and how long each takes over its request: one that
 * sends an octet now and then would otherwise be kept for ever, and some
 * hundreds of these would keep everybody else out.
 *
 * From several threads.
 */
#ifndef WEB_GUESTS_H
#define WEB_GUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/network.h"

struct guests;
struct guest;

/* So many connections at most. */
struct guests *guests_new(size_t most);
void guests_free(struct guests *guests);

/* `fd` must stay open until guest_leave(). `now` in ms. */
struct guest *guest_come(struct guests *guests, int fd, int64_t now);
void guest_leave(struct guests *guests, struct guest *guest);

/*
 * A request has begun, of this client. False when he has too many under way,
 * with his neighbourhood (the /64 of IPv6, all of which one may have): 32; of
 * `free` ones, which the servers of mail providers send many of at once, a
 * quarter of the places. One on this machine may have any number. Ended, the
 * connection may rest until the next.
 */
bool guest_begin(struct guests *guests, struct guest *guest,
	const struct machine *client, bool free);
void guest_end(struct guests *guests, struct guest *guest, int64_t now);

/* It waits for us (then it is never late), or no longer. */
void guest_wait(struct guests *guests, struct guest *guest, bool waiting);

/* Shuts those that are late: sooner, when there is little room. Returns how
 * many. */
size_t guests_hurry(struct guests *guests, int64_t now);

size_t guests_busy(struct guests *guests); /* with a request under way */

#endif
