#include "run/figures.h"

#include <stdlib.h>

#include "run/upkeep.h"
#include "store/draft.h"

struct open_walk {
	struct figures *figures;
	int64_t now;
};

/* Those that are under way are not in the totals yet. */
static bool
add_open(void *data, struct issue_record *issue, struct error *err)
{
	const struct open_walk *w = data;
	struct figures *f = w->figures;
	int64_t open_for = w->now - issue->opened;
	bool waits =
		issue->counts[RECIPIENT_DUE] || issue->counts[RECIPIENT_WIRE];

	(void)err;
	for (int i = 0; i < RECIPIENT_STATES; i++)
		f->recipients[i] += issue->counts[i];
	f->paused += issue->paused != NULL;
	if (waits && open_for > f->open_for)
		f->open_for = open_for;
	return true;
}

static bool
read_open(struct figures *f, struct store *store, int64_t list_id, int64_t now,
	struct error *err)
{
	struct open_walk w = {f, now};

	return store_unfinished(store, list_id, add_open, &w, err);
}

static bool
read_issues(struct figures *f, struct store *store, int64_t list_id,
	int64_t now, struct error *err)
{
	if (!store_totals(store, list_id, &f->totals, err))
		return false;
	for (int i = 0; i < RECIPIENT_STATES; i++)
		f->recipients[i] = f->totals.recipients[i];
	return read_open(f, store, list_id, now, err);
}

static bool
count_draft(void *data, const struct draft *d)
{
	struct figures *f = data;

	f->drafts++;
	f->unapproved += !d->approver;
	return true;
}

/* Those that the list has now. */
static bool
read_sources(struct figures *f, struct store *store, int64_t list_id,
	struct error *err)
{
	for (size_t i = 0; i < f->list->source_count; i++) {
		const struct source_config *source = &f->list->sources[i];
		struct source_state state;

		if (source->kind == SOURCE_FOLDER)
			continue;
		if (!store_source(store, list_id, source->name, &state, err))
			return false;
		f->failing += state.failures > 0;
		if (state.failures > 0 && (size_t)state.failures > f->failures)
			f->failures = (size_t)state.failures;
		source_state_clear(&state);
	}
	return true;
}

static void
read_slots(struct figures *f, int64_t now)
{
	int64_t at = now;

	for (int i = 0; i < SLOTS_SHOWN; i++) {
		if (at != INSTANT_NONE)
			at = schedule_slot_after(&f->list->schedule, at);
		f->next[i] = at;
	}
}

bool
figures_read(const struct list *list, struct store *store, int64_t list_id,
	int64_t now, struct figures *out, struct error *err)
{
	*out = (struct figures){.list = list};
	read_slots(out, now);
	return list_held(list, store, &out->held, err) &&
		store_subscriber_counts(
			store, list_id, out->subscribers, err) &&
		read_issues(out, store, list_id, now, err) &&
		store_drafts(store, list_id, count_draft, out, err) &&
		read_sources(out, store, list_id, err) &&
		last_run_read(list, store, &out->last_run, err);
}

void
figures_clear(struct figures *f)
{
	free(f->held);
	f->held = NULL;
}

void
recipients_value(struct arena *a, struct value *map,
	const size_t counts[RECIPIENT_STATES])
{
	for (int i = 0; i < RECIPIENT_STATES; i++)
		value_set_int(a, map,
			recipient_state_name((enum recipient_state)i),
			(int64_t)counts[i]);
}

void
figures_value(struct arena *a, struct value *map, const struct figures *f)
{
	struct value *slots = value_new_list(a);

	recipients_value(a, value_set(a, map, "recipients", value_new_map(a)),
		f->recipients);
	value_set_int(a, map, "opened", (int64_t)f->totals.opened);
	value_set_int(
		a, map, "skipped", (int64_t)f->totals.issues[ISSUE_SKIPPED]);
	value_set_instant(a, map, "last_opened", f->totals.last_opened);
	value_set_int(a, map, "paused", (int64_t)f->paused);
	value_set_int(a, map, "unapproved", (int64_t)f->unapproved);
	value_set_int(a, map, "open_for", f->open_for);
	value_set_int(a, map, "failing_sources", (int64_t)f->failing);
	value_set_int(a, map, "failures_in_a_row", (int64_t)f->failures);
	value_set_instant(a, map, "last_run", f->last_run.at);
	value_set_instant(a, map, "last_good_run", f->last_run.good_at);
	value_set_bool(a, map, "last_run_failed", f->last_run.failed);
	value_set_int(a, map, "last_run_ms", f->last_run.ms);
	for (int i = 0; i < SLOTS_SHOWN && f->next[i] != INSTANT_NONE; i++) {
		struct str when = STR_INIT;

		date_write_iso(&when, f->next[i]);
		value_push(a, slots, value_new_text(a, str_text(&when)));
		str_clear(&when);
	}
	value_set(a, map, "next_slots", slots);
}
