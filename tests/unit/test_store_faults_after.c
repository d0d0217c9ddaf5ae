/*
 * What test_store_faults.c does for readers, for what is looked up of an issue
 * that went out, comes back of it, and is put back.
 */
#include "failing_db.h"

#include "store/archive.h"
#include "store/ledger.h"
#include "store/put_back.h"
#include "store/returned.h"
#include "store/totals.h"

enum { PEOPLE = 4 };

/* An issue that one has got, one was refused, and two wait for. */
static void
issue_goes(struct life *life)
{
	struct store *store = life->site.store;
	struct shard shard;

	add_readers(store, life->site.list, PEOPLE);
	life->issue = open_issue(&life->site);
	want_true("shard",
		claim(store, life->issue, "one", "boot", false, &shard));
	turn(store, &shard, 1, RECIPIENT_WIRE);
	turn(store, &shard, 1, RECIPIENT_SENT);
	turn(store, &shard, 2, RECIPIENT_WIRE);
	turn(store, &shard, 2, RECIPIENT_REFUSED);
	release(store, &shard);
}

/* ----- looking back ----- */

COUNTS(each_issue, const struct issue_record *)

static bool
issues(struct life *life, struct error *err)
{
	int count = 0;

	return store_issues(life->site.store, life->site.list, each_issue,
		       &count, err) &&
		count == 1;
}

static bool
each_unfinished(void *data, struct issue_record *r, struct error *err)
{
	(void)r;
	(void)err;
	++*(int *)data;
	return true;
}

static bool
unfinished(struct life *life, struct error *err)
{
	int count = 0;

	return store_unfinished(life->site.store, life->site.list,
		       each_unfinished, &count, err) &&
		count == 1;
}

static bool
latest(struct life *life, struct error *err)
{
	struct latest_issue out;
	bool found = false;
	bool ok = store_issue_latest(
		life->site.store, life->site.list, &out, &found, err);

	if (ok && found)
		latest_issue_clear(&out);
	return ok && found;
}

static bool
find(struct life *life, struct error *err)
{
	struct issue_record out;
	bool found = false;
	bool ok = store_issue_find(
		life->site.store, life->site.list, 1, &out, &found, err);

	if (ok && found)
		issue_record_clear(&out);
	return ok && found;
}

static bool
counts(struct life *life, struct error *err)
{
	struct totals totals;
	int64_t first, slot;
	size_t count = 0, readers = 0;
	int number = 0;

	return store_issue_next(life->site.store, life->site.list, INT64_MAX,
		       &number, &slot, err) &&
		number > 1 &&
		store_issue_count(life->site.store, life->site.list, NOW,
			NOW + 1, &count, &first, err) &&
		count == 1 &&
		store_issue_readers(
			life->site.store, life->issue, &readers, err) &&
		store_totals(life->site.store, life->site.list, &totals, err) &&
		totals.opened > 0;
}

static bool
carried_body(struct life *life, struct error *err)
{
	struct str out = STR_INIT;
	bool found = false;
	bool ok = store_carried_body(life->site.store, life->site.list, "one",
		"en", &out, &found, err);

	str_clear(&out);
	return ok && found;
}

static bool
forms(struct life *life, struct error *err)
{
	static const struct form_wish wish = {"tr", NULL, "en", "html"};
	struct str out = STR_INIT;
	bool found = false;
	bool ok = store_form(life->site.store, life->issue, 0, &out, err) &&
		store_form_for(life->site.store, life->issue, &wish, &out,
			&found, err);

	str_clear(&out);
	return ok && found;
}

COUNTS(each_reply, const struct reply_count *)

static bool
replies(struct life *life, struct error *err)
{
	int count = 0;

	return store_replies(life->site.store, life->issue, 9, each_reply,
		       &count, err) &&
		count > 0;
}

COUNTS(each_record, const struct recipient_record *)

static bool
records(struct life *life, struct error *err)
{
	int count = 0;

	return store_recipient_records(life->site.store, life->issue,
		       each_record, &count, err) &&
		count == PEOPLE;
}

COUNTS(each_published, const struct published *)
COUNTS(each_form, const struct published_form *)

static bool
published(struct life *life, struct error *err)
{
	int count = 0, of_it = 0;
	bool lost = true;

	return store_published(life->site.store, life->site.list, 0,
		       each_published, &count, err) &&
		count > 0 &&
		store_published_forms(life->site.store, life->issue, each_form,
			&of_it, err) &&
		of_it == 1 &&
		store_was_lost(
			life->site.store, life->site.list, 1, &lost, err) &&
		!lost;
}

/* ----- what came back ----- */

static bool
whose(struct life *life, struct error *err)
{
	struct recipient_whose whose;
	bool found = false;
	bool ok = store_recipient_whose(
		life->site.store, life->issue, 1, &whose, &found, err);

	life->reader = whose.subscriber;
	free(whose.salt);
	return ok && found;
}

static bool
return_add(struct life *life, struct error *err)
{
	struct return_record record = {.subscriber = life->reader,
		.issue = life->issue,
		.class = RETURN_HARD,
		.status = "5.1.1",
		.at = NOW};
	bool known = true;

	return store_return_add(life->site.store, &record, &known, err) &&
		!known;
}

COUNTS(each_return, const struct return_record *)
COUNTS(each_sent, const struct sent_issue *)

static bool
returns(struct life *life, struct error *err)
{
	size_t of_class[RETURN_CLASSES];
	int count = 0, sent = 0;
	bool old;

	return store_returns(life->site.store, life->reader, each_return,
		       &count, err) &&
		count == 1 &&
		store_return_is_old(
			life->site.store, life->reader, 1, &old, err) &&
		store_return_counts(
			life->site.store, life->reader, NOW, of_class, err) &&
		of_class[RETURN_HARD] == 1 &&
		store_sent_issues(life->site.store, life->reader, each_sent,
			&sent, err) &&
		sent > 0;
}

static bool
probe_set(struct life *life, struct error *err)
{
	return store_probe_set(life->site.store, life->reader, NOW, false, err);
}

COUNTS(each_probe, int64_t)

static bool
probes(struct life *life, struct error *err)
{
	int count = 0;

	return store_probes(life->site.store, life->site.list, NOW + 1,
		       each_probe, &count, err) &&
		count == 1;
}

static bool
probe_end(struct life *life, struct error *err)
{
	return store_probe_set(
		life->site.store, life->reader, INSTANT_NONE, true, err);
}

static bool
returns_prune(struct life *life, struct error *err)
{
	return store_returns_prune(
		life->site.store, life->site.list, NOW + 1, err);
}

/* ----- put back ----- */

static bool
put_back(struct life *life, struct error *err)
{
	return store_put_back(life->site.store, NOW, NOW, err);
}

static bool
put_back_since(struct life *life, struct error *err)
{
	int64_t since = INSTANT_NONE;

	return store_put_back_since(life->site.store, "weekly", &since, err) &&
		since == NOW;
}

static bool
put_back_unsent(struct life *life, struct error *err)
{
	return store_put_back_unsent(
		life->site.store, life->site.list, "weekly", NOW, err);
}

static bool
put_back_number(struct life *life, struct error *err)
{
	return store_put_back_number(life->site.store, life->site.list, 7,
		NOW + 400, NOW + 400, err);
}

static bool
put_back_sent(struct life *life, struct error *err)
{
	return store_put_back_sent(
		life->site.store, life->site.list, "weekly", NOW, err);
}

/* ----- the whole ----- */

static bool
facts(struct life *life, struct error *err)
{
	struct store_facts out;

	return store_count_facts(life->site.store, &out, err) &&
		out.lists == 1 && store_is_sound(life->site.store, err);
}

static bool
ledgers_forget(struct life *life, struct error *err)
{
	size_t count = 0;

	return store_ledgers_forget(life->site.store, life->site.list,
		NOW + 1000, NOW + 1000, &count, err);
}

#define DEED(act)                \
	{                        \
#act, act, false \
	}
#define PARTS(act)              \
	{                       \
#act, act, true \
	}

static const struct deed deeds[] = {
	DEED(latest),
	DEED(find),
	DEED(unfinished),
	DEED(counts),
	DEED(carried_body),
	DEED(forms),
	DEED(replies),
	DEED(records),
	DEED(published),
	DEED(issues),
	DEED(whose),
	DEED(return_add),
	DEED(returns),
	DEED(probe_set),
	DEED(probes),
	DEED(probe_end),
	DEED(returns_prune),
	DEED(put_back),
	DEED(put_back_since),
	DEED(put_back_unsent),
	DEED(put_back),
	DEED(put_back_sent),
	DEED(put_back_number),
	DEED(facts),
	PARTS(ledgers_forget),
};

static void
test_each_call_fails(void **state)
{
	(void)state;
	live_twice(deeds, COUNT(deeds), issue_goes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
