/*
 * Proofs: a letter sent to editors as one reader would get it, marked, its links
 * of leaving and settings harmless, never counted. It is the draft, from the
 * bytes that would be sent; where there is none for the next slot, or another is
 * asked for, what would be composed now.
 */
#ifndef RUN_PROOF_H
#define RUN_PROOF_H

#include "base/error.h"
#include "base/log.h"
#include "model/list.h"
#include "run/compose.h"

struct proof_order {
	const struct list *list;
	const char *const *addresses; /* to whom */
	size_t count;
	const char *as; /* a subscriber whom it is filled for; or NULL */
	const char *language,
		*format;	      /* of the form; NULL: as he has it, or the
					  list */
	bool fresh;		      /* not the draft, */
	const struct composed *shown; /* but this; NULL: composed for it */
	const struct relay *relay;    /* in place of the list's; or NULL */
	int64_t now;
	const struct log *log;
	int timeout_scale; /* as in struct run_options */
};

/* *draft is the number of the draft that was sent, 0: it was none. ERROR_INPUT
 * when there is no such subscriber, ERROR_DATA when there is nothing to
 * prove. */
bool proof_send(const struct proof_order *order, int *draft, struct error *err);

#endif
