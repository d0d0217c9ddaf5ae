/*
 * From an outcome to the ledger: which state a recipient gets, when he is tried
 * again, and when the whole issue has to pause.
 */
#ifndef DELIVER_VERDICT_H
#define DELIVER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "deliver/reply.h"
#include "model/outcome.h"
#include "store/store.h"

/*
 * Fills the row for this outcome, but for its shard. False when the ledger needs
 * none: he stays as he is (untouched: due; in doubt: on the wire, until the next
 * claim settles it). `now` in seconds since 1970; a wait is divided by `scale`.
 * Texts are borrowed from the outcome.
 */
bool verdict_row(const struct outcome *outcome, const struct recipient *r,
	int64_t now, int64_t scale, struct turn_row *row);

/* Why a permanent refusal that is not about the recipient stops the sending:
 * yours to free(). */
char *verdict_reason(const struct outcome *outcome, enum smtp_step step);

/* Was he refused before, when ten equal refusals in a row paused the issue? The
 * editor had it go on, so it is about him. */
bool verdict_is_repeated(const struct recipient *r);

#endif
