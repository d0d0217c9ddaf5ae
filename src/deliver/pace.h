/*
 * How hard a relay may be pressed: how many connections may be open at once,
 * and when the next may be opened. It begins slowly, grows while all is well,
 * and backs off when the relay says that it is too much, as TCP does (RFC 5681,
 * 3.1).
 *
 *     window
 *       |        most ______
 *       |            /      \ 421: half of it, and a pause
 *       |          _/        \      ___/
 *       |        _/           \____/    one more for each window accepted;
 *       |       /                       after trouble for two, four, …
 *       |      _/ one more for each connection opened
 *       +-----------------------------------------------
 *
 * Pure: the time is an argument, in milliseconds.
 */
#ifndef DELIVER_PACE_H
#define DELIVER_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	int most;	     /* connections, by the settings */
	int window;	     /* that may be open now */
	int threshold;	     /* of the window: below it grows fast */
	int accepted;	     /* recipients, since it last grew */
	int caution;	     /* so many times the window before it grows */
	int refusals;	     /* temporary ones about the relay, in a row */
	int64_t first_pause; /* after trouble */
	int64_t pause;	     /* the last one; 0: all is well */
	int64_t open_at;     /* nothing is opened before */
};

void pace_init(struct pace *p, int most, int64_t first_pause);

/* A connection was greeted. */
void pace_opened(struct pace *p);

/* A recipient was accepted. */
void pace_accepted(struct pace *p);

/* 421, or a connection that came to nothing. What comes while it pauses is of
 * the same trouble and counts once: then it is false. */
bool pace_trouble(struct pace *p, int64_t now);

/* So many are open, and bear no part in the trouble: they stay. */
void pace_keep(struct pace *p, int open);

/* A temporary refusal that is about the relay; a burst of them is trouble, and
 * then it is true. */
bool pace_refused(struct pace *p, int64_t now);

#endif
