/*
 * A proof is an issue like any other, opened in a store of its own that lives
 * in memory for as long as it takes: nothing is consumed, nobody is counted,
 * and its links carry tokens of a key that nobody keeps.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "deliver/pool.h"
#include "run/preview.h"
#include "run/run.h"
#include "run/world.h"
#include "store/store.h"

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
		.proof = "proof",
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
open_proof(const struct composed *c, struct store *store, int64_t list,
	int64_t now, int64_t *issue, struct error *err)
{
	struct str bytes = STR_INIT;
	char *salt = world_random(15);
	struct opening_form form = {
		.language = c->forms[0].language,
		.format = letter_format_name(c->forms[0].format),
	};
	struct opening opening = {
		.list = list,
		.number = c->issue->number,
		.slot = now,
		.at = now,
		.salt = salt,
		.subject = c->forms[0].letter->subject,
		.forms = &form,
		.form_count = 1,
		.list_language = c->forms[0].language,
		.list_format = form.format,
	};
	bool ok;

	form_save(c->forms[0].form, &bytes);
	form.bytes = str_span(&bytes);
	ok = store_issue_open(store, &opening, issue, err);
	str_clear(&bytes);
	free(salt);
	return ok;
}

static bool
deliver_proof(const struct composed *c, struct store *store, int64_t list,
	const struct relay *relay, int64_t now, const struct log *log,
	struct error *err)
{
	struct issue_record record = {.id = 0};
	struct delivery_result result = {.trouble = NULL};
	char *owner = world_owner(), *boot = world_boot_id();
	char *host = world_host(), *key = world_random(32);
	struct delivery d = {
		.store = store,
		.list = c->issue->list,
		.list_id = list,
		.issue = &record,
		.relay = relay,
		.token_key = span_of(key),
		.owner = owner,
		.boot_id = boot,
		.ehlo_name = host,
		.log = log,
		.now = now,
		.ticks = world_ticks,
		.signal_fd = -1,
	};
	bool found;
	bool ok = store_issue_find(store, list, c->issue->number, &record,
			  &found, err) &&
		delivery_run(&d, &result, err);

	if (ok && result.count.sent < result.count.total_open)
		ok = error_set(err, ERROR_REFUSED,
			"%zu of %zu proofs were sent%s%s", result.count.sent,
			result.count.total_open,
			result.paused || result.trouble ? ": " : "",
			result.paused		 ? result.paused
				: result.trouble ? result.trouble
						 : "");
	delivery_result_clear(&result);
	issue_record_clear(&record);
	free(owner);
	free(boot);
	free(host);
	free(key);
	return ok;
}

static bool
compose_proof(const struct preview *p, const struct list *list, int64_t now,
	struct composed *c, struct error *err)
{
	struct compose_options options = {
		.list = list,
		.store = p->store,
		.number = p->composed.issue->number,
		.slot = now,
		.now = now,
		.proof = true,
		.gather = GATHER_SHOW,
	};

	return store_list(p->store, list->name, &options.list_id, err) &&
		compose(&options, c, err);
}

bool
proof_send(const struct list *list, const char *const *addresses, size_t count,
	const struct relay *relay, int64_t now, const struct log *log,
	struct error *err)
{
	struct store_options scratch = {.url = "sqlite:proof", .scratch = true};
	struct composed c = {.issue = NULL};
	struct store *store = NULL;
	struct preview p;
	int64_t id, issue;
	bool ok = preview_compose(list, now, log, &p, err);

	if (ok && !p.composed.form_count)
		ok = error_set(err, ERROR_DATA,
			"there is nothing to prove: the next issue is empty");
	ok = ok && compose_proof(&p, list, now, &c, err);
	store = ok ? store_open(&scratch, err) : NULL;
	ok = store && store_list(store, list->name, &id, err);
	for (size_t i = 0; ok && i < count; i++)
		ok = add_reader(store, id, addresses[i], now, err);
	ok = ok && open_proof(&c, store, id, now, &issue, err) &&
		deliver_proof(&c, store, id, relay, now, log, err);
	composed_clear(&c);
	store_close(store);
	preview_clear(&p);
	return ok;
}
