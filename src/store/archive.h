/*
 * What the archive asks of the store: issues that somebody has, and their
 * letters.
 */
#ifndef STORE_ARCHIVE_H
#define STORE_ARCHIVE_H

#include "store/store.h"

/* An issue that may be shown; the texts are borrowed for the call. */
struct published {
	int64_t id;
	int number;
	int64_t slot, opened;
	const char *subject; /* of the first edition, to who is no reader */
};

/*
 * Calls for each issue of the list that has gone out to anybody, or of which a
 * message may have left, or that is over, the newest first; and for `also` (an
 * id; 0: none), which is about to. It must not ask the same again. Stops when
 * `each` returns false.
 */
bool store_published(struct store *store, int64_t list, int64_t also,
	bool (*each)(void *data, const struct published *p), void *data,
	struct error *err);

struct published_form {
	int number; /* for store_form() */
	const char *language, *format;
	unsigned spared;
};

/* Calls for each form of an issue that has a letter; likewise. */
bool store_published_forms(struct store *store, int64_t issue,
	bool (*each)(void *data, const struct published_form *f), void *data,
	struct error *err);

/* Is it one that went out and that the store has lost, for it was put back? Not
 * known: one that nobody had, whose number is free again. */
bool store_was_lost(struct store *store, int64_t list, int number, bool *lost,
	struct error *err);

#endif
