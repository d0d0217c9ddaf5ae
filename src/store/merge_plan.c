/*
 * What is to be done: staged rows and subscribers, both in order of their keys,
 * walked side by side.
 *
 *     staged      a  a  b     d  e
 *     known          a     c  d
 *                 ▲  change   ▲  ▲ add
 *          duplicate    add   strike (c), if missing rows strike
 *
 * The staged rows of one key are a group; it becomes one step at most.
 */
#include <assert.h>
#include <string.h>

#include "base/date.h"
#include "store/merge_parts.h"

enum { AT_ONCE = 256 * 1024 }; /* octets of a plan */

/* ----- the rows of one key ----- */

struct group {
	struct merge *merge;
	struct span next_key, next; /* the row behind it, when `more` */
	bool more;
	struct str packed;
	struct staged row; /* borrows from it */
};

static bool
peek(struct group *g, struct error *err)
{
	struct error failure = ERROR_INIT;

	g->more =
		sorter_next(g->merge->stage, &g->next_key, &g->next, &failure);
	return failure.kind ? error_move(err, &failure) : true;
}

static bool
is_same_key(const struct group *g)
{
	return g->more && span_equals(g->next_key, g->row.s.key);
}

static void
take_row(struct group *g)
{
	str_truncate(&g->packed, 0);
	str_add_span(&g->packed, g->next);
	staged_unpack(str_span(&g->packed), &g->row);
}

/* The first row counts, unless another says that he left. One that says that he
 * pauses says nothing beside others. */
static void
add_duplicate(struct group *g, struct merge_report *report)
{
	const struct merge_options *o = &g->merge->options;
	struct subscriber *first = &g->row.s;
	struct staged row;

	staged_unpack(g->next, &row);
	if (row.s.state == SUBSCRIBER_PAUSED)
		return;
	if (first->state == SUBSCRIBER_PAUSED) {
		take_row(g);
		return;
	}
	report->duplicates++;
	if (o->on_duplicate)
		o->on_duplicate(o->data, row.place, row.s.address);
	if (row.s.state == SUBSCRIBER_GONE && first->state != SUBSCRIBER_GONE) {
		first->state = SUBSCRIBER_GONE;
		first->since = row.s.since;
	}
}

/* The next group; *found false when there is none. */
static bool
next_group(struct group *g, struct merge_report *report, bool *found,
	struct error *err)
{
	*found = g->more;
	if (!g->more)
		return true;
	take_row(g);
	report->staged++;
	if (!peek(g, err))
		return false;
	while (is_same_key(g)) {
		add_duplicate(g, report);
		if (!peek(g, err))
			return false;
	}
	return true;
}

/* ----- judging ----- */

unsigned
merge_states_to(const struct merge *merge, enum subscriber_state now)
{
	unsigned states = 0;

	for (int i = 0; i < SUBSCRIBER_STATES; i++)
		if (i != (int)now &&
			!subscriber_change_refused(
				i, now, merge->options.actor))
			states |= 1u << i;
	return states;
}

/* Not the bounced, whom an editor may remove: as removed ones they would come
 * back with the next import. */
unsigned
merge_strikable(const struct merge *merge)
{
	return merge_states_to(merge, SUBSCRIBER_REMOVED) &
		~(1u << SUBSCRIBER_BOUNCED);
}

static bool
text_differs(const struct merge *m, const struct subscriber *known,
	const char *said, const char *has)
{
	if (!said)
		return has && known->origin == ORIGIN_FILE &&
			m->options.actor == ACTOR_FILE;
	return !has || strcmp(said, has) != 0;
}

/* As text_differs(), but what he chose himself is not the row's to say. */
static bool
choice_differs(const struct merge *m, const struct subscriber *known,
	unsigned choice, const char *said, const char *has)
{
	return !(known->own & choice) && text_differs(m, known, said, has);
}

static bool
differs(const struct merge *m, const struct subscriber *said,
	const struct subscriber *known)
{
	return text_differs(m, known, said->address, known->address) ||
		choice_differs(m, known, OWN_NAME, said->name, known->name) ||
		choice_differs(
			m, known, OWN_FORMAT, said->format, known->format) ||
		choice_differs(m, known, OWN_LANGUAGE, said->language,
			known->language) ||
		text_differs(m, known, said->fields, known->fields);
}

/* He became a reader here by his own confirmation, and did not leave there
 * since. */
static bool
has_confirmed(const struct subscriber *said, const struct subscriber *known)
{
	return subscriber_is_reader(known) &&
		(known->origin == ORIGIN_WEB || known->origin == ORIGIN_MAIL) &&
		(said->since == INSTANT_NONE || known->since == INSTANT_NONE ||
			said->since <= known->since);
}

/* What a row that says "he left" makes of him; MERGE_ACTIONS: nothing. */
static enum merge_action
judge_left(const struct merge *m, const struct subscriber *said,
	const struct subscriber *known, struct merge_report *report)
{
	if (!known)
		return MERGE_NOTE;
	if (has_confirmed(said, known)) {
		report->confirmed++;
		return MERGE_ACTIONS;
	}
	if (known->state == SUBSCRIBER_GONE ||
		subscriber_change_refused(
			known->state, SUBSCRIBER_GONE, m->options.actor))
		return MERGE_ACTIONS;
	return MERGE_LEAVE;
}

static enum merge_action
judge_reader(const struct merge *m, const struct subscriber *said,
	const struct subscriber *known)
{
	if (!known)
		return MERGE_ADD;
	if (subscriber_is_reader(known))
		return !m->options.only_new && differs(m, said, known)
			? MERGE_CHANGE
			: MERGE_ACTIONS;
	if (known->state == SUBSCRIBER_REMOVED &&
		!subscriber_change_refused(
			known->state, SUBSCRIBER_ACTIVE, m->options.actor))
		return MERGE_RETURN;
	return MERGE_KEEP_OUT;
}

static enum merge_action
judge(const struct merge *m, const struct subscriber *said,
	const struct subscriber *known, struct merge_report *report)
{
	if (said->state == SUBSCRIBER_GONE)
		return judge_left(m, said, known, report);
	if (said->state == SUBSCRIBER_BOUNCED)
		return known ? MERGE_ACTIONS : MERGE_NOTE;
	return judge_reader(m, said, known);
}

/* ----- the plan ----- */

struct step_head {
	int64_t id;
	int64_t action; /* enum merge_action; as wide, so that there is no gap */
};

/* A number as bytes that sort like it. */
static struct span
as_key(uint64_t number, char bytes[8])
{
	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(number >> (56 - 8 * i));
	return (struct span){bytes, 8};
}

/* `said` is NULL for a strike: those come behind all others. */
static bool
add_step(struct merge *m, enum merge_action action, const struct staged *said,
	const struct subscriber *known, struct error *err)
{
	const struct merge_options *o = &m->options;
	const struct step_head head = {
		.id = known ? known->id : 0, .action = action};
	const struct subscriber *who = known ? known : &said->s;
	char number[8];

	m->planned[action]++;
	m->leaving += action == MERGE_LEAVE && subscriber_is_reader(who);
	if (o->on_plan)
		o->on_plan(o->data, action,
			said ? said->s.address : who->address, who->state);
	if (action == MERGE_KEEP_OUT || o->dry_run)
		return true;
	str_truncate(&m->packed, 0);
	str_add_bytes(&m->packed, &head, sizeof head);
	if (said)
		staged_pack(&m->packed, said);
	return tape_add(m->plan,
		as_key(said ? said->number : UINT64_MAX, number),
		str_span(&m->packed), err);
}

bool
merge_next_step(struct tape_reader *plan, struct step *step, struct error *err)
{
	struct step_head head;
	struct span number, packed;

	if (!tape_next(plan, &number, &packed, err))
		return false;
	memcpy(&head, packed.data, sizeof head);
	step->action = (enum merge_action)head.action;
	step->id = head.id;
	step->packed = span_from(packed, sizeof head);
	return true;
}

/* All records of the plan into the sorter, and out of it into a new plan. */
static bool
sort_plan(struct sorter *sorter, struct tape_reader *reader, struct tape *plan,
	struct error *err)
{
	struct error failure = ERROR_INIT;
	struct span number, packed;

	while (tape_next(reader, &number, &packed, &failure) &&
		sorter_add(sorter, number, packed, &failure))
		;
	if (failure.kind || !sorter_sort(sorter, &failure))
		return error_move(err, &failure);
	while (sorter_next(sorter, &number, &packed, &failure) &&
		tape_add(plan, number, packed, &failure))
		;
	return failure.kind ? error_move(err, &failure) : true;
}

bool
merge_order_plan(struct merge *merge, struct error *err)
{
	struct tape_reader *reader =
		tape_read(merge->plan, 0, tape_end(merge->plan), AT_ONCE);
	struct sorter *sorter = sorter_new(AT_ONCE);
	struct tape *plan = tape_new();
	bool ok = sort_plan(sorter, reader, plan, err);

	tape_reader_free(reader);
	sorter_free(sorter);
	tape_free(merge->plan);
	merge->plan = plan;
	return ok;
}

static void
count_kept(struct merge_report *report, const struct subscriber *known,
	enum bar bar)
{
	report->kept_out++;
	if (bar == BAR_SUPPRESSED) {
		report->suppressed++;
	} else if (bar == BAR_ERASED) {
		report->kept[SUBSCRIBER_ERASED]++;
	} else {
		assert(known); /* nothing else keeps out who is not there */
		report->kept[known->state]++;
	}
}

static bool
plan_missing(struct merge *m, const struct subscriber *known, struct error *err)
{
	if (known->origin != m->options.origin ||
		!(merge_strikable(m) & 1u << known->state))
		return true;
	return add_step(m, MERGE_STRIKE, NULL, known, err);
}

/* Who pauses here and there goes on pausing; of anybody else it says neither yes
 * nor no, as if there were no row. */
static bool
plan_paused(struct merge *m, const struct subscriber *known, struct error *err)
{
	return !known || known->state == SUBSCRIBER_PAUSED ||
		!m->options.strike || plan_missing(m, known, err);
}

static bool
plan_group(struct merge *m, const struct staged *row,
	const struct subscriber *known, struct merge_report *report,
	struct error *err)
{
	enum merge_action action;
	enum bar bar = BAR_NONE;

	if (row->s.state == SUBSCRIBER_PAUSED)
		return plan_paused(m, known, err);
	action = judge(m, &row->s, known, report);
	if (action == MERGE_ACTIONS)
		return true;
	if ((action == MERGE_ADD || action == MERGE_NOTE ||
		    action == MERGE_RETURN) &&
		!barred_find(m->barred, span_of(row->s.key), &bar, err))
		return false;
	if (bar != BAR_NONE && action == MERGE_NOTE)
		return true; /* there is more to it than he says there */
	if (bar != BAR_NONE)
		action = MERGE_KEEP_OUT;
	if (action == MERGE_KEEP_OUT)
		count_kept(report, known, bar);
	return add_step(m, action, row, known, err);
}

/* Passes those before `key` (NULL: all), who have no row. */
static bool
pass_missing(struct known *k, const char *key, struct error *err)
{
	bool strike = k->merge->options.strike;

	if (!key && !strike)
		return true;
	k->asked++;
	while (!k->end && (!k->there || !key || strcmp(k->s.key, key) < 0)) {
		if (k->there && strike && !plan_missing(k->merge, &k->s, err))
			return false;
		if (!known_advance(k, strike ? NULL : key, err))
			return false;
	}
	return true;
}

static bool
walk(struct known *k, struct group *g, struct merge_report *report,
	struct error *err)
{
	bool found, match;

	if (!peek(g, err))
		return false;
	for (;;) {
		if (!next_group(g, report, &found, err))
			return false;
		if (!found)
			return pass_missing(k, NULL, err);
		if (!pass_missing(k, g->row.s.key, err))
			return false;
		match = k->there && strcmp(k->s.key, g->row.s.key) == 0;
		if (!plan_group(k->merge, &g->row, match ? &k->s : NULL, report,
			    err))
			return false;
		if (match)
			k->there = false; /* dealt with */
	}
}

bool
merge_make_plan(
	struct merge *merge, struct merge_report *report, struct error *err)
{
	struct group group = {.merge = merge};
	struct error failure = ERROR_INIT;
	struct known known;
	bool ok;

	merge->barred = barred_load(merge->store, merge->list, &failure);
	if (failure.kind)
		return error_move(err, &failure);
	known_start(&known, merge);
	ok = walk(&known, &group, report, err);
	known_end(&known);
	str_clear(&group.packed);
	return ok;
}
