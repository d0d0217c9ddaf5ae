/*
 * Feeds, many at once. Each is read on a thread of its own as its answer comes
 * in, kept, and then forgotten: only what is being read is in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/workers.h"
#include "run/gathering.h"
#include "source/feed.h"
#include "source/feed_source.h"
#include "source/fetch.h"

/* Some servers ask for months of it, and what a feed shows meanwhile is lost. */
enum { PATIENCE = 24 * 3600 };

static const char accepted[] =
	"application/atom+xml, application/rss+xml, application/feed+json, "
	"application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

struct asking {
	struct gathering *g;
	struct workers *workers;
};

/*
 * Feeds touch all their items when somebody cleans up. An item whose words are
 * the same was not updated, whatever its dates say now. But a date that is still
 * to come may have been a slip: by it the item would wait until then.
 */
static void
keep_old_mark(const struct known *known, int64_t now, struct dispatch *d)
{
	const struct dispatch *old = known_find(known, d->id);
	struct variant *v = &d->variants[0];

	if (!old || strcmp(old->variants[0].content, v->content) != 0)
		return;
	if (old->date == INSTANT_NONE || old->date <= now)
		d->date = old->date;
	v->updated = old->variants[0].updated;
	v->marked = old->variants[0].marked;
	memcpy(v->revision, old->variants[0].revision, sizeof v->revision);
}

/* ----- reading, on any thread ----- */

/* A body on its way to dispatches. Nothing in it is shared. */
struct job {
	struct gathering *g; /* for the caller; the thread only reads `list` */
	struct asked *asked;
	const struct list *list;
	struct str body;
	char *url, *content_type, *etag, *modified, *moved_to;
	char *position;
	struct dispatches shown;
	struct error why; /* it is no feed */
};

static void
job_free(struct job *job)
{
	str_clear(&job->body);
	free(job->url);
	free(job->content_type);
	free(job->etag);
	free(job->modified);
	free(job->moved_to);
	free(job->position);
	dispatches_clear(&job->shown);
	error_clear(&job->why);
	free(job);
}

/* Many servers give no validators: the bytes are one. */
static char *
position_of(struct span body)
{
	unsigned char bytes[HASH_SIZE];
	struct str position = STR_INIT;

	hash_sha256(body, bytes);
	hash_write_hex(&position, bytes, HASH_SIZE / 2);
	return str_take(&position);
}

static void
read_feed(void *data)
{
	struct job *job = data;
	const struct source_config *source = job->asked->source;
	struct feed_hints hints = {
		.url = job->url, .content_type = job->content_type};
	struct arena *arena = arena_new();
	struct feed *feed = feed_parse(
		arena, source->name, str_span(&job->body), &hints, &job->why);

	if (feed)
		feed_dispatches(feed, source, job->list, &job->shown);
	arena_free(arena);
	job->position = position_of(str_span(&job->body));
	str_clear(&job->body);
}

/* ----- what was read ----- */

/* Now, or it is unchanged. */
static void
succeeded(struct asked *a, const char *etag, const char *modified,
	const char *position)
{
	unsigned told = a->state.told & TOLD_MOVED;

	source_state_clear(&a->state);
	a->state.told = told;
	a->state.etag = mem_strdup(etag);
	a->state.modified = mem_strdup(modified);
	gathering_set_position(a, position);
}

/* Once, as long as it stays so. Asked where a feed is at the end of the way:
 * a site that is given up sends on to some page. */
static void
tell_moved(struct gathering *g, struct asked *a, const char *moved_to)
{
	bool was_told = a->state.told & TOLD_MOVED;

	if (!moved_to) {
		a->state.told &= ~(unsigned)TOLD_MOVED;
		return;
	}
	a->state.told |= TOLD_MOVED;
	gathering_tell(g, was_told ? SEVERITY_NOTE : SEVERITY_WARNING,
		"the feed %s has moved for good: write %s in its place",
		a->source->name, moved_to);
}

static bool
take_shown(struct gathering *g, struct asked *a, struct dispatches *shown,
	struct error *err)
{
	struct known known;
	bool ok = known_load(g, a, &known, err) &&
		gathering_find_former(g, a, shown, &known, err);

	for (size_t i = 0; ok && i < shown->count; i++)
		keep_old_mark(&known, g->o->now, &shown->items[i]);
	ok = ok && gathering_take(g, a, shown, err);
	known_clear(&known);
	return ok;
}

/* Frees the job. */
static void
take_job(struct job *job)
{
	struct gathering *g = job->g;
	struct asked *a = job->asked;

	if (g->error.kind != ERROR_NONE) {
		/* Nothing can be kept any more. */
	} else if (job->why.kind == ERROR_NONE) {
		succeeded(a, job->etag, job->modified, job->position);
		tell_moved(g, a, job->moved_to);
		take_shown(g, a, &job->shown, &g->error);
	} else {
		gathering_failed(g, a, job->why.text);
		gathering_take(g, a, NULL, &g->error);
	}
	job_free(job);
}

static struct job *
job_new(struct gathering *g, struct asked *a, const struct fetch_answer *answer)
{
	struct job *job = mem_new(sizeof *job);

	job->g = g;
	job->asked = a;
	job->list = g->o->list;
	str_add_span(&job->body, answer->body);
	job->url = mem_strdup(answer->url);
	job->content_type = mem_strdup(answer->content_type);
	job->etag = mem_strdup(answer->etag);
	job->modified = mem_strdup(answer->modified);
	job->moved_to = mem_strdup(answer->moved_to);
	job->why = ERROR_INIT;
	dispatches_init(&job->shown);
	return job;
}

/* The bytes of the last time, read with the same settings? */
static bool
is_unchanged(
	struct gathering *g, struct asked *a, const struct fetch_answer *answer)
{
	const char *before = gathering_position(a);
	char *now;
	bool same;

	if (!before)
		return false;
	now = position_of(answer->body);
	same = text_equals(before, now);
	if (same) {
		succeeded(a, answer->etag, answer->modified, now);
		tell_moved(g, a, answer->moved_to);
	}
	free(now);
	return same;
}

/* Those that are done meanwhile are kept; when all threads have enough to do,
 * one is waited for. */
static void
give_to_read(struct asking *asking, struct asked *a,
	const struct fetch_answer *answer)
{
	struct workers *w = asking->workers;
	struct job *job;

	while (workers_count(w) >= workers_capacity(w))
		take_job(workers_take(w, true));
	workers_put(w, job_new(asking->g, a, answer));
	while ((job = workers_take(w, false)))
		take_job(job);
}

static void
be_patient(const struct gathering *g, struct asked *a, int64_t until)
{
	int64_t most = g->o->now + PATIENCE;

	a->state.retry_at = until < most ? until : most;
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
		tell_moved(g, a, answer->moved_to);
		return false;
	case FETCH_WAIT:
		be_patient(g, a, answer->retry_at);
		break;
	case FETCH_GONE:
	case FETCH_FAILED:
		break;
	}
	gathering_failed(g, a, answer->error.text);
	return false;
}

static void
take_answer(void *data, const struct fetch_answer *answer)
{
	struct asking *asking = data;
	struct gathering *g = asking->g;
	struct asked *a = answer->request->data;

	if (g->error.kind != ERROR_NONE)
		return;
	if (judge(g, a, answer) && !is_unchanged(g, a, answer))
		give_to_read(asking, a, answer);
	else
		gathering_take(g, a, NULL, &g->error);
}

/* Farther than our patience lies what a clock that ran ahead wrote down. */
static bool
must_wait(const struct gathering *g, const struct asked *a)
{
	int64_t until = a->state.retry_at, now = g->o->now;

	return until != INSTANT_NONE && until > now && until <= now + PATIENCE;
}

/* What it shows is not in what is given out: who looks at that must know. */
static void
tell_waiting(struct gathering *g, const struct asked *a)
{
	struct str until = STR_INIT;

	date_write_iso(&until, a->state.retry_at);
	gathering_tell(g,
		g->o->kind == GATHER_SHOW ? SEVERITY_WARNING : SEVERITY_NOTE,
		"%s: is not asked before %s: its server wants patience",
		a->source->name, str_text(&until));
	str_clear(&until);
}

/* Those whose server asked for patience wait for a later run. */
static size_t
add_requests(struct gathering *g, struct fetch_request *requests)
{
	size_t count = 0;

	for (size_t i = 0; i < g->count; i++) {
		struct asked *a = &g->sources[i];
		bool as_before = gathering_position(a) != NULL;

		if (a->source->kind != SOURCE_FEED)
			continue;
		if (must_wait(g, a)) {
			tell_waiting(g, a);
			continue;
		}
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
	const struct limits *limits = &g->o->list->limits;
	struct fetch_options options = {.limit = limits->feed,
		.timeout_ms = limits->fetch * 1000,
		.now = g->o->now,
		.timeout_scale = g->o->timeout_scale,
		.stop = g->o->stop};
	struct asking asking = {.g = g, .workers = workers_new(read_feed)};
	size_t count = add_requests(g, requests);
	bool ok;
	struct job *job;

	ok = count == 0 ||
		fetch_all(requests, count, &options, take_answer, &asking, err);
	while ((job = workers_take(asking.workers, true)))
		take_job(job);
	workers_free(asking.workers);
	free(requests);
	if (ok && g->error.kind != ERROR_NONE)
		ok = error_move(err, &g->error);
	error_clear(&g->error);
	return ok;
}
