#include "run/gather.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/map.h"
#include "base/mem.h"
#include "mailbox/mailbox.h"
#include "model/dispatch_value.h"
#include "run/gathering.h"
#include "source/source.h"

enum {
	KEEP = 180 * 24 * 3600, /* what a source no longer shows, in seconds */
	MARK_OCTETS = 8,
};

/* ----- the pool as it is ----- */

/* NULL: of another version; it will be fetched anew. */
static struct dispatch *
read_pooled(struct dispatches *all, const struct pooled *item)
{
	struct arena *arena = arena_new();
	struct value *v = json_parse(arena, "pool", span_of(item->head), NULL);
	struct dispatch *d = v ? dispatch_from_value(all, v) : NULL;

	arena_free(arena);
	if (d)
		d->source = arena_strdup(all->arena, item->source);
	return d;
}

static bool
take_known(void *data, const struct pooled *item)
{
	struct known *known = data;

	/* By number: the array moves while it grows. */
	if (!map_has(known->numbers, item->id) &&
		read_pooled(&known->items, item))
		map_set(known->numbers, item->id,
			(void *)(uintptr_t)known->items.count);
	return true;
}

bool
known_load(struct gathering *g, const struct asked *a, struct known *known,
	struct error *err)
{
	dispatches_init(&known->items);
	known->numbers = map_new();
	return known_add(g, a->source->name, known, err);
}

bool
known_add(struct gathering *g, const char *source, struct known *known,
	struct error *err)
{
	return store_pool(
		g->o->store, g->o->list_id, source, take_known, known, err);
}

const struct dispatch *
known_find(const struct known *known, const char *id)
{
	uintptr_t number = (uintptr_t)map_find(known->numbers, id);

	return number ? &known->items.items[number - 1] : NULL;
}

void
known_clear(struct known *known)
{
	dispatches_clear(&known->items);
	map_free(known->numbers);
}

/* ----- what a source shows ----- */

static bool
keep(struct gathering *g, struct asked *a, const struct dispatches *shown,
	struct error *err)
{
	size_t count = shown ? shown->count : 0;
	struct pooled *items = mem_new((count + 1) * sizeof *items);
	struct str *heads = mem_new((count + 1) * sizeof *heads);
	struct arena *arena = arena_new();
	bool ok;

	for (size_t i = 0; i < count; i++) {
		const struct dispatch *d = &shown->items[i];

		json_write(&heads[i], dispatch_to_value(arena, d), false);
		items[i] = (struct pooled){
			.id = d->id,
			.head = str_text(&heads[i]),
			.text = d->variants[0].body,
		};
	}
	ok = store_pool_put(g->o->store, g->o->list_id, a->source->name,
		&a->state, items, count, g->o->now, err);
	for (size_t i = 0; i < count; i++)
		str_clear(&heads[i]);
	free(heads);
	free(items);
	arena_free(arena);
	return ok;
}

void
gathering_show(
	struct gathering *g, struct asked *a, const struct dispatches *shown)
{
	struct dispatches copies = {.arena = g->arena};

	if (!shown)
		return;
	shown_copy(&copies, shown);
	a->shown = copies.items;
	a->ids = arena_alloc(g->arena, (copies.count + 1) * sizeof *a->ids);
	for (size_t i = 0; i < copies.count; i++)
		a->ids[a->count++] = copies.items[i].id;
}

static void
name_shown(struct gathering *g, struct asked *a, const struct dispatches *shown)
{
	a->ids = arena_alloc(g->arena, (shown->count + 1) * sizeof *a->ids);
	for (size_t i = 0; i < shown->count; i++)
		a->ids[a->count++] = arena_strdup(g->arena, shown->items[i].id);
}

bool
gathering_take(struct gathering *g, struct asked *a,
	const struct dispatches *shown, struct error *err)
{
	if (g->o->kind == GATHER_KEEP) {
		if (shown && g->arena)
			name_shown(g, a, shown);
		return keep(g, a, shown, err);
	}
	if (g->o->shown)
		shown_add(g, a, shown);
	gathering_show(g, a, shown);
	return true;
}

void
gathering_tell(
	struct gathering *g, enum severity severity, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = mem_vprintf(format, args);
	va_end(args);
	problem_add(g->problems, severity, NULL, 0, 0, "list '%s': %s",
		g->o->list->name, text);
	free(text);
}

void
gathering_failed(struct gathering *g, struct asked *a, const char *why)
{
	a->state.failures++;
	if (g->o->kind == GATHER_SHOW) {
		/* Somebody looks at what there is, and must know what is not. */
		gathering_tell(g, SEVERITY_WARNING, "%s", why);
		return;
	}
	if (a->state.failures < a->source->alert_after ||
		a->state.told & TOLD_FAILED) {
		gathering_tell(g, SEVERITY_NOTE, "%s", why);
		return;
	}
	a->state.told |= TOLD_FAILED;
	gathering_tell(g, SEVERITY_WARNING,
		"%s; it has failed %d times in a row", why, a->state.failures);
}

/* ----- positions ----- */

/* A feed's dispatches bear some settings; mails of whoever was not allowed, and
 * those that were too large, are looked at anew when the operator mends that. */
static char *
settings_mark(const struct list *list, const struct source_config *source)
{
	const struct mailbox_source *box = &source->mailbox;
	unsigned char bytes[HASH_SIZE];
	struct str mark = STR_INIT;
	struct hash h;

	hash_init(&h);
	if (source->kind == SOURCE_FEED) {
		hash_add_text(&h, POSTRIDER_VERSION);
		hash_add_text(&h, source->section);
		hash_add_text(&h, source->language);
		hash_add_text(&h, list->language);
		for (const char **m = list->title_marks; m && *m; m++)
			hash_add_text(&h, *m);
	} else {
		hash_add_text(&h, box->authserv_id);
		for (const char **s = box->allow; s && *s; s++)
			hash_add_text(&h, *s);
		/* Not always: a mark of before goes on. */
		if (list->limits.mail != MAILBOX_LARGEST)
			hash_add_number(&h, list->limits.mail);
	}
	hash_end(&h, bytes);
	hash_write_hex(&mark, bytes, MARK_OCTETS);
	return str_take(&mark);
}

/* It is kept as "MARK POSITION". */
const char *
gathering_position(const struct asked *a)
{
	size_t n = strlen(a->mark);

	if (!span_starts(span_of(a->state.position), a->mark) ||
		a->state.position[n] != ' ')
		return NULL;
	return a->state.position + n + 1;
}

void
gathering_set_position(struct asked *a, const char *position)
{
	char *text = mem_printf("%s %s", a->mark, position);

	free(a->state.position);
	a->state.position = text;
}

/* ----- giving out ----- */

struct giving {
	struct gathering *g;
	struct map *sources;	/* name -> struct asked */
	struct dispatches pool; /* in the arena of what is given out */
};

static bool
take_pooled(void *data, const struct pooled *item)
{
	struct giving *v = data;
	struct asked *a = map_find(v->sources, item->source);

	if (!a || !read_pooled(&v->pool, item))
		return true;
	a->pooled = arena_grow(
		v->g->arena, a->pooled, a->pooled_count, sizeof *a->pooled);
	a->pooled[a->pooled_count++] = v->pool.count - 1;
	return true;
}

static void
give(struct dispatches *out, const struct dispatch *d)
{
	struct dispatch *copy = dispatches_add(out);

	*copy = *d;
	copy->order = out->count - 1;
}

/* What it shows now, in its order, and behind it what it showed before. */
static void
give_shown(struct giving *v, const struct asked *a, struct dispatches *out)
{
	struct map *left = map_new();
	const struct dispatch *d;

	for (size_t i = 0; i < a->pooled_count; i++) {
		d = &v->pool.items[a->pooled[i]];
		map_set(left, d->id, (void *)d);
	}
	for (size_t i = 0; i < a->count; i++) {
		d = map_set(left, a->ids[i], NULL);
		if (a->shown || d)
			give(out, a->shown ? &a->shown[i] : d);
	}
	for (size_t i = 0; i < map_count(left); i++)
		if ((d = map_value(left, i)))
			give(out, d);
	map_free(left);
}

static bool
give_source(void *data, const struct source_config *source,
	struct dispatches *out, struct error *err)
{
	struct giving *v = data;

	(void)err;
	give_shown(v, map_find(v->sources, source->name), out);
	return true;
}

static bool
give_all(struct gathering *g, struct dispatches *out, struct error *err)
{
	struct giving v = {
		.g = g, .sources = map_new(), .pool = {.arena = out->arena}};
	bool ok = true;

	for (size_t i = 0; i < g->count; i++)
		map_set(v.sources, g->sources[i].source->name, &g->sources[i]);
	for (size_t i = 0; g->o->kind == GATHER_SHOW && i < g->count; i++)
		if (g->sources[i].former)
			map_set(v.sources, g->sources[i].former,
				&g->sources[i]);
	if (g->count)
		ok = store_pool(
			g->o->store, g->o->list_id, NULL, take_pooled, &v, err);
	ok = ok && source_gather(g->o->list, give_source, &v, out, err);
	map_free(v.sources);
	return ok;
}

bool
gather_body(struct store *store, int64_t list_id, struct arena *arena,
	const struct dispatch *d, struct variant *v, struct error *err)
{
	struct str text = STR_INIT;
	bool ok = store_pool_text(
		store, list_id, d->source, d->id, &text, NULL, err);

	v->body = arena_span(arena, str_span(&text));
	v->body_apart = false;
	str_clear(&text);
	return ok;
}

/* ----- all of it ----- */

static bool
begin(struct gathering *g, struct error *err)
{
	const struct list *list = g->o->list;
	bool ok = true;

	g->sources = mem_new((list->source_count + 1) * sizeof *g->sources);
	for (size_t i = 0; ok && i < list->source_count; i++) {
		struct asked *a = &g->sources[g->count];

		if (list->sources[i].kind == SOURCE_FOLDER)
			continue;
		a->source = &list->sources[i];
		a->mark = settings_mark(list, a->source);
		g->count++;
		ok = store_source(g->o->store, g->o->list_id, a->source->name,
			&a->state, err);
	}
	return ok;
}

/* What is old goes, and what is too much. */
static bool
prune(struct gathering *g, struct error *err)
{
	const struct gather_options *o = g->o;
	size_t most = o->list->limits.pool, forgotten;

	if (!store_pool_prune(o->store, o->list_id, o->now - KEEP, err) ||
		!store_pool_bound(o->store, o->list_id, most, &forgotten, err))
		return false;
	if (forgotten)
		gathering_tell(g, SEVERITY_WARNING,
			"%zu items are forgotten, the oldest: %zu are kept of "
			"one source ('limits.pool')",
			forgotten, most);
	return true;
}

static bool
ask(struct gathering *g, struct error *err)
{
	bool ok;

	if (g->o->kind == GATHER_POOL || g->count == 0 ||
		(g->o->shown && shown_give(g)))
		return true;
	ok = gather_feeds(g, err) && gather_mailboxes(g, err) &&
		(g->o->kind != GATHER_KEEP || prune(g, err));
	if (g->o->shown)
		shown_end(g, ok);
	return ok;
}

bool
gather(const struct gather_options *options, struct dispatches *out,
	struct problems *problems, struct error *err)
{
	struct gathering g = {.o = options,
		.problems = problems,
		.arena = out ? out->arena : NULL};
	bool ok = begin(&g, err) && ask(&g, err) &&
		(!out || give_all(&g, out, err));

	for (size_t i = 0; i < g.count; i++) {
		source_state_clear(&g.sources[i].state);
		free(g.sources[i].mark);
		free(g.sources[i].former);
	}
	free(g.sources);
	map_free(g.left);
	return ok;
}
