/*
 * From an outcome to the ledger: which state a recipient gets, when he is tried
 * again, and when the whole issue has to pause.
 */
#ifndef DELIVER_VERDICT_H
#define DELIVER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "deliver/intake.h"
#include "deliver/reply.h"
#include "model/outcome.h"
#include "store/store.h"

/* Watches for one permanent refusal after the other with the same words: a
 * misconfigured relay must not bounce a whole roster. */
struct refusal_watch {
	char *last;
	size_t run;
};

void refusal_watch_clear(struct refusal_watch *watch);

/*
 * Fills the row for this outcome. False when the ledger needs none: he stays as
 * he is (untouched: due; in doubt: on the wire, until the next claim settles
 * it). Texts are borrowed from the outcome.
 */
bool verdict_row(const struct outcome *outcome, const struct job *job,
	int64_t now, struct turn_row *row);

/*
 * The reason for which the issue must pause after this outcome, yours to
 * free(); NULL: it need not.
 */
char *verdict_pause(struct refusal_watch *watch, const struct outcome *outcome,
	enum smtp_step step);

/* Seconds to wait after so many tries; `spread` keeps them from coming back all
 * at once. */
int64_t retry_wait(int tries, int64_t spread);

#endif
