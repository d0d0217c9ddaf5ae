/*
 * Merging a roster.
 *
 *     add ──► stage (sorted by key, on disk when it is long)
 *               │   read side by side with the list's subscribers
 *     finish ──► plan (each difference, and what to do about it)
 *               │   counted, judged (invariant 13)
 *               └─► carried out, some thousand steps in a transaction
 *
 * A plan carried out halfway is no harm: the next merge plans the rest. What
 * the plan says about a state is asked again when it is carried out; a reader
 * may have left meanwhile.
 *
 * Rows of a long file come to the store in the order of their keys: then the
 * store's indexes grow at their ends, which is many times as fast as anywhere.
 */
#include "store/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/merge_parts.h"

enum {
	IN_MEMORY = 4 * 1024 * 1024, /* of staged rows */
	SHORT_PLAN = 4000,
	GUARD_PARTS = 5,  /* more than a fifth */
	GUARD_PEOPLE = 5, /* of at least so many */
	ANY_ORIGIN = -1,
	READERS = 1 << SUBSCRIBER_ACTIVE | 1 << SUBSCRIBER_PAUSED,
};

const char *
merge_action_name(enum merge_action action)
{
	static const char *const names[MERGE_ACTIONS] = {
		[MERGE_KEEP_OUT] = "keep out",
		[MERGE_ADD] = "add",
		[MERGE_CHANGE] = "change",
		[MERGE_RETURN] = "return",
		[MERGE_STRIKE] = "strike",
		[MERGE_LEAVE] = "leave",
		[MERGE_NOTE] = "note",
	};

	return names[action];
}

struct merge *
store_merge_new(
	struct store *store, int64_t list, const struct merge_options *options)
{
	struct merge *merge = mem_new(sizeof *merge);

	merge->store = store;
	merge->list = list;
	merge->options = *options;
	merge->proof = mem_strdup(options->proof);
	merge->stage = sorter_new(IN_MEMORY);
	merge->plan = tape_new();
	return merge;
}

void
store_merge_free(struct merge *merge)
{
	if (!merge)
		return;
	sorter_free(merge->stage);
	barred_free(merge->barred);
	tape_free(merge->plan);
	str_clear(&merge->packed);
	free(merge->proof);
	free(merge);
}

void
store_merge_doubt(struct merge *merge)
{
	merge->doubted = true;
}

/* ----- staged rows as bytes ----- */

/* In front of the texts that are there, each with its NUL. It has no gaps: what
 * memory held before must not come into a file. */
struct packed {
	int64_t since;
	uint64_t number;
	uint64_t place;
	unsigned char state;
	bool name, format, language, fields;
	char none[3];
};

static void
pack_text(struct str *out, const char *text)
{
	if (text)
		str_add_bytes(out, text, strlen(text) + 1);
}

void
staged_pack(struct str *out, const struct staged *row)
{
	const struct subscriber *s = &row->s;
	const struct packed head = {
		.since = s->since,
		.number = row->number,
		.place = row->place,
		.state = (unsigned char)s->state,
		.name = s->name != NULL,
		.format = s->format != NULL,
		.language = s->language != NULL,
		.fields = s->fields != NULL,
	};

	str_add_bytes(out, &head, sizeof head);
	pack_text(out, s->key);
	pack_text(out, s->address);
	pack_text(out, s->name);
	pack_text(out, s->format);
	pack_text(out, s->language);
	pack_text(out, s->fields);
}

static const char *
unpack_text(const char **at, bool there)
{
	const char *text = *at;

	if (!there)
		return NULL;
	*at += strlen(text) + 1;
	return text;
}

void
staged_unpack(struct span packed, struct staged *row)
{
	const char *at = packed.data + sizeof(struct packed);
	struct packed head;

	memcpy(&head, packed.data, sizeof head);
	*row = (struct staged){.number = head.number, .place = head.place};
	row->s.since = head.since;
	row->s.state = (enum subscriber_state)head.state;
	row->s.key = unpack_text(&at, true);
	row->s.address = unpack_text(&at, true);
	row->s.name = unpack_text(&at, head.name);
	row->s.format = unpack_text(&at, head.format);
	row->s.language = unpack_text(&at, head.language);
	row->s.fields = unpack_text(&at, head.fields);
}

bool
store_merge_add(struct merge *merge, const struct subscriber *s, uint64_t place,
	struct error *err)
{
	const struct staged row = {
		.s = *s, .number = merge->rows++, .place = place};

	str_truncate(&merge->packed, 0);
	staged_pack(&merge->packed, &row);
	return sorter_add(
		merge->stage, span_of(s->key), str_span(&merge->packed), err);
}

/* ----- the whole ----- */

/* More than a fifth, of enough people that a fifth means something. */
static bool
is_too_many(size_t count, int64_t people)
{
	return people >= GUARD_PEOPLE && (int64_t)count * GUARD_PARTS > people;
}

/* Those in `states`, of one origin or, ANY_ORIGIN, of all. */
static bool
count_people(const struct merge *merge, int origin, unsigned states,
	int64_t *people, struct error *err)
{
	return db_number(merge->store->db, err, people,
		"SELECT count(*) FROM subscriber WHERE list = ?1"
		" AND (?2 < 0 OR origin = ?2)"
		" AND ((1 << CAST(state AS INT)) & ?3) <> 0",
		db_int(merge->list), db_int(origin), db_int(states));
}

/* Invariant 13. Strikes are weighed among those whom a missing row strikes;
 * with those who leave, whoever brought them, among all who read. */
static bool
guard(struct merge *merge, struct merge_report *report, struct error *err)
{
	size_t strikes = merge->planned[MERGE_STRIKE];
	size_t lost = strikes + merge->leaving;
	int64_t brought = 0, readers = 0;
	bool fewer;

	if (!lost || merge->options.accept)
		return true;
	if (!count_people(merge, (int)merge->options.origin,
		    merge_strikable(merge), &brought, err) ||
		!count_people(merge, ANY_ORIGIN, READERS, &readers, err))
		return false;
	fewer = strikes && (merge->doubted || is_too_many(strikes, brought));
	if (!fewer && !(merge->leaving && is_too_many(lost, readers)))
		return true;
	report->guarded = true;
	report->would_strike = strikes;
	report->would_leave = fewer ? 0 : merge->leaving;
	report->of = (size_t)(fewer ? brought : readers);
	return true;
}

static void
tell_done(struct merge_report *report, const size_t done[MERGE_ACTIONS])
{
	report->added = done[MERGE_ADD];
	report->changed = done[MERGE_CHANGE];
	report->returned = done[MERGE_RETURN];
	report->struck = done[MERGE_STRIKE];
	report->left = done[MERGE_LEAVE];
	report->noted = done[MERGE_NOTE];
}

static bool
carry_out(struct merge *merge, struct merge_report *report, struct error *err)
{
	size_t done[MERGE_ACTIONS] = {0}, steps = 0;

	for (int i = 0; i < MERGE_ACTIONS; i++)
		if (i != MERGE_KEEP_OUT)
			steps += merge->planned[i];
	if ((steps <= SHORT_PLAN && !merge_order_plan(merge, err)) ||
		!merge_apply(merge, steps, done, err))
		return false;
	tell_done(report, done);
	return true;
}

bool
store_merge_finish(
	struct merge *merge, struct merge_report *report, struct error *err)
{
	*report = (struct merge_report){.staged = 0};
	if (!sorter_sort(merge->stage, err) ||
		!merge_make_plan(merge, report, err) ||
		!guard(merge, report, err))
		return false;
	if (report->guarded)
		return true;
	if (!merge->options.dry_run)
		return carry_out(merge, report, err);
	tell_done(report, merge->planned);
	return true;
}
