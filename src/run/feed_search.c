#include "run/feed_search.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"
#include "mime/header.h"
#include "source/discover.h"
#include "source/feed.h"
#include "source/feed_source.h"
#include "source/fetch.h"

enum { LED_TO_MOST = 12 /* of what a page names and links, asked */ };

/* An address that may be a feed's. */
struct candidate {
	const char *url;
	const char *title; /* by the page's word; NULL */
	bool of_comments;
	struct found_feed *found; /* NULL: it is none */
	struct error why;	  /* then */
};

struct asking {
	const struct feed_search_options *o;
	struct arena *arena;
	struct discovery *page; /* of what was asked first; NULL: no page */
	struct candidate *candidates;
	size_t count;
};

/* ----- addresses ----- */

bool
feed_address(struct str *out, const char *text, struct error *err)
{
	struct str url = STR_INIT, shown = STR_INIT;
	struct span said = span_trim(span_of(text));
	bool ok;

	if (span_find_text(said, "://") == said.len)
		str_add(&url, "https://");
	url_without_feed(&url, said);
	ok = url_is_web(str_span(&url)) && url_link(out, str_span(&url), NULL);
	str_truncate(out, span_find(str_span(out), '#'));
	for (size_t i = 0; ok && out->data[i] != ':'; i++)
		out->data[i] = (char)tolower((unsigned char)out->data[i]);
	if (!ok) {
		url_without_login(&shown, said);
		error_set(err, ERROR_USAGE,
			"'%s' is no address of the web; write it as "
			"https://example.org/",
			str_text(&shown));
	}
	str_clear(&shown);
	str_clear(&url);
	return ok;
}

/* A feed may be at the home page, which is no link of one item. */
void
feed_key(struct str *out, const char *url)
{
	struct str plain = STR_INIT, key = STR_INIT;
	struct span home;

	url_without_login(&plain, span_of(url));
	home = str_span(&plain);
	home = span_from(home, url_scheme(home).len);
	while (span_ends(home, "/"))
		home.len--;
	if (url_key(&key, str_span(&plain)))
		home = str_span(&key);
	str_add_span(out, home);
	str_clear(&key);
	str_clear(&plain);
}

/* As it can be written into settings, with the login of `from`. */
static const char *
take_address(struct arena *arena, const char *url, const char *from)
{
	struct str plain = STR_INIT, out = STR_INIT;
	const char *kept;

	if (!feed_address(&plain, url, NULL))
		str_add(&plain, url); /* nobody can ask for it */
	url_with_login(&out, str_span(&plain), span_of(from));
	kept = arena_span(arena, str_span(&out));
	str_clear(&plain);
	str_clear(&out);
	return kept;
}

/* ----- feeds ----- */

static int
by_age(const void *a, const void *b)
{
	const struct dispatch *one = *(const struct dispatch *const *)a;
	const struct dispatch *other = *(const struct dispatch *const *)b;

	if (one->date != other->date)
		return one->date > other->date ? -1 : 1;
	return one->order < other->order ? -1 : one->order > other->order;
}

static const char *
one_line(struct arena *arena, const char *text)
{
	struct str line = STR_INIT;
	const char *kept;

	text_flatten(&line, span_of(text));
	kept = arena_span(arena, str_span(&line));
	str_clear(&line);
	return kept;
}

static struct found_feed *
found_new(struct asking *s, const struct candidate *c, const struct feed *feed,
	const struct fetch_answer *answer)
{
	struct found_feed *f = arena_alloc(s->arena, sizeof *f);
	struct source_config source = {.kind = SOURCE_FEED, .name = c->url};
	struct str shown = STR_INIT;

	f->asked = f->url = c->url;
	if (answer->moved_to)
		f->url = take_address(s->arena, answer->moved_to, c->url);
	url_without_login(&shown, span_of(f->url));
	f->shown = arena_span(s->arena, str_span(&shown));
	str_clear(&shown);
	f->title = one_line(s->arena, feed->title ? feed->title : c->title);
	f->of_comments = c->of_comments;
	dispatches_init(&f->in);
	feed_dispatches(feed, &source, s->o->list, &f->in);
	f->newest = arena_alloc(
		s->arena, (f->in.count + 1) * sizeof(struct dispatch *));
	for (size_t i = 0; i < f->in.count; i++)
		f->newest[i] = &f->in.items[i];
	qsort(f->newest, f->in.count, sizeof(struct dispatch *), by_age);
	return f;
}

static bool
take_feed(struct asking *s, struct candidate *c,
	const struct fetch_answer *answer)
{
	struct feed_hints hints = {
		.url = answer->url, .content_type = answer->content_type};
	struct arena *arena = arena_new();
	struct feed *feed =
		feed_parse(arena, answer->url, answer->body, &hints, &c->why);

	if (feed)
		c->found = found_new(s, c, feed, answer);
	arena_free(arena);
	return feed != NULL;
}

static void
take_failure(struct candidate *c, const struct fetch_answer *answer)
{
	error_set(&c->why, answer->error.kind, "%s%s", answer->error.text,
		answer->is_private ? " (here: --allow-private)" : "");
}

/* ----- asking ----- */

static const char *
charset_of(struct arena *arena, const char *content_type)
{
	struct value *v = header_read_parameters(arena, span_of(content_type));

	return value_find_text(value_find(v, "parameters"), "charset");
}

static void
take_first(void *data, const struct fetch_answer *answer)
{
	struct asking *s = data;
	struct candidate *c = answer->request->data;

	if (answer->kind != FETCH_FRESH)
		take_failure(c, answer);
	else if (!take_feed(s, c, answer))
		s->page = discover_feeds(s->arena, answer->body, answer->url,
			charset_of(s->arena, answer->content_type));
}

static void
take_candidate(void *data, const struct fetch_answer *answer)
{
	struct candidate *c = answer->request->data;

	if (answer->kind == FETCH_FRESH)
		take_feed(data, c, answer);
	else
		take_failure(c, answer);
}

/* The candidates from `first` on. */
static bool
ask(struct asking *s, size_t first,
	void (*take)(void *data, const struct fetch_answer *answer),
	struct error *err)
{
	size_t count = s->count - first;
	struct fetch_request *requests =
		mem_new((count + 1) * sizeof *requests);
	struct fetch_options options = {.limit = s->o->list->limits.feed,
		.timeout_ms = s->o->list->limits.fetch * 1000,
		.now = s->o->now};
	bool ok;

	for (size_t i = 0; i < count; i++)
		requests[i] = (struct fetch_request){
			.url = s->candidates[first + i].url,
			.allow_private = s->o->allow_private,
			.data = &s->candidates[first + i],
		};
	ok = count == 0 || fetch_all(requests, count, &options, take, s, err);
	free(requests);
	return ok;
}

static size_t
count_found(const struct asking *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->candidates[i].found != NULL;
	return n;
}

static void
add_candidates(struct asking *s, bool guesses, bool of_comments, size_t *left)
{
	for (size_t i = 0; i < s->page->count; i++) {
		const struct discover_feed *f = &s->page->feeds[i];

		if ((f->how == DISCOVER_GUESSED) != guesses ||
			f->of_comments != of_comments)
			continue;
		if (!guesses && s->count > LED_TO_MOST) {
			++*left;
			continue;
		}
		s->candidates[s->count++] = (struct candidate){
			.url = take_address(
				s->arena, f->url, s->candidates[0].url),
			.title = f->title,
			.of_comments = of_comments,
		};
	}
}

/* Asks what the page names and links to, or the guesses. */
static bool
ask_page(struct asking *s, bool guesses, size_t *untried, struct error *err)
{
	size_t first = s->count;

	add_candidates(s, guesses, false, untried);
	add_candidates(s, guesses, true, untried);
	return ask(s, first, take_candidate, err);
}

/* ----- the end of it ----- */

/* Two addresses may have led to one. */
static void
give(struct asking *s, struct feed_search *out)
{
	struct map *known = map_new();

	out->feeds = arena_alloc(s->arena, s->count * sizeof *out->feeds);
	for (size_t i = 0; i < s->count; i++) {
		struct found_feed *f = s->candidates[i].found;
		struct str key = STR_INIT;

		if (f)
			feed_key(&key, f->url);
		if (f && map_has(known, str_text(&key))) {
			dispatches_clear(&f->in);
		} else if (f) {
			map_set(known, str_text(&key), f);
			out->feeds[out->count++] = *f;
		}
		str_clear(&key);
	}
	map_free(known);
}

/* "/feed.xml, /rss.xml": of the guesses; of what the page leads to, the reason
 * of the first. */
static void
tell_tried(struct str *out, const struct asking *s, size_t guesses)
{
	if (guesses > 1)
		str_printf(out, ", nor what it leads to (%s%s)",
			s->candidates[1].why.text, guesses > 2 ? "; …" : "");
	for (size_t i = guesses; i < s->count; i++) {
		struct span url = span_of(s->candidates[i].url);
		size_t root = span_find_text(url, "://") + strlen("://");
		struct span rest = span_from(url, root);

		str_add(out, i == guesses ? ", nor one of the usual " : ", ");
		str_add_span(out, span_from(rest, span_find(rest, '/')));
	}
}

static bool
tell_none(const struct asking *s, size_t guesses, struct error *err)
{
	struct candidate *asked = &s->candidates[0];
	struct str shown = STR_INIT, tried = STR_INIT;

	if (!s->page)
		return error_move(err, &asked->why);
	url_without_login(&shown, span_of(asked->url));
	tell_tried(&tried, s, guesses);
	error_set(err, ERROR_DATA,
		"%s: no feed found: it is none itself%s; name the address of "
		"the feed if you know it",
		str_text(&shown), str_text(&tried));
	str_clear(&tried);
	str_clear(&shown);
	return false;
}

static bool
search(struct asking *s, struct feed_search *out, struct error *err)
{
	size_t guesses;

	s->candidates = mem_new(sizeof *s->candidates);
	s->candidates[s->count++].url = s->o->url;
	if (!ask(s, 0, take_first, err))
		return false;
	if (s->page) {
		s->candidates = mem_resize(s->candidates,
			(1 + s->page->count) * sizeof *s->candidates);
		if (!ask_page(s, false, &out->untried, err))
			return false;
	}
	guesses = s->count;
	if (s->page && count_found(s) == 0 &&
		!ask_page(s, true, &out->untried, err))
		return false;
	if (count_found(s) == 0)
		return tell_none(s, guesses, err);
	give(s, out);
	return true;
}

bool
feed_search(struct feed_search *out, const struct feed_search_options *options,
	struct error *err)
{
	struct asking s = {.o = options};
	bool ok;

	out->arena = arena_new();
	s.arena = out->arena;
	ok = search(&s, out, err);
	for (size_t i = 0; i < s.count; i++) {
		struct found_feed *f = s.candidates[i].found;

		if (f && !ok)
			dispatches_clear(&f->in);
		error_clear(&s.candidates[i].why);
	}
	free(s.candidates);
	return ok;
}

void
feed_search_clear(struct feed_search *search)
{
	for (size_t i = 0; i < search->count; i++)
		dispatches_clear(&search->feeds[i].in);
	arena_free(search->arena);
	*search = (struct feed_search){.arena = NULL};
}
