#include "run/retract.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "run/gather.h"
#include "run/notice.h"
#include "run/recheck.h"
#include "run/retracting.h"
#include "select/select.h"
#include "store/retraction.h"

void
retract_result_clear(struct retract_result *result)
{
	for (size_t i = 0; i < result->draft_count; i++) {
		free(result->drafts[i].hash);
		free(result->drafts[i].trouble);
	}
	free(result->drafts);
	free(result->issues);
	problems_clear(&result->problems);
	*result = (struct retract_result){.drafts = NULL};
}

/* ----- what is meant ----- */

static bool
check_why(const char *why, struct error *err)
{
	if (why && strlen(why) > RETRACTION_WHY_MOST)
		return error_set(err, ERROR_DATA,
			"the reason is longer than %d octets",
			RETRACTION_WHY_MOST);
	for (; why && *why; why++)
		if ((unsigned char)*why < ' ' || *why == '\x7f')
			return error_set(err, ERROR_DATA,
				"the reason has to be one line");
	return true;
}

static bool
look_for(const struct retract_order *o, enum gather_kind kind,
	struct dispatches *all, const struct dispatch **found,
	struct error *err)
{
	struct gather_options options = {
		.list = o->list,
		.store = o->store,
		.list_id = o->list_id,
		.now = o->now,
		.kind = kind,
		.timeout_scale = o->timeout_scale,
	};
	struct problems problems = PROBLEMS_INIT;
	bool ok = gather(&options, all, &problems, err);

	*found = ok ? dispatches_find(all, o->id, err) : NULL;
	problems_clear(&problems);
	return *found != NULL;
}

/* *found stays NULL of what only drafts and issues know. */
static bool
find_dispatch(const struct retract_order *o, struct dispatches *all,
	const struct dispatch **found, struct error *err)
{
	struct error missing = ERROR_INIT;
	bool known = false;

	if (look_for(o, GATHER_POOL, all, found, &missing))
		return true;
	if (missing.kind != ERROR_INPUT)
		return error_move(err, &missing);
	if (!store_knows_dispatch(o->store, o->list_id, o->id, &known, err)) {
		error_clear(&missing);
		return false;
	}
	if (!known && !o->fetch)
		return error_move(err, &missing);
	error_clear(&missing);
	if (known)
		return true;
	dispatches_clear(all);
	dispatches_init(all);
	return look_for(o, GATHER_SHOW, all, found, err);
}

/* In the arena, NULL-terminated. */
static const char **
list_aliases(struct arena *arena, const struct dispatch *d)
{
	size_t variants = d ? d->variant_count : 0, n = 0;
	const char **aliases =
		arena_alloc(arena, (2 * variants + 1) * sizeof *aliases);

	for (size_t i = 0; i < variants; i++) {
		const char *content, *link;

		select_aliases(arena, &d->variants[i], &content, &link);
		if (content)
			aliases[n++] = content;
		if (link)
			aliases[n++] = link;
	}
	aliases[n] = NULL;
	return aliases;
}

/* ----- who carries it ----- */

struct holders {
	const char *id;
	int *numbers;
	size_t count;
};

static bool
add_holder(void *data, const struct recalled *r)
{
	struct holders *h = data;

	if (!text_equals(r->of.id, h->id) ||
		(h->count && h->numbers[h->count - 1] == r->number))
		return true;
	h->numbers =
		mem_resize(h->numbers, (h->count + 1) * sizeof *h->numbers);
	h->numbers[h->count++] = r->number;
	return true;
}

/* Calls for the number of each. */
static bool
each_holder(struct retracting *r, bool drafts,
	bool (*act)(struct retracting *r, int number, struct error *err),
	struct error *err)
{
	struct holders h = {.id = r->o->id};
	bool ok = store_recalled(
		r->o->store, r->o->list_id, drafts, add_holder, &h, err);

	for (size_t i = 0; ok && i < h.count; i++)
		ok = act(r, h.numbers[i], err);
	free(h.numbers);
	return ok;
}

/* ----- issues ----- */

static void
note_issue(struct retract_result *result, const struct issue_record *issue)
{
	struct retract_issue *items = mem_resize(
		result->issues, (result->issue_count + 1) * sizeof *items);

	result->issues = items;
	items[result->issue_count++] = (struct retract_issue){
		.number = issue->number,
		.state = issue->state,
		.opened = issue->opened,
		.sent = issue->counts[RECIPIENT_SENT],
		.paused = issue->paused != NULL,
	};
}

/* Whatever it is paused for, lifting that must not send it on. */
static bool
pause_issue(struct retracting *r, struct issue_record *issue, struct error *err)
{
	const struct retract_order *o = r->o;
	char *why;

	if (!recheck_retracted(&(struct recheck){.store = o->store,
				       .list_id = o->list_id,
				       .holder = issue->id},
		    &why, err))
		return false;
	problem_add(&r->told, SEVERITY_ERROR, NULL, 0, 0,
		"issue %d is paused: %s; 'postrider cancel %s %d' drops the "
		"rest, 'postrider run --resume %s' goes on with it",
		issue->number, why, o->list->name, issue->number,
		o->list->name);
	free(issue->paused);
	issue->paused = why;
	return store_issue_pause(o->store, issue->id, why, o->now, err);
}

/* What is undone, or was retracted before, is not paused (again): somebody may
 * have decided that it goes on. */
static bool
deal_with_issue(struct retracting *r, int number, struct error *err)
{
	const struct retract_order *o = r->o;
	struct issue_record issue = {.id = 0};
	bool found,
		ok = store_issue_find(
			o->store, o->list_id, number, &issue, &found, err);

	if (ok && issue.state == ISSUE_SENDING && r->result->changed &&
		!o->undo)
		ok = pause_issue(r, &issue, err);
	if (ok && found)
		note_issue(r->result, &issue);
	issue_record_clear(&issue);
	return ok;
}

/* ----- all of it ----- */

static bool
record(struct retracting *r, const struct dispatch *d, struct error *err)
{
	const struct retract_order *o = r->o;
	struct arena *arena = arena_new();
	struct retraction retraction = {
		.id = o->id,
		.source = d ? d->source : NULL,
		.at = o->now,
		.by = o->by,
		.why = text_is_empty(o->why) ? NULL : o->why,
	};
	bool ok = store_retract(o->store, o->list_id, &retraction,
			  list_aliases(arena, d), &r->result->changed, err) &&
		each_holder(r, true, retract_stop_draft, err) &&
		each_holder(r, false, deal_with_issue, err);

	arena_free(arena);
	return ok;
}

static bool
take_back(struct retracting *r, struct error *err)
{
	const struct retract_order *o = r->o;
	struct dispatches all;
	const struct dispatch *d = NULL;
	bool ok;

	dispatches_init(&all);
	ok = find_dispatch(o, &all, &d, err) && store_together(o->store, err) &&
		store_together_end(o->store, "retract", record(r, d, err), err);
	dispatches_clear(&all);
	if (!ok)
		return false;
	retract_finish_drafts(r);
	notice_send(o->list, o->store, &r->told, &r->options);
	return true;
}

static bool
undo(struct retracting *r, struct error *err)
{
	const struct retract_order *o = r->o;

	if (!each_holder(r, false, deal_with_issue, err) ||
		!store_retract_undo(
			o->store, o->list_id, o->id, &r->result->changed, err))
		return false;
	return r->result->changed ||
		error_set(err, ERROR_INPUT, "'%s' is not retracted in '%s'",
			o->id, o->list->name);
}

bool
retract(const struct retract_order *o, struct retract_result *result,
	struct error *err)
{
	struct retracting r = {
		.o = o,
		.result = result,
		.options = {.now = o->now,
			.log = o->log,
			.timeout_scale = o->timeout_scale},
		.told = PROBLEMS_INIT,
	};
	bool ok;

	*result = (struct retract_result){.problems = PROBLEMS_INIT};
	ok = check_why(o->why, err) &&
		(o->undo ? undo(&r, err) : take_back(&r, err));
	if (ok && result->changed)
		log_event(o->log, "list '%s': a dispatch %s by %s",
			o->list->name, o->undo ? "is back" : "retracted",
			o->by);
	problems_clear(&r.told);
	return ok;
}
