#include "run/feed_add.h"

#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "base/url.h"
#include "config/edit.h"
#include "source/opml.h"

enum { OPML_LIMIT = 10 * 1024 * 1024 }; /* octets */

/* ----- what the list has ----- */

/* Feeds by their keys; to their URLs. */
static struct map *
known_new(const struct list *list)
{
	struct map *known = map_new();

	for (size_t i = 0; i < list->source_count; i++) {
		const struct source_config *s = &list->sources[i];
		struct str key = STR_INIT;

		if (s->kind == SOURCE_FEED) {
			feed_key(&key, s->name);
			map_set(known, str_text(&key), (void *)s->name);
		}
		str_clear(&key);
	}
	return known;
}

/* A list that has too many is refused when it is read. */
static bool
room_for(const struct list *list, size_t more, struct error *err)
{
	if (list->source_count + more <= SOURCES_MOST)
		return true;
	return error_set(err, ERROR_DATA,
		"list '%s' may have %d sources: it has %zu, and %zu would "
		"come; nothing was written",
		list->name, SOURCES_MOST, list->source_count, more);
}

static bool
is_known(const struct map *known, const char *url)
{
	struct str key = STR_INIT;
	bool has;

	feed_key(&key, url);
	has = map_has(known, str_text(&key));
	str_clear(&key);
	return has;
}

/* ----- one ----- */

static bool
tell_differ(const struct feed_add_options *o, const struct feed_search *search,
	struct error *err)
{
	bool only_comments = true;

	for (size_t i = 0; i < search->count; i++)
		only_comments &= search->feeds[i].of_comments;
	return error_set(err, ERROR_DATA,
		"%s, and nothing was written; name the one that is meant: "
		"postrider feed add %s URL",
		only_comments ? "there are only feeds of comments"
			      : "these feeds differ",
		o->list->name);
}

static bool
add(const struct feed_add_options *o, const struct found_feed *chosen,
	struct feed_addition *out, struct error *err)
{
	struct str section = STR_INIT;
	struct edit_source source = {
		.feed = chosen->url, .allow_private = o->allow_private};
	bool ok;

	text_flatten(&section, span_of(o->section));
	if (section.len)
		source.section = str_text(&section);
	ok = room_for(o->list, 1, err) &&
		edit_list(o->list, &source, 1, o->dry_run, err);
	if (ok)
		out->added = chosen->shown;
	str_clear(&section);
	return ok;
}

static bool
search_and_add(const struct feed_add_options *o, const char *url,
	const struct map *known, struct feed_addition *out, struct error *err)
{
	struct feed_search_options options = {.list = o->list,
		.url = url,
		.allow_private = o->allow_private,
		.now = o->now};
	struct feed_search *search = &out->search;
	const struct found_feed *chosen;

	if (!feed_search(search, &options, err))
		return false;
	chosen = feed_choose(search);
	for (size_t i = 0; i < search->count; i++) {
		struct found_feed *f = &search->feeds[i];

		f->known = is_known(known, f->url) || is_known(known, f->asked);
		if (chosen && f->known && !f->of_comments)
			out->already = f->shown;
	}
	if (!chosen)
		return tell_differ(o, search, err);
	return out->already || add(o, chosen, out, err);
}

/* Without asking: a feed may be down. */
static void
tell_known(struct feed_addition *out, struct span url)
{
	struct str shown = STR_INIT;

	url_without_login(&shown, url);
	out->search.arena = arena_new();
	out->already = arena_span(out->search.arena, str_span(&shown));
	str_clear(&shown);
}

bool
feed_add(const struct feed_add_options *o, struct feed_addition *out,
	struct error *err)
{
	struct map *known = known_new(o->list);
	struct str url = STR_INIT;
	bool ok;

	*out = (struct feed_addition){.added = NULL};
	ok = feed_address(&url, o->url, err);
	if (ok && is_known(known, str_text(&url)))
		tell_known(out, str_span(&url));
	else if (ok)
		ok = search_and_add(o, str_text(&url), known, out, err);
	str_clear(&url);
	map_free(known);
	return ok;
}

void
feed_addition_clear(struct feed_addition *addition)
{
	feed_search_clear(&addition->search);
	*addition = (struct feed_addition){.added = NULL};
}

/* ----- many ----- */

/* Those of the file that the list lacks; how many in *count. */
static struct edit_source *
missing(struct arena *arena, const struct opml *opml, struct map *known,
	size_t *count)
{
	struct edit_source *sources =
		arena_alloc(arena, opml->count * sizeof *sources);

	for (size_t i = 0; i < opml->count; i++) {
		const struct opml_feed *feed = &opml->feeds[i];
		struct str url = STR_INIT, key = STR_INIT;

		if (feed_address(&url, feed->url, NULL) &&
			!is_known(known, str_text(&url))) {
			feed_key(&key, str_text(&url));
			map_set(known, str_text(&key), sources);
			sources[(*count)++] = (struct edit_source){
				.feed = arena_span(arena, str_span(&url)),
				.section = feed->section};
		}
		str_clear(&url);
		str_clear(&key);
	}
	return sources;
}

static bool
import(const struct list *list, const struct opml *opml, struct arena *arena,
	bool dry_run, struct feed_import *out, struct error *err)
{
	struct map *known = known_new(list);
	struct edit_source *sources = missing(arena, opml, known, &out->added);

	map_free(known);
	out->already = opml->count - out->added;
	out->left_out = opml->left_out;
	return out->added == 0 ||
		(room_for(list, out->added, err) &&
			edit_list(list, sources, out->added, dry_run, err));
}

bool
feed_import(const struct list *list, const char *path, bool dry_run,
	struct feed_import *out, struct error *err)
{
	struct arena *arena = arena_new();
	struct str bytes = STR_INIT;
	struct opml *opml = NULL;
	bool ok;

	*out = (struct feed_import){.added = 0};
	if (file_read(path, OPML_LIMIT, &bytes, err))
		opml = opml_parse(arena, path, str_span(&bytes), err);
	ok = opml && import(list, opml, arena, dry_run, out, err);
	str_clear(&bytes);
	arena_free(arena);
	return ok;
}
