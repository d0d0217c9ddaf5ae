/*
 * Asking: nothing changes but that a mail goes out, which only its reader can
 * confirm. Whoever asks learns nothing from it: what is done for an address
 * that is known, unknown or suppressed is alike (a transaction with a post in
 * it), and so are the limits.
 */
#include "subscribers/membership.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/suppress.h"
#include "subscribers/membership_state.h"

/* He changes one thing after another, and sees each time what he has. */
enum { SETTINGS_A_DAY = 10 };

/* What is known of the one who asks, or of the address that is asked for. */
struct asking {
	const struct membership *m;
	struct str key;
	const char *address;
	struct subscriber *s; /* or NULL */
	bool suppressed;
};

static bool
look_up(struct asking *a, const struct membership *m, const char *address,
	struct error *err)
{
	*a = (struct asking){.m = m, .address = address};
	address_key(&a->key, span_of(address));
	return membership_load_keyed(m, str_text(&a->key), &a->s, err) &&
		store_is_suppressed(m->store, m->list_id, str_text(&a->key),
			&a->suppressed, NULL, err);
}

static void
asking_clear(struct asking *a)
{
	subscriber_free(a->s);
	str_clear(&a->key);
}

/* ----- a request and its mail: both, or (by a limit) neither ----- */

static bool
add_request(const struct membership *m, struct request *r, struct error *err)
{
	r->list = m->list_id;
	r->origin = m->origin;
	r->by = m->by;
	r->at = m->now;
	return store_request_add(m->store, r, err);
}

/* A limit takes all of it back, and is silent. */
static bool
end_within(const struct membership *m, bool ok, bool taken, struct error *err)
{
	if (!ok || taken)
		return store_together_end(m->store, "ask", ok, err);
	store_together_end(m->store, "ask", false, NULL);
	return true;
}

/* ----- joining ----- */

struct wish_words {
	char *name, *language; /* cleaned, or NULL */
	const char *format;
};

/* What is no format or language is left out: the list's will do. */
static void
clean_wish(struct wish_words *w, const struct join_wish *wish)
{
	enum letter_format format;

	*w = (struct wish_words){.name = membership_name(wish->name),
		.language = membership_language(wish->language)};
	if (wish->format && letter_format_find(wish->format, &format))
		w->format = letter_format_name(format);
}

static char *
asked_proof(const struct membership *m, const char *wording)
{
	return mem_printf("asked: %s%s%s%s", m->origin ? m->origin : "unknown",
		wording ? "; shown: '" : "", wording ? wording : "",
		wording ? "'" : "");
}

/* Who was unknown so far waits for his confirmation. */
static bool
add_pending(struct asking *a, const struct join_wish *wish,
	const struct wish_words *words, struct error *err)
{
	const struct membership *m = a->m;
	char *proof = asked_proof(m, wish->wording);
	bool ok = membership_change(m,
		&(struct subscriber){.key = str_text(&a->key),
			.address = a->address,
			.name = words->name,
			.origin = m->by,
			.format = words->format,
			.language = words->language,
			.since = INSTANT_NONE},
		SUBSCRIBER_PENDING, proof, err);

	free(proof);
	return ok && membership_load_keyed(m, str_text(&a->key), &a->s, err);
}

static bool
ask_anew(struct asking *a, const struct join_wish *wish,
	const struct wish_words *words, bool *taken, struct error *err)
{
	struct request r = {.kind = REQUEST_JOIN,
		.key = str_text(&a->key),
		.address = a->address,
		.name = words->name,
		.format = words->format,
		.language = words->language,
		.wording = wish->wording};

	if (!a->s && !a->suppressed && !add_pending(a, wish, words, err))
		return false;
	r.subscriber = a->s ? a->s->id : 0;
	return add_request(a->m, &r, err) &&
		membership_post(a->m,
			&(struct outgoing){.kind = POST_CONFIRM_JOIN,
				.account = POST_TO_ANYBODY,
				.suppressed = a->suppressed,
				.s = a->s,
				.request = &r,
				.key = r.key,
				.address = r.address,
				.language = r.language},
			taken, err);
}

/* He learns it by mail, and nobody else does. */
static bool
tell_known(struct asking *a, bool *taken, struct error *err)
{
	return membership_post(a->m,
		&(struct outgoing){.kind = POST_KNOWN,
			.account = POST_TO_ANYBODY,
			.suppressed = a->suppressed,
			.s = a->s},
		taken, err);
}

static bool
join_within(struct asking *a, const struct join_wish *wish, struct error *err)
{
	struct wish_words words;
	bool taken = false, ok;

	if (!store_together(a->m->store, err))
		return false;
	clean_wish(&words, wish);
	ok = a->s && subscriber_is_reader(a->s)
		? tell_known(a, &taken, err)
		: ask_anew(a, wish, &words, &taken, err);
	free(words.name);
	free(words.language);
	return end_within(a->m, ok, taken, err);
}

bool
membership_ask_to_join(const struct membership *m, const struct join_wish *wish,
	struct error *err)
{
	struct asking a;
	bool ok;

	if (!m->list->joining.open)
		return error_set(err, ERROR_DATA,
			"this list does not take requests to join");
	if (!address_check(span_of(wish->address), err))
		return false;
	ok = look_up(&a, m, wish->address, err) && join_within(&a, wish, err);
	asking_clear(&a);
	return ok;
}

/* ----- a reader's requests ----- */

/* What a request of a reader's causes: one mail, or two. */
struct reader_request {
	struct request r;
	enum post_kind kind;
	const char *to, *to_key; /* of a change: the new address too */
	bool to_suppressed;
};

static bool
post_both(const struct membership *m, const struct subscriber *s,
	const struct reader_request *q, bool *taken, struct error *err)
{
	struct outgoing mail = {.kind = q->kind,
		.account = POST_TO_READERS,
		.s = s,
		.request = &q->r};

	if (!membership_post(m, &mail, taken, err))
		return false;
	if (!*taken || !q->to)
		return true;
	mail.kind = POST_CONFIRM_NEW;
	mail.account = POST_TO_ANYBODY;
	mail.key = q->to_key;
	mail.address = q->to;
	mail.language = s->language;
	mail.suppressed = q->to_suppressed;
	return membership_post(m, &mail, taken, err);
}

static bool
put_request(const struct membership *m, const struct subscriber *s,
	struct reader_request *q, struct error *err)
{
	bool taken = false, ok;

	if (!store_together(m->store, err))
		return false;
	q->r.subscriber = s->id;
	q->r.language = s->language;
	if (!q->r.key) {
		q->r.key = s->key;
		q->r.address = s->address;
	}
	ok = add_request(m, &q->r, err) && post_both(m, s, q, &taken, err);
	return end_within(m, ok, taken, err);
}

/* Of any state but erased: also who has left may see and erase what is known of
 * him. Who is not there asks for nothing. */
static bool
ask_for(const struct membership *m, int64_t subscriber, enum request_kind kind,
	enum post_kind post, struct error *err)
{
	struct reader_request q = {.r = {.kind = kind}, .kind = post};
	struct subscriber *s;
	bool ok = membership_load(m, subscriber, &s, err);

	q.r.done = kind == REQUEST_EXPORT;
	if (ok && s && s->state != SUBSCRIBER_ERASED)
		ok = put_request(m, s, &q, err);
	subscriber_free(s);
	return ok;
}

bool
membership_ask_for_copy(
	const struct membership *m, int64_t subscriber, struct error *err)
{
	return ask_for(m, subscriber, REQUEST_EXPORT, POST_COPY, err);
}

bool
membership_ask_to_erase(
	const struct membership *m, int64_t subscriber, struct error *err)
{
	return ask_for(m, subscriber, REQUEST_ERASE, POST_CONFIRM_ERASE, err);
}

/* ----- another address ----- */

static bool
ask_change_of(
	const struct asking *new, const struct subscriber *s, struct error *err)
{
	struct reader_request q = {
		.r = {.kind = REQUEST_CHANGE,
			.key = str_text(&new->key),
			.address = new->address},
		.kind = POST_CONFIRM_OLD,
		.to = new->address,
		.to_key = str_text(&new->key),
		.to_suppressed = new->suppressed,
	};

	if (text_equals(s->address, new->address))
		return error_set(
			err, ERROR_DATA, "that is the address we have");
	return put_request(new->m, s, &q, err);
}

bool
membership_ask_to_change(const struct membership *m, int64_t subscriber,
	const char *address, struct error *err)
{
	struct asking new = {.m = m};
	struct subscriber *s;
	bool ok;

	if (!address_check(span_of(address), err))
		return false;
	ok = membership_load(m, subscriber, &s, err) &&
		membership_need_reader(s, err) &&
		look_up(&new, m, address, err) && ask_change_of(&new, s, err);
	asking_clear(&new);
	subscriber_free(s);
	return ok;
}

/* ----- by mail ----- */

/* Nobody who is not a reader here is written to: the sender may be forged. */
bool
membership_ask_to_leave(
	const struct membership *m, const char *address, struct error *err)
{
	struct reader_request q = {
		.r = {.kind = REQUEST_LEAVE}, .kind = POST_CONFIRM_LEAVE};
	struct asking a;
	bool ok;

	if (!address_check(span_of(address), NULL))
		return true;
	ok = look_up(&a, m, address, err);
	if (ok && a.s && subscriber_is_reader(a.s))
		ok = put_request(m, a.s, &q, err);
	asking_clear(&a);
	return ok;
}

static bool
post_settings(const struct membership *m, const struct subscriber *s, int daily,
	struct error *err)
{
	bool taken;

	if (!s || !subscriber_is_reader(s))
		return true;
	return membership_post(m,
		&(struct outgoing){.kind = POST_SETTINGS,
			.account = POST_TO_READERS,
			.daily = daily,
			.s = s},
		&taken, err);
}

bool
membership_ask_for_settings(
	const struct membership *m, const char *address, struct error *err)
{
	struct asking a;
	bool ok;

	if (!address_check(span_of(address), NULL))
		return true;
	ok = look_up(&a, m, address, err) && post_settings(m, a.s, 1, err);
	asking_clear(&a);
	return ok;
}

/* A letter may have been forwarded with its token: so strangers can cause it. */
bool
membership_tell_settings(
	const struct membership *m, int64_t subscriber, struct error *err)
{
	struct subscriber *s;
	bool ok = membership_load(m, subscriber, &s, err) &&
		post_settings(m, s, SETTINGS_A_DAY, err);

	subscriber_free(s);
	return ok;
}
