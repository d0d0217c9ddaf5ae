/*
 * The issue that is being sent, else the one that was sent last: how far it is,
 * and how fast it goes. Read from the ledger, which another process writes.
 */
#ifndef DESK_RUNNING_H
#define DESK_RUNNING_H

#include "model/list.h"
#include "store/store.h"

enum running_state {
	RUNNING_NONE,	/* nothing was ever sent */
	RUNNING_GOING,	/* a run gave a sign of life a moment ago */
	RUNNING_WAITS,	/* it is open, and the next run goes on with it */
	RUNNING_PAUSED, /* why: `why` */
	RUNNING_DONE,
	RUNNING_CANCELLED,
};

struct running {
	enum running_state state;
	int64_t id;
	int number;
	char *subject, *why;
	int64_t opened;
	size_t total, sent, due, later, refused, doubt, dropped;
	size_t wire;  /* part of the due while it is sent, else of the doubt */
	double rate;  /* sent a second; 0: nothing was, or it is not known */
	int64_t left; /* seconds, at that rate, for the due; -1: not known */
	char *held;   /* why the list is; NULL: it is not */
};

/* `later` are those of the due who were tried, `doubt` those held, and on the
 * wire of nobody who sends, `dropped` all who will get none without having been refused.
 * running_clear() also after a failure. */
bool running_read(struct running *running, const struct list *list,
	struct store *store, int64_t list_id, int64_t now, struct error *err);
void running_clear(struct running *running);

bool running_is_same(const struct running *a, const struct running *b);

/* What was seen of an issue during the last seconds; all zero at first. */
enum { PACE_SEEN = 10 };

struct pace {
	int64_t issue;
	size_t count;
	struct {
		int64_t ticks; /* world_ticks() */
		size_t done;
	} seen[PACE_SEEN]; /* the oldest first */
};

/* Remembers it, and sets `rate` and `left` by what is remembered. */
void pace_take(struct pace *pace, struct running *running, int64_t ticks);

#endif
