/*
 * The inside of a retraction: what retract.c and retract_drafts.c share.
 */
#ifndef RUN_RETRACTING_H
#define RUN_RETRACTING_H

#include "run/draft.h"
#include "run/retract.h"

struct retracting {
	const struct retract_order *o;
	struct retract_result *result;
	struct run_options options; /* of the mails */
	struct problems told;	    /* to the editors, all in one */
};

/* In the transaction: a draft of the schedule loses its approval, any other is
 * dropped. The result has it from then on. */
bool retract_stop_draft(struct retracting *r, int number, struct error *err);

/* Behind it: those of the schedule are made anew. What fails is in the result,
 * and told. */
void retract_finish_drafts(struct retracting *r);

#endif
