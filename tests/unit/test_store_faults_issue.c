/*
 * What test_store_faults.c does for readers, for an issue's way from an editor's
 * first word to a ledger that is forgotten.
 */
#include "failing_db.h"

#include "model/edits.h"
#include "model/retraction.h"
#include "store/basis.h"
#include "store/draft.h"
#include "store/edits.h"
#include "store/retraction.h"

enum { PEOPLE = 4 };

static const char hash[] = "a hash";

/* ----- what editors decide ----- */

static bool
decide(struct life *life, struct error *err)
{
	struct edits *edits = edits_new();
	bool ok = edits_decide(edits, EDIT_HOLD, "one", err) &&
		store_set_edits(life->site.store, "weekly", edits, err);

	edits_free(edits);
	return ok;
}

static bool
decided(struct life *life, struct error *err)
{
	struct edits *edits = store_edits(life->site.store, "weekly", err);
	bool same = false;
	bool ok = edits && !edits_are_empty(edits) &&
		store_edits_are(
			life->site.store, "weekly", edits, &same, err) &&
		same;

	edits_free(edits);
	return ok;
}

static bool
decide_nothing(struct life *life, struct error *err)
{
	return store_edits_clear(life->site.store, "weekly", err);
}

static bool
mark_seen(struct life *life, struct error *err)
{
	static const struct carried_row row = {.id = "old",
		.language = "en",
		.revision = "r1",
		.mark = INSTANT_NONE,
		.content = "content:old"};

	return store_mark_seen(
		life->site.store, life->site.list, &row, 1, NOW, err);
}

static bool
is_known(struct life *life, struct error *err)
{
	struct seen *seen =
		store_seen(life->site.store, life->site.list, 0, err);
	bool there = seen != NULL;

	seen_free(seen);
	return there;
}

static bool
retract(struct life *life, struct error *err)
{
	static const char *const aliases[] = {"content:1", NULL};
	static const struct retraction retraction = {
		.id = "one", .at = NOW, .by = "Ada", .why = "wrong"};
	bool is_new;

	return store_retract(life->site.store, life->site.list, &retraction,
		aliases, &is_new, err);
}

static bool
retractions(struct life *life, struct error *err)
{
	struct retractions *all =
		store_retractions(life->site.store, life->site.list, err);
	bool there = retractions_find(all, "one") != NULL;

	retractions_free(all);
	return there;
}

static bool
knows_dispatch(struct life *life, struct error *err)
{
	bool known = false;

	return store_knows_dispatch(
		       life->site.store, life->site.list, "one", &known, err) &&
		known;
}

COUNTS(each_recalled, const struct recalled *)

static bool
recalled(struct life *life, struct error *err)
{
	int count = 0;

	return store_recalled(life->site.store, life->site.list, false,
		       each_recalled, &count, err) &&
		count == 1;
}

static bool
recalled_drafts(struct life *life, struct error *err)
{
	int count = 0;

	return store_recalled(life->site.store, life->site.list, true,
		       each_recalled, &count, err) &&
		count == 1;
}

COUNTS(each_id, const char *)

static bool
printed(struct life *life, struct error *err)
{
	int count = 0;

	return store_printed(life->site.store, life->issue, false, each_id,
		       &count, err) &&
		count == 2;
}

static bool
retract_undo(struct life *life, struct error *err)
{
	bool was = false;

	return store_retract_undo(
		       life->site.store, life->site.list, "one", &was, err) &&
		was;
}

/* ----- drafts ----- */

static bool
put_draft(struct life *life, int number, int64_t slot, struct error *err)
{
	struct opening opening =
		opening_numbered(life->site.list, number, slot);

	return store_draft_put(life->site.store, &opening,
		&(struct draft_note){.deadline = NOW + 60,
			.hash = hash,
			.report = "{}",
			.author = "Ada"},
		&life->draft, err);
}

static bool
draft(struct life *life, struct error *err)
{
	return put_draft(life, 1, NOW, err);
}

static bool
draft_second(struct life *life, struct error *err)
{
	return put_draft(life, 2, NOW + 7, err);
}

static bool
draft_find(struct life *life, struct error *err)
{
	struct store *store = life->site.store;
	bool found[3] = {false};
	struct draft out;

	for (int i = 0; i < 3; i++) {
		bool ok = i == 0 ? store_draft_of_slot(store, life->site.list,
					   NOW, &out, &found[i], err)
			: i == 1 ? store_draft_numbered(store, life->site.list,
					   1, &out, &found[i], err)
				 : store_draft_of_id(store, life->draft, &out,
					   &found[i], err);

		if (!ok)
			return false;
		if (found[i])
			draft_clear(&out);
	}
	return found[0] && found[1] && found[2];
}

COUNTS(each_draft, const struct draft *)

static bool
drafts(struct life *life, struct error *err)
{
	int count = 0;

	return store_drafts(life->site.store, life->site.list, each_draft,
		       &count, err) &&
		count == 1;
}

static bool
draft_form(struct life *life, struct error *err)
{
	static const struct form_wish wish = {"tr", NULL, "en", "html"};
	struct str out = STR_INIT;
	bool found = false, fitting = false;
	bool ok = store_draft_form(life->site.store, life->draft, 0, &out,
			  &found, err) &&
		store_draft_form_for(life->site.store, life->draft, &wish, &out,
			&fitting, err);

	str_clear(&out);
	return ok && found && fitting;
}

static bool
draft_told(struct life *life, struct error *err)
{
	return store_draft_told(life->site.store, life->draft, hash, err);
}

static bool
draft_approve(struct life *life, struct error *err)
{
	enum approval_result result = APPROVAL_NONE;

	return store_draft_approve(life->site.store, life->draft, hash, "Ben",
		       NOW, &result, err) &&
		result == APPROVAL_GIVEN;
}

static bool
draft_void(struct life *life, struct error *err)
{
	return store_draft_void(life->site.store, life->draft, NOW + 90, err);
}

static bool
draft_numbers(struct life *life, struct error *err)
{
	int64_t slot = NOW;
	int number = 0;

	return store_free_slot(life->site.store, life->site.list, &slot, err) &&
		slot == NOW + 1 &&
		store_draft_number(life->site.store, life->site.list, slot,
			&number, err) &&
		number == 2;
}

static bool
draft_open(struct life *life, struct error *err)
{
	return store_draft_open(
		life->site.store, life->draft, NOW, &life->issue, err);
}

static bool
draft_drop(struct life *life, struct error *err)
{
	return store_draft_drop(life->site.store, life->draft, true, NOW, err);
}

/* ----- who reads ----- */

static bool
audiences(struct life *life, struct error *err)
{
	struct across across = {.issues = &life->issue, .count = 1};
	struct audience_count *counts = NULL;
	size_t count = 0;
	bool ok = store_audiences(life->site.store, life->site.list, &across, 1,
		&counts, &count, err);

	audience_counts_free(counts, count);
	return ok && count > 0;
}

static bool
issues_that_carried(struct life *life, struct error *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	bool ok = store_issues_that_carried(
		life->site.store, life->site.list, "one", &ids, &count, err);

	free(ids);
	return ok && count == 1;
}

static bool
basis(struct life *life, struct error *err)
{
	struct str out = STR_INIT;
	bool ok = store_basis(
		life->site.store, life->site.list, "weekly", &out, err);

	str_clear(&out);
	return ok;
}

/* ----- sending ----- */

static bool
claim_next(struct life *life, struct error *err)
{
	bool found = false;

	return store_shard_claim(life->site.store,
		       &(struct claim){.issue = life->issue,
			       .owner = "one",
			       .boot_id = "boot",
			       .now = NOW,
			       .lease_ms = 600000},
		       &life->shard, &found, err) &&
		found;
}

/* The last has left since. */
static bool
somebody_leaves(struct life *life, struct error *err)
{
	struct subscriber s = {.key = "r4@example.org",
		.address = "r4@example.org",
		.since = INSTANT_NONE};

	return store_subscriber_change(life->site.store, life->site.list,
		&(struct change){.subscriber = &s,
			.state = SUBSCRIBER_GONE,
			.actor = ACTOR_SELF,
			.at = NOW},
		err);
}

static bool
recipients(struct life *life, struct error *err)
{
	struct recipient out[PEOPLE];
	size_t count = 0;
	bool reader = false;
	bool ok = store_recipients(life->site.store, &life->shard, 0, NOW, out,
			  PEOPLE, &count, err) &&
		count > 0 &&
		store_recipient_fields(life->site.store, &out[0], err) &&
		store_recipient_again(life->site.store, &life->shard, &out[0],
			NOW, &reader, err) &&
		reader;

	for (size_t i = 0; i < count; i++)
		recipient_clear(&out[i]);
	return ok && count == PEOPLE - 1;
}

static bool
go(struct life *life, const struct turn_row *rows, size_t count,
	struct error *err)
{
	struct turn_row of_shard[PEOPLE];

	for (size_t i = 0; i < count; i++) {
		of_shard[i] = rows[i];
		of_shard[i].shard = &life->shard;
	}
	return store_turn(life->site.store, NOW, of_shard, count, err);
}

/* Who left is dropped by the turn behind the reading that found him; when that
 * fails, he is due still, and found again. */
static bool
put_on_wire(struct life *life, struct error *err)
{
	static const struct turn_row rows[] = {
		{.seq = 1, .state = RECIPIENT_WIRE},
		{.seq = 2, .state = RECIPIENT_WIRE},
		{.seq = 3, .state = RECIPIENT_WIRE},
	};

	return recipients(life, err) && go(life, rows, COUNT(rows), err);
}

static bool
answers_come(struct life *life, struct error *err)
{
	static const struct turn_row rows[] = {
		{.seq = 1, .state = RECIPIENT_SENT, .tried = true, .code = 250},
		{.seq = 2,
			.state = RECIPIENT_REFUSED,
			.tried = true,
			.bounced = true,
			.code = 550,
			.reply = "550 nobody"},
		{.seq = 3,
			.state = RECIPIENT_DUE,
			.tried = true,
			.next_at = NOW + 60,
			.code = 450,
			.reply = "450 later"},
	};

	return go(life, rows, COUNT(rows), err);
}

static bool
was_changed(struct life *life, struct error *err)
{
	bool changed;

	return store_was_changed(life->site.store, &changed, err);
}

static bool
give_back(struct life *life, struct error *err)
{
	return store_shard_release(life->site.store, &life->shard, err);
}

static bool
next_times(struct life *life, struct error *err)
{
	int64_t tried = 0, due = 0;

	return store_next_try(life->site.store, life->issue, &tried, err) &&
		store_next_due(life->site.store, life->issue, &due, err) &&
		tried == NOW + 60 && due == NOW + 60;
}

static bool
under_way(struct life *life, struct error *err)
{
	size_t deferred = 0;
	bool claimed = true;

	return store_under_way(life->site.store, life->issue, &deferred,
		       &claimed, err) &&
		deferred == 1 && !claimed;
}

static bool
wait_anew(struct life *life, struct error *err)
{
	return store_issue_wait(life->site.store, life->issue, NOW + 1, err);
}

static bool
forget_future(struct life *life, struct error *err)
{
	return store_issue_forget_future(
		life->site.store, life->issue, NOW, err);
}

static bool
is_due_now(struct life *life, struct error *err)
{
	int64_t at = -1;

	return store_next_try(life->site.store, life->issue, &at, err) &&
		at == 0;
}

static bool
draw(struct life *life, struct error *err)
{
	struct draw draw = {.relay = "relay",
		.domain = "example.org",
		.interval = 1000,
		.ahead = 10000,
		.least = 1,
		.now = NOW * 1000000};

	return store_draw(life->site.store, &draw, err) && draw.drawn > 0;
}

/* ----- its end, and back ----- */

static bool
pause_issue(struct life *life, struct error *err)
{
	return store_issue_pause(
		life->site.store, life->issue, "a wrong name", NOW, err);
}

static bool
pause_behind(struct life *life, struct error *err)
{
	return store_issue_pause_first(
		life->site.store, life->issue, "a relay refuses", err);
}

static bool
is_paused(struct life *life, struct error *err)
{
	char *why = store_issue_paused(life->site.store, life->issue, err);
	bool paused = text_equals(why, "a wrong name");

	free(why);
	return paused;
}

static bool
let_go(struct life *life, struct error *err)
{
	return store_issue_pause(life->site.store, life->issue, NULL, NOW, err);
}

static bool
close_unfinished(struct life *life, struct error *err)
{
	bool closed = true;

	return store_issue_close(life->site.store, life->issue, NOW, false,
		       &closed, err) &&
		!closed;
}

static bool
close_expiring(struct life *life, struct error *err)
{
	bool closed = false;

	return store_issue_close(life->site.store, life->issue, NOW + 5, true,
		       &closed, err) &&
		closed;
}

static bool
retry(struct life *life, struct error *err)
{
	size_t count = 0;

	return store_issue_retry(life->site.store, life->issue, NOW + 6, true,
		       &count, err) &&
		count == 2;
}

static bool
cancel(struct life *life, struct error *err)
{
	bool undone = true;

	return store_issue_cancel(life->site.store, life->issue, NOW + 7,
		       "enough", &undone, err) &&
		!undone;
}

static bool
open_second(struct life *life, struct error *err)
{
	struct opening opening =
		opening_numbered(life->site.list, 2, NOW + 100);

	return store_issue_open(life->site.store, &opening, &life->issue, err);
}

static bool
cancel_untouched(struct life *life, struct error *err)
{
	bool undone = false;

	return store_issue_cancel(life->site.store, life->issue, NOW + 101,
		       "not yet", &undone, err) &&
		undone;
}

static bool
leave_out(struct life *life, struct error *err)
{
	return store_issue_skip(life->site.store, life->site.list, NOW + 300,
		NOW + 300, "nothing is new", err);
}

static bool
slot_is_settled(struct life *life, struct error *err)
{
	bool settled = false, open = true;

	return store_slot_is_settled(life->site.store, life->site.list,
		       NOW + 300, &settled, err) &&
		store_slot_is_settled(life->site.store, life->site.list,
			NOW + 400, &open, err) &&
		settled && !open;
}

static void
readers_come(struct life *life)
{
	add_readers(life->site.store, life->site.list, PEOPLE);
}

#define DEED(act)                \
	{                        \
#act, act, false \
	}

static const struct deed deeds[] = {
	DEED(decide),
	DEED(decided),
	DEED(decide_nothing),
	DEED(mark_seen),
	DEED(is_known),
	DEED(draft),
	DEED(draft_find),
	DEED(drafts),
	DEED(draft_form),
	DEED(draft_told),
	DEED(draft_approve),
	DEED(draft_void),
	DEED(draft_approve),
	DEED(retract),
	DEED(recalled_drafts),
	DEED(draft_numbers),
	DEED(draft_open),
	DEED(audiences),
	DEED(issues_that_carried),
	DEED(retractions),
	DEED(knows_dispatch),
	DEED(recalled),
	DEED(printed),
	DEED(retract_undo),
	DEED(basis),
	DEED(somebody_leaves),
	DEED(claim_next),
	DEED(recipients),
	DEED(put_on_wire),
	DEED(was_changed),
	DEED(answers_come),
	DEED(give_back),
	DEED(next_times),
	DEED(under_way),
	DEED(wait_anew),
	DEED(forget_future),
	DEED(is_due_now),
	DEED(draw),
	DEED(pause_issue),
	DEED(pause_behind),
	DEED(is_paused),
	DEED(let_go),
	DEED(close_unfinished),
	DEED(close_expiring),
	DEED(retry),
	DEED(cancel),
	DEED(open_second),
	DEED(cancel_untouched),
	DEED(leave_out),
	DEED(slot_is_settled),
	DEED(draft_second),
	DEED(draft_drop),
};

static void
test_each_call_fails(void **state)
{
	(void)state;
	live_twice(deeds, COUNT(deeds), readers_come);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
