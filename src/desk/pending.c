#include "desk/pending.h"

#include <stdlib.h>

#include "base/mem.h"
#include "run/world.h"

/* One that is due bears the time at which it was made: nothing is said. */
static bool
compare(struct pending *p, const struct list *list, struct store *store,
	int64_t list_id, int64_t now, struct error *err)
{
	struct draft_order order = {.list = list,
		.store = store,
		.list_id = list_id,
		.now = now,
		.slot = p->slot,
		.timeout_scale = world_timeout_scale()};
	struct str hash = STR_INIT;
	bool ok;

	if (!p->found || p->slot <= now)
		return true;
	ok = draft_foresee(&order, &hash, err);
	p->differs = ok && !span_equals(str_span(&hash), p->draft.hash);
	str_clear(&hash);
	return ok;
}

/* ----- all of them ----- */

static bool
note_draft(void *data, const struct draft *d)
{
	struct pending *p = data;

	p->waiting = mem_resize(
		p->waiting, (p->waiting_count + 1) * sizeof *p->waiting);
	p->waiting[p->waiting_count++] =
		(struct waiting){.draft = {.id = d->id}};
	return true;
}

static bool
read_draft(struct waiting *w, struct arena *arena, struct store *store,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	bool found;

	if (!store_draft_of_id(store, w->draft.id, &w->draft, &found, err))
		return false;
	w->letters = draft_letters(arena, store, &w->draft, &problem);
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

static bool
read_drafts(struct pending *p, struct store *store, int64_t list_id,
	struct error *err)
{
	bool ok = store_drafts(store, list_id, note_draft, p, err);

	for (size_t i = 0; ok && i < p->waiting_count; i++)
		ok = read_draft(&p->waiting[i], p->arena, store, err);
	return ok;
}

static bool
note_issue(void *data, const struct issue_record *r)
{
	struct pending *p = data;

	if (r->number &&
		(r->state == ISSUE_SENDING || r->state == ISSUE_CLOSED))
		p->sent[p->sent_count++] = (struct sent_issue){
			r->number, mem_strdup(r->subject ? r->subject : "")};
	return p->sent_count < PENDING_SENT;
}

bool
pending_read(struct pending *p, const struct list *list, struct store *store,
	int64_t list_id, int64_t now, struct error *err)
{
	*p = (struct pending){.slot = INSTANT_NONE, .arena = arena_new()};
	return draft_slot(list, store, list_id, now, &p->slot, err) &&
		(p->slot == INSTANT_NONE ||
			store_draft_of_slot(store, list_id, p->slot, &p->draft,
				&p->found, err)) &&
		compare(p, list, store, list_id, now, err) &&
		read_drafts(p, store, list_id, err) &&
		store_issues(store, list_id, note_issue, p, err);
}

void
pending_clear(struct pending *p)
{
	draft_clear(&p->draft);
	for (size_t i = 0; i < p->waiting_count; i++)
		draft_clear(&p->waiting[i].draft);
	free(p->waiting);
	for (size_t i = 0; i < p->sent_count; i++)
		free(p->sent[i].subject);
	arena_free(p->arena);
	*p = (struct pending){.slot = INSTANT_NONE};
}
