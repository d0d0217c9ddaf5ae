/*
 * Mails from and about those who were erased, taken out of the inbox. They are
 * known by the hashes of their addresses alone, so that every address of a mail
 * is hashed and looked for; and by the tokens of letters that they had, which
 * lead to the rows that are left of them.
 *
 * Who is known to another list of this inbox keeps his mails: what he wrote may
 * be for that one. So does an address of a list's own, which all mail goes to.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mailbox/mailbox.h"
#include "run/sorting.h"
#include "store/suppress.h"
#include "subscribers/sweep_due.h"

struct sweep {
	struct sorting *s;
	const char *due; /* hashes, with a blank behind each */
	/* of the mail that is looked at */
	bool meant, kept;
	struct error *err;
	bool ok;
};

static bool
is_due(const struct sweep *w, const char *hash)
{
	return strstr(w->due, hash) != NULL;
}

/* ----- by address ----- */

static bool
is_own(const struct list *list, const char *key)
{
	return address_has_key(span_of(list->bounces), key) ||
		address_has_key(span_of(list->unsubscribe), key) ||
		address_has_key(span_of(list->reply_to), key) ||
		address_has_key(span_of(list->from.address), key);
}

/* Is he on this list, or was he, and was not erased? */
static bool
is_known(struct sweep *w, const struct sorting_list *l, const char *key)
{
	struct error problem = ERROR_INIT;
	struct subscriber *s =
		store_subscriber(w->s->store, l->id, key, &problem);
	bool known = s && s->state != SUBSCRIBER_ERASED;

	if (problem.kind != ERROR_NONE)
		w->ok = error_move(w->err, &problem);
	subscriber_free(s);
	return known;
}

static bool
keeps_his(struct sweep *w, const char *key)
{
	for (size_t i = 0; w->ok && i < w->s->list_count; i++) {
		const struct sorting_list *l = &w->s->lists[i];

		if (is_own(l->list, key) ||
			(sorting_reads(w->s, l->list) && is_known(w, l, key)))
			return true;
	}
	return false;
}

static void
try_key(struct sweep *w, const char *key, const char *hash)
{
	bool due = is_due(w, hash), keeps = due && keeps_his(w, key);

	w->meant = due && !keeps && w->ok;
	w->kept = w->kept || keeps;
}

static void
try_address(void *data, struct span address)
{
	struct sweep *w = data;
	struct str key = STR_INIT, hash = STR_INIT;

	if (w->meant || !w->ok || !address_check(address, NULL))
		return;
	address_key(&key, address);
	w->ok = store_hash_key(w->s->store, str_span(&key), &hash, w->err);
	if (w->ok)
		try_key(w, str_text(&key), str_text(&hash));
	str_clear(&hash);
	str_clear(&key);
}

/* ----- by token ----- */

/* Of a row that is left of him the key is "#" and his hash. */
static void
try_bearer(struct sweep *w, const struct bearer *b)
{
	struct error problem = ERROR_INIT;
	struct subscriber *s = store_subscriber_numbered(
		w->s->store, b->list->id, b->subscriber, &problem);

	if (problem.kind != ERROR_NONE)
		w->ok = error_move(w->err, &problem);
	w->meant = s && s->state == SUBSCRIBER_ERASED && is_due(w, s->key + 1);
	subscriber_free(s);
}

/* A letter by somebody else may answer one that was forwarded to him. */
static void
try_tokens(struct sweep *w, const struct inbox_mail *mail)
{
	static const enum token_purpose purposes[] = {
		TOKEN_BOUNCE, TOKEN_MESSAGE, TOKEN_PROBE, TOKEN_UNSUBSCRIBE};
	const struct arrival a = {.mail = *mail};
	struct bearer bearer;
	bool found;

	if (w->meant || !w->ok || mail->kind == INBOX_LETTER)
		return;
	w->ok = bearer_find(w->s, &a, purposes,
		sizeof purposes / sizeof *purposes, &bearer, &found, w->err);
	if (w->ok && found)
		try_bearer(w, &bearer);
}

/* ----- the inbox ----- */

static bool
is_meant(void *data, struct span bytes, bool *meant, struct error *err)
{
	struct sweep *w = data;
	struct arena *arena = arena_new();
	const struct message *m = inbox_parse(arena, bytes);
	const struct inbox_mail *mail = inbox_read_message(arena, m);

	w->meant = w->kept = false;
	w->ok = true;
	w->err = err;
	inbox_people(arena, m, mail, try_address, w);
	try_tokens(w, mail);
	*meant = w->ok && w->meant;
	w->s->report->kept += w->kept && !w->meant;
	arena_free(arena);
	return w->ok;
}

/* Where a mail was moved meanwhile it is done once more, by the next. */
static bool
sweep_for(struct sorting *s, const char *due, struct error *err)
{
	struct sweep w = {.s = s, .due = due};
	const struct mailbox_sweeping sweeping = {
		.place = s->place,
		.largest = MAILBOX_LARGEST,
		.is_meant = is_meant,
		.data = &w,
		.problems = &s->problems,
	};
	struct mailbox_swept swept;
	bool ok = mailbox_sweep(&sweeping, &swept, err);

	s->report->swept += swept.removed;
	return ok &&
		(swept.moved || sweep_due_finish(s->store, s->place, due, err));
}

bool
sweep_inbox(struct sorting *s, struct error *err)
{
	struct error problem = ERROR_INIT;
	char *due = sweep_due_load(s->store, s->place, &problem);
	bool ok = problem.kind == ERROR_NONE ? !due || sweep_for(s, due, err)
					     : error_move(err, &problem);

	free(due);
	return ok;
}
