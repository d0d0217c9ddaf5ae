/*
 * Feeds, many at once. Each is read and kept as its answer comes in, and then
 * forgotten: only what is being read is in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "run/gathering.h"
#include "source/feed.h"
#include "source/feed_source.h"
#include "source/fetch.h"

static const char accepted[] =
	"application/atom+xml, application/rss+xml, application/feed+json, "
	"application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

/*
 * Feeds touch all their items when somebody cleans up. An item whose words are
 * the same was not updated, whatever its dates say now.
 */
static void
keep_old_mark(const struct known *known, struct dispatch *d)
{
	const struct dispatch *old = known_find(known, d->id);
	struct variant *v = &d->variants[0];

	if (!old || strcmp(old->variants[0].content, v->content) != 0)
		return;
	d->date = old->date;
	v->updated = old->variants[0].updated;
	v->marked = old->variants[0].marked;
	memcpy(v->revision, old->variants[0].revision, sizeof v->revision);
}

static bool
take_feed(struct gathering *g, struct asked *a, const struct feed *feed,
	struct error *err)
{
	struct dispatches shown;
	struct known known;
	bool ok = known_load(g, a, &known, err);

	dispatches_init(&shown);
	if (ok)
		feed_dispatches(feed, a->source, g->o->list, &shown);
	for (size_t i = 0; i < shown.count; i++)
		keep_old_mark(&known, &shown.items[i]);
	ok = ok && gathering_take(g, a, &shown, err);
	dispatches_clear(&shown);
	known_clear(&known);
	return ok;
}

/* Whoever reads with other settings, or in another version, may make other
 * dispatches of the same bytes. */
static char *
reading_mark(const struct list *list, const struct source_config *source)
{
	unsigned char bytes[HASH_SIZE];
	struct str mark = STR_INIT;
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, POSTRIDER_VERSION);
	hash_add_text(&h, source->section);
	hash_add_text(&h, source->language);
	hash_add_text(&h, list->language);
	for (const char **m = list->title_marks; m && *m; m++)
		hash_add_text(&h, *m);
	hash_end(&h, bytes);
	hash_write_hex(&mark, bytes, 8);
	return str_take(&mark);
}

static bool
was_read_so(const struct asked *a)
{
	return a->state.position &&
		span_starts(span_of(a->state.position), a->mark);
}

/* Many servers give no validators: the bytes are one. */
static char *
position_of(const struct asked *a, struct span body)
{
	unsigned char bytes[HASH_SIZE];
	struct str position = STR_INIT;

	hash_sha256(body, bytes);
	str_printf(&position, "%s ", a->mark);
	hash_write_hex(&position, bytes, HASH_SIZE / 2);
	return str_take(&position);
}

/* Read now, or unchanged. */
static void
succeeded(struct asked *a, const struct fetch_answer *answer, char *position)
{
	unsigned told = a->state.told & TOLD_MOVED;

	source_state_clear(&a->state);
	a->state.told = told;
	a->state.etag = mem_strdup(answer->etag);
	a->state.modified = mem_strdup(answer->modified);
	a->state.position = position;
}

static bool
read_feed(struct gathering *g, struct asked *a,
	const struct fetch_answer *answer, struct error *err)
{
	char *position = position_of(a, answer->body);

	struct feed_hints hints = {
		.url = answer->url, .content_type = answer->content_type};
	struct arena *arena = arena_new();
	struct error why = ERROR_INIT;
	bool same = text_equals(a->state.position, position);
	struct feed *feed = same ? NULL
				 : feed_parse(arena, a->source->name,
					   answer->body, &hints, &why);
	bool ok;

	if (feed || same) {
		succeeded(a, answer, position);
		ok = feed ? take_feed(g, a, feed, err)
			  : gathering_take(g, a, NULL, err);
	} else {
		free(position);
		gathering_failed(g, a, why.text);
		ok = gathering_take(g, a, NULL, err);
	}
	error_clear(&why);
	arena_free(arena);
	return ok;
}

/* True: there is a body to be read. */
static bool
judge(struct gathering *g, struct asked *a, const struct fetch_answer *answer)
{
	switch (answer->kind) {
	case FETCH_FRESH:
		return true;
	case FETCH_NOT_MODIFIED:
		a->state.failures = 0;
		a->state.told &= ~(unsigned)TOLD_FAILED;
		return false;
	case FETCH_WAIT:
		a->state.retry_at = answer->retry_at;
		problem_add(g->problems, SEVERITY_NOTE, NULL, 0, 0,
			"list '%s': %s", g->o->list->name, answer->error.text);
		return false;
	case FETCH_GONE:
	case FETCH_FAILED:
		break;
	}
	gathering_failed(g, a, answer->error.text);
	return false;
}

/* Once, as long as it stays so. */
static void
tell_moved(
	struct gathering *g, struct asked *a, const struct fetch_answer *answer)
{
	bool was_told = a->state.told & TOLD_MOVED;

	if (!answer->moved_to) {
		if (answer->kind == FETCH_FRESH)
			a->state.told &= ~(unsigned)TOLD_MOVED;
		return;
	}
	a->state.told |= TOLD_MOVED;
	problem_add(g->problems, was_told ? SEVERITY_NOTE : SEVERITY_WARNING,
		NULL, 0, 0,
		"list '%s': the feed %s has moved for good: write %s in its "
		"place",
		g->o->list->name, a->source->name, answer->moved_to);
}

static void
take_answer(void *data, const struct fetch_answer *answer)
{
	struct gathering *g = data;
	struct asked *a = answer->request->data;

	if (g->error.kind != ERROR_NONE)
		return;
	tell_moved(g, a, answer);
	if (judge(g, a, answer))
		read_feed(g, a, answer, &g->error);
	else
		gathering_take(g, a, NULL, &g->error);
}

/* Those whose server asked for patience wait for a later run. */
static size_t
add_requests(struct gathering *g, struct fetch_request *requests)
{
	size_t count = 0;

	for (size_t i = 0; i < g->count; i++) {
		struct asked *a = &g->sources[i];
		bool as_before;

		if (a->source->kind != SOURCE_FEED ||
			(a->state.retry_at != INSTANT_NONE &&
				a->state.retry_at > g->o->now))
			continue;
		a->mark = reading_mark(g->o->list, a->source);
		as_before = was_read_so(a);
		requests[count++] = (struct fetch_request){
			.url = a->source->path,
			.etag = as_before ? a->state.etag : NULL,
			.modified = as_before ? a->state.modified : NULL,
			.accept = accepted,
			.allow_private = a->source->allow_private,
			.data = a,
		};
	}
	return count;
}

bool
gather_feeds(struct gathering *g, struct error *err)
{
	struct fetch_request *requests =
		mem_new((g->count + 1) * sizeof *requests);
	struct fetch_options options = {.now = g->o->now};
	size_t count = add_requests(g, requests);
	bool ok = count == 0 ||
		fetch_all(requests, count, &options, take_answer, g, err);

	free(requests);
	if (ok && g->error.kind != ERROR_NONE) {
		error_move(err, &g->error);
		ok = false;
	}
	error_clear(&g->error);
	return ok;
}
