/*
 * Octets on their way out. Most are the rope's own; large runs that live
 * elsewhere are lent to it, and need not be copied to be sent.
 *
 *     own    | headers |        | a value |        | the next command |
 *     lent              [ text ]           [ HTML ]
 *
 * Whoever lends keeps the run as it is until it has been taken.
 */
#ifndef BASE_ROPE_H
#define BASE_ROPE_H

#include <stdbool.h>

#include "base/str.h"

struct rope {
	struct str own;
	struct loan {
		size_t at; /* it stands before this octet of `own` */
		struct span run;
	} *loans;
	size_t loan_count, loan_max;
	size_t own_taken, loans_taken; /* what has left */
	size_t lent;		       /* octets of loans that have not */
	bool whole; /* lends nothing: all is copied, and one run */
};

#define ROPE_INIT ((struct rope){.lent = 0})

void rope_clear(struct rope *rope); /* frees; usable again, `whole` is kept */
void rope_empty(struct rope *rope); /* keeps the memory */

/* To be appended to. */
static inline struct str *
rope_own(struct rope *rope)
{
	return &rope->own;
}

/* Appends a run that lives elsewhere. */
void rope_lend(struct rope *rope, struct span run);

/* Octets that have not been taken. */
static inline size_t
rope_left(const struct rope *rope)
{
	return rope->own.len - rope->own_taken + rope->lent;
}

/* Does all that was ever appended, and not emptied, end with this text? */
bool rope_ends(const struct rope *rope, const char *text);

/* What is left, in order: at most `max` runs, none of them empty. */
size_t rope_look(const struct rope *rope, struct span *runs, size_t max);

void rope_take(struct rope *rope, size_t n); /* n <= rope_left() */

#endif
