/*
 * What editors decided about the next issue of a list, kept until that opens.
 * Who reads it and writes it back does both within one transaction
 * (store_together()), for two may edit at the same time.
 */
#ifndef STORE_EDITS_H
#define STORE_EDITS_H

#include "model/edits.h"
#include "store/store.h"

/* Yours to edits_free(); nothing decided is an empty one. NULL and `err` set
 * when the store fails. */
struct edits *store_edits(
	struct store *store, const char *list, struct error *err);

bool store_set_edits(struct store *store, const char *list,
	const struct edits *edits, struct error *err);

/* For whoever opens the issue, in the same transaction: they hold for one
 * issue only. */
bool store_edits_clear(
	struct store *store, const char *list, struct error *err);

/* Are they still these? An issue must not open without what was decided while
 * it was composed. */
bool store_edits_are(struct store *store, const char *list,
	const struct edits *edits, bool *same, struct error *err);

#endif
