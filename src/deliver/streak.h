/*
 * Equal permanent refusals in a row: a relay that is misconfigured says "user
 * unknown" to everybody, and must not cost a list its readers. Whom a relay
 * refuses with the same words as the one before him is held here; when somebody
 * else is accepted, or refused with other words, they were refused indeed; when
 * there are ten of them, none was.
 *
 * While nobody is left to be tried for now nobody can be waited for: those held
 * are refused then. They go on being counted, so that a relay that is asked for
 * a few at a time does not refuse all of them, but at most nine.
 *
 * Jobs that are held are settled by whoever takes them out.
 */
#ifndef DELIVER_STREAK_H
#define DELIVER_STREAK_H

#include <stdbool.h>
#include <stddef.h>

#include "deliver/intake.h"
#include "model/outcome.h"

enum { STREAK_MOST = 10 };

struct streak {
	char *words; /* the refusal without what differs for each recipient */
	struct refused {
		struct job *job;
		int code;
		char *text;
		bool bounced;
	} held[STREAK_MOST];
	size_t count; /* of those held */
	int row;      /* refusals in a row, with those taken out */
};

/* Do they go on with what this refusal says? One that has not begun goes on with
 * any. */
bool streak_goes_on(
	const struct streak *s, const struct job *job, const struct outcome *o);

/* The job is held. False when it was the tenth in a row: then its text is the
 * reason to pause. */
bool streak_add(struct streak *s, struct job *job, const struct outcome *o);

/* One of those held, and takes it out; false when there is none. Its text is
 * yours to free(). */
bool streak_take(struct streak *s, struct refused *out);

/* Somebody was accepted, or refused with other words: the next one begins anew.
 */
void streak_restart(struct streak *s);

/* Frees what it holds, but not the jobs. */
void streak_clear(struct streak *s);

/* Was it an address that mail will not reach tomorrow either? A full mailbox
 * may be empty then (RFC 3463, X.2.2). */
bool streak_is_bounce(const struct outcome *o);

#endif
