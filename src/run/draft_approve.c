/*
 * An editor's word on a draft, and what editors decided about it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "run/draft.h"
#include "run/recheck.h"
#include "store/edits.h"

/* ----- what editors decided ----- */

/* As they were when it was made. */
static struct edits *
read_edits(const struct draft *d, struct error *err)
{
	struct arena *arena = arena_new();
	const struct value *v = value_find(draft_report(arena, d), "edits");
	struct str text = STR_INIT;
	struct edits *edits;

	if (v)
		json_write(&text, v, false);
	edits = v ? edits_read(str_span(&text), err) : edits_new();
	str_clear(&text);
	arena_free(arena);
	return edits;
}

bool
draft_end_edits(const struct draft *d, const struct list *list,
	struct store *store, struct error *err)
{
	struct edits *edits = read_edits(d, err);
	bool same = false;
	bool ok = edits &&
		store_edits_are(store, list->name, edits, &same, err) &&
		(!same || store_edits_clear(store, list->name, err));

	edits_free(edits);
	return ok;
}

/* ----- approving ----- */

/* So much of a hash names it, when it is typed from a letter. */
enum { HASH_LEAST = 8 };

static bool
is_meant(const struct draft *d, const char *hash)
{
	return strlen(hash) >= HASH_LEAST &&
		span_starts(span_of(d->hash), hash);
}

bool
draft_is_by(const char *authors, const char *name)
{
	struct span rest = span_of(authors);

	while (rest.len) {
		size_t n = span_find_text(rest, DRAFT_AND);

		if (span_equals(span_slice(rest, 0, n), name))
			return true;
		rest = n < rest.len ? span_from(rest, n + strlen(DRAFT_AND))
				    : SPAN_NONE;
	}
	return false;
}

/* What its preflight says it must not go out with. */
static bool
is_blocked(const struct draft *d, struct error *err)
{
	struct arena *arena = arena_new();
	const struct value *found =
		value_find(draft_report(arena, d), "preflight");
	const char *why = NULL;

	for (size_t i = 0; !why && found && i < found->count; i++) {
		const struct value *blocks =
			value_find(found->items[i], "blocks");

		if (blocks && blocks->truth)
			why = value_find_text(found->items[i], "text");
	}
	if (why)
		error_set(err, ERROR_DATA,
			"draft %d cannot be approved as it is: %s", d->number,
			why);
	arena_free(arena);
	return why != NULL;
}

/* It would not be opened: better said now than at its slot. */
static bool
still_stands(
	const struct draft *d, const struct draft_word *w, struct error *err)
{
	struct recheck look = {.list = w->list,
		.store = w->store,
		.list_id = w->list_id,
		.at = d->slot > w->now ? d->slot : w->now,
		.holder = d->id,
		.draft = true};
	char *why;

	if (!recheck(&look, &why, err))
		return false;
	if (why)
		error_set(err, ERROR_DATA,
			"draft %d of '%s' cannot go out as it is, for %s; make "
			"it anew",
			d->number, w->list->name, why);
	free(why);
	return err->kind == ERROR_NONE;
}

static bool
may_approve(
	const struct draft *d, const struct draft_word *w, struct error *err)
{
	if (!is_meant(d, w->hash))
		return error_set(err, ERROR_DATA,
			"draft %d of '%s' is another one by now: its hash is "
			"%s; look at it again, and approve that",
			d->number, w->list->name, d->hash);
	if (d->deadline <= w->now)
		return error_set(err, ERROR_DATA,
			"draft %d of '%s' had to be approved before; the next "
			"run gives it up, 'postrider draft %s' makes it anew",
			d->number, w->list->name, w->list->name);
	if (w->list->four_eyes && draft_is_by(d->author, w->by))
		return error_set(err, ERROR_DATA,
			"%s made draft %d of '%s' or edited it, and another "
			"has to approve it (approval.four_eyes)",
			w->by, d->number, w->list->name);
	return !is_blocked(d, err) && still_stands(d, w, err);
}

static bool
give_word(const struct draft *d, const struct draft_word *w, struct error *err)
{
	enum approval_result result = APPROVAL_NONE;

	if (!store_draft_approve(
		    w->store, d->id, d->hash, w->by, w->now, &result, err))
		return false;
	switch (result) {
	case APPROVAL_GIVEN:
		return true;
	case APPROVAL_ALREADY:
		return error_set(err, ERROR_DATA,
			"draft %d of '%s' was approved already, by %s",
			d->number, w->list->name,
			d->approver ? d->approver : "somebody else");
	default:
		return error_set(err, ERROR_LATER,
			"draft %d of '%s' has changed this very moment: look "
			"at it again",
			d->number, w->list->name);
	}
}

bool
draft_approve(const struct draft_word *w, struct draft *d, struct error *err)
{
	bool found;

	if (!store_draft_numbered(
		    w->store, w->list_id, w->number, d, &found, err))
		return false;
	if (!found)
		return error_set(err, ERROR_INPUT,
			"'%s' has no draft %d; 'postrider status %s' shows "
			"what there is",
			w->list->name, w->number, w->list->name);
	if (!may_approve(d, w, err) || !give_word(d, w, err))
		return false;
	log_event(w->log, "list '%s': issue %d: approved by %s", w->list->name,
		d->number, w->by);
	return true;
}
