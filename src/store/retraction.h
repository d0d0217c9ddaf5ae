/*
 * Retractions in the store, and what of a list has carried what was retracted.
 * A retraction stands beside what issues carried and changes nothing of it
 * (invariant 3 of store.h): undone, a dispatch is as new or as seen as it was.
 *
 * An issue or a draft carries a dispatch also when it carries the same content
 * under another id.
 */
#ifndef STORE_RETRACTION_H
#define STORE_RETRACTION_H

#include "model/retraction.h"
#include "store/store.h"

/*
 * Records it, under the aliases (NULL-terminated) that it has now and all that
 * drafts and issues have carried it under. One that is there already stays as it
 * is, and takes the aliases: *is_new false.
 */
bool store_retract(struct store *store, int64_t list,
	const struct retraction *retraction, const char *const *aliases,
	bool *is_new, struct error *err);

/* *was false: it was not retracted. */
bool store_retract_undo(struct store *store, int64_t list, const char *id,
	bool *was, struct error *err);

/* Yours to retractions_free(). NULL and `err` set when the store fails. */
struct retractions *store_retractions(
	struct store *store, int64_t list, struct error *err);

/* Does any issue or draft of the list know it, or a retraction? */
bool store_knows_dispatch(struct store *store, int64_t list, const char *id,
	bool *known, struct error *err);

/* ----- who carries what was retracted ----- */

/* What is carried: `id`, because `of` was retracted, which may be itself. */
struct recalled {
	int64_t holder; /* the issue or the draft */
	int number;	/* its */
	const char *id;
	struct retraction of;
};

/* Calls for each dispatch that an issue of the list carried, or (`drafts`) that
 * a draft carries, and that is retracted: by holder, and each once. The texts
 * are borrowed for the call; it must not ask the same again. Stops when `each`
 * returns false. */
bool store_recalled(struct store *store, int64_t list, bool drafts,
	bool (*each)(void *data, const struct recalled *r), void *data,
	struct error *err);

/* Calls for the id of each dispatch that is printed in an issue or (`draft`) in
 * a draft; likewise. */
bool store_printed(struct store *store, int64_t holder, bool draft,
	bool (*each)(void *data, const char *id), void *data,
	struct error *err);

#endif
