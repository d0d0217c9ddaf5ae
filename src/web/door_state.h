/*
 * A door and what comes in: what the files of the door share. For them alone.
 */
#ifndef WEB_DOOR_STATE_H
#define WEB_DOOR_STATE_H

#include <pthread.h>
#include <stdbool.h>

#include "web/door.h"
#include "web/guests.h"
#include "web/limiter.h"

struct MHD_Connection;
struct MHD_Daemon;
struct MHD_Response;
struct sockaddr;

/* Answers that are always the same. */
enum fixed {
	FIXED_BROKEN,
	FIXED_METHOD,
	FIXED_LARGE,
	FIXED_MUCH,
	FIXED_CLOSING,
	FIXED_COUNT
};

/* While it closes nobody new is answered; closed, the keeper is gone. */
enum openness { OPEN, CLOSING, CLOSED };

struct door {
	struct door_options o;
	struct MHD_Daemon *daemon;
	struct guests *guests;
	struct MHD_Response *fixed[FIXED_COUNT];
	bool told_of_proxy;
	pthread_mutex_t lock;		   /* of what follows */
	struct limiter *limiter, *guesses; /* of what costs, of what does not */
	enum openness state;
};

/* A request under way. */
struct call {
	struct visit visit; /* first: what the keeper gives back */
	struct door *door;
	struct MHD_Connection *connection;
	struct guest *guest;
	struct str body, forwarded;
	bool put;
};

enum openness door_state(struct door *door);

/* ----- door_client.c ----- */

/* Who is far must be a proxy. NULL, of a Unix socket, is let in. */
bool door_lets_in(const struct door *door, const struct sockaddr *address);

/* Who it is that asks, by the word of a proxy where that counts. */
void door_read_client(struct call *call);

/* ----- door_framing.c ----- */

/* Is it larger than any form of ours, by its own word? */
bool door_call_is_large(struct call *call);

/* May a proxy before us have seen its end elsewhere? */
bool door_call_is_ambiguous(struct call *call);

/* ----- door_answer.c; what is sent gives libmicrohttpd's result ----- */

bool door_make_answers(struct door *door, struct error *err);
void door_drop_answers(struct door *door);
int door_send_fixed(struct call *call, enum fixed which);
int door_send_answer(struct call *call);

#endif
