/*
 * In the scratch store a mail's recipient is known by its place: his key, and
 * as a language, by which an opening finds a reader's form, and its own is
 * found for each. So an address may have several mails.
 */
#include "run/errand.h"

#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool.h"
#include "run/signing.h"
#include "run/world.h"
#include "store/store.h"

enum { SALT_OCTETS = 15, KEY_OCTETS = 32, NUMBER = 1 };

/* Texts sort as their numbers do: recipients come in the order of mails. */
static char *
place_name(size_t place)
{
	return mem_printf("%08zu", place);
}

/* ----- the scratch store ----- */

static bool
add_reader(struct store *store, int64_t list, const struct errand *e,
	size_t place, struct error *err)
{
	const char *address = e->mails[place].address;
	char *name = place_name(place);
	struct subscriber s = {.key = name,
		.address = address,
		.language = name,
		.state = SUBSCRIBER_ACTIVE,
		.origin = ORIGIN_EDITOR,
		.since = INSTANT_NONE};
	struct change change = {.subscriber = &s,
		.state = SUBSCRIBER_ACTIVE,
		.actor = ACTOR_EDITOR,
		.proof = "errand",
		.at = e->now};
	bool ok;

	if (address_check(span_of(address), err))
		ok = store_subscriber_change(store, list, &change, err);
	else
		ok = error_wrap(err, "'%s'", address);
	free(name);
	return ok;
}

/* `bytes` are to be cleared, `form->language` to be freed in any case. */
static void
save_form(const struct errand *e, size_t place, struct opening_form *form,
	struct str *bytes)
{
	form_save(e->mails[place].form, bytes);
	*form = (struct opening_form){
		.language = place_name(place),
		.format = letter_format_name(FORMAT_TEXT),
		.bytes = str_span(bytes),
	};
}

static bool
open_issue(const struct errand *e, struct store *store, int64_t list,
	struct error *err)
{
	struct opening_form *forms = mem_new(e->count * sizeof *forms);
	struct str *bytes = mem_new(e->count * sizeof *bytes);
	char *salt = world_random(SALT_OCTETS);
	struct opening opening = {
		.list = list,
		.number = NUMBER,
		.slot = e->now,
		.at = e->now,
		.salt = salt,
		.forms = forms,
		.form_count = e->count,
		.list_language = "",
		.list_format = letter_format_name(FORMAT_TEXT),
	};
	int64_t issue;
	bool ok;

	for (size_t i = 0; i < e->count; i++)
		save_form(e, i, &forms[i], &bytes[i]);
	ok = store_issue_open(store, &opening, &issue, err);
	for (size_t i = 0; i < e->count; i++) {
		free((char *)forms[i].language);
		str_clear(&bytes[i]);
	}
	free(forms);
	free(bytes);
	free(salt);
	return ok;
}

static bool
fill_store(const struct errand *e, struct store *store, int64_t list,
	struct error *err)
{
	for (size_t i = 0; i < e->count; i++)
		if (!add_reader(store, list, e, i, err))
			return false;
	return open_issue(e, store, list, err);
}

/* ----- what became of a mail ----- */

static const char *
why_not(const struct delivery_result *r)
{
	return r->paused ? r->paused : r->trouble;
}

/* Of a mail about which no relay said anything. */
static const char *
why_silent(const struct delivery_result *r)
{
	const char *why = why_not(r);

	if (why)
		return why;
	return r->reached ? "there was no time for it" : "no relay answered";
}

/* Yours to clear. */
static struct errand_outcome
outcome_of(const struct recipient_record *r, const char *silent)
{
	struct errand_outcome o = {.fate = ERRAND_LATER};
	const char *reply = r->reply ? r->reply : silent;

	if (r->state == RECIPIENT_SENT)
		o.fate = ERRAND_SENT;
	else if (r->state == RECIPIENT_REFUSED)
		o.fate = ERRAND_REFUSED;
	if (o.fate != ERRAND_SENT && r->reply && r->code)
		o.why = mem_printf("%d %s", r->code, reply);
	else if (o.fate != ERRAND_SENT)
		o.why = mem_strdup(reply);
	return o;
}

/* ----- the delivery ----- */

/* What one needs; it lives for as long as it takes. */
struct journey {
	const struct errand *errand;
	bool once;
	bool *told; /* by the mail's place: errand->known() was; or NULL */
	struct store *store;
	int64_t list;
	struct signing *signing;
	struct issue_record issue;
	struct delivery_result result;
};

struct telling {
	const struct journey *journey;
	size_t place;
};

static bool
tell_record(void *data, const struct recipient_record *r)
{
	struct telling *t = data;
	const struct errand *e = t->journey->errand;
	size_t place = t->place++;
	struct errand_outcome o = outcome_of(r, "");

	if (o.fate != ERRAND_LATER && !t->journey->told[place]) {
		t->journey->told[place] = true;
		e->known(e->known_data, place, &o);
	}
	errand_outcomes_clear(&o, 1);
	return t->place < e->count;
}

/* What is not told now is told at the end. */
static void
tell_known(const struct journey *j)
{
	struct telling t = {.journey = j};

	if (j->told)
		store_recipient_records(
			j->store, j->issue.id, tell_record, &t, NULL);
}

static void
tell_at_body(void *data, const char *what, bool after)
{
	(void)what;
	if (!after)
		tell_known(data);
}

static bool
tell_in_time(void *data, const struct delivery_count *count)
{
	(void)count;
	tell_known(data);
	return true;
}

static int64_t
until(const struct errand *e)
{
	int scale = e->timeout_scale > 0 ? e->timeout_scale : 1;

	return e->within ? e->now + e->within / scale : INSTANT_NONE;
}

static bool
deliver(struct journey *j, struct error *err)
{
	const struct errand *e = j->errand;
	const char **senders = mem_new(e->count * sizeof *senders);
	char *owner = world_owner(), *boot = world_boot_id();
	char *host = world_host(), *key = world_random(KEY_OCTETS);
	struct delivery d = {
		.store = j->store,
		.list = e->list,
		.list_id = j->list,
		.issue = &j->issue,
		.relay = e->relay,
		.unmetered = true,
		.once = j->once,
		.senders = senders,
		.token_key = span_of(key),
		.signer = signing_signer(j->signing),
		.time_scale = e->timeout_scale,
		.owner = owner,
		.boot_id = boot,
		.ehlo_name = host,
		.log = e->log,
		.now = e->now,
		.until = until(e),
		.ticks = world_ticks,
		.signal_fd = -1,
		.progress = tell_in_time,
		.progress_data = j,
		.step = tell_at_body,
		.step_data = j,
	};
	bool ok;

	for (size_t i = 0; i < e->count; i++)
		senders[i] = e->mails[i].sender;
	ok = delivery_run(&d, &j->result, err);
	free(senders);
	free(owner);
	free(boot);
	free(host);
	free(key);
	return ok;
}

static bool
travel(struct journey *j, struct error *err)
{
	struct store_options scratch = {
		.url = "sqlite:errand", .scratch = true};
	const struct errand *e = j->errand;
	bool found;

	j->store = store_open(&scratch, err);
	return j->store && store_list(j->store, e->list->name, &j->list, err) &&
		signing_open(e->list, &j->signing, err) &&
		fill_store(e, j->store, j->list, err) &&
		store_issue_find(
			j->store, j->list, NUMBER, &j->issue, &found, err) &&
		deliver(j, err);
}

static void
journey_clear(struct journey *j)
{
	delivery_result_clear(&j->result);
	issue_record_clear(&j->issue);
	signing_free(j->signing);
	store_close(j->store);
}

/* ----- there and back ----- */

static bool
check_sent(const struct delivery_result *r, struct error *err)
{
	const char *why = why_not(r);

	if (r->count.sent >= r->count.total_open)
		return true;
	return error_set(err, ERROR_REFUSED, "%zu of %zu were sent%s%s",
		r->count.sent, r->count.total_open, why ? ": " : "",
		why ? why : "");
}

bool
errand_send(const struct errand *errand, const struct form *form,
	const char *const *addresses, size_t count, struct error *err)
{
	struct errand_mail *mails = mem_new(count * sizeof *mails);
	struct errand e = *errand;
	struct journey j = {.errand = &e};
	bool ok;

	for (size_t i = 0; i < count; i++)
		mails[i] = (struct errand_mail){
			.address = addresses[i], .form = form};
	e.mails = mails;
	e.count = count;
	ok = travel(&j, err) && check_sent(&j.result, err);
	journey_clear(&j);
	free(mails);
	return ok;
}

struct tally {
	const struct delivery_result *result;
	struct errand_outcome *next, *end;
};

static bool
take_record(void *data, const struct recipient_record *r)
{
	struct tally *t = data;

	*t->next++ = outcome_of(r, why_silent(t->result));
	return t->next < t->end;
}

bool
errand_deliver(const struct errand *e, struct errand_outcome *outcomes,
	struct error *err)
{
	bool *told = e->known ? mem_new(e->count * sizeof *told) : NULL;
	struct journey j = {.errand = e, .once = true, .told = told};
	struct tally t = {&j.result, outcomes, outcomes + e->count};
	bool ok = travel(&j, err) &&
		store_recipient_records(
			j.store, j.issue.id, take_record, &t, err);

	if (ok && t.next < t.end)
		ok = error_set(err, ERROR_BUG, "errand: a mail was lost");
	if (!ok)
		errand_outcomes_clear(outcomes, (size_t)(t.next - outcomes));
	journey_clear(&j);
	free(told);
	return ok;
}

void
errand_outcomes_clear(struct errand_outcome *outcomes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(outcomes[i].why);
		outcomes[i].why = NULL;
	}
}
