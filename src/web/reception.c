#include "web/reception.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/identity.h"
#include "run/world.h"
#include "store/rename.h"
#include "subscribers/erase.h"
#include "web/asking.h"

enum {
	PATIENCE = 500,	     /* ms that the store may be held by another */
	KEYS_OLD = 60,	     /* seconds: then they are read anew */
	KEYS_OLD_ENOUGH = 5, /* the same, when a token does not fit */
};

struct served {
	const struct list *list;
	int64_t id;
};

struct reception {
	const struct log *log;
	struct lasting held;
	struct token_keys *keys;
	int64_t keys_at;
	struct pages *pages;
	struct str style;
	struct served *lists; /* ends with one without a list */
};

/* ----- opening ----- */

static bool
read_keys(struct reception *r, struct store *store, int64_t now,
	struct error *err)
{
	struct token_keys *keys = token_keys_load(store, world_random, err);

	if (!keys)
		return false;
	token_keys_free(r->keys);
	r->keys = keys;
	r->keys_at = now;
	return true;
}

/* A store that was restored from a backup has whom it was told to forget. */
static bool
know_list(struct served *served, struct store *store, struct error *err)
{
	size_t erased;

	return store_list(store, served->list->name, &served->id, err) &&
		erase_replay(store, served->list, served->id, &erased, err);
}

static void
drop_list(struct served *served)
{
	for (; served->list; served++)
		served[0] = served[1];
}

/* A list whose folder was renamed is another to the store: who joins would be on
 * that. The pages of the others are shown all the same. */
static bool
look_at_list(struct reception *r, struct served *served, struct store *store,
	bool *there, struct error *err)
{
	struct error problem = ERROR_INIT;

	*there = identity_keep(served->list, store, &problem);
	if (*there)
		return know_list(served, store, err);
	if (problem.kind != ERROR_CONFIG)
		return error_move(err, &problem);
	log_error(r->log, "list '%s' is not served: %s", served->list->name,
		problem.text);
	error_clear(&problem);
	drop_list(served);
	return true;
}

/* What is known of a store that was opened: the numbers that its lists have,
 * and its keys. */
static bool
know_store(void *data, struct store *store, struct error *err)
{
	struct reception *r = data;

	for (struct served *s = r->lists; s->list;) {
		bool there;

		if (!look_at_list(r, s, store, &there, err))
			return false;
		s += there;
	}
	return read_keys(r, store, world_now(), err);
}

static void
take_lists(struct reception *r, const struct list *const *lists)
{
	size_t n = 0;

	while (lists[n])
		n++;
	r->lists = mem_new((n + 1) * sizeof *r->lists);
	for (size_t i = 0; i < n; i++)
		r->lists[i].list = lists[i];
}

/* What is made now may wait longer than what a reader waits for. */
static bool
make_store(struct reception *r, const char *url, struct error *err)
{
	struct store *store =
		store_open(&(struct store_options){.url = url}, err);
	bool ok = store && know_store(r, store, err);

	store_close(store);
	return ok;
}

static bool
open_all(struct reception *r, const struct reception_options *options,
	struct error *err)
{
	const struct list *first = options->lists[0];
	const struct lasting_options held = {.url = first->store,
		.patience_ms = PATIENCE,
		.outage = options->outage,
		.renewed = know_store,
		.data = r};

	take_lists(r, options->lists);
	if (!make_store(r, first->store, err))
		return false;
	r->pages = pages_load(first->site, "pages", true, err);
	return r->pages && lasting_open(&r->held, &held, err) &&
		(pages_file(r->pages, "style.css", &r->style, err) ||
			err->kind == ERROR_NONE);
}

struct reception *
reception_open(const struct reception_options *options, struct error *err)
{
	struct reception *r = mem_new(sizeof *r);

	r->log = options->log;
	if (open_all(r, options, err))
		return r;
	reception_close(r);
	return NULL;
}

void
reception_close(struct reception *r)
{
	if (!r)
		return;
	token_keys_free(r->keys);
	pages_free(r->pages);
	lasting_close(&r->held);
	str_clear(&r->style);
	free(r->lists);
	free(r);
}

struct span
reception_style(const struct reception *r)
{
	return str_span(&r->style);
}

/* ----- lists ----- */

const struct list *
asking_list_at(const struct asking *a, size_t i)
{
	return a->reception->lists[i].list;
}

static const struct list *
find_named(const struct asking *a, const char *name, int64_t *id)
{
	for (const struct served *s = a->reception->lists; s->list; s++)
		if (strcmp(s->list->name, name) == 0) {
			*id = s->id;
			return s->list;
		}
	return NULL;
}

/* Also by a name that it had: web sites have the old address. */
const struct list *
asking_list_named(const struct asking *a, const char *name, int64_t *id)
{
	const struct list *list = find_named(a, name, id);
	char *now = list ? NULL : store_list_renamed(a->store, name, NULL);

	if (now)
		list = find_named(a, now, id);
	free(now);
	return list;
}

const struct list *
asking_list_numbered(const struct asking *a, int64_t id)
{
	for (const struct served *s = a->reception->lists; s->list; s++)
		if (s->id == id)
			return s->list;
	return NULL;
}

/* ----- tokens ----- */

bool
asking_verify(struct asking *a, enum token_purpose purpose, uint64_t *first,
	uint64_t *second, struct error *err)
{
	struct reception *r = a->reception;
	struct span token = a->visit->argument;

	if (token_keys_verify(r->keys, token, purpose, first, second))
		return true;
	/* It may be of a key that was made since. */
	if (!token_read(token, first, second) ||
		a->now - r->keys_at < KEYS_OLD_ENOUGH)
		return false;
	if (!read_keys(r, a->store, a->now, err))
		return false;
	a->keys = r->keys;
	return token_keys_verify(r->keys, token, purpose, first, second);
}

/* ----- answering ----- */

/* Browsers ask for an icon beside each page: no reader guesses by that. */
static bool
missing_page(struct asking *a, struct error *err)
{
	a->visit->wrong = !text_equals(a->visit->inquiry.path, "/favicon.ico");
	return asking_message(a, STATUS_NOT_FOUND, "missing", err);
}

static bool (*const pages[ROUTES])(struct asking *, struct error *) = {
	[ROUTE_NONE] = missing_page,
	[ROUTE_INDEX] = index_page,
	[ROUTE_STYLE] = missing_page, /* the door has them */
	[ROUTE_ROBOTS] = missing_page,
	[ROUTE_LEAVE] = leave_page,
	[ROUTE_PREFERENCES] = preferences_page,
	[ROUTE_JOIN] = join_page,
	[ROUTE_CONFIRM] = confirm_page,
	[ROUTE_CONFIRM_NEW] = confirm_page,
	[ROUTE_APPROVE] = approve_page,
};

static bool
read_submission(struct asking *a)
{
	const struct inquiry *q = &a->visit->inquiry;

	a->post = q->method == METHOD_POST;
	return !a->post ||
		submission_read(&a->said, a->arena, q->content_type, q->body);
}

static bool
answer(struct asking *a, struct error *err)
{
	if (read_submission(a))
		return pages[a->visit->route](a, err);
	return asking_message(a, STATUS_BAD_REQUEST, "wrong", err);
}

/* Tokens are in no log. */
static void
answer_failure(struct asking *a, const struct error *err)
{
	bool busy = err->kind == ERROR_LATER;

	if (!lasting_is_lost(&a->reception->held, err->text) && !busy)
		log_error(a->reception->log, "%s: %s",
			route_name(a->visit->route), err->text);
	if (!asking_message(a, busy ? STATUS_BUSY : STATUS_FAILED,
		    busy ? "busy" : "failed", NULL))
		answer_line(&a->visit->answer, STATUS_FAILED, "failed");
	a->visit->answer.retry_after = busy ? 10 : 0;
}

static bool
speaks(void *data, const char *language)
{
	return pages_speak(data, language);
}

static void
read_accepted(struct asking *a)
{
	char *tag = language_accepted(
		a->visit->inquiry.accept_language, speaks, a->pages);

	if (tag)
		a->accepted = arena_strdup(a->arena, tag);
	free(tag);
}

static void
receive(struct reception *r, struct visit *visit, int64_t now,
	bool (*how)(struct asking *a, struct error *err))
{
	struct error err = ERROR_INIT;
	struct asking a = {.reception = r,
		.log = r->log,
		.visit = visit,
		.arena = arena_new(),
		.store = r->held.store,
		.pages = r->pages,
		.keys = r->keys,
		.now = now};

	a.view = value_new_map(a.arena);
	read_accepted(&a);
	asking_choose_language(&a, NULL);
	if (!how(&a, &err))
		answer_failure(&a, &err);
	error_clear(&err);
	subscriber_free(a.subscriber);
	arena_free(a.arena);
}

static bool
be_busy(struct asking *a, struct error *err)
{
	(void)a;
	return error_set(err, ERROR_LATER, "the store is busy");
}

void
reception_put_off(struct reception *r, struct visit *visit)
{
	receive(r, visit, 0, be_busy);
}

static void
refresh(struct reception *r, int64_t now)
{
	struct error err = ERROR_INIT;

	if (!lasting_mend(&r->held) || now - r->keys_at < KEYS_OLD ||
		read_keys(r, r->held.store, now, &err))
		return;
	r->keys_at = now;
	log_error(r->log, "token keys: %s", err.text);
	error_clear(&err);
}

void
reception_show(struct reception *r, struct visit *visit, int64_t now)
{
	refresh(r, now);
	receive(r, visit, now, answer);
}

static bool
fail_all(struct asking *a, struct error *err)
{
	(void)a;
	return error_set(err, ERROR_IO, "what was asked could not be kept");
}

/* All that they were told is not so. Where the connection was lost nobody knows:
 * they may ask again. */
static void
answer_unkept(
	struct reception *r, struct visit *visits, const struct error *problem)
{
	bool later = lasting_is_lost(&r->held, problem->text) ||
		problem->kind == ERROR_LATER;

	if (!later)
		log_error(r->log, "%s", problem->text);
	for (struct visit *v = visits; v; v = v->next)
		receive(r, v, 0, later ? be_busy : fail_all);
}

bool
reception_take(struct reception *r, struct visit *visits, int64_t now,
	bool *wrote, struct error *err)
{
	struct error problem = ERROR_INIT;

	*wrote = false;
	refresh(r, now);
	if (!store_together(r->held.store, &problem)) {
		if (problem.kind == ERROR_LATER)
			return error_move(err, &problem);
	} else {
		for (struct visit *v = visits; v; v = v->next)
			receive(r, v, now, answer);
		*wrote = store_together_end(
			r->held.store, "pages", true, &problem);
		if (*wrote)
			return true;
	}
	answer_unkept(r, visits, &problem);
	error_clear(&problem);
	return true;
}
