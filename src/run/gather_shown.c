/*
 * What was shown, kept between one gathering and the next: all of the list's
 * feeds and mailboxes, or nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/dispatch_value.h"
#include "run/gathering.h"

enum { GOOD = 600 /* seconds until they are asked again */ };

/* Of one source, by its place among the list's. */
struct shown_source {
	bool any; /* something new */
	char *former;
	struct dispatches items;
};

struct shown {
	bool whole; /* all were asked */
	int64_t at; /* when */
	unsigned char key[HASH_SIZE];
	struct shown_source *sources;
	size_t count;
	struct problems problems; /* that were told of them */
	size_t told;		  /* problems of the gathering before them */
};

struct shown *
shown_new(void)
{
	return mem_new(sizeof(struct shown));
}

void
shown_forget(struct shown *s)
{
	for (size_t i = 0; i < s->count; i++) {
		dispatches_clear(&s->sources[i].items);
		free(s->sources[i].former);
	}
	free(s->sources);
	problems_clear(&s->problems);
	*s = (struct shown){.whole = false};
}

void
shown_free(struct shown *s)
{
	if (!s)
		return;
	shown_forget(s);
	free(s);
}

void
shown_copy(struct dispatches *to, const struct dispatches *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct dispatch *d = &from->items[i];
		struct dispatch *copy = dispatch_from_value(
			to, dispatch_to_value(to->arena, d));

		copy->variants[0].body =
			arena_strdup(to->arena, d->variants[0].body);
		copy->variants[0].body_apart = false;
	}
}

/* ----- is it still what would be asked for? ----- */

static void
add_mailbox(struct hash *h, const struct mailbox_source *box)
{
	const struct server *server = &box->place.server;

	hash_add_text(h, box->place.path);
	hash_add_text(h, box->place.password_file);
	hash_add_text(h, server->host);
	hash_add_text(h, server->user);
	hash_add_text(h, server->password);
	hash_add_number(h, (uint64_t)server->port);
	hash_add_number(h, box->trim_signatures);
	hash_add_number(h, box->trim_quotes);
	hash_add_number(h, box->obscure_addresses);
}

/* Who has filled the pool has left another state. */
static void
add_source(struct hash *h, const struct asked *a)
{
	hash_add_text(h, a->source->name);
	hash_add_text(h, a->source->path);
	hash_add_text(h, a->mark);
	hash_add_number(h, a->source->allow_private);
	hash_add_number(h, (uint64_t)a->source->alert_after);
	hash_add_text(h, a->state.etag);
	hash_add_text(h, a->state.modified);
	hash_add_text(h, a->state.position);
	if (a->source->kind == SOURCE_MAILBOX)
		add_mailbox(h, &a->source->mailbox);
}

static void
make_key(const struct gathering *g, unsigned char *key)
{
	struct hash h;

	hash_init(&h);
	hash_add_number(&h, (uint64_t)g->o->list->select.first_issue);
	for (size_t i = 0; i < g->count; i++)
		add_source(&h, &g->sources[i]);
	hash_end(&h, key);
}

static bool
is_good(const struct gathering *g, const unsigned char *key)
{
	const struct shown *s = g->o->shown;

	return s->whole && g->o->now >= s->at && g->o->now < s->at + GOOD &&
		memcmp(s->key, key, sizeof s->key) == 0;
}

/* ----- giving and keeping ----- */

static void
copy_problems(struct problems *to, const struct problems *from, size_t first)
{
	for (size_t i = first; i < from->count; i++)
		problem_add(to, from->items[i].severity, NULL, 0, 0, "%s",
			from->items[i].text);
}

/* Made ready for what is asked now. */
static void
begin(struct gathering *g, const unsigned char *key)
{
	struct shown *s = g->o->shown;

	shown_forget(s);
	memcpy(s->key, key, sizeof s->key);
	s->at = g->o->now;
	s->told = g->problems->count;
	s->count = g->count;
	s->sources = mem_new((s->count + 1) * sizeof *s->sources);
	for (size_t i = 0; i < s->count; i++)
		dispatches_init(&s->sources[i].items);
}

bool
shown_give(struct gathering *g)
{
	const struct shown *s = g->o->shown;
	unsigned char key[HASH_SIZE];

	make_key(g, key);
	if (!is_good(g, key)) {
		begin(g, key);
		return false;
	}
	for (size_t i = 0; i < s->count; i++) {
		g->sources[i].former = mem_strdup(s->sources[i].former);
		if (s->sources[i].any)
			gathering_show(g, &g->sources[i], &s->sources[i].items);
	}
	copy_problems(g->problems, &s->problems, 0);
	return true;
}

void
shown_add(struct gathering *g, struct asked *a, const struct dispatches *shown)
{
	struct shown_source *source = &g->o->shown->sources[a - g->sources];

	if (!shown)
		return;
	source->any = true;
	source->former = mem_strdup(a->former);
	shown_copy(&source->items, shown);
}

void
shown_end(struct gathering *g, bool ok)
{
	struct shown *s = g->o->shown;

	s->whole = ok;
	copy_problems(&s->problems, g->problems, s->told);
}
