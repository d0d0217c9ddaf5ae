/*
 * Confirming what was asked for. A request is done once; what it does it does
 * in the transaction that marks it as done.
 */
#include "subscribers/membership.h"

#include <stdlib.h>

#include "subscribers/erase.h"
#include "subscribers/membership_state.h"

/* ----- what confirming would come to ----- */

static unsigned
half_of(enum token_purpose purpose)
{
	return purpose == TOKEN_CONFIRM_NEW ? CONFIRMED_NEW : CONFIRMED_OLD;
}

static unsigned
halves_needed(const struct request *r)
{
	return r->kind == REQUEST_CHANGE ? CONFIRMED_OLD | CONFIRMED_NEW
					 : CONFIRMED_OLD;
}

/* Is it the one that the token was made for? */
static bool
is_meant(const struct membership *m, const struct request *r, int64_t at,
	enum token_purpose purpose)
{
	return r && r->list == m->list_id && r->at == at &&
		halves_needed(r) & half_of(purpose);
}

static const char moved[] = "another address; both confirmed";

struct since {
	const struct request *request;
	bool overtaken;
};

/* By leaving, or a complaint; by another move, of which who has the old address
 * has nothing to say any more. */
static bool
find_overtaking(void *data, const struct consent *c)
{
	struct since *s = data;
	const struct request *r = s->request;

	if (r->kind == REQUEST_JOIN)
		s->overtaken |= c->now == SUBSCRIBER_GONE && c->at > r->at;
	else
		s->overtaken |= c->at >= r->at && text_equals(c->proof, moved);
	return true;
}

/* Who was asked twice, joined and left again must not be brought back by the
 * mail that lay unread meanwhile: it is no new word of his. Nor may that move
 * him who went to yet another address. */
static bool
is_overtaken(const struct membership *m, const struct request *r,
	bool *overtaken, struct error *err)
{
	struct since since = {.request = r};
	struct subscriber *s = NULL;
	bool ok = true;

	if (r->kind == REQUEST_JOIN)
		ok = membership_load_keyed(m, r->key, &s, err);
	else if (r->kind == REQUEST_CHANGE)
		ok = membership_load(m, r->subscriber, &s, err);
	ok = ok &&
		(!s ||
			store_consents(
				m->store, s->id, find_overtaking, &since, err));
	subscriber_free(s);
	*overtaken = since.overtaken;
	return ok;
}

static enum confirm_result
judge(const struct membership *m, const struct request *r,
	enum token_purpose purpose, bool overtaken)
{
	if (r->done)
		return CONFIRM_ALREADY;
	if (overtaken || m->now - r->at > m->list->joining.confirm_within)
		return CONFIRM_EXPIRED;
	return (r->confirmed | half_of(purpose)) == halves_needed(r)
		? CONFIRM_DONE
		: CONFIRM_HALF;
}

bool
membership_look(const struct membership *m, int64_t id, int64_t at,
	enum token_purpose purpose, enum confirm_result *result,
	struct request **request, struct error *err)
{
	struct error problem = ERROR_INIT;
	struct request *r = store_request(m->store, id, &problem);
	bool overtaken;

	*request = NULL;
	*result = CONFIRM_VOID;
	if (problem.kind != ERROR_NONE)
		return error_move(err, &problem);
	if (!is_meant(m, r, at, purpose)) {
		request_free(r);
		return true;
	}
	if (!is_overtaken(m, r, &overtaken, err)) {
		request_free(r);
		return false;
	}
	*request = r;
	*result = judge(m, r, purpose, overtaken);
	return true;
}

/* ----- what each kind does ----- */

/* "confirmed: one click; asked: form, 192.0.2.7, 2026-…; shown: '…'" */
static char *
proof_of(const struct membership *m, const struct request *r)
{
	struct str out = STR_INIT;

	str_add_all(&out, "confirmed: ", m->origin ? m->origin : "unknown",
		"; asked: ", r->origin ? r->origin : "unknown", ", ", NULL);
	date_write_iso(&out, r->at);
	if (r->wording)
		str_add_all(&out, "; shown: '", r->wording, "'", NULL);
	return str_take(&out);
}

static bool
is_reader_now(const struct membership *m, const char *key, bool *reader,
	struct error *err)
{
	struct subscriber *s;
	bool ok = membership_load_keyed(m, key, &s, err);

	*reader = s && subscriber_is_reader(s);
	subscriber_free(s);
	return ok;
}

/* Who came in meanwhile is welcomed already. */
static bool
join(const struct membership *m, const struct request *r, struct error *err)
{
	struct subscriber s = {.key = r->key,
		.address = r->address,
		.name = r->name,
		.origin = r->by,
		.format = r->format,
		.language = r->language,
		.since = INSTANT_NONE};
	char *proof = proof_of(m, r);
	bool reader, ok;

	ok = is_reader_now(m, r->key, &reader, err) &&
		membership_change(m, &s, SUBSCRIBER_ACTIVE, proof, err) &&
		(reader || membership_welcome(m, r->key, err));
	free(proof);
	return ok;
}

static bool
leave(const struct membership *m, const struct request *r, struct error *err)
{
	char *proof = proof_of(m, r);
	struct membership told = *m;
	bool ok;

	told.origin = proof;
	ok = membership_leave(&told, r->subscriber, NULL, err);
	free(proof);
	return ok;
}

static bool
change(const struct membership *m, const struct request *r, struct error *err)
{
	struct subscriber to = {
		.key = r->key, .address = r->address, .origin = m->by};
	struct change change = {.subscriber = &to,
		.actor = ACTOR_SELF,
		.proof = moved,
		.at = m->now};

	return store_subscriber_readdress(
		m->store, m->list_id, r->subscriber, &change, err);
}

static bool
erase(const struct membership *m, const struct request *r, struct error *err)
{
	struct erase_wish wish = {.list = m->list,
		.list_id = m->list_id,
		.key = r->key,
		.actor = ACTOR_SELF,
		.at = m->now};
	struct subscriber *s;
	bool found, ok = membership_load(m, r->subscriber, &s, err);
	size_t files;

	if (ok && s && s->state != SUBSCRIBER_ERASED) {
		wish.key = s->key; /* he may have another address by now */
		ok = erase_subscriber(m->store, &wish, &found, &files, err);
	}
	subscriber_free(s);
	return ok;
}

static bool
do_nothing(
	const struct membership *m, const struct request *r, struct error *err)
{
	(void)m;
	(void)r;
	(void)err;
	return true;
}

static bool (*const deeds[REQUEST_KINDS])(const struct membership *m,
	const struct request *r, struct error *err) = {
	[REQUEST_JOIN] = join,
	[REQUEST_LEAVE] = leave,
	[REQUEST_CHANGE] = change,
	[REQUEST_EXPORT] = do_nothing, /* was done when it was asked for */
	[REQUEST_ERASE] = erase,
};

/* ----- confirming ----- */

static bool
carry_out(const struct membership *m, struct request *r,
	enum token_purpose purpose, enum confirm_result result,
	struct error *err)
{
	bool done = result == CONFIRM_DONE;

	if (!done && result != CONFIRM_HALF)
		return true;
	r->confirmed |= half_of(purpose);
	r->done = done;
	return store_request_confirm(
		       m->store, r->id, half_of(purpose), done, err) &&
		(!done || deeds[r->kind](m, r, err));
}

bool
membership_confirm(const struct membership *m, int64_t id, int64_t at,
	enum token_purpose purpose, enum confirm_result *result,
	struct request **request, struct error *err)
{
	bool ok;

	*request = NULL;
	if (!store_together(m->store, err))
		return false;
	ok = membership_look(m, id, at, purpose, result, request, err) &&
		(!*request || carry_out(m, *request, purpose, *result, err));
	ok = store_together_end(m->store, "confirm", ok, err);
	if (!ok) {
		request_free(*request);
		*request = NULL;
	}
	return ok;
}
