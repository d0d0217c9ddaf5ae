#include "run/errand.h"

#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool.h"
#include "run/signing.h"
#include "run/world.h"
#include "store/store.h"

enum { SALT_OCTETS = 15, KEY_OCTETS = 32 };

static bool
add_reader(struct store *store, int64_t list, const char *address, int64_t now,
	struct error *err)
{
	struct str key = STR_INIT;
	struct subscriber s = {.address = address,
		.state = SUBSCRIBER_ACTIVE,
		.origin = ORIGIN_EDITOR,
		.since = INSTANT_NONE};
	struct change change = {.subscriber = &s,
		.state = SUBSCRIBER_ACTIVE,
		.actor = ACTOR_EDITOR,
		.proof = "errand",
		.at = now};
	bool ok;

	if (!address_check(span_of(address), err))
		return error_wrap(err, "'%s'", address);
	address_key(&key, span_of(address));
	s.key = str_text(&key);
	ok = store_subscriber_change(store, list, &change, err);
	str_clear(&key);
	return ok;
}

static bool
open_issue(const struct errand *e, struct store *store, int64_t list,
	struct error *err)
{
	struct str bytes = STR_INIT;
	char *salt = world_random(SALT_OCTETS);
	struct opening_form form = {
		.language = e->language,
		.format = letter_format_name(e->format),
	};
	struct opening opening = {
		.list = list,
		.number = e->number,
		.slot = e->now,
		.at = e->now,
		.salt = salt,
		.subject = e->subject,
		.forms = &form,
		.form_count = 1,
		.list_language = e->language,
		.list_format = form.format,
	};
	int64_t issue;
	bool ok;

	form_save(e->form, &bytes);
	form.bytes = str_span(&bytes);
	ok = store_issue_open(store, &opening, &issue, err);
	str_clear(&bytes);
	free(salt);
	return ok;
}

static bool
check_sent(const struct delivery_result *r, struct error *err)
{
	const char *why = r->paused ? r->paused : r->trouble;

	if (r->count.sent >= r->count.total_open)
		return true;
	return error_set(err, ERROR_REFUSED, "%zu of %zu were sent%s%s",
		r->count.sent, r->count.total_open, why ? ": " : "",
		why ? why : "");
}

static bool
deliver(const struct errand *e, struct store *store, int64_t list,
	const struct dkim_signer *signer, struct error *err)
{
	struct issue_record record = {.id = 0};
	struct delivery_result result = {.trouble = NULL};
	char *owner = world_owner(), *boot = world_boot_id();
	char *host = world_host(), *key = world_random(KEY_OCTETS);
	struct delivery d = {
		.store = store,
		.list = e->list,
		.list_id = list,
		.issue = &record,
		.relay = e->relay,
		.unmetered = true,
		.token_key = span_of(key),
		.signer = signer,
		.owner = owner,
		.boot_id = boot,
		.ehlo_name = host,
		.log = e->log,
		.now = e->now,
		.until = INSTANT_NONE,
		.ticks = world_ticks,
		.signal_fd = -1,
	};
	bool found;
	bool ok = store_issue_find(
			  store, list, e->number, &record, &found, err) &&
		delivery_run(&d, &result, err) && check_sent(&result, err);

	delivery_result_clear(&result);
	issue_record_clear(&record);
	free(owner);
	free(boot);
	free(host);
	free(key);
	return ok;
}

bool
errand_send(const struct errand *e, struct error *err)
{
	struct store_options scratch = {
		.url = "sqlite:errand", .scratch = true};
	struct store *store = store_open(&scratch, err);
	struct signing *signing = NULL;
	int64_t list;
	bool ok = store && store_list(store, e->list->name, &list, err) &&
		signing_open(e->list, &signing, err);

	for (size_t i = 0; ok && i < e->count; i++)
		ok = add_reader(store, list, e->addresses[i], e->now, err);
	ok = ok && open_issue(e, store, list, err) &&
		deliver(e, store, list, signing_signer(signing), err);
	signing_free(signing);
	store_close(store);
	return ok;
}
