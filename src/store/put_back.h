/*
 * A store that was put back, from a backup or a copy: what was sent after that
 * was made stands nowhere in it. So each of its lists sends nothing until
 * somebody who knows has said what became of that time (run/put_back.h).
 *
 * It is written into every backup when it is made, so that no way of putting it
 * back goes past it.
 */
#ifndef STORE_PUT_BACK_H
#define STORE_PUT_BACK_H

#include "store/store.h"

/*
 * Marks all lists of the store: what it knows ends at `since`. Open issues are
 * paused, and mails to one person that were due are given up: most of them
 * were sent minutes later. A list that is marked already keeps its mark.
 *
 * Who joined after `since` has letters whose links bear the number that he had
 * there. `now` sees to it that nobody has that again, however often the same
 * copy is put back.
 */
bool store_put_back(
	struct store *store, int64_t since, int64_t now, struct error *err);

/* Up to when the store knows what the list sent; INSTANT_NONE: it knows all. */
bool store_put_back_since(struct store *store, const char *list, int64_t *since,
	struct error *err);

/* In words, without "held": yours to free(). */
char *store_put_back_reason(int64_t since);

/* Nothing went out since then: the mark goes, and what it paused goes on. */
bool store_put_back_unsent(struct store *store, int64_t list_id,
	const char *list, int64_t at, struct error *err);

/* All of it went out: the mark goes, and the open issues close with their
 * readers as dropped, who are never due again. */
bool store_put_back_sent(struct store *store, int64_t list_id, const char *list,
	int64_t at, struct error *err);

/* The last issue that went out had this number, and this slot, which is free:
 * the next has the number behind it. */
bool store_put_back_number(struct store *store, int64_t list_id, int number,
	int64_t slot, int64_t at, struct error *err);

#endif
