/*
 * What the tests of consent share: a site with a store on the disk (or, where
 * nothing is erased, in memory), a list that is open for joining, and short
 * words for what readers do.
 */
#ifndef MEMBERSHIP_UNIT_H
#define MEMBERSHIP_UNIT_H

#include "store_unit.h"

#include "run/world.h"
#include "store/post.h"
#include "store/returned.h"
#include "subscribers/bounces.h"
#include "subscribers/erase.h"
#include "subscribers/membership.h"
#include "subscribers/tokens.h"

#define ADA "ada@example.org"
#define BOB "bob@example.org"
#define DAYS(n) ((int64_t)(n)*86400)

struct club {
	struct site site;
	struct list list, daily;
	int64_t daily_id;
	struct membership m;
};

static const char *const club_siblings[] = {"daily", NULL};

static inline void
club_lists(struct club *c)
{
	c->list = (struct list){
		.name = "weekly",
		.store = c->site.url,
		.site = c->site.folder,
		.language = "en",
		.joining = {.open = true,
			.confirm_within = DAYS(7),
			.welcome = true,
			.goodbye = true},
		.bounce_policy = {.hard = 1,
			.soft = 3,
			.within = DAYS(60),
			.probe_after = DAYS(180),
			.probe_wait = DAYS(7),
			.suppress = SUPPRESS_COMPLAINTS},
		.serving = {.mails_an_hour = 100},
		.siblings = (const char **)club_siblings,
	};
	c->daily = c->list;
	c->daily.name = "daily";
}

static inline void
club_start(struct club *c)
{
	*c = (struct club){.daily_id = 0};
	site_start(&c->site);
	MUST(store_list(c->site.store, "daily", &c->daily_id, &must));
	club_lists(c);
	c->m = (struct membership){.store = c->site.store,
		.list = &c->list,
		.list_id = c->site.list,
		.now = NOW,
		.by = ORIGIN_WEB,
		.origin = "form, 192.0.2.7"};
}

static inline void
club_end(struct club *c)
{
	site_end(&c->site);
}

/* ----- looking ----- */

static inline int64_t
club_id(struct club *c, const char *key)
{
	struct subscriber *s =
		store_subscriber(c->site.store, c->m.list_id, key, NULL);
	int64_t id = s ? s->id : 0;

	subscriber_free(s);
	return id;
}

/* "-": he is not there. */
static inline const char *
club_state(struct club *c, const char *key)
{
	struct subscriber *s =
		store_subscriber(c->site.store, c->m.list_id, key, NULL);
	const char *name = s ? subscriber_state_name(s->state) : "-";

	subscriber_free(s);
	return name;
}

/* Takes all that is to be sent, "confirm-join ada@example.org; …". *request is
 * that of the last that has one. */
static inline char *
club_mails(struct club *c, int64_t *request)
{
	struct str out = STR_INIT;
	struct post *post;
	bool found;

	while ((post = store_post_take(c->site.store, c->m.list_id, c->m.now,
			60, &found, NULL))) {
		str_printf(&out, "%s %s; ", post_kind_name(post->kind),
			post->address);
		if (request && post->request)
			*request = post->request;
		MUST(store_post_sent(c->site.store, post->id, c->m.now, &must));
		post_free(post);
	}
	return str_take(&out);
}

static inline void
want_mails(struct club *c, const char *name, const char *want)
{
	char *mails = club_mails(c, NULL);

	want_text(name, mails, want);
	free(mails);
}

/* ----- doing ----- */

/* As its mails bear it; yours to free(). */
static inline char *
site_token(struct store *store, enum token_kind kind,
	enum token_purpose purpose, int64_t first, int64_t second)
{
	struct token_keys *keys = token_keys_load(store, world_random, NULL);
	struct token_proof proof;
	struct str out = STR_INIT;

	token_prove(&proof, token_keys_newest(keys), kind, (uint64_t)first,
		(uint64_t)second);
	token_write(&out, &proof, purpose);
	token_keys_free(keys);
	return str_take(&out);
}

static inline void
ask_to_join(struct club *c, const char *address)
{
	MUST(membership_ask_to_join(&c->m,
		&(struct join_wish){.address = address,
			.name = "Ada",
			.language = "tr",
			.wording = "I want it"},
		&must));
}

static inline enum confirm_result
confirm_as(struct club *c, int64_t id, int64_t at, enum token_purpose purpose)
{
	enum confirm_result result;
	struct request *request;

	MUST(membership_confirm(
		&c->m, id, at, purpose, &result, &request, &must));
	want_int("a request", request != NULL, result != CONFIRM_VOID);
	request_free(request);
	return result;
}

/* The request that was mailed last, at this time. */
static inline enum confirm_result
confirm_last(struct club *c)
{
	int64_t id = 0;

	free(club_mails(c, &id));
	return confirm_as(c, id, c->m.now, TOKEN_CONFIRM);
}

static inline void
join(struct club *c, const char *address)
{
	ask_to_join(c, address);
	want_int("joined", confirm_last(c), CONFIRM_DONE);
	free(club_mails(c, NULL));
}

/* A club that Ada has joined; her number. */
static inline int64_t
club_start_with_ada(struct club *c)
{
	club_start(c);
	join(c, ADA);
	return club_id(c, ADA);
}

#endif
