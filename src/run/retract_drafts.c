/*
 * What becomes of drafts that carry what was retracted.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "run/retracting.h"

static void
note_draft(struct retract_result *result, const struct draft *d)
{
	struct retract_draft *items = mem_resize(
		result->drafts, (result->draft_count + 1) * sizeof *items);

	result->drafts = items;
	items[result->draft_count++] = (struct retract_draft){
		.number = d->number,
		.kind = d->kind,
		.fate = d->kind == DRAFT_REGULAR ? RETRACT_KEPT
						 : RETRACT_DROPPED,
	};
}

bool
retract_stop_draft(struct retracting *r, int number, struct error *err)
{
	const struct retract_order *o = r->o;
	struct draft d = {.id = 0};
	bool found,
		ok = store_draft_numbered(
			o->store, o->list_id, number, &d, &found, err);

	if (ok && found && d.kind == DRAFT_REGULAR)
		ok = store_draft_void(o->store, d.id,
			draft_deadline(o->list, d.slot, o->now), err);
	else if (ok && found)
		ok = store_draft_drop(o->store, d.id, false, o->now, err);
	if (ok && found)
		note_draft(r->result, &d);
	draft_clear(&d);
	return ok;
}

/* With nothing left its slot is open still: what comes until then makes
 * another. */
static bool
settle_draft(struct retracting *r, const struct draft *old,
	const struct draft *new, enum draft_outcome outcome,
	struct retract_draft *out, struct error *err)
{
	const struct retract_order *o = r->o;

	if (outcome != DRAFT_MADE) {
		out->fate = RETRACT_DROPPED;
		return store_draft_drop(o->store, old->id, false, o->now, err);
	}
	out->fate = RETRACT_REMADE;
	out->hash = mem_strdup(new->hash);
	return draft_tell(new, o->list, o->store, &r->options, err);
}

static bool
remake(struct retracting *r, const struct draft *old, struct retract_draft *out,
	struct error *err)
{
	const struct retract_order *o = r->o;
	struct draft_order order = {
		.list = o->list,
		.store = o->store,
		.list_id = o->list_id,
		.now = o->now,
		.kind = DRAFT_REGULAR,
		.slot = old->slot,
		.deadline = draft_deadline(o->list, old->slot, o->now),
		.author = old->author,
		.settle = true,
		.timeout_scale = o->timeout_scale,
	};
	enum draft_outcome outcome;
	struct composed c;
	struct draft new;
	bool ok = draft_make(&order, &c, &new, &outcome, err) &&
		settle_draft(r, old, &new, outcome, out, err);

	for (size_t i = 0; i < c.problems.count; i++)
		problem_add(&r->result->problems, c.problems.items[i].severity,
			NULL, 0, 0, "%s", c.problems.items[i].text);
	draft_clear(&new);
	composed_clear(&c);
	return ok;
}

static void
remake_draft(struct retracting *r, struct retract_draft *out)
{
	struct error err = ERROR_INIT;
	struct draft d = {.id = 0};
	bool found = false;

	if (store_draft_numbered(r->o->store, r->o->list_id, out->number, &d,
		    &found, &err) &&
		found)
		remake(r, &d, out, &err);
	if (err.kind != ERROR_NONE)
		out->trouble = mem_strdup(err.text);
	error_clear(&err);
	draft_clear(&d);
}

static void
tell_dropped(struct retracting *r, const struct retract_draft *d)
{
	static const char *const why[] = {
		[DRAFT_REGULAR] = "nothing is left of it",
		[DRAFT_EXTRA] = "make the extra again if it is still wanted",
		[DRAFT_CORRECTION] =
			"make the correction again if it is still wanted",
	};

	problem_add(&r->told, SEVERITY_ERROR, NULL, 0, 0,
		"draft %d is dropped, for '%s' was retracted; %s", d->number,
		r->o->id, why[d->kind]);
}

void
retract_finish_drafts(struct retracting *r)
{
	for (size_t i = 0; i < r->result->draft_count; i++) {
		struct retract_draft *d = &r->result->drafts[i];

		if (d->fate == RETRACT_KEPT)
			remake_draft(r, d);
		if (d->fate == RETRACT_DROPPED)
			tell_dropped(r, d);
		else if (d->trouble)
			problem_add(&r->told, SEVERITY_ERROR, NULL, 0, 0,
				"draft %d carries '%s', which was retracted, "
				"and could not be made anew: %s",
				d->number, r->o->id, d->trouble);
	}
}
