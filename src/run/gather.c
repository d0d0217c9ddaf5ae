#include "run/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/dispatch_value.h"
#include "source/feed.h"
#include "source/feed_source.h"
#include "source/fetch.h"

enum { KEEP = 180 * 24 * 3600 }; /* what a feed no longer shows, in seconds */

static const char accepted[] =
	"application/atom+xml, application/rss+xml, application/feed+json, "
	"application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

/* A feed of the list, from its request to what it showed. */
struct asked {
	const struct source_config *source;
	struct source_state state;
	bool changed; /* `state` is to be written */
	struct dispatches shown;
};

struct gathering {
	const struct gather_options *o;
	struct problems *problems;
	struct asked *feeds;
	size_t count;
	struct map *pooled; /* "source\nid" -> struct dispatch * */
	struct dispatches pool;
};

static char *
pool_key(const char *source, const char *id)
{
	return mem_printf("%s\n%s", source, id);
}

/* ----- the pool as it is ----- */

static bool
take_pooled(void *data, const struct pooled *item)
{
	struct gathering *g = data;
	struct value *v =
		json_parse(g->pool.arena, "pool", span_of(item->body), NULL);
	struct dispatch *d = v ? dispatch_from_value(&g->pool, v) : NULL;
	char *key;

	if (!d)
		return true; /* of a later version: it will be fetched anew */
	d->source = arena_strdup(g->pool.arena, item->source);
	key = pool_key(item->source, d->id);
	/* By number: the array moves while it grows. */
	map_set(g->pooled, key, (void *)(uintptr_t)g->pool.count);
	free(key);
	return true;
}

static struct dispatch *
find_pooled(struct gathering *g, const char *source, const char *id)
{
	char *key = pool_key(source, id);
	uintptr_t number = (uintptr_t)map_find(g->pooled, key);

	free(key);
	return number ? &g->pool.items[number - 1] : NULL;
}

/* ----- answers ----- */

/*
 * Feeds touch all their items when somebody cleans up. An item whose words are
 * the same was not updated, whatever its dates say now.
 */
static void
keep_old_mark(struct gathering *g, struct dispatch *d)
{
	const struct dispatch *old = find_pooled(g, d->source, d->id);
	struct variant *v = &d->variants[0];

	if (!old || strcmp(old->variants[0].content, v->content) != 0)
		return;
	d->date = old->date;
	v->updated = old->variants[0].updated;
	v->marked = old->variants[0].marked;
	memcpy(v->revision, old->variants[0].revision, sizeof v->revision);
}

static void
succeeded(struct asked *a, const struct fetch_answer *answer)
{
	source_state_clear(&a->state);
	a->state.etag = mem_strdup(answer->etag);
	a->state.modified = mem_strdup(answer->modified);
}

static void
failed(struct gathering *g, struct asked *a, const char *why)
{
	a->state.failures++;
	if (a->state.failures < a->source->alert_after || a->state.told)
		return;
	a->state.told = true;
	problem_add(g->problems, SEVERITY_WARNING, NULL, 0, 0,
		"list '%s': %s; it has failed %d times in a row",
		g->o->list->name, why, a->state.failures);
}

static void
read_feed(
	struct gathering *g, struct asked *a, const struct fetch_answer *answer)
{
	struct feed_hints hints = {
		.url = answer->url, .content_type = answer->content_type};
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct feed *feed =
		feed_parse(arena, a->source->name, answer->body, &hints, &err);

	if (feed) {
		succeeded(a, answer);
		feed_dispatches(feed, a->source, g->o->list, &a->shown);
		for (size_t i = 0; i < a->shown.count; i++)
			keep_old_mark(g, &a->shown.items[i]);
	} else {
		failed(g, a, err.text);
	}
	error_clear(&err);
	arena_free(arena);
}

static void
take_answer(void *data, const struct fetch_answer *answer)
{
	struct gathering *g = data;
	struct asked *a = answer->request->data;

	a->changed = true;
	switch (answer->kind) {
	case FETCH_FRESH:
		read_feed(g, a, answer);
		break;
	case FETCH_NOT_MODIFIED:
		a->state.failures = 0;
		a->state.told = false;
		break;
	case FETCH_WAIT:
		a->state.retry_at = answer->retry_at;
		break;
	case FETCH_GONE:
		failed(g, a,
			answer->error.text ? answer->error.text
					   : "the feed is gone (410)");
		break;
	case FETCH_FAILED:
		failed(g, a, answer->error.text);
		break;
	}
	if (answer->moved_to)
		problem_add(g->problems, SEVERITY_WARNING, NULL, 0, 0,
			"list '%s': the feed %s has moved for good: write %s "
			"in its place",
			g->o->list->name, a->source->name, answer->moved_to);
}

/* ----- fetching ----- */

static bool
ask_all(struct gathering *g, struct error *err)
{
	struct fetch_request *requests =
		mem_new((g->count + 1) * sizeof *requests);
	struct fetch_options options = {.now = g->o->now};
	size_t count = 0;
	bool ok;

	for (size_t i = 0; i < g->count; i++) {
		struct asked *a = &g->feeds[i];

		if (a->state.retry_at != INSTANT_NONE &&
			a->state.retry_at > g->o->now)
			continue;
		requests[count++] = (struct fetch_request){
			.url = a->source->name,
			.etag = a->state.etag,
			.modified = a->state.modified,
			.accept = accepted,
			.allow_private = a->source->allow_private,
			.data = a,
		};
	}
	ok = count == 0 ||
		fetch_all(requests, count, &options, take_answer, g, err);
	free(requests);
	return ok;
}

/* ----- keeping ----- */

static bool
keep(struct gathering *g, struct asked *a, struct error *err)
{
	struct pooled *items = mem_new((a->shown.count + 1) * sizeof *items);
	struct str *bodies = mem_new((a->shown.count + 1) * sizeof *bodies);
	bool ok;

	for (size_t i = 0; i < a->shown.count; i++) {
		const struct dispatch *d = &a->shown.items[i];

		json_write(&bodies[i], dispatch_to_value(a->shown.arena, d),
			false);
		items[i] = (struct pooled){
			.id = d->id, .body = str_text(&bodies[i])};
	}
	ok = store_pool_put(g->o->store, g->o->list_id, a->source->name,
		&a->state, items, a->shown.count, g->o->now, err);
	for (size_t i = 0; i < a->shown.count; i++)
		str_clear(&bodies[i]);
	free(bodies);
	free(items);
	return ok;
}

static bool
keep_all(struct gathering *g, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < g->count; i++)
		ok = !g->feeds[i].changed || keep(g, &g->feeds[i], err);
	return ok &&
		store_pool_prune(
			g->o->store, g->o->list_id, g->o->now - KEEP, err);
}

/* ----- giving out ----- */

static void
give(struct dispatches *out, const struct dispatch *d)
{
	struct value *v = dispatch_to_value(out->arena, d);
	struct dispatch *copy = dispatch_from_value(out, v);

	if (copy)
		copy->order = out->count - 1;
}

/* What a feed shows now, in its order, and behind it what it showed before. */
static void
give_source(struct gathering *g, struct asked *a, struct dispatches *out)
{
	struct map *given = map_new();

	for (size_t i = 0; i < a->shown.count; i++) {
		map_set(given, a->shown.items[i].id, a);
		give(out, &a->shown.items[i]);
	}
	for (size_t i = 0; i < g->pool.count; i++) {
		const struct dispatch *d = &g->pool.items[i];

		if (strcmp(d->source, a->source->name) == 0 &&
			!map_has(given, d->id))
			give(out, d);
	}
	map_free(given);
}

/* ----- all of it ----- */

static bool
begin(struct gathering *g, struct error *err)
{
	const struct list *list = g->o->list;
	bool ok = true;

	g->feeds = mem_new((list->source_count + 1) * sizeof *g->feeds);
	for (size_t i = 0; ok && i < list->source_count; i++) {
		struct asked *a = &g->feeds[g->count];

		if (list->sources[i].kind != SOURCE_FEED)
			continue;
		a->source = &list->sources[i];
		dispatches_init(&a->shown);
		g->count++;
		ok = store_source(g->o->store, g->o->list_id, a->source->name,
			&a->state, err);
	}
	return ok &&
		(g->count == 0 ||
			store_pool(g->o->store, g->o->list_id, take_pooled, g,
				err));
}

static void
end(struct gathering *g)
{
	for (size_t i = 0; i < g->count; i++) {
		source_state_clear(&g->feeds[i].state);
		dispatches_clear(&g->feeds[i].shown);
	}
	free(g->feeds);
	map_free(g->pooled);
	dispatches_clear(&g->pool);
}

bool
gather_feeds(const struct gather_options *options, struct dispatches *out,
	struct problems *problems, struct error *err)
{
	struct gathering g = {
		.o = options, .problems = problems, .pooled = map_new()};
	bool ok;

	dispatches_init(&g.pool);
	ok = begin(&g, err);
	if (ok && g.count) {
		ok = ask_all(&g, err) && (!options->write || keep_all(&g, err));
		for (size_t i = 0; ok && i < g.count; i++)
			give_source(&g, &g.feeds[i], out);
	}
	end(&g);
	return ok;
}
