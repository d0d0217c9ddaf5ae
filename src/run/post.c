#include "run/post.h"

#include <stdlib.h>

#include "base/mem.h"
#include "inbox/inbox.h"
#include "run/errand.h"
#include "run/parcel.h"
#include "run/world.h"
#include "store/returned.h"
#include "subscribers/bounces.h"

enum {
	BATCH = 32,		  /* mails that share a connection */
	LEASE = 15 * 60,	  /* seconds that a batch may take, … */
	BEGIN = LEASE - 11 * 60,  /* … the last reply ten minutes of them */
	PATIENCE = 2 * 24 * 3600, /* seconds for which a mail is tried, … */
	TRIES_LEAST = 3,	  /* … and so often where cron calls seldom */
};

/* What one call needs; keys and templates are read when there is a mail. */
struct sending {
	const struct post_office *office;
	const struct list *list;
	int64_t list_id, now;
	struct token_keys *keys;
	struct pages *pages;
	struct parcel parcels[BATCH];
	size_t count, sent;
};

/* ----- taking ----- */

static bool
take_batch(struct sending *s, struct error *err)
{
	struct error problem = ERROR_INIT;
	bool found = true;

	while (s->count < BATCH && found) {
		struct post *post = store_post_take(s->office->store,
			s->list_id, s->now, LEASE, &found, &problem);

		if (post)
			parcel_init_take(&s->parcels[s->count++], post);
	}
	return problem.kind == ERROR_NONE || error_move(err, &problem);
}

static void
clear_batch(struct sending *s)
{
	for (size_t i = 0; i < s->count; i++)
		parcel_clear(&s->parcels[i]);
	s->count = 0;
}

static bool
read_means(struct sending *s, struct error *err)
{
	if (!s->keys)
		s->keys = token_keys_load(s->office->store, world_random, err);
	if (s->keys && !s->pages)
		s->pages = pages_load(s->list->site, "post", false, err);
	return s->keys && s->pages;
}

/* ----- recording ----- */

/* Seconds to wait after so many tries, this one counted. */
static int64_t
wait_after(int tries)
{
	static const int minutes[] = {1, 5, 15, 60, 120, 240};
	const int most = sizeof minutes / sizeof *minutes;

	return minutes[(tries < most ? tries : most) - 1] * INT64_C(60);
}

/* A probe that nobody could send says nothing: what has come back of him counts
 * on, and the next that does has him asked again. */
static bool
give_up(struct sending *s, const struct post *post, const char *why,
	struct error *err)
{
	struct store *store = s->office->store;

	log_detail(s->office->log,
		"%s: a mail of the post (%s) is not sent: %s", s->list->name,
		post_kind_name(post->kind), why);
	return store_post_failed(store, post->id, INSTANT_NONE, why, err) &&
		(post->kind != POST_PROBE ||
			store_probe_set(store, post->subscriber, INSTANT_NONE,
				false, err));
}

static bool
try_later(struct sending *s, const struct post *post, const char *why,
	struct error *err)
{
	int64_t next = s->now + wait_after(post->tries);

	if (next > post->at + PATIENCE && post->tries >= TRIES_LEAST)
		return give_up(s, post, why, err);
	log_detail(s->office->log,
		"%s: a mail of the post (%s) must be tried again: %s",
		s->list->name, post_kind_name(post->kind), why);
	return store_post_failed(s->office->store, post->id, next, why, err);
}

/* The reader of that address, if he waits for this; else NULL, and `err` may be
 * set. */
static struct subscriber *
find_probed(struct sending *s, const struct post *post, struct error *err)
{
	struct subscriber *who = store_subscriber_numbered(
		s->office->store, s->list_id, post->subscriber, err);

	if (who && who->probed_at != INSTANT_NONE &&
		text_equals(who->key, post->key))
		return who;
	subscriber_free(who);
	return NULL;
}

/* The answer is the same as if it had come back, and is here at once. */
static bool
take_off(struct sending *s, const struct subscriber *who, const char *why,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct returned r = {.address = who->address};
	enum bounce_effect effect;
	bool ok;

	inbox_judge_reply(arena, span_of(why), &r);
	ok = bounce_take(s->office->store,
		&(struct bounce){.list = s->list,
			.list_id = s->list_id,
			.subscriber = who->id,
			.probe = true,
			.class = r.class,
			.status = r.status,
			.text = r.diagnostic,
			.now = s->now},
		&effect, err);
	if (ok && effect == BOUNCE_DROPPED)
		log_event(s->office->log,
			"list '%s': %s is taken off: the mail that asked "
			"whether he is reached was refused: %s",
			s->list->name, who->address, why);
	arena_free(arena);
	return ok;
}

static bool
refused(struct sending *s, const struct post *post, const char *why,
	struct error *err)
{
	struct error problem = ERROR_INIT;
	struct subscriber *who = NULL;
	bool ok;

	if (post->kind == POST_PROBE)
		who = find_probed(s, post, &problem);
	if (problem.kind != ERROR_NONE)
		return error_move(err, &problem);
	ok = (!who || take_off(s, who, why, err)) && give_up(s, post, why, err);
	subscriber_free(who);
	return ok;
}

static bool
record(struct sending *s, const struct post *post,
	const struct errand_outcome *o, struct error *err)
{
	switch (o->fate) {
	case ERRAND_SENT:
		if (!store_post_sent(s->office->store, post->id, s->now, err))
			return false;
		s->sent++;
		return true;
	case ERRAND_REFUSED:
		return refused(s, post, o->why, err);
	case ERRAND_LATER:
		break;
	}
	return try_later(s, post, o->why, err);
}

/* The operator is told what he can mend. */
static bool
record_unmade(struct sending *s, const struct parcel *p, struct error *err)
{
	if (!p->broken)
		return give_up(s, p->post, p->why, err);
	log_warn(s->office->log, "list '%s': a mail (%s) cannot be made: %s",
		s->list->name, post_kind_name(p->post->kind), p->why);
	return try_later(s, p->post, p->why, err);
}

/* ----- sending ----- */

static bool
make_parcels(struct sending *s, struct error *err)
{
	struct parcel_maker maker = {
		.store = s->office->store,
		.list = s->list,
		.keys = s->keys,
		.pages = s->pages,
		.now = s->now,
	};

	for (size_t i = 0; i < s->count; i++)
		if (!parcel_make(&maker, &s->parcels[i], err))
			return false;
	return true;
}

/* Those that could be made, and which they are. */
struct load {
	struct sending *sending;
	struct errand_mail mails[BATCH];
	const struct parcel *parcels[BATCH];
	bool recorded[BATCH];
	size_t count;
};

static void
fill_load(struct load *load, struct sending *s)
{
	*load = (struct load){.sending = s};
	for (size_t i = 0; i < s->count; i++) {
		const struct parcel *p = &s->parcels[i];

		if (!p->form)
			continue;
		load->parcels[load->count] = p;
		load->mails[load->count++] = (struct errand_mail){
			.address = p->post->address,
			.form = p->form,
			.sender = p->sender,
		};
	}
}

/* Nothing was sent: another try is nearer than the end of the lease. */
static bool
put_back(struct sending *s, const struct load *load, const char *why)
{
	for (size_t i = 0; i < load->count; i++)
		if (!load->recorded[i])
			try_later(s, load->parcels[i]->post, why, NULL);
	return false;
}

/* At once, so that after a crash those alone come once more that were on the
 * wire. What fails here is done again at the end. */
static void
record_known(void *data, size_t mail, const struct errand_outcome *o)
{
	struct load *load = data;

	load->recorded[mail] =
		record(load->sending, load->parcels[mail]->post, o, NULL);
}

static bool
send_load(struct sending *s, struct load *load, struct error *err)
{
	struct errand_outcome outcomes[BATCH];
	struct errand errand = {
		.list = s->list,
		.mails = load->mails,
		.count = load->count,
		.relay = s->office->relay,
		.now = s->now,
		.log = s->office->log,
		.timeout_scale = s->office->timeout_scale,
		.within = BEGIN,
		.known = record_known,
		.known_data = load,
	};
	bool ok = true;

	if (!load->count)
		return true;
	if (!errand_deliver(&errand, outcomes, err))
		return put_back(s, load, err->text);
	for (size_t i = 0; i < load->count; i++)
		ok = (load->recorded[i] ||
			     record(s, load->parcels[i]->post, &outcomes[i],
				     ok ? err : NULL)) &&
			ok;
	errand_outcomes_clear(outcomes, load->count);
	return ok;
}

static bool
send_batch(struct sending *s, struct error *err)
{
	struct load load;

	if (!read_means(s, err) || !make_parcels(s, err))
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (!s->parcels[i].form &&
			!record_unmade(s, &s->parcels[i], err))
			return false;
	fill_load(&load, s);
	return send_load(s, &load, err);
}

bool
post_send_due(const struct post_office *office, const struct list *list,
	int64_t now, size_t *sent, struct error *err)
{
	struct sending s = {.office = office, .list = list};
	int64_t began = world_ticks();
	bool ok = store_list(office->store, list->name, &s.list_id, err);

	do {
		clear_batch(&s);
		s.now = now + (world_ticks() - began) / 1000;
		ok = ok && take_batch(&s, err) &&
			(!s.count || send_batch(&s, err));
	} while (ok && s.count == BATCH);
	clear_batch(&s);
	pages_free(s.pages);
	token_keys_free(s.keys);
	if (s.sent)
		log_detail(
			office->log, "%s: post: %zu sent", list->name, s.sent);
	if (sent)
		*sent = s.sent;
	return ok || error_wrap(err, "the post");
}
